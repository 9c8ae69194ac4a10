import { api, type ApiLink } from "../lib/api";
import { sentence } from "../lib/sentences";
import { Button, toast } from "../ui";
import { words } from "./words";
import "./made.css";

/** The links of a room that were given away, each with the way to take it back. */
export function MadeLinks({ token, room, links, onTakenBack }: { token: string; room: string; links: readonly ApiLink[]; onTakenBack: (link: string) => void }) {
  const w = words();
  const takeBack = async (link: string) => {
    try {
      await api.revoke(token, room, link);
      toast(w.takenBack);
      onTakenBack(link);
    } catch (error) {
      toast(sentence(error));
    }
  };
  if (links.length === 0) return <p class="meta">{w.noLinks}</p>;
  return (
    <ul class="made">
      {links.map((l) => {
        const role = w.roles[l.role] ?? l.role;
        return (
          <li key={l.link} class={l.revokeTime ? "past" : ""}>
            <p>
              <b>{role}</b> {l.note && <span class="kept">{l.note}</span>}
              <span class="meta">{l.revokeTime ? w.isTakenBack : l.expireTime && w.endsAt(new Date(l.expireTime).toLocaleString([], { dateStyle: "short", timeStyle: "short" }))}</span>
            </p>
            {!l.revokeTime && (
              <Button class="small" aria-label={w.takeBackOf(role, l.note ?? "")} onClick={() => void takeBack(l.link ?? "")}>
                {w.takeBack}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
