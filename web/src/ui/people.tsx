import type { Role } from "../../client";
import { initials, nameColour } from "../lib/people";
import { words } from "../lib/lang";

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

/** A name in its hue. */
export function Name({ person, name }: { person: string; name: string }) {
  return (
    <b class="name" style={{ color: nameColour(person) }}>
      {name || words().guest}
    </b>
  );
}
