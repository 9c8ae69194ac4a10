import { useRef } from "preact/hooks";
import type { Room } from "../../client";
import { orderable, place } from "./acts";
import type { Desk } from "./desk";
import { words } from "./words";

/** Where a question would go: before the id, or last. */
interface Drop {
  readonly row: Element;
  readonly before: string;
}

/** The handle by which a question is dragged to its place in the hosts' own order. By keyboard it is Alt and an arrow. */
export function Grip({ room, desk, id }: { room: Room; desk: Desk; id: string }) {
  const drop = useRef<Drop | undefined>(undefined);
  const mark = (next: Drop | undefined) => {
    drop.current?.row.classList.remove("drop-before", "drop-after");
    drop.current = next;
    next?.row.classList.add(next.before && next.row.id === `live-${next.before}` ? "drop-before" : "drop-after");
  };
  const look = (e: PointerEvent): Drop | undefined => {
    const row = document.elementsFromPoint(e.clientX, e.clientY).find((one) => one.matches(".in-live .item"));
    const over = row?.id.slice("live-".length) ?? "";
    const open = orderable(desk);
    const at = open.indexOf(over);
    if (!row || at < 0 || over === id) return undefined;
    const box = row.getBoundingClientRect();
    return { row, before: e.clientY < box.top + box.height / 2 ? over : (open[at + 1] ?? "") };
  };
  const end = (then: boolean) => {
    const at = drop.current;
    mark(undefined);
    if (then && at && at.before !== id) place(room, desk, id, at.before);
  };
  return (
    <span
      class="grip"
      title={words().drag}
      aria-hidden="true" // the keyboard's way stands in the map and among the commands
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.preventDefault();
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={(e) => e.currentTarget.hasPointerCapture(e.pointerId) && mark(look(e))}
      onPointerUp={() => end(true)}
      onPointerCancel={() => end(false)}
      onLostPointerCapture={() => end(false)}
    />
  );
}
