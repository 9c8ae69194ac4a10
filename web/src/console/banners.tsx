import type { Room } from "../../client";
import { clock } from "../lib/format";
import { waiting } from "../lib/sentences";
import { useBeat, useLasting, useSelected, useStatus } from "../ui";
import { useOverlays } from "./overlays";
import { words } from "./words";

/** A room that is not there so long after the page was opened is told of: until then it is only loading. */
const patienceMs = 2000;

/** Said at once when the room is lost: what is seen may be old, and what is done is kept. */
export function Lost({ room }: { room: Room }) {
  const w = words();
  const status = useStatus(room);
  const loaded = useSelected(room, (v) => v.loaded);
  const late = useLasting(!loaded, patienceMs);
  useBeat(status.state === "open" ? 0 : 1000);
  if (!loaded) {
    return late ? (
      <div class="banner" role="alert">
        <strong>{w.notThereYet}</strong> {waiting(status.reason)}
      </div>
    ) : null;
  }
  if (status.state === "open") return null;
  return (
    <div class="banner" role="alert">
      <strong>{w.lostSince(new Date(status.lostMs).toLocaleTimeString())}</strong> {waiting(status.reason)} {w.lostText}
    </div>
  );
}

/** Said once an overlay has been gone for so long that nothing of it is on air. */
export function Away({ room }: { room: Room }) {
  const w = words();
  const { away, sinceMs, accept } = useOverlays(room);
  if (away === 0) return null;
  return (
    <div class="banner away" role="alert">
      <strong>{w.overlayAway(away, new Date(sinceMs).toLocaleTimeString())}</strong> {w.overlayAwayText}{" "}
      <button type="button" class="inline" onClick={accept}>
        {w.overlayAccept}
      </button>
    </div>
  );
}

/** Said when the show is over, with what it came to. */
export function Closing({ room, onTake }: { room: Room; onTake: () => void }) {
  const w = words();
  const hearts = useSelected(room, (v) => v.hearts);
  const info = useSelected(room, (v) => v.room);
  const total = Object.values(hearts).reduce((a, b) => a + b, 0);
  return (
    <div class="banner calm" role="status">
      <strong>{w.ended}</strong> {w.endedText(total, clock(info.endedMs - info.startedMs))}{" "}
      <button type="button" class="inline" onClick={onTake}>
        {w.takeAway}
      </button>
    </div>
  );
}
