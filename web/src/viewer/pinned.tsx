import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Room } from "../../client";
import { words } from "../lib/words";
import { Badge, Icon, Name, useBeat, useSelected } from "../ui";

/** The comment that moderators have pinned: three lines of it, or two and the rest on demand. Whoever has read it may fold it away. */
export function PinnedComment({ room }: { room: Room }) {
  const w = words();
  const pinned = useSelected(room, (v) => v.pinned);
  const [folded, setFolded] = useState("");
  const [opened, setOpened] = useState("");
  const text = useRef<HTMLParagraphElement>(null);
  useBeat(pinned && pinned.untilMs > 0 ? 1000 : 0);
  const over = !pinned || (pinned.untilMs > 0 && pinned.untilMs <= room.nowMs);
  const c = over || folded === pinned.comment.id ? null : pinned.comment;
  const open = c !== null && opened === c.id;
  const long = useCut(text, `${c?.id} ${c?.text}`) || open;
  return (
    <div role="status">
      {c && (
        <div class="pinned">
          <Icon name="pin" />
          <div class="pinned-text">
            <p ref={text} class={open ? "all" : long ? "some cut" : "some"} {...(open && { tabIndex: 0 })}>
              <span class="sr">{w.pinned}: </span>
              <Name person={c.person} name={c.name} role={c.role} /> <Badge role={c.role} /> <span class="kept">{c.text}</span>
            </p>
            {long && (
              <button type="button" class="pinned-more" aria-expanded={open} onClick={() => setOpened(open ? "" : c.id)}>
                {open ? w.showLess : w.showAll}
              </button>
            )}
          </div>
          <button type="button" class="fold" aria-label={w.fold} title={w.fold} onClick={() => setFolded(c.id)}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

/** Whether a text has more lines than are seen, by its width now. */
function useCut(text: RefObject<HTMLElement | null>, of: string): boolean {
  const [cut, setCut] = useState(false);
  useEffect(() => {
    const box = text.current;
    if (!box) {
      setCut(false);
      return undefined;
    }
    const look = () => setCut(box.scrollHeight > box.clientHeight + 1);
    const watch = new ResizeObserver(look);
    watch.observe(box);
    look();
    return () => watch.disconnect();
  }, [of]);
  return cut;
}

/** How long a milestone stays on the stage. */
const shownMs = 4500;

/** "10,000 hearts", over the stage, for a moment. */
export function Milestones({ room }: { room: Room }) {
  const w = words();
  const [reached, setReached] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = room.on("milestone", (m) => {
      setReached(m.hearts);
      clearTimeout(timer);
      timer = setTimeout(() => setReached(0), shownMs);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [room]);
  return (
    <div class="milestones" role="status">
      {reached > 0 && (
        <strong class="milestone" key={reached}>
          {w.milestone(reached)}
        </strong>
      )}
    </div>
  );
}
