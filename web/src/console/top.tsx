import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../client";
import { clock, count, rate } from "../lib/format";
import { waiting } from "../lib/sentences";
import { Button, Dialog, Icon, Live, useBeat, useMedia, useSelected, useStatus } from "../ui";
import type { Desk, Doing } from "./desk";
import { Rates } from "./rates";
import { naming } from "./undos";
import { words } from "./words";

/** What a page sees pass: hearts and comments by second. */
export interface Watch {
  readonly hearts: Rates;
  readonly comments: Rates;
}

/** Counts what the room tells, from now on: ten minutes of it. */
export function useWatch(room: Room): Watch {
  const [watch] = useState<Watch>(() => ({ hearts: new Rates(600), comments: new Rates(600) }));
  useEffect(() => {
    let hidden = room.view.notShown;
    const off = [
      room.on("hearts", (h) => !h.jump && watch.hearts.add(h.added, performance.now())),
      room.on("comments", (c) => watch.comments.add(c.length, performance.now())),
      room.on("view", (v) => {
        if (v.loaded && v.notShown > hidden && hidden > 0) watch.comments.add(v.notShown - hidden, performance.now());
        hidden = v.notShown;
      }),
    ];
    return () => off.forEach((stop) => stop());
  }, [room]);
  return watch;
}

const minute = 60;

function Spark({ rates, label, unit }: { rates: Rates; label: string; unit: string }) {
  useBeat(1000);
  const now = performance.now();
  const series = rates.series(now).slice(-minute);
  const top = Math.max(4, ...series);
  const points = series.map((n, i) => `${((i / (series.length - 1)) * 60).toFixed(1)},${(19 - (n / top) * 18).toFixed(1)}`).join(" ");
  return (
    <span class="figure" title={words().lastMinute(label)}>
      <svg viewBox="0 0 60 20" aria-hidden="true">
        <polyline points={points} />
      </svg>
      <b>{rate(rates.perSecond(now))}</b>
      <span class="meta">{unit}</span>
    </span>
  );
}

/** How often the time of an answer is taken. */
const pingMs = 10_000;

/** The bar on top: the room, its figures, the connection, and its end. */
export function Top({ room, desk, watch, onMap, onCalm }: { room: Room; desk: Desk; watch: Watch; onMap: () => void; onCalm: () => void }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const viewers = useSelected(room, (v) => v.viewers);
  const hearts = useSelected(room, (v) => v.hearts);
  const loaded = useSelected(room, (v) => v.loaded);
  const narrow = useMedia("(max-width: 860px)");
  const status = useStatus(room);
  useBeat(1000);
  const title = info.title || info.id || room.id;
  useEffect(() => {
    document.title = `${title} · ${words().title}`;
  }, [title]);
  const calm = info.calmSinceMs;
  const total = Object.values(hearts).reduce((a, b) => a + b, 0);
  const open = status.state === "open";
  useEffect(() => {
    if (!open) return undefined;
    const ask = () => void room.ping().catch(() => undefined); // lost on the way: the status tells
    ask();
    const timer = setInterval(ask, pingMs);
    return () => clearInterval(timer);
  }, [room, open]);
  return (
    <header class="top">
      <h1 class="line">{title}</h1>
      <Live state={info.state} />
      {info.state === "live" && info.startedMs > 0 && <span class="meta timer">{clock(room.nowMs - info.startedMs)}</span>}
      <span class="figures">
        <span class="figure" title={`${count(viewers)} ${w.viewers}`}>
          {narrow && <Icon name="eye" />}
          <b>{count(viewers)}</b>
          <span class="meta">{w.viewers}</span>
        </span>
        <span class="figure wide">
          <b>{count(total)}</b>
          <span class="meta">{w.hearts}</span>
        </span>
        <Spark rates={watch.hearts} label={w.heartsRate} unit={w.heartsRate} />
        <Spark rates={watch.comments} label={w.commentsRate} unit={w.commentsRate} />
      </span>
      <span class={`line-state ${open ? "ok" : loaded ? "bad" : "wait"}`} title={open ? w.connectedTitle : waiting(status.reason)}>
        <i />
        <span class="meta">{open ? (status.roundTripMs ? w.ms(Math.max(1, Math.round(status.roundTripMs))) : w.connected) : loaded ? w.away : w.connecting}</span>
      </span>
      <Button look="quiet" title={`${w.keys} (?)`} aria-keyshortcuts="?" aria-label={w.keys} onClick={onMap}>
        ?
      </Button>
      {info.state !== "ended" && (
        <Button class={calm > 0 ? "calmed" : ""} disabled={!loaded} title={`${w.calm} (Shift+C)`} aria-keyshortcuts="Shift+C" aria-pressed={calm > 0} onClick={onCalm}>
          {calm === 0 ? w.calm : (narrow ? w.calmFor : w.calmSince)(clock(room.nowMs - calm))}
        </Button>
      )}
      <Life room={room} desk={desk} />
    </header>
  );
}

const undoMs = 60_000;

/** Starts, ends and reopens the show; hosts only. */
function Life({ room, desk }: { room: Room; desk: Desk }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const [asking, setAsking] = useState(false);
  useBeat(info.state === "ended" ? 1000 : 0);
  if (room.you?.role !== "host") return null;
  const busy = desk.sending.has("life");
  const run = (what: () => Promise<unknown>, how?: Doing) => desk.act(["life"], what, how);
  const left = Math.ceil((info.endedMs + undoMs - room.nowMs) / 1000);
  return (
    <>
      {info.state === "scheduled" && (
        <Button look="primary" disabled={busy} onClick={() => run(() => room.moderate.start())}>
          {w.goLive}
        </Button>
      )}
      {info.state === "live" && (
        <Button look="danger" disabled={busy} onClick={() => setAsking(true)}>
          {w.end}
        </Button>
      )}
      {info.state === "ended" && left > 0 && <Button disabled={busy} onClick={() => run(() => room.moderate.reopen())}>{w.undoEnd(left)}</Button>}
      <Dialog title={w.endAsk} open={asking} onClose={() => setAsking(false)}>
        <p>{w.endText}</p>
        <div class="choices">
          <Button look="quiet" onClick={() => setAsking(false)}>
            {w.goOn}
          </Button>
          <Button
            look="danger"
            class="primary"
            onClick={() => {
              setAsking(false);
              run(() => naming(room.moderate.end), { done: w.endedSaid, undo: (_, change) => room.moderate.undoEnd(change as string), lastOf: "setting" });
            }}
          >
            {w.endIt}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

