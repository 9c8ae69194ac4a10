import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { naming, Undos, undoMs, type Doing } from "./undos";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const undo = async () => undefined;
const arrived = () => undefined;

/** An act on what the room has one of, with the change that its ack names. */
function changes(undos: Undos, lastOf: NonNullable<Doing["lastOf"]>, change: string) {
  return undos.act([lastOf], () => naming(async (changed) => changed(change)), { undo, lastOf }, arrived);
}

test.each(["setting", "terms", "pin", "air"] as const)("an act on %s that changed nothing offers no undo, and leaves that of the one before", async (kind) => {
  const undos = new Undos();
  const first = await changes(undos, kind, "7");
  expect([...first.entry!.results.values()]).toEqual(["7"]);
  expect(await changes(undos, kind, "")).toEqual({ any: true, refused: undefined, entry: undefined });
  expect(undos.last(performance.now())).toBe(first.entry);
  const third = await changes(undos, kind, "8");
  expect(undos.take(first.entry!, performance.now())).toBe(false);
  expect(undos.last(performance.now())).toBe(third.entry);
});

test("what is too old to be taken back is passed over", async () => {
  const undos = new Undos();
  await undos.act(["q"], undo, { undo }, arrived);
  vi.advanceTimersByTime(undoMs + 1);
  expect(undos.last(performance.now())).toBeUndefined();
});

test("an undo that comes too late leaves what was done since", async () => {
  const undos = new Undos();
  const first = await changes(undos, "pin", "1");
  const second = await undos.act(["q"], async () => "done", { undo }, arrived);
  const third = await changes(undos, "pin", "2");
  expect(undos.take(first.entry!, performance.now())).toBe(false);
  expect(undos.last(performance.now())).toBe(third.entry);
  expect(undos.take(third.entry!, performance.now())).toBe(true);
  expect(undos.last(performance.now())).toBe(second.entry);
});

test("what is refused is told, and is nothing to take back", async () => {
  const undos = new Undos();
  const refused = new Error("no");
  const going = undos.act(["q"], () => Promise.reject(refused), { undo }, arrived);
  expect(undos.last(performance.now())).toBeDefined(); // the key may come before the ack
  expect(await going).toEqual({ any: false, refused, entry: undefined });
  expect(undos.last(performance.now())).toBeUndefined();
});
