import { expect, test } from "vitest";
import fc from "fast-check";
import { readLook } from "./params";

const read = (query: string) => readLook(new URLSearchParams(query));

test("without parameters: hearts, comments and the question, transparent, on the right", () => {
  const { look, refused } = read("");
  expect([...look.show]).toEqual(["hearts", "comments", "question"]);
  expect(look).toMatchObject({ side: "right", scale: 1, lines: 4, goal: 0, bg: "", safe: 5 });
  expect(refused).toEqual([]);
});

test("takes what it knows", () => {
  const { look, refused } = read("show=goal,hearts&side=left&scale=1.5&lines=2&goal=5000&bg=dark&safe=0&lang=fr&preview=1");
  expect([...look.show]).toEqual(["hearts", "goal"]);
  expect(look).toMatchObject({ side: "left", scale: 1.5, lines: 2, goal: 5000, bg: "#0e0f13", safe: 0 });
  expect(refused).toEqual([]);
});

test.each([
  ["colour=red", "colour=red"],
  ["side=top", "side=top"],
  ["scale=9", "scale=9"],
  ["scale=", "scale="],
  ["lines=2.5", "lines=2.5"],
  ["goal=-1", "goal=-1"],
  ["bg=url(x)", "bg=url(x)"],
  ["show=hearts,fireworks", "show=hearts,fireworks"],
])("%s is refused and nothing breaks", (query, told) => {
  expect(read(query).refused).toEqual([told]);
});

test("a colour may come with or without its sign", () => {
  expect(read("bg=00ff00").look.bg).toBe("#00ff00");
  expect(read("bg=%2300ff00").look.bg).toBe("#00ff00");
});

test("whatever stands in the address, the look is a sound one", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("show", "side", "scale", "lines", "goal", "bg", "safe", "x"), fc.string()), (given) => {
      const { look } = readLook(new URLSearchParams(given));
      expect(look.scale).toBeGreaterThanOrEqual(0.5);
      expect(look.lines).toBeLessThanOrEqual(4);
      expect(look.goal).toBeGreaterThanOrEqual(0);
      expect(look.bg).toMatch(/^(#[0-9a-f]{6})?$/i);
    }),
  );
});
