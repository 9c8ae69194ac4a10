import type { RefObject } from "preact";
import type { Room } from "../../client";
import { toast } from "../ui";
import { clearAir, shift } from "./acts";
import type { Asking } from "./asking";
import { all, type Desk, type Pane, type Side } from "./desk";
import type { Act } from "./keys";
import { extend, mark, move } from "./lane";
import { words } from "./words";

/** What opens over the desk by a key of its own. */
export type Shown = "" | "map" | "commands" | "calm" | "modes";

/** What a key can reach besides the lists. */
export interface Around {
  readonly room: Room;
  readonly desk: Desk;
  readonly asking: Asking;
  /** The pane that the third column shows. */
  readonly side: Side;
  /** Where the filter is typed. */
  readonly field: RefObject<HTMLInputElement | null>;
  clearFilter(): void;
  show(what: Shown): void;
}

/** Does what a key or a command asks for, with what is selected where one works. */
export function perform(act: Act, { room, desk, asking, side, field, clearFilter, show }: Around): void {
  const { pane } = desk;
  switch (act) {
    case "down":
    case "up":
      return desk.change((l) => move(l, act === "down" ? 1 : -1));
    case "first":
    case "last":
      return desk.change((l) => move(l, act === "first" ? -l.shown.length : l.shown.length));
    case "extend-down":
    case "extend-up":
      return desk.change((l) => extend(l, act === "extend-down" ? 1 : -1));
    case "mark":
      return desk.change(mark);
    case "fresh":
      return desk.refresh();
    case "pane-1":
    case "pane-2":
      return enter(desk, all[Number(act.at(-1)) - 1]!);
    case "pane-3": // a second time: what is held back from there
      return enter(desk, pane === "comments" ? "held" : "comments");
    case "pane-4":
      return enter(desk, "people");
    case "pane-5":
      return enter(desk, "pulse");
    case "region":
      return enter(desk, pane === "queue" ? "live" : pane === "live" ? side : "queue");
    case "filter":
      return field.current?.focus();
    case "undo":
      return desk.undo();
    case "up-order":
    case "down-order":
      return pane === "live" ? reorder(room, desk, act === "up-order" ? -1 : 1) : undefined;
    case "calm":
      return room.view.loaded && room.view.room.state !== "ended" ? show(act) : undefined;
    case "map":
    case "commands":
    case "modes":
      return show(act);
    case "close":
      if (document.activeElement !== field.current) return desk.change((l) => ({ ...l, marked: new Set() }));
      clearFilter();
      field.current?.blur();
      return enter(desk, pane);
    case "air":
      return asking.run(act, desk.targets());
    case "air-clear":
      return clearAir(room, desk);
    case "block":
      return pane === "comments" || pane === "held" ? asking.run(act, desk.targets()) : undefined;
    case "remove":
    case "pin":
      return pane === "comments" ? asking.run(act, desk.targets()) : undefined;
    case "archive":
      return asking.run(pane === "people" ? "lift" : act, desk.targets());
    case "timeout":
    case "ban":
    case "remove-all":
    case "open":
    case "approve": // also a comment that people reported
      return asking.run(act, desk.targets());
    default: // acts on questions
      return pane === "comments" ? undefined : asking.run(act, desk.targets());
  }
}

/** Moves what is selected in the hosts' own order. */
function reorder(room: Room, desk: Desk, by: -1 | 1): void {
  const [id, ...more] = desk.targets();
  if (more.length > 0) toast(words().onlyOne);
  else if (id !== undefined) shift(room, desk, id, by);
}

/** Goes to a pane, with something selected there and the focus in its list. */
export function enter(desk: Desk, pane: Pane): void {
  desk.go(pane);
  if (!desk.lanes[pane].selected) desk.change((l) => move(l, 1), pane);
  requestAnimationFrame(() => { // it may only be drawn now, and somebody who is quick may be in the filter already
    if (!document.activeElement?.matches("input, textarea")) document.querySelector<HTMLElement>(`.in-${pane} .rows`)?.focus();
  });
}
