import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../client";
import { words } from "../lib/lang";
import { Badge, Icon, Name, useBeat, useSelected } from "../ui";

/** The comment that moderators have pinned; whoever has read it may fold it away. */
export function PinnedComment({ room }: { room: Room }) {
  const w = words();
  const pinned = useSelected(room, (v) => v.pinned);
  const [folded, setFolded] = useState("");
  useBeat(pinned && pinned.untilMs > 0 ? 1000 : 0);
  const over = !pinned || (pinned.untilMs > 0 && pinned.untilMs <= room.nowMs);
  const c = over || folded === pinned.comment.id ? null : pinned.comment;
  return (
    <div role="status">
      {c && (
        <div class="pinned">
          <Icon name="pin" />
          <p>
            <span class="sr">{w.pinned}: </span>
            <Name person={c.person} name={c.name} /> <Badge role={c.role} /> <span class="kept">{c.text}</span>
          </p>
          <button type="button" class="fold" aria-label={w.fold} title={w.fold} onClick={() => setFolded(c.id)}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
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
