import type { Room } from "../../client";
import { sentence } from "../lib/sentences";
import { toast, useSelected } from "../ui";
import { Confirm } from "./dialogs";
import { words } from "./words";

/** Asks whether to calm the room, or to give back what stood before. */
export function Calm({ room, onClose }: { room: Room; onClose: () => void }) {
  const w = words();
  const calm = useSelected(room, (v) => v.room.calmSinceMs > 0);
  const change = () =>
    room.moderate.calm(!calm).then(
      () => toast(calm ? w.restoredSaid : w.calmSaid),
      (error: unknown) => toast(sentence(error)),
    );
  return (
    <Confirm
      title={calm ? w.restoreAsk : w.calmAsk}
      text={calm ? w.restoreText : w.calmText}
      yes={calm ? w.restoreYes : w.calmYes}
      onYes={() => void change()}
      onClose={onClose}
    />
  );
}
