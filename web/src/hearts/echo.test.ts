import { expect, test } from "vitest";
import { Budget, Echo } from "./echo";

test("own taps that come back in the total are not drawn again", () => {
  const echo = new Echo();
  for (let i = 0; i < 3; i++) echo.tapped("heart", 1000);
  expect(echo.others("heart", 2, 1200)).toBe(0);
  expect(echo.others("heart", 5, 1400)).toBe(4);
  expect(echo.others("heart", 5, 1600)).toBe(5);
});

test("a tap that never came back is forgotten, and other kinds are not touched", () => {
  const echo = new Echo();
  echo.tapped("heart", 1000);
  expect(echo.others("fire", 1, 1100)).toBe(1);
  expect(echo.others("heart", 1, 9000)).toBe(1);
});

test("the ring fills by what counts: a burst, then so many a second, up to the cap", () => {
  const budget = new Budget(100, { heartCap: 100, tapsPerSecond: 10, tapBurst: 20 }, 0);
  let counted = 0;
  for (let i = 0; i < 40; i++) if (budget.tap(0)) counted++;
  expect(counted).toBe(20);
  expect(budget.share).toBeCloseTo(0.2);
  for (let ms = 0; ms < 60_000; ms += 20) if (budget.tap(ms)) counted++;
  expect(counted).toBe(100);
  expect(budget.spent).toBe(true);
  expect(budget.share).toBe(1);
});
