import fc from "fast-check";
import { expect, test } from "vitest";
import { endOf, including, windowOf } from "./window";

const sum = (heights: readonly number[]) => heights.reduce((a, b) => a + b, 0);
const rows = fc.array(fc.integer({ min: 20, max: 400 }), { maxLength: 150 });

test("whatever is seen is drawn, and what is not drawn keeps its place", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 100, max: 1000 }), (heights, top, view) => {
      const w = windowOf(heights, top, view, 400);
      expect(w.above + sum(heights.slice(w.from, w.to)) + w.below).toBe(sum(heights));
      expect(w.above).toBe(sum(heights.slice(0, w.from)));
      if (w.from > 0) expect(w.above).toBeLessThanOrEqual(Math.max(0, top));
      if (w.to < heights.length) expect(sum(heights) - w.below).toBeGreaterThanOrEqual(top + view);
      expect(sum(heights.slice(w.from, w.to))).toBeLessThanOrEqual(view + 800 + 2 * 400);
    }),
  );
});

test("at the end the last row is drawn, and enough above it to fill what is seen", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 100, max: 1000 }), (heights, view) => {
      const w = endOf(heights, view, 400);
      expect(w.to).toBe(heights.length);
      expect(w.below).toBe(0);
      if (w.from > 0) expect(sum(heights.slice(w.from))).toBeGreaterThanOrEqual(view);
    }),
  );
});

test("a row that must stay is added with all between", () => {
  const heights = Array.from({ length: 150 }, () => 40);
  const end = endOf(heights, 400, 200);
  expect(end.from).toBeGreaterThan(100);
  expect(including(end, heights, 90)).toEqual({ ...end, from: 90, above: 3600 });
  expect(including(end, heights, -1)).toBe(end);
  const start = windowOf(heights, 0, 400, 200);
  expect(including(start, heights, 20)).toEqual({ from: 0, to: 21, above: 0, below: 129 * 40 });
});
