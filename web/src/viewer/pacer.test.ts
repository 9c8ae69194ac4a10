import { expect, test } from "vitest";
import type { Comment } from "../../client";
import { newer, Pacer, vanished } from "./pacer";

const comment = (id: string, person = "ada"): Comment => ({ id, person, name: person, role: "viewer", guest: true, text: id, atMs: 0, streamTimeMs: 0, hiddenBefore: 0, reply: null, editedMs: 0, place: 0, held: false });
const list = (ids: string, person?: string) => [...ids].map((id) => comment(id, person));
const ids = (comments: readonly Comment[]) => comments.map((c) => c.id).join("");

test("history stands at once, a tick's comments enter one by one", () => {
  const pacer = new Pacer();
  expect(ids(pacer.show(list("ab"), 0, "me").shown)).toBe("ab");
  pacer.show(list("abc"), 1000, "me");
  const eight = list("abcdefgh");
  const first = pacer.show(eight, 1500, "me");
  expect(ids(first.shown)).toBe("abcd");
  expect(first.nextMs).toBeCloseTo(1600);
  expect(ids(pacer.show(eight, 1650, "me").shown)).toBe("abcde");
  expect(pacer.show(eight, 2000, "me")).toEqual({ shown: eight, nextMs: 0 });
});

test("an own comment brings in those before it", () => {
  const pacer = new Pacer();
  pacer.show(list("a"), 0, "me");
  const five = [...list("abc"), comment("d", "me"), comment("e")];
  expect(ids(pacer.show(five, 1000, "me").shown)).toBe("abcd");
  expect(ids(pacer.show(five, 2000, "me").shown)).toBe("abcde");
});

test("ticks that come close upon one another after a stall enter in their order, each comment within a second", () => {
  const pacer = new Pacer();
  let all = list("a");
  pacer.show(all, 0, "me");
  const came = new Map<string, number>();
  const entered = new Map<string, number>();
  for (let now = 3000; now <= 5000; now += 10) {
    const tick = ({ 3000: "bcdefghijk", 3040: "lmnop", 3080: "qr", 4000: "st" } as Record<number, string>)[now] ?? "";
    all = [...all, ...list(tick)];
    for (const id of tick) came.set(id, now);
    const { shown } = pacer.show(all, now, "me");
    expect(all.slice(0, shown.length)).toEqual(shown);
    for (const c of shown) if (!entered.has(c.id)) entered.set(c.id, now);
  }
  for (const [id, ms] of came) expect(entered.get(id)! - ms, id).toBeLessThanOrEqual(1000);
  expect(entered.get("k")! - entered.get("b")!).toBeGreaterThan(700); // spread, although others wait behind them
});

test("falling off the old end is no removal", () => {
  expect(vanished(list("abcd"), list("cdef"), 4)).toEqual([]);
  expect(vanished(list("abcd"), list("cefg"), 4)).toEqual(["d"]);
  expect(vanished(list("abcd"), list("bd"), 4)).toEqual(["a", "c"]);
});

test("counts what came while the list was held", () => {
  expect(newer(list("ab"), list("abcd"))).toBe(2);
  expect(newer(list("ab"), list("xyz"))).toBe(3);
});
