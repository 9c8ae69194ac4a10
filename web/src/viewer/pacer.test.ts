import { expect, test } from "vitest";
import type { Comment } from "../../client";
import { newer, Pacer, vanished } from "./pacer";

const comment = (id: string, person = "ada"): Comment => ({ id, person, name: person, role: "viewer", guest: true, text: id, atMs: 0, streamTimeMs: 0, hiddenBefore: 0, reply: null, editedMs: 0, place: 0, held: false });
const list = (ids: string, person?: string) => [...ids].map((id) => comment(id, person));
const ids = (comments: readonly Comment[]) => comments.map((c) => c.id).join("");

test("history stands at once, a tick's comments enter one by one, own ones wait for nobody", () => {
  const pacer = new Pacer();
  expect(ids(pacer.show(list("ab"), 0, "me").shown)).toBe("ab");
  pacer.show(list("abc"), 1000, "me");
  const four = [...list("abcdef"), comment("g", "me"), comment("h")];
  const first = pacer.show(four, 1500, "me");
  expect(ids(first.shown)).toBe("abcdg");
  expect(first.nextMs).toBeCloseTo(1600);
  expect(ids(pacer.show(four, 1650, "me").shown)).toBe("abcdeg");
  expect(pacer.show(four, 2000, "me")).toEqual({ shown: four, nextMs: 0 });
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
