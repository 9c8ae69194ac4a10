import { useState } from "preact/hooks";
import type { Room } from "../../client";
import { api, type ApiLink } from "../lib/api";
import { sentence } from "../lib/sentences";
import { linkTo } from "../lib/session";
import { CopyLink } from "../staff/copy";
import { MadeLinks, useMade } from "../staff/made";
import { words as shared } from "../staff/words";
import { Button } from "../ui";
import { Part } from "./part";
import { words } from "./words";

const roles = ["moderator", "overlay", "guest", "viewer", "host"] as const;
type Role = (typeof roles)[number];

/** The page that a role's link opens. */
const pages: Readonly<Record<Role, string>> = { moderator: "/host", host: "/host", overlay: "/overlay", guest: "", viewer: "" };

/** Links to be given away: made here, listed, and taken back. What a link lets in is shown once, when it is made. */
export function Invite({ room, token }: { room: Room; token: string }) {
  const w = words();
  const { roles: names } = shared();
  const made = useMade(token, room.id);
  const [role, setRole] = useState<Role>("moderator");
  const [hours, setHours] = useState(12);
  const [note, setNote] = useState("");
  const [fresh, setFresh] = useState<ApiLink>();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setProblem("");
    try {
      const [link] = await api.links(token, room.id, [role], hours, note.trim());
      setFresh(link);
      setNote("");
      made.again();
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Part title={w.invite} of={made}>
      {() => (
        <>
          <form
            class="invite"
            onSubmit={(e) => {
              e.preventDefault();
              void make();
            }}
          >
            <label>
              <span class="field-label">{w.inviteWhom}</span>
              <select class="field" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)}>
                {roles.map((one) => (
                  <option key={one} value={one}>
                    {names[one]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span class="field-label">{w.goodFor}</span>
              <select class="field" value={String(hours)} onChange={(e) => setHours(Number(e.currentTarget.value))}>
                {[1, 12, 24, 168, 720].map((n) => (
                  <option key={n} value={String(n)}>
                    {w.hours(n)}
                  </option>
                ))}
              </select>
            </label>
            <label class="wide">
              <span class="field-label">{w.inviteNote}</span>
              <input class="field" value={note} maxLength={40} placeholder={w.inviteNoteHint} autocomplete="off" onInput={(e) => setNote(e.currentTarget.value)} />
            </label>
            <Button type="submit" look="primary" disabled={busy}>
              {w.makeLink}
            </Button>
          </form>
          {problem && (
            <p class="refused" role="alert">
              {problem}
            </p>
          )}
          {fresh?.token && (
            <div class="fresh-link" role="status">
              <p>{w.freshLink(names[fresh.role as Role] ?? fresh.role)}</p>
              <CopyLink link={linkTo(`/r/${room.id}${pages[fresh.role as Role] ?? ""}`, fresh.token)} label={w.copyLink} />
            </div>
          )}
          <MadeLinks
            token={token}
            room={room.id}
            made={made}
            onTakenBack={(link) => {
              if (fresh?.link === link) setFresh(undefined);
              made.again();
            }}
          />
        </>
      )}
    </Part>
  );
}
