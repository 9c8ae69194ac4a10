import { useState } from "preact/hooks";
import type { Room } from "../../client";
import { clock } from "../lib/format";
import { words } from "../lib/words";
import { Icon, useBeat, useSelected } from "../ui";

/** Own comments that wait for a moderator or were refused: only their author sees these lines. */
export function OwnWaiting({ room }: { room: Room }) {
  const w = words();
  const held = useSelected(room, (v) => v.ownHeld);
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const shown = [...held.values()].filter((h) => !read.has(h.comment.id)).slice(-3);
  return (
    <div role="status">
      {shown.map(({ comment, state, reason }) => (
        <div key={comment.id} class={`own-held ${state}`}>
          <p>
            <b>{state === "rejected" ? w.notShown : w.heldBack}</b> <span class="kept">{comment.text || w.yoursOf(new Date(comment.atMs).toLocaleTimeString(undefined, { timeStyle: "short" }))}</span>
            {reason && (
              <span class="meta">
                {" "}
                {w.reason}: {reason}
              </span>
            )}
          </p>
          <button type="button" class="fold" aria-label={w.fold} title={w.fold} onClick={() => setRead(new Set([...read, comment.id]))}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

/** Says that one is muted, why, and for how long; null while one is not. */
export function useMuted(room: Room): string | null {
  const w = words();
  const untilMs = useSelected(room, (v) => v.mutedUntilMs);
  const reason = useSelected(room, (v) => v.mutedReason);
  const left = untilMs - room.nowMs;
  useBeat(left > 0 ? 1000 : 0);
  if (left <= 0) return null;
  return `${w.muted(left > 86_400_000 ? "" : clock(left))}${reason ? ` ${reason}` : ""}`;
}
