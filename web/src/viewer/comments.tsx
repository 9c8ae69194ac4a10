import { Component } from "preact";
import type { Comment, Room } from "../../client";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { words } from "../lib/lang";
import { sentence } from "../lib/words";
import { Badge, Disc, Empty, Icon, Name, Skeleton, toast, useSelected } from "../ui";
import { newer, Pacer, vanished } from "./pacer";

/** Rows kept, as many as the client library keeps. */
const most = 150;
/** How near to the end counts as being there. */
const nearPx = 48;

/** The running comments: newest at the foot, still while somebody reads further up. */
export function Comments({ room }: { room: Room }) {
  const w = words();
  const loaded = useSelected(room, (v) => v.loaded);
  const state = useSelected(room, (v) => v.room.state);
  const all = useSelected(room, (v) => v.comments);
  const me = room.you?.person ?? "";
  const pacer = useMemo(() => new Pacer(), [room]);
  const [, again] = useState({});
  const [held, setHeld] = useState<readonly Comment[] | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const top = useRef(0);
  const before = useRef(all);

  const { shown, nextMs } = pacer.show(all, performance.now(), me);
  useEffect(() => {
    if (nextMs === 0) return undefined;
    const timer = setTimeout(() => again({}), Math.max(0, nextMs - performance.now()));
    return () => clearTimeout(timer);
  }, [nextMs, shown.length]);

  useLayoutEffect(() => {
    const gone = new Set(vanished(before.current, all, most));
    before.current = all;
    if (gone.size > 0) setHeld((rows) => rows && rows.filter((c) => !gone.has(c.id)));
  }, [all]);

  const rows = held ?? shown;
  useLayoutEffect(() => {
    const box = list.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [rows]);
  useEffect(() => {
    const box = list.current;
    if (!box) return undefined;
    const stay = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    stay.observe(box);
    return () => stay.disconnect();
  }, [loaded, all.length === 0]);

  const toEnd = () => {
    atEnd.current = true;
    setHeld(null);
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };

  if (!loaded) return <Skeleton rows={7} />;
  if (rows.length === 0) {
    return state === "scheduled" ? <Empty title={w.early} text={w.commentsBefore} /> : <Empty title={w.commentsEmpty} text={w.commentsEmptyText} />;
  }
  const waiting = held ? newer(held, all) : 0;
  return (
    <div class="comments">
      <div
        ref={list}
        class="rows"
        role="log"
        aria-live="off"
        aria-label={w.comments}
        tabIndex={0}
        onScroll={(e) => {
          const box = e.currentTarget;
          const near = box.scrollHeight - box.scrollTop - box.clientHeight < nearPx;
          const up = box.scrollTop < top.current - 1;
          top.current = box.scrollTop;
          if (near === atEnd.current) return;
          if (!near && !up) {
            box.scrollTop = box.scrollHeight; // the page around the list changed, nobody scrolled
            return;
          }
          atEnd.current = near;
          setHeld(near ? null : shown);
        }}
      >
        {rows.map((c) => (
          <Row key={c.id} comment={c} own={c.person === me && me !== ""} room={room} />
        ))}
      </div>
      {waiting > 0 && (
        <button type="button" class="new" onClick={toEnd}>
          <Icon name="down" />
          {w.newComments(waiting)}
        </button>
      )}
      <Summary room={room} />
    </div>
  );
}

interface RowProps {
  readonly comment: Comment;
  readonly own: boolean;
  readonly room: Room;
}

/** One comment. It never changes, so a row is drawn once however often the list around it is. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.comment !== this.props.comment || next.own !== this.props.own;
  }

  override render({ comment, own, room }: RowProps) {
    return <Said comment={comment} own={own} room={room} />;
  }
}

function Said({ comment: c, own, room }: RowProps) {
  const w = words();
  return (
    <>
      {c.hiddenBefore > 0 && <p class="hidden-line">{w.more(c.hiddenBefore)}</p>}
      <div class={c.role === "viewer" ? "row" : "row staff"}>
        <Disc person={c.person} name={c.name || w.guest} />
        <p class="said">
          <Name person={c.person} name={c.name} /> <Badge role={c.role} /> <span class="kept">{c.text}</span>
        </p>
        {own && (
          <button
            type="button"
            class="remove"
            aria-label={`${w.remove}: ${c.text.slice(0, 60)}`}
            title={w.remove}
            onClick={() => {
              room.comments.delete(c.id).then(
                () => toast(w.removed),
                (error: unknown) => toast(sentence(error)),
              );
            }}
          >
            <Icon name="trash" />
          </button>
        )}
      </div>
    </>
  );
}

/** What a screen reader hears of a flood: one comment in full, several as a number, every five seconds at most. */
function Summary({ room }: { room: Room }) {
  const w = words();
  const [text, setText] = useState("");
  useEffect(() => {
    let fresh: Comment[] = [];
    const off = room.comments.subscribe((comments) => fresh.push(...comments.filter((c) => c.person !== room.you?.person)));
    const timer = setInterval(() => {
      const [only] = fresh;
      if (!only) return;
      setText(fresh.length === 1 ? `${only.name || w.guest}: ${only.text}` : w.summary(fresh.length));
      fresh = [];
    }, 5000);
    return () => {
      off();
      clearInterval(timer);
    };
  }, [room]);
  return (
    <p class="sr" role="status">
      {text}
    </p>
  );
}
