import { useEffect, useRef, useState } from "preact/hooks";
import type { ModeratorQuestion, QuestionList, Room } from "../../client";

/** Rows that are kept ready behind the selected one. */
const ahead = 20;

/** A page that could not be had is asked for again after so long. */
const againMs = 2000;

/** How many questions of a list there are, and how many of them this page holds. */
export interface Stock {
  readonly known: number;
  readonly total: number;
}

/** Counts the lists, whatever is filtered. */
export function stocks(all: Iterable<ModeratorQuestion>, counts: Readonly<Record<string, number>>): Readonly<Record<QuestionList, Stock>> {
  const of: Record<QuestionList, readonly string[]> = { pending: ["pending"], open: ["open", "answering"], settled: ["answered", "rejected", "archived", "merged"] };
  const known = new Map<string, number>();
  for (const q of all) known.set(q.state, (known.get(q.state) ?? 0) + 1);
  const sum = (states: readonly string[], n: (state: string) => number) => states.reduce((total, state) => total + n(state), 0);
  const stock = (states: readonly string[]) => ({ known: sum(states, (s) => known.get(s) ?? 0), total: sum(states, (s) => counts[s] ?? 0) });
  return { pending: stock(of.pending), open: stock(of.open), settled: stock(of.settled) };
}

/** Whether the end of what is shown comes near the selected row. */
export function nearEnd(shown: readonly string[], selected: string): boolean {
  return shown.length - 1 - shown.indexOf(selected) < ahead;
}

/**
 * Brings in what a list lacks, a page at a time, while it is wanted; gives a function that brings in one page now. The list
 * is asked from its front again where more are counted than came: votes that are cast meanwhile move questions past a page.
 */
export function useMore(room: Room, list: QuestionList, { known, total }: Stock, wanted: boolean, came: () => void): () => void {
  const under = useRef(false);
  const latest = useRef({ known, total, came });
  latest.current = { known, total, came };
  const [failed, setFailed] = useState(0);
  const load = useRef(() => {
    if (under.current || latest.current.known >= latest.current.total) return;
    under.current = true;
    const before = room.view.moderation.size;
    const next = async () => {
      // Pages that are known already are passed over, to the end once and from the front once.
      for (let ends = 0; ends < 2 && room.view.moderation.size === before; ) if (!(await room.moderate.more(list))) ends++;
      latest.current.came();
    };
    void next()
      .catch(() => setFailed((n) => n + 1)) // too often, or no connection
      .finally(() => (under.current = false));
  }).current;
  useEffect(() => {
    if (!wanted || known >= total) return undefined;
    load();
    const timer = setTimeout(load, againMs); // where the one before was still under way
    return () => clearTimeout(timer);
  }, [wanted, known, total]);
  useEffect(() => {
    if (failed === 0 || !wanted) return undefined;
    const timer = setTimeout(load, againMs);
    return () => clearTimeout(timer);
  }, [wanted, failed]);
  return load;
}
