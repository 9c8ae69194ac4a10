import { expect, test } from "vitest";
import type { ApiLink } from "../lib/api";
import { unfinished } from "./chain";

const link = (id: string, maker: string, revoked: boolean): ApiLink => ({
  role: "host",
  link: id,
  ...(maker && { maker }),
  ...(revoked && { revokeTime: "2026-05-01T00:00:00Z" }),
});

test("a link is unfinished while something below it is good", () => {
  const links = [link("grandchild", "child", false), link("child", "first", true), link("first", "", true)];
  expect([...unfinished(links)].sort()).toEqual(["child", "first"]);
});

test("one that took all it made with it is finished, and a good one has nothing to finish", () => {
  expect(unfinished([link("child", "first", true), link("first", "", true), link("other", "", false), link("others", "other", false)]).size).toBe(0);
});

test("what was made with a link that is not in the list says nothing, and a circle ends", () => {
  expect(unfinished([link("a", "elsewhere", false), link("b", "c", false), link("c", "b", true)])).toEqual(new Set(["c"]));
});
