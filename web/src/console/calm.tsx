import type { Room } from "../../client";
import { useSelected } from "../ui";
import type { Desk } from "./desk";
import { Confirm } from "./dialogs";
import { naming } from "./undos";
import { words } from "./words";

/** Asks whether to calm the room, or to give back what stood before. */
export function Calm({ room, desk, onClose }: { room: Room; desk: Desk; onClose: () => void }) {
  const w = words();
  const calm = useSelected(room, (v) => v.room.calmSinceMs > 0);
  const change = () =>
    desk.act(["calm"], () => naming((changed) => room.moderate.calm(!calm, changed)), {
      done: calm ? w.restoredSaid : w.calmSaid,
      undo: (_, made) => room.moderate.undoSetting(made as string),
      lastOf: "setting",
    });
  return (
    <Confirm
      title={calm ? w.restoreAsk : w.calmAsk}
      text={calm ? w.restoreText : w.calmText}
      yes={calm ? w.restoreYes : w.calmYes}
      onYes={change}
      onClose={onClose}
    />
  );
}
