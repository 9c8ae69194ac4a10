import { useState } from "preact/hooks";
import type { ModeratorQuestion, Room } from "../../client";
import { ago } from "../lib/words";
import { Button, Icon } from "../ui";
import { offers } from "./acts";
import { useAlike } from "./alike";
import type { Desk } from "./desk";
import type { Act } from "./keys";
import { useGrace } from "./grace";
import { graceMs, move, safeFrom } from "./lane";
import { Claimed, longMs, Originally, whyHeld } from "./rows";
import { words } from "./words";

/** One waiting question at a time, for a thumb: what a row of the queue has, and the way to the next one without a decision. */
export function Card({ room, desk, q, nowMs, onAct: act }: { room: Room; desk: Desk; q: ModeratorQuestion; nowMs: number; onAct: (act: Act, ids: readonly string[]) => void }) {
  const w = words();
  const { shown } = desk.lanes.queue;
  // The card before it may have gone under the thumb: this one is as safe as a row that arrived under the selection.
  const [cameMs] = useState(() => performance.now());
  const safe = useGrace(Math.max(cameMs + graceMs, safeFrom(desk.lanes.queue, q.id)));
  const waits = { "aria-disabled": !safe.now() || undefined } as const;
  const onAct: typeof act = (what, ids) => safe.now() && act(what, ids);
  const at = shown.indexOf(q.id);
  const sending = desk.sending.has(q.id);
  const age = nowMs - q.askedMs;
  const alike = useAlike(room, q.id);
  const go = (by: number) => desk.change((l) => move({ ...l, selected: q.id }, by), "queue");
  return (
    <div class="card">
      <p class="meta">
        <bdi class="line">{q.askerName || w.guest}</bdi>
        {q.anonymous && <span>{w.anonymous}</span>}
        {q.label && <bdi class="line">{q.label}</bdi>}
        {alike > 0 && <b class="alike">{w.alike(alike)}</b>}
        <Claimed room={room} desk={desk} id={q.id} />
        <span class={age > longMs ? "late" : ""}>{ago(age)}</span>
      </p>
      {q.why && <p class="meta late">{whyHeld(q)}</p>}
      <div class="whole">
        <p class="said">{q.text}</p>
        <Originally q={q} />
      </div>
      <div class="acts">
        {offers(q, room.view.room.labels.length > 0)
          .filter((o) => o.act !== "approve" && o.act !== "reject")
          .map((o) => (
            <Button key={o.act} {...waits} disabled={sending} onClick={() => onAct(o.act, [q.id])}>
              {o.label}
            </Button>
          ))}
      </div>
      <div class="turn">
        <Button look="quiet" aria-label={w.before} disabled={at <= 0} onClick={() => go(-1)}>
          <Icon name="left" />
        </Button>
        <span class="meta">{w.place(at + 1, shown.length)}</span>
        <Button look="quiet" aria-label={w.later} disabled={at >= shown.length - 1} onClick={() => go(1)}>
          <Icon name="right" />
        </Button>
      </div>
      <div class="thumbs">
        <Button {...waits} disabled={sending} onClick={() => onAct("reject", [q.id])}>
          {w.reject}
        </Button>
        <Button {...waits} look="primary" disabled={sending} onClick={() => onAct("approve", [q.id])}>
          {sending ? w.sending : w.approve}
        </Button>
      </div>
    </div>
  );
}
