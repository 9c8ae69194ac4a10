import { expect, test } from "vitest";
import { awayMs, counted, none, type Overlays } from "./overlays";

/** Plays counts, each with the second from which it holds, second by second. */
function play(counts: readonly (readonly [second: number, n: number])[], until: number): Overlays {
  let state = none;
  for (let s = 0; s <= until; s++) {
    const n = counts.findLast(([from]) => from <= s)?.[1] ?? 0;
    state = counted(state, n, 1000 + s * 1000);
  }
  return state;
}
const isAway = (o: Overlays, second: number) => o.fewerMs > 0 && 1000 + second * 1000 - o.fewerMs >= awayMs;

test.each([
  ["none was ever there", [[0, 0]], 60, false],
  ["the only one is gone for 9 s", [[0, 1], [20, 0]], 29, false],
  ["the only one is gone for 10 s", [[0, 1], [20, 0]], 30, true],
  ["it came back in time, and left again", [[0, 1], [20, 0], [25, 1], [28, 0]], 35, false],
  ["it came back late", [[0, 1], [20, 0], [50, 1]], 50, false],
  ["loaded anew, the old socket lingers for 50 s", [[0, 1], [20, 2], [70, 1]], 100, false],
  ["of two that both stayed one is gone", [[0, 1], [20, 2], [100, 1]], 111, true],
] as const)("%s", (_, counts, second, away) => expect(isAway(play(counts, second), second)).toBe(away));
