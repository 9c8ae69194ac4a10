import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Tokens } from "../token";

const second = 1_800_000_000; // the server's clock
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const token = (claims: object) => `x.${btoa(JSON.stringify(claims))}.x`;

test.each([0, 5, -5])("with a clock that is %d hours wrong a token of an hour is asked for once, kept for that hour, and renewed in time", async (hours) => {
  vi.setSystemTime((second + hours * 3600) * 1000);
  let asked = 0;
  const tokens = new Tokens("", async () => {
    asked++;
    const iat = Math.round(Date.now() / 1000) - hours * 3600;
    return token({ iat, exp: iat + 3600 });
  });
  for (let i = 0; i < 5; i++) await tokens.current();
  expect(asked).toBe(1);
  expect(tokens.refreshMs()).toBeGreaterThan(3600 * 740);
  expect(tokens.refreshMs()).toBeLessThan(3600 * 860);
  vi.advanceTimersByTime(3_601_000);
  await tokens.current();
  expect(asked).toBe(2);
});

test("a token that does not say when it was made ends when it says, by this clock", async () => {
  vi.setSystemTime(second * 1000);
  const get = vi.fn(async () => token({ exp: second + 60 }));
  await new Tokens(token({ exp: second - 1 }), get).current();
  expect(get).toHaveBeenCalledTimes(1);
  await new Tokens(token({ exp: second + 1 }), get).current();
  await new Tokens("no token at all", get).current();
  expect(get).toHaveBeenCalledTimes(1);
});
