import { expect, test } from "vitest";
import fc from "fast-check";
import { born, desktop, phone, pose, scatter, spawn, Spawner, type Pose } from "./spawn";

test.each([
  [0, 0],
  [5, 5],
  [12, 12],
  [50, 37],
  [100, 49],
  [500, 77],
  [1000, 89],
  [10_000, 110],
])("%i hearts a second are drawn as %i", (rate, drawn) => {
  expect(Math.round(spawn(rate))).toBe(drawn);
});

test("more taps never look fewer, and no crowd passes the cap of its device", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }), (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(spawn(low)).toBeLessThanOrEqual(spawn(high));
      expect(spawn(high, phone)).toBeLessThanOrEqual(60);
      expect(spawn(high)).toBeLessThanOrEqual(110);
    }),
  );
});

test.each([
  [5, 1],
  [12, 1],
  [1000, 0.089],
])("over ten seconds of %i a second in ticks, the share %d is drawn", (rate, share) => {
  const spawner = new Spawner();
  let drawn = 0;
  for (let tick = 0; tick < 100; tick++) drawn += spawner.take(rate / 10, tick * 100, desktop);
  const given = rate * 10;
  expect(drawn / given).toBeGreaterThan(share * 0.93);
  expect(drawn / given).toBeLessThan(share * 1.5); // the first second knows less of the rate
});

test("quiet rooms lose no heart to rounding", () => {
  const spawner = new Spawner();
  let drawn = 0;
  for (let i = 0; i < 40; i++) drawn += spawner.take(1, i * 250);
  expect(drawn).toBe(40);
});

test("arrivals lie within the time to the next tick", () => {
  const at = scatter(200, 250, Math.random);
  expect(Math.min(...at)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...at)).toBeLessThan(250);
  expect(new Set(at.map((ms) => Math.floor(ms / 25))).size).toBe(10);
});

test("a heart begins at the finger, pops, only rises, fades late, and is over in time", () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
      const random = () => numbers.next().value as number;
      const h = born("heart", true, 300, 700, 800, 1000, random);
      const at: Pose = { x: 0, y: 0, scale: 0, alpha: 0, turn: 0 };
      expect(pose(h, 1000, at)).toBe(true);
      expect([at.x, at.y, at.scale, at.alpha]).toEqual([300, 700, 0.3, 1]);
      pose(h, 1140, at);
      expect(at.scale).toBeCloseTo(1.12, 2);
      let last = 701;
      let falls = 0;
      let aside = 0;
      let palest = 1; // in the first two thirds of its life
      for (let ms = 0; pose(h, 1000 + ms, at); ms += 16) {
        falls = Math.max(falls, at.y - last);
        aside = Math.max(aside, Math.abs(at.x - 300));
        if (ms < h.lifeMs * 0.69) palest = Math.min(palest, at.alpha);
        last = at.y;
      }
      expect(falls).toBe(0);
      expect(aside).toBeLessThanOrEqual(22);
      expect(palest).toBe(1);
      expect(700 - last).toBeGreaterThan(0.59 * 800);
      expect(700 - last).toBeLessThan(0.81 * 800);
      expect(h.lifeMs).toBeGreaterThanOrEqual(1900);
      expect(h.lifeMs).toBeLessThanOrEqual(2700);
    }),
  );
});
