import type { Comment, HeldComment, Room, Standing } from "../../client";
import { clock } from "../lib/format";
import { ago } from "../lib/words";
import { Badge, Button, Dialog, Disc, Name, nameOf, useSelected } from "../ui";
import type { Desk } from "./desk";
import type { Act } from "./keys";
import { isBelow, isBelowHere } from "./rank";
import { Row, whyHeld } from "./rows";
import { words } from "./words";

/** How long a time-out may be, by the digit that chooses it, in seconds; 0 is for the whole show. */
export const timeOuts = [60, 600, 3600, 0] as const;

type OnAct = (act: Act, ids: readonly string[]) => void;

/** A comment that waits for a moderator, and why it does. */
export function HeldRow({ room, desk, held, nowMs, onAct }: { room: Room; desk: Desk; held: HeldComment; nowMs: number; onAct: OnAct }) {
  const w = words();
  const { comment: c } = held;
  return (
    <Row
      desk={desk}
      pane="held"
      id={c.id}
      state="comment waits"
      offers={[
        { act: "approve", label: w.release, keys: "a", look: "primary" },
        { act: "reject", label: w.reject, keys: "r" },
        ...(isBelow(room.you, c.person, c.role) ? [{ act: "timeout", label: w.timeOut, keys: "t" } as const] : []),
        { act: "block", label: w.blockWord, keys: "Shift+B" },
      ]}
      onAct={onAct}
    >
      <Disc person={c.person} name={nameOf(c)} />
      <div>
        <p class="text">
          <Name person={c.person} name={c.name} role={c.role} /> <Badge role={c.role} /> <span>{c.text}</span>
        </p>
        <p class="meta late">
          {whyHeld(held)}
        </p>
        {held.outOfSight && <p class="meta late">{w.heldOutOfSight}</p>}
      </div>
      <span class="meta">{ago(nowMs - c.atMs)}</span>
    </Row>
  );
}

/** A person against whom something holds. */
export function PersonRow({ desk, standing, nowMs, onAct }: { desk: Desk; standing: Standing; nowMs: number; onAct: OnAct }) {
  const w = words();
  return (
    <Row
      desk={desk}
      pane="people"
      id={standing.person}
      state="comment"
      offers={[
        { act: "lift", label: w.lift, keys: "z", look: "primary" },
        { act: "open", label: w.card, keys: "Enter" },
      ]}
      onAct={onAct}
    >
      <Disc person={standing.person} name={nameOf(standing)} />
      <div>
        <p class="text">
          <Name person={standing.person} name={standing.name} />
        </p>
        <Measures standing={standing} nowMs={nowMs} />
      </div>
    </Row>
  );
}

function Measures({ standing, nowMs }: { standing: Standing; nowMs: number }) {
  const w = words();
  return (
    <>
      {(["ban", "shadow", "timeout"] as const).map((kind) => {
        const m = standing[kind];
        return (
          m && (
            <p key={kind} class="meta">
              <b class="late">{w.measure[kind]}</b> {m.untilMs > 0 ? w.until(clock(m.untilMs - nowMs)) : w.forGood} {m.by && w.by(m.by)} {m.reason && `· ${m.reason}`}
            </p>
          )
        );
      })}
    </>
  );
}

/** What is known here of a person: what they wrote, what holds against them, and what can be done. */
export function PersonCard({ room, person, name, onAct, onClose }: { room: Room; person: string; name: string; onAct: (act: Act) => void; onClose: () => void }) {
  const w = words();
  const comments = useSelected(room, (v) => v.comments);
  const held = useSelected(room, (v) => v.held);
  const questions = useSelected(room, (v) => v.moderation);
  const standing = useSelected(room, (v) => v.people.get(person));
  const below = isBelowHere(room, person);
  const said: Comment[] = [...comments.filter((c) => c.person === person), ...[...held.values()].map((h) => h.comment).filter((c) => c.person === person)];
  const asked = [...questions.values()].filter((q) => q.asker === person);
  const called = nameOf({ name, role: said[0]?.role ?? "viewer" });
  const first = Math.min(...said.map((c) => c.atMs), ...asked.map((q) => q.askedMs));
  return (
    <Dialog title={called} open onClose={onClose}>
      <p class="meta">
        {w.wrote(said.length, asked.length)} {Number.isFinite(first) && w.since(new Date(first).toLocaleTimeString())}
      </p>
      {standing && <Measures standing={standing} nowMs={room.nowMs} />}
      {!below && <p class="meta">{w.notBelow}</p>}
      <ul class="wrote">
        {said
          .slice(-20)
          .reverse()
          .map((c) => (
            <li key={c.id}>
              <span class="kept">{c.text}</span> <span class="meta">{ago(room.nowMs - c.atMs)}</span>
            </li>
          ))}
        {asked.map((q) => (
          <li key={q.id}>
            <b class="tag">?</b>
            <span class="kept">{q.text}</span>
          </li>
        ))}
      </ul>
      <div class="choices">
        <Button look="quiet" onClick={onClose}>
          {w.close}
        </Button>
        {standing && <Button onClick={() => onAct("lift")}>{w.lift}</Button>}
        {below && <Button onClick={() => onAct("timeout")}>{w.timeOut}</Button>}
        <Button look="danger" onClick={() => onAct("remove-all")}>
          {w.removeAll}
        </Button>
        {below && (
          <Button look="danger" class="primary" onClick={() => onAct("ban")}>
            {w.ban}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
