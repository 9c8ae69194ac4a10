import type { Comment, ModeratorQuestion } from "../../client";
import { ranked, type Ranking } from "../viewer/order";

/** Questions as the panes have them. */
export interface Panes {
  /** Waiting ones, the oldest first. */
  readonly queue: readonly ModeratorQuestion[];
  /** Now, then Next, then open ones in the room's order; where they are wanted, after them those that are done with. */
  readonly live: readonly ModeratorQuestion[];
  /** How many are done with. */
  readonly settled: number;
}

/** States of questions that are done with: they can be looked at, and most can be brought back. */
const settledStates: ReadonlySet<string> = new Set(["answered", "rejected", "archived", "merged"]);

/** Sorts questions into panes; those that do not hold the filter are left out. */
export function panes(all: Iterable<ModeratorQuestion>, filter: string, ranking: Ranking, done = false): Panes {
  const wanted = [...all].filter((q) => holds(filter, q.text, q.askerName || q.name, q.label));
  const order = ranked(ranking);
  const rank = (q: ModeratorQuestion) => (q.state === "answering" ? 0 : q.next ? 1 : 2);
  const settled = wanted.filter((q) => settledStates.has(q.state)).sort((a, b) => (b.answeredMs || b.askedMs) - (a.answeredMs || a.askedMs) || byId(a, b));
  return {
    settled: settled.length,
    queue: wanted.filter((q) => q.state === "pending").sort((a, b) => a.askedMs - b.askedMs || byId(a, b)),
    live: [
      ...wanted.filter((q) => q.state === "answering" || q.state === "open").sort((a, b) => rank(a) - rank(b) || order(a, b)),
      ...(done ? settled : []),
    ],
  };
}

/** Comments, the newest first. */
export function newest(comments: readonly Comment[], filter: string): readonly Comment[] {
  return comments.filter((c) => holds(filter, c.text, c.name)).reverse();
}

/** Comments, the oldest first: those that wait come in as others are decided, not always in turn. */
export function oldest(comments: readonly Comment[]): readonly Comment[] {
  return [...comments].sort((a, b) => a.atMs - b.atMs || byId(a, b));
}

/** Whether any of the texts holds what is looked for, in any case. */
export function holds(filter: string, ...texts: string[]): boolean {
  const wanted = filter.trim().toLocaleLowerCase();
  return wanted === "" || texts.some((text) => text.toLocaleLowerCase().includes(wanted));
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
