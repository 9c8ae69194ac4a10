import type { Comment, Room } from "../../client";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { words } from "../lib/words";
import { Button, Empty, Icon, nameOf, Skeleton, toast, useMoment, useSelected } from "../ui";
import { HiddenPeople } from "./hidden";
import { Measure } from "./measure";
import { newer, Pacer, vanished } from "./pacer";
import { Row, type Writing } from "./said";
import { endOf, including, windowOf } from "./window";

/** Rows kept, as many as the client library keeps. */
const most = 150;
/** How near to the end counts as being there. */
const nearPx = 48;
/** A row's height before it was drawn: two lines. */
const usualPx = 52;
/** What is drawn beyond what is seen, so that a flick finds rows there. */
const sparePx = 500;
/** The most pixels that are kept empty where rows were dropped. */
const mostGonePx = 1_000_000;

/** The running comments: newest at the foot, still while somebody reads further up. Only what is near is drawn. */
export function Comments({ room, onWrite }: { room: Room; onWrite: (writing: Writing) => void }) {
  const w = words();
  const loaded = useSelected(room, (v) => v.loaded);
  const state = useSelected(room, (v) => v.room.state);
  const all = useSelected(room, (v) => v.comments);
  const me = room.you?.person ?? "";
  const pacer = useMemo(() => new Pacer(), [room]);
  const [, again] = useState({});
  const [held, setHeld] = useState<readonly Comment[] | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const heights = useMemo(() => new Map<string, number>(), [room]);
  const known = useMemo(() => new Set<string>(), [room]);
  const [found, setFound] = useState("");
  const atEnd = useRef(true);
  const touched = useRef(false);
  const top = useRef(0);
  const before = useRef(all);
  const drawnIds = useRef<readonly string[]>([]);
  const gone = useRef(0);
  const moving = useRef(false);
  const seen = useRef(600); // height of the list, once it was laid out

  const { shown, nextMs } = pacer.show(all, performance.now(), me);
  useMoment(nextMs);

  useLayoutEffect(() => {
    const gone = new Set(vanished(before.current, all, most));
    before.current = all;
    const now = new Map(all.map((c) => [c.id, c]));
    setHeld((rows) => {
      if (!rows) return rows;
      const next = rows.filter((c) => !gone.has(c.id)).map((c) => now.get(c.id) ?? c); // an edit shows at once
      return next.length === rows.length && next.every((c, i) => c === rows[i]) ? rows : next;
    });
  }, [all]);

  const hidden = useMemo(() => new HiddenPeople(room.id), [room]);
  const visible = held ?? shown;
  const rows = hidden.size === 0 ? visible : visible.filter((c) => !hidden.has(c.person));
  const hide = (c: Comment) => {
    hidden.hide(c.person);
    again({});
    const back = () => {
      hidden.show(c.person);
      again({});
    };
    toast(w.hiddenPerson(nameOf(c)), { action: { label: w.undo, run: back }, forMs: 10_000 });
  };
  const high = rows.map((c) => heights.get(c.id) ?? usualPx);
  const view = seen.current;
  const few = high.reduce((sum, height) => sum + height, 0) < view;
  // Rows that are dropped at the head leave their height behind, or all others would shift in the page for nothing that
  // anybody sees. It goes when somebody reads so far up.
  if (atEnd.current) {
    const at = rows.length > 0 ? drawnIds.current.indexOf(rows[0]!.id) : -1;
    gone.current += drawnIds.current.slice(0, Math.max(0, at)).reduce((sum, id) => sum + (heights.get(id) ?? usualPx), 0);
    if (at < 0 || gone.current > mostGonePx) gone.current = 0;
    // Few rows stand at the foot. They too are scrolled there: without a room above them each new one would shift all others.
    if (few) gone.current = Math.max(gone.current, view);
  }
  drawnIds.current = rows.map((c) => c.id);
  const near = atEnd.current ? endOf(high, view, sparePx) : windowOf(high, top.current - gone.current, view, sparePx);
  // The row that holds the focus stays, or a keyboard would lose its place.
  const focused = list.current?.contains(document.activeElement) ? (document.activeElement?.closest<HTMLElement>("[data-entry]")?.dataset.entry ?? "") : "";
  const drawn = including(near, high, focused ? rows.findIndex((c) => c.id === focused) : -1);
  const measure = useMemo(
    () =>
      new Measure((box, rows) => {
        let wrong = 0;
        for (const [id, height] of rows) {
          wrong += Math.abs(height - (heights.get(id) ?? usualPx));
          heights.set(id, height);
        }
        if (atEnd.current && !touched.current) box.scrollTop = box.scrollHeight;
        top.current = box.scrollTop;
        const other = box.clientHeight !== seen.current; // more rows are near, or all of them fit now
        seen.current = box.clientHeight;
        // What was guessed was far off: there may be a hole. In the next frame, for this one has been laid out.
        if (other || wrong > sparePx / 2) requestAnimationFrame(() => again({}));
      }),
    [heights],
  );
  useEffect(() => () => measure.close(), [measure]);
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const present = new Set(all.map((c) => c.id));
    for (const id of heights.keys()) if (!present.has(id) && !held) heights.delete(id);
    for (const c of shown) known.add(c.id);
    for (const id of known) if (!present.has(id)) known.delete(id);
    measure.look(box);
    if (!atEnd.current && moving.current) box.scrollTop = top.current; // together with the rows
    moving.current = false;
    if (few && !atEnd.current) toEnd(); // all of it is seen: the end is here
  });
  useLayoutEffect(() => {
    const row = found && list.current?.querySelector(`[data-comment="${CSS.escape(found)}"]`)?.closest(".row");
    if (!row) return;
    row.scrollIntoView({ block: few ? "nearest" : "center" });
    row.classList.add("found");
    setFound("");
  }, [found]);
  const finding = useRef<(id: string) => void>(() => undefined);
  finding.current = (id) => {
    const at = rows.findIndex((c) => c.id === id);
    const box = list.current;
    if (at < 0 || !box) {
      toast(w.replyGone);
      return;
    }
    if (!few) {
      atEnd.current = false;
      setHeld(visible);
      top.current = gone.current + Math.max(0, high.slice(0, at).reduce((sum, height) => sum + height, 0) - view / 2);
      box.scrollTop = top.current;
    }
    list.current?.querySelector(".found")?.classList.remove("found");
    setFound(id);
  };
  const find = useMemo(() => (id: string) => finding.current(id), []); // rows are drawn once, and the list goes on

  const toEnd = () => {
    atEnd.current = true;
    setHeld(null);
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };

  // Nothing is pulled away from under a finger: where comments come without pause, it would never get anywhere.
  const touch = (e: PointerEvent) => {
    const under = e.target; // a row may leave the page meanwhile, and the touch is told to it alone
    if (e.pointerType !== "touch" || !under) return;
    touched.current = true;
    const ended = new AbortController();
    const end = ({ touches }: Event & { touches?: TouchList }) => {
      ended.abort();
      if (touches?.length) return;
      touched.current = false;
      if (atEnd.current) toEnd();
    };
    for (const how of ["touchend", "touchcancel"]) under.addEventListener(how, end, { passive: true, signal: ended.signal });
  };

  if (!loaded) return <Skeleton rows={7} />;
  const showAll = () => {
    hidden.clear();
    again({});
  };
  if (rows.length === 0 && visible.length === 0) {
    if (state === "ended") return <Empty title={w.commentsNone} />;
    return state === "scheduled" ? <Empty title={w.early} text={w.commentsBefore} /> : <Empty title={w.commentsEmpty} text={w.commentsEmptyText} />;
  }
  const waiting = held ? newer(held, all) : 0;
  return (
    <div class="comments">
      {hidden.size > 0 && (
        <p class="hidden-people">
          {w.hiddenPeople(hidden.size)}
          <Button look="quiet" onClick={showAll}>
            {w.showAgain}
          </Button>
        </p>
      )}
      <div
        ref={list}
        class={few ? "rows few" : "rows"}
        role="log"
        aria-live="off"
        aria-label={w.comments}
        tabIndex={0}
        onPointerDown={touch}
        onScroll={(e) => {
          const box = e.currentTarget;
          const moved = Math.abs(box.scrollTop - top.current);
          const left = box.scrollHeight - box.scrollTop - box.clientHeight;
          // Nobody scrolls away from rows that came since the last frame, though the list may have moved: it does by itself
          // where a removed comment makes it shorter.
          const near = left < nearPx || (atEnd.current && left - grown(box, heights) < nearPx);
          const up = box.scrollTop < top.current - 1;
          top.current = box.scrollTop;
          if (!atEnd.current && gone.current > 0 && top.current < gone.current + sparePx) {
            top.current = Math.max(0, top.current - gone.current);
            gone.current = 0;
            moving.current = true;
            again({});
            return;
          }
          if (near === atEnd.current) {
            if (moved > 0 && !near) again({});
            return;
          }
          if (!near && !up) {
            if (!touched.current) box.scrollTop = box.scrollHeight; // the page around the list changed, nobody scrolled
            return;
          }
          atEnd.current = near;
          setHeld(near ? null : shown);
        }}
      >
        {drawn.above + gone.current > 0 && <div class="away" style={{ height: `${drawn.above + gone.current}px` }} />}
        {rows.slice(drawn.from, drawn.to).map((c) => (
          <Row key={c.id} comment={c} own={c.person === me && me !== ""} fresh={known.size > 0 && !known.has(c.id)} room={room} onWrite={onWrite} onHide={hide} onFind={find} />
        ))}
        {drawn.below > 0 && <div class="away" style={{ height: `${drawn.below}px` }} />}
      </div>
      {waiting > 0 && (
        <button type="button" class="new" onClick={toEnd}>
          <Icon name="down" />
          {w.newComments(waiting)}
        </button>
      )}
      <Summary room={room} hidden={hidden} />
    </div>
  );
}

/** By how many pixels rows have grown since they were laid out last; those that are new by all of theirs. */
function grown(box: HTMLElement, heights: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const row of box.querySelectorAll<HTMLElement>("[data-entry]")) all += Math.max(0, row.offsetHeight - (heights.get(row.dataset.entry ?? "") ?? 0));
  return all;
}

/** What a screen reader hears of a flood: one comment in full, several as a number, every five seconds at most. */
function Summary({ room, hidden }: { room: Room; hidden: HiddenPeople }) {
  const w = words();
  const [text, setText] = useState("");
  useEffect(() => {
    let fresh: Comment[] = [];
    const off = room.comments.subscribe((comments) => fresh.push(...comments.filter((c) => c.person !== room.you?.person && !hidden.has(c.person))));
    const timer = setInterval(() => {
      const [only] = fresh;
      if (!only) return;
      setText(fresh.length === 1 ? `${nameOf(only)}: ${only.text}` : w.summary(fresh.length));
      fresh = [];
    }, 5000);
    return () => {
      off();
      clearInterval(timer);
    };
  }, [room, hidden]);
  return (
    <p class="sr" role="status">
      {text}
    </p>
  );
}
