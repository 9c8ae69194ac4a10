import type { Role } from "../../client";
import { initials, nameColour } from "../lib/people";
import { words } from "../lib/words";

/** Initials in the person's hue: no avatar is ever requested from anywhere. */
export function Disc({ person, name }: { person: string; name: string }) {
  return (
    <span class="disc" aria-hidden="true" style={{ color: nameColour(person), "--disc": nameColour(person) }}>
      {initials(name)}
    </span>
  );
}

/** HOST filled, MOD outlined: told apart by shape and word, not by colour alone. */
export function Badge({ role }: { role: Role }) {
  if (role === "host") return <span class="badge host">{words().host}</span>;
  if (role === "moderator") return <span class="badge mod">{words().mod}</span>;
  return null;
}

/** What somebody is called here: a guest or one of the staff may have no name. */
export function nameOf({ name, role }: { readonly name: string; readonly role?: Role }): string {
  const w = words();
  return name || (role === "host" ? w.hostNameless : role === "moderator" ? w.modNameless : w.guest);
}

/** A name in its hue. */
export function Name({ person, name, role = "viewer" }: { person: string; name: string; role?: Role }) {
  return (
    <b class="name" style={{ color: nameColour(person) }}>
      {nameOf({ name, role })}
    </b>
  );
}
