import { expect, test } from "vitest";
import { applySnapshot, applyStanding, empty } from "../state";
import { toQuestion } from "../wire";

const asked = { question: "q", person: "ada", name: "Ada", text: "How long?", state: "pending", revision: "2", askedMs: "1000" };
const known = applySnapshot(empty, {
  cursor: { epoch: "e", log: "1", state: "1" },
  room: { room: "r", state: "live" },
  moderation: { questions: [{ question: asked, asker: "ada", askerName: "Ada" }] },
});
const told = (more: object) => toQuestion({ question: "q", state: "pending", revision: "3", ...more });

test("a fault tells where a question stands: its words, its asker and its age stay as they were known", () => {
  const q = applyStanding(known, told({})).moderation.get("q");
  expect(q).toMatchObject({ text: "How long?", askerName: "Ada", askedMs: 1000, state: "pending", revision: 3 });
});

test("a question that somebody else approved is open at once, whole to the audience's list, too", () => {
  const s = applyStanding(known, told({ state: "open" }));
  expect(s.moderation.get("q")?.state).toBe("open");
  expect(s.questions.get("q")).toMatchObject({ text: "How long?", state: "open" });
});

test("of a question that is not known nothing is made up, and an older fault changes nothing", () => {
  expect(applyStanding(known, told({ question: "other" }))).toBe(known);
  expect(applyStanding(known, told({ revision: "1", state: "rejected" }))).toBe(known);
});
