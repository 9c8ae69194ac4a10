// A list that a moderator works in. It holds still: what is new waits, the selection follows its item, and a row that came
// under the selection by itself cannot be acted on for a moment.

import { longestRise } from "../viewer/order";

/** What a list shows. */
export interface Lane {
  /** Ids in the order shown. */
  readonly shown: readonly string[];
  /** Ids that wait to be shown, or have another place now. */
  readonly fresh: number;
  /** Selected id; empty for none. */
  readonly selected: string;
  /** Ids marked for one act on all. */
  readonly marked: ReadonlySet<string>;
  /** When the selected row came under the selection by itself, as `performance.now()` has it. */
  readonly arrivedMs: number;
}

export const emptyLane: Lane = { shown: [], fresh: 0, selected: "", marked: new Set(), arrivedMs: -Infinity };

/** How long a row that arrived under the selection is safe. */
export const graceMs = 400;

/**
 * Brings a list up to date. While it is held still, rows only leave; else it takes the order of the ids. A selection whose
 * item left goes to the row that takes its place.
 */
export function arrange(lane: Lane, ids: readonly string[], still: boolean, nowMs: number): Lane {
  const there = new Set(ids);
  const kept = lane.shown.filter((id) => there.has(id));
  const shown = still && kept.length > 0 ? kept : ids;
  const fresh = shown === ids ? 0 : moved(shown, ids);
  const marked = [...lane.marked].every((id) => there.has(id)) ? lane.marked : new Set([...lane.marked].filter((id) => there.has(id)));
  let { selected, arrivedMs } = lane;
  if (selected && !shown.includes(selected)) {
    const place = lane.shown.indexOf(selected);
    const later = lane.shown.slice(place + 1).find((id) => shown.includes(id));
    selected = later ?? shown[Math.min(place, shown.length - 1)] ?? shown.at(-1) ?? "";
    arrivedMs = nowMs;
  }
  const same = lane.selected === selected && lane.fresh === fresh && lane.marked === marked && equal(lane.shown, shown);
  return same ? lane : { shown: equal(lane.shown, shown) ? lane.shown : shown, fresh, selected, marked, arrivedMs };
}

/** Appends what stands behind the last row now, for whoever came to the end and asked for more; what is shown stays where it is. */
export function lengthen(lane: Lane, ids: readonly string[]): Lane {
  const there = new Set(lane.shown);
  const end = lane.shown.at(-1);
  return { ...lane, shown: [...lane.shown, ...ids.slice(end === undefined ? 0 : ids.indexOf(end) + 1).filter((id) => !there.has(id))] };
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

/** How many items wait: those that are not shown yet, and the fewest of the others that would have to jump. */
function moved(shown: readonly string[], ids: readonly string[]): number {
  const place = new Map(ids.map((id, i) => [id, i]));
  return ids.length - longestRise(shown.map((id) => place.get(id) ?? 0));
}

/** Selects a row. */
export function select(lane: Lane, id: string): Lane {
  return lane.selected === id ? { ...lane, arrivedMs: -Infinity } : { ...lane, selected: id, arrivedMs: -Infinity };
}

/** Moves the selection; the ends are ends. */
export function move(lane: Lane, by: number): Lane {
  if (lane.shown.length === 0) return lane;
  const at = lane.shown.indexOf(lane.selected);
  const to = at < 0 ? (by > 0 ? 0 : lane.shown.length - 1) : Math.min(lane.shown.length - 1, Math.max(0, at + by));
  return select(lane, lane.shown[to] ?? "");
}

/** Marks the selected row, or takes the mark away. */
export function mark(lane: Lane): Lane {
  if (!lane.selected) return lane;
  const marked = new Set(lane.marked);
  if (!marked.delete(lane.selected)) marked.add(lane.selected);
  return { ...lane, marked };
}

/** Marks this row and the next one, and goes there. */
export function extend(lane: Lane, by: number): Lane {
  if (!lane.selected) return move(lane, by);
  const next = move(lane, by);
  return { ...next, marked: new Set([...lane.marked, lane.selected, next.selected]) };
}

/** A selection whose item somebody else has just taken in hand is as safe as one that arrived, so that the name is seen first. */
export function heed(lane: Lane, before: Claims, now: Claims, me: string, nowMs: number): Lane {
  const by = now.get(lane.selected)?.person ?? "";
  return by && by !== me && by !== before.get(lane.selected)?.person ? { ...lane, arrivedMs: nowMs } : lane;
}

/** Who is at work on which item. */
type Claims = ReadonlyMap<string, { readonly person: string }>;

/** From when on a row may be acted on, by key, button or finger; -Infinity for one that did not come under the selection by itself. */
export function safeFrom(lane: Lane, id: string): number {
  return lane.selected === id ? lane.arrivedMs + graceMs : -Infinity;
}

/** What an act is for: all marked rows, else the selected one; nothing while that one has only just arrived. */
export function targets(lane: Lane, nowMs: number): readonly string[] {
  if (lane.marked.size > 0) return lane.shown.filter((id) => lane.marked.has(id));
  return lane.selected && nowMs >= safeFrom(lane, lane.selected) ? [lane.selected] : [];
}
