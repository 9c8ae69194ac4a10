import type { Room } from "../../client";
import { sentence } from "../lib/sentences";
import { words } from "../lib/words";
import { Button, toast } from "../ui";

/** The reasons that a report may give, to choose one. */
export function Reasons({ room, onReason }: { room: Room; onReason: (reason: string) => void }) {
  const w = words();
  return (
    <p class="row-acts" role="group" aria-label={w.reportWhy}>
      {(room.limits?.reportReasons ?? []).map((reason) => (
        <Button key={reason} onClick={() => onReason(reason)}>
          {w.reportReason(reason)}
        </Button>
      ))}
    </p>
  );
}

/** Says what became of a report. */
export function reported(sent: Promise<void>): void {
  sent.then(
    () => toast(words().reportedSaid),
    (error: unknown) => toast(sentence(error)),
  );
}
