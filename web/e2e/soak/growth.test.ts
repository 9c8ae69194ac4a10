import { expect, test } from "vitest";
import { judge, type Sample } from "./growth";

/** Two minutes of samples, 5 s apart. */
const soak = (heap: (seconds: number) => number): Sample[] => Array.from({ length: 24 }, (_, i) => ({ seconds: (i + 1) * 5, heap: heap((i + 1) * 5), nodes: 400, listeners: 60 }));

/** Half a per cent up and down, as samples have it. */
const noise = (seconds: number) => (seconds % 10 ? 0.005 : -0.005);

const grown = (samples: readonly Sample[]) => judge(samples).filter((g) => g.grows).map((g) => g.what);

test("what warms up in the first half and is flat then does not grow", () => {
  expect(grown(soak((s) => 3e6 + 2e4 * Math.min(s, 55) + (s % 10 ? 4000 : -4000)))).toEqual([]);
});

test("a leak of 4 % a minute is found out, one of half a per cent is within what is allowed", () => {
  expect(grown(soak((s) => 3e6 * (1 + (0.04 * s) / 60 + noise(s))))).toEqual(["heap"]);
  expect(grown(soak((s) => 3e6 * (1 + (0.005 * s) / 60 + noise(s))))).toEqual([]);
});

test("nodes and listeners that are left behind are found out, too", () => {
  expect(grown(soak(() => 3e6).map((s) => ({ ...s, nodes: 400 + s.seconds, listeners: 60 + s.seconds / 10 })))).toEqual(["nodes", "listeners"]);
});

test("too few samples prove nothing", () => {
  expect(() => judge(soak(() => 1).slice(0, 4))).toThrow("prove nothing");
});
