import type { Question } from "../../client";

/** The sections of the questions tab, each in its order. */
export interface Sections {
  readonly now: readonly Question[];
  readonly next: readonly Question[];
  readonly open: readonly Question[];
  readonly answered: readonly Question[];
}

/** Now, Next, then open by votes and age, then what was answered last. */
export function sections(all: Iterable<Question>): Sections {
  const now: Question[] = [];
  const next: Question[] = [];
  const open: Question[] = [];
  const answered: Question[] = [];
  for (const q of all) {
    if (q.state === "answering") now.push(q);
    else if (q.state === "answered") answered.push(q);
    else if (q.state === "open") (q.next ? next : open).push(q);
  }
  const byVotes = (a: Question, b: Question) => b.votes - a.votes || a.askedMs - b.askedMs || (a.id < b.id ? -1 : 1);
  now.sort((a, b) => b.answeringMs - a.answeringMs);
  next.sort(byVotes);
  open.sort(byVotes);
  answered.sort((a, b) => b.answeredMs - a.answeredMs);
  return { now, next, open, answered };
}

/**
 * Keeps an order still while somebody points at it: what is gone leaves, what is new waits at the end. `moved` is the
 * fewest that would have to jump to come to the true order.
 */
export function hold(still: readonly string[], fresh: readonly string[]): { shown: string[]; moved: number } {
  const present = new Set(fresh);
  const kept = still.filter((id) => present.has(id));
  const known = new Set(kept);
  const shown = [...kept, ...fresh.filter((id) => !known.has(id))];
  const place = new Map(fresh.map((id, i) => [id, i]));
  return { shown, moved: shown.length - longestRise(shown.map((id) => place.get(id) ?? 0)) };
}

/** Length of the longest rising subsequence: those that may stay. */
function longestRise(numbers: readonly number[]): number {
  const ends: number[] = [];
  for (const n of numbers) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((ends[mid] ?? 0) < n) low = mid + 1;
      else high = mid;
    }
    ends[low] = n;
  }
  return ends.length;
}
