import { expect, test } from "vitest";
import type { Question } from "../../client";
import { hold, sections } from "./order";

const question = (id: string, more: Partial<Question>): Question => ({
  id, person: "p", name: "n", anonymous: false, text: id, state: "open", revision: 1, next: false, label: "", answer: "", votes: 0,
  guestVotes: 0, votesUpto: 0, askedMs: 0, openedMs: 0, answeringMs: 0, answeredMs: 0, reason: "", edited: false, place: "", mergedInto: "", ...more,
});

test("Now, Next, open by votes then age, the last answered first; nothing else is shown", () => {
  const s = sections([
    question("old", { votes: 3, askedMs: 1 }),
    question("top", { votes: 9, askedMs: 5 }),
    question("young", { votes: 3, askedMs: 2 }),
    question("queued", { next: true }),
    question("on", { state: "answering" }),
    question("done", { state: "answered", answeredMs: 1 }),
    question("just", { state: "answered", answeredMs: 2 }),
    question("hidden", { state: "pending" }),
  ]);
  const ids = Object.fromEntries(Object.entries(s).map(([name, list]) => [name, (list as Question[]).map((q) => q.id)]));
  expect(ids).toEqual({ now: ["on"], next: ["queued"], open: ["top", "old", "young"], answered: ["just", "done"] });
});

test.each([
  ["nothing moved", "abc", "abc", "abc", 0],
  ["one jumps up", "abcd", "dabc", "abcd", 1],
  ["two change places", "abc", "bac", "abc", 1],
  ["all turned around", "abcd", "dcba", "abcd", 3],
  ["one left", "abc", "ac", "ac", 0],
  ["a new one on top waits below", "ab", "xab", "abx", 1],
  ["a new one at the end is no move", "ab", "abx", "abx", 0],
])("held still: %s", (_, still, fresh, shown, moved) => {
  expect(hold([...still], [...fresh])).toEqual({ shown: [...shown], moved });
});

test("the room says which order: newest, the hosts' own, or votes without those of guests", () => {
  const all = [
    question("a", { votes: 5, guestVotes: 5, askedMs: 1, openedMs: 12, place: "n" }),
    question("b", { votes: 2, guestVotes: 0, askedMs: 2, openedMs: 11 }),
    question("c", { votes: 1, guestVotes: 0, askedMs: 3, openedMs: 13, place: "V" }),
  ];
  const ids = (questionRanking: "votes" | "newest" | "hosts", ignoreGuestVotes = false) =>
    sections(all, { questionRanking, ignoreGuestVotes }).open.map((q) => q.id);
  expect(ids("votes")).toEqual(["a", "b", "c"]);
  expect(ids("votes", true)).toEqual(["b", "c", "a"]);
  expect(ids("newest")).toEqual(["c", "a", "b"]); // by when they were opened, as the server has it: a waited longer than b
  expect(ids("hosts")).toEqual(["c", "a", "b"]); // byte by byte: V before n; without a place last
});
