import type { Comment, Room } from "../../client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../hearts/field";
import { Shape } from "../hearts/shape";
import { airing, clearedMs, type Airing } from "../lib/air";
import { clock, count } from "../lib/format";
import { words } from "../lib/words";
import { Badge, nameOf, useBeat, useLasting, useMedia, useMoment, useSelected, useStatus } from "../ui";
import type { Look } from "./params";

/** On air so long after the connection was lost. */
const lostMs = 10_000;
/** How long a comment stays. */
const commentMs = 12_000;
/** How long a card takes to go, as in the style sheet. */
const leaveMs = 320;
/** A comment begins to go so long before its end. */
const fadeMs = 500;

/** What lies over the picture: hearts, comments, the question, a goal. Transparent, and silent about all trouble. */
export function Overlay({ room, look, refused }: { room: Room; look: Look; refused: readonly string[] }) {
  const status = useStatus(room);
  const lost = useLasting(status.state !== "open", lostMs);
  const loaded = useSelected(room, (v) => v.loaded);
  const monitor = look.bg !== "" && look.show.size === 1 && look.show.has("question");
  return (
    <main
      class={`overlay ${look.side} ${lost || !loaded ? "away" : ""} ${monitor ? "monitor" : ""}`}
      style={{ "--scale": String(look.scale), "--safe": String(look.safe), background: look.bg || "transparent" }}
    >
      {look.show.has("hearts") && <Rising room={room} look={look} />}
      {look.show.has("goal") && look.goal > 0 && <Goal room={room} goal={look.goal} />}
      <div class="lower">
        {look.show.has("comments") && <Lines room={room} most={look.lines} />}
        {look.show.has("question") && <Card room={room} monitor={monitor} />}
      </div>
      {refused.length > 0 && (
        <p class="refused">
          {words().refused}: {refused.join("  ")}
        </p>
      )}
    </main>
  );
}

function Rising({ room, look }: { room: Room; look: Look }) {
  const box = useRef<HTMLDivElement>(null);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  useEffect(() => {
    const lane = box.current;
    if (!lane || still) return undefined;
    // In this thread: what renders pages off screen, as OBS does, has failed to show what workers draw.
    const field = new Field(lane, () => {
      const { clientWidth: wide, clientHeight: high } = lane;
      const unit = (Math.min(window.innerWidth, window.innerHeight) / 1080) * look.scale;
      const edge = 40 * unit; // sway and half a heart stay inside
      // From the safe edge up to 65 % of the picture: the highest rises 80 % of `stage`.
      return { from: edge, to: Math.max(edge, wide - edge), floor: high * (1 - look.safe / 100) - 20 * unit, stage: (high * (0.65 - look.safe / 100)) / 0.8, scale: 1.5 * unit };
    });
    const off = room.hearts.subscribe((e) => !e.jump && field.others(e.kind, e.added));
    return () => {
      off();
      field.close();
    };
  }, [room, still, look]);
  return <div ref={box} class="rising" />;
}

function Lines({ room, most }: { room: Room; most: number }) {
  const [lines, setLines] = useState<readonly (Comment & { readonly untilMs: number })[]>([]);
  const all = useSelected(room, (v) => v.comments);
  useEffect(() => { // what its author mended is read at once
    setLines((now) => {
      const mended = now.map((c) => ({ ...(all.find((one) => one.id === c.id && one.editedMs > c.editedMs) ?? c), untilMs: c.untilMs }));
      return mended.some((c, i) => c.editedMs !== now[i]!.editedMs) ? mended : now;
    });
  }, [all]);
  useEffect(() => {
    const off = room.comments.subscribe((fresh) => {
      const untilMs = performance.now() + commentMs; // whatever becomes of this computer's clock
      setLines((now) => [...now.filter((c) => c.untilMs > performance.now()), ...fresh.slice(-most).map((c) => ({ ...c, untilMs }))].slice(-most));
    });
    return off;
  }, [room, most]);
  const nowMs = performance.now();
  const moments = lines.flatMap((c) => [c.untilMs - fadeMs, c.untilMs]).filter((ms) => ms > nowMs);
  useMoment(moments.length > 0 ? Math.min(...moments) : 0);
  const cleared = useSelected(room, clearedMs);
  const present = new Set(all.filter((c) => c.atMs > cleared).map((c) => c.id)); // a removed comment leaves the air at once
  return (
    <div class="lines">
      {lines
        .filter((c) => c.untilMs > nowMs && present.has(c.id))
        .map((c) => (
          <p key={c.id} class={`plate comment ${c.untilMs - nowMs <= fadeMs ? "leaving" : ""}`}>
            <b>{nameOf(c)}</b> <Badge role={c.role} /> <span>{c.text}</span>
          </p>
        ))}
    </div>
  );
}

/** The one thing on air: a question, or a comment that was chosen. The old one leaves before the next enters. */
function Card({ room, monitor }: { room: Room; monitor: boolean }) {
  const w = words();
  const questions = useSelected(room, (v) => v.questions);
  const onAir = useSelected(room, (v) => v.onAir);
  const wanted = airing({ questions, onAir });
  const [shown, setShown] = useState<Airing | null>(wanted);
  const same = idOf(wanted) === idOf(shown);
  const latest = useRef(shown);
  latest.current = same ? wanted : latest.current; // votes and mended typos show at once, and stay while it leaves
  useBeat(monitor ? 1000 : 0);
  useEffect(() => {
    if (same) return undefined;
    const timer = setTimeout(() => {
      latest.current = wanted;
      setShown(wanted);
    }, shown ? leaveMs : 0);
    return () => clearTimeout(timer);
  }, [idOf(wanted), idOf(shown)]);
  const card = latest.current;
  if (!card) return null;
  const { comment: c, question: q } = card;
  return (
    <div key={idOf(card)} class={`plate now-card ${same ? "" : "leaving"}`}>
      <p class="words">{c ? c.text : q.text}</p>
      <p class="by">
        <b>{q?.anonymous ? w.anonymousBy : nameOf(c ?? q)}</b>
        {c ? <Badge role={c.role} /> : q.votes > 0 && <span>{w.votes(q.votes)}</span>}
        {monitor && q && q.answeringMs > 0 && <time>{clock(room.nowMs - q.answeringMs)}</time>}
      </p>
    </div>
  );
}

function idOf(card: Airing | null): string {
  return card ? (card.comment ?? card.question).id : "";
}

function Goal({ room, goal }: { room: Room; goal: number }) {
  const total = useSelected(room, (v) => Object.values(v.hearts).reduce((a, b) => a + b, 0));
  const share = Math.min(1, total / goal);
  return (
    <div class={`plate goal ${share >= 1 ? "reached" : ""}`}>
      <i style={{ transform: `scaleX(${share})` }} />
      <Shape kind="heart" size={32} />
      <b>{count(total)}</b>
      <span>{count(goal)}</span>
    </div>
  );
}
