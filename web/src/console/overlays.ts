// Whether an overlay that was on air is gone. It fades out by itself after 10 s without a connection, and says nothing on
// air: the console does.
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../client";
import { useBeat, useSelected, useStatus } from "../ui";

/** An overlay that is away so long is told of; one that OBS loads anew is back before. */
export const awayMs = 10_000;
/** So long one more than before has to stay to be counted on: a socket whose other end is gone is noticed within 50 s. */
const settledMs = 60_000;

/** How many overlays are counted on, and since when there are more or fewer of them; 0 while there are not. */
export interface Overlays {
  readonly expected: number;
  readonly now: number;
  readonly moreMs: number;
  readonly fewerMs: number;
}

export const none: Overlays = { expected: 0, now: 0, moreMs: 0, fewerMs: 0 };

/** Takes in how many there are. The first is counted on at once. */
export function counted(before: Overlays, now: number, atMs: number): Overlays {
  const { expected } = before;
  if (now > expected) {
    const moreMs = before.moreMs || atMs;
    return expected === 0 || atMs - moreMs >= settledMs ? { expected: now, now, moreMs: 0, fewerMs: 0 } : { expected, now, moreMs, fewerMs: 0 };
  }
  return { expected, now, moreMs: 0, fewerMs: now < expected ? before.fewerMs || atMs : 0 };
}

/** How many are away, and since when; `accept` counts on them no longer. */
export function useOverlays(room: Room): { away: number; sinceMs: number; accept: () => void } {
  const now = useSelected(room, (v) => v.overlays);
  const loaded = useSelected(room, (v) => v.loaded);
  const { state } = useStatus(room);
  const [known, setKnown] = useState(none);
  const told = loaded && state === "open"; // what a lost console knows may be old
  const changing = told && (known.moreMs > 0 || known.fewerMs > 0);
  useBeat(changing ? 1000 : 0);
  const next = told ? counted(known, now, Date.now()) : known;
  useEffect(() => {
    if (next.expected !== known.expected || next.now !== known.now || next.moreMs !== known.moreMs || next.fewerMs !== known.fewerMs) setKnown(next);
  });
  const late = told && next.fewerMs > 0 && Date.now() - next.fewerMs >= awayMs;
  return { away: late ? next.expected - next.now : 0, sinceMs: next.fewerMs, accept: () => setKnown({ ...none, expected: now, now }) };
}
