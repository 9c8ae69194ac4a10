import { expect, test } from "vitest";
import type { Comment, OnAir, Question } from "../../client";
import { airing, clearedMs } from "./air";

const question = (id: string, answeringMs: number, state: Question["state"] = "answering") => ({ id, answeringMs, state }) as Question;
const questions = (...all: Question[]) => new Map(all.map((q) => [q.id, q]));
const on = (atMs: number, what: Partial<OnAir> = {}): OnAir => ({ comment: null, question: "", atMs, ...what });
const comment = { id: "c" } as Comment;

test.each([
  ["nothing was ever chosen", questions(), null, null],
  ["the question of now goes on air by itself", questions(question("a", 5)), null, "a"],
  ["of several that are answered now the latest", questions(question("a", 5), question("b", 7)), null, "b"],
  ["a comment that was chosen later takes its place", questions(question("a", 5)), on(6, { comment }), "c"],
  ["a question that begins later takes the comment's", questions(question("a", 7)), on(6, { comment }), "a"],
  ["and once it is answered the comment does not come back", questions(question("a", 7, "answered")), on(6, { comment }), null],
  ["a cleared overlay stays clear", questions(question("a", 5)), on(6), null],
  ["until the next question", questions(question("a", 5), question("b", 7)), on(6), "b"],
  ["an open question may be chosen", questions(question("a", 0, "open")), on(6, { question: "a" }), "a"],
  ["the question of now, too, after the overlay was cleared", questions(question("a", 5)), on(6, { question: "a" }), "a"],
  ["one that viewers no longer see leaves", questions(), on(6, { question: "a" }), null],
] as const)("%s", (_, all, onAir, want) => {
  const card = airing({ questions: all, onAir });
  expect(card?.comment?.id ?? card?.question?.id ?? null).toBe(want);
});

test("only a choice of nothing clears what was said before", () => {
  expect(clearedMs({ onAir: on(6) })).toBe(6);
  expect(clearedMs({ onAir: on(6, { comment }) })).toBe(0);
  expect(clearedMs({ onAir: null })).toBe(0);
});
