import type { Question, RoomInfo } from "../../client";

/** The sections of the questions tab, each in its order. */
export interface Sections {
  readonly now: readonly Question[];
  readonly next: readonly Question[];
  readonly open: readonly Question[];
  readonly answered: readonly Question[];
}

/** How a room wants its open questions ordered. */
export type Ranking = Pick<RoomInfo, "questionRanking" | "ignoreGuestVotes">;
const usual: Ranking = { questionRanking: "votes", ignoreGuestVotes: false };

/** The order of open questions. Ties go to the older one; in the hosts' own order what has no place yet comes last. */
export function ranked({ questionRanking, ignoreGuestVotes }: Ranking): (a: Question, b: Question) => number {
  const weight = (q: Question) => (ignoreGuestVotes ? q.votes - q.guestVotes : q.votes);
  const tie = (a: Question, b: Question) => a.askedMs - b.askedMs || (a.id < b.id ? -1 : 1);
  const byVotes = (a: Question, b: Question) => weight(b) - weight(a) || tie(a, b);
  if (questionRanking === "newest") return (a, b) => b.openedMs - a.openedMs || tie(a, b);
  if (questionRanking !== "hosts") return byVotes;
  return (a, b) => {
    if (a.place === b.place) return byVotes(a, b);
    return a.place === "" ? 1 : b.place === "" ? -1 : a.place < b.place ? -1 : 1;
  };
}

/** Now, Next, then open in the room's order, then what was answered last. */
export function sections(all: Iterable<Question>, ranking: Ranking = usual): Sections {
  const now: Question[] = [];
  const next: Question[] = [];
  const open: Question[] = [];
  const answered: Question[] = [];
  for (const q of all) {
    if (q.state === "answering") now.push(q);
    else if (q.state === "answered") answered.push(q);
    else if (q.state === "open") (q.next ? next : open).push(q);
  }
  const order = ranked(ranking);
  now.sort((a, b) => b.answeringMs - a.answeringMs);
  next.sort(order);
  open.sort(order);
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
export function longestRise(numbers: readonly number[]): number {
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
