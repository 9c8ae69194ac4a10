import { expect, test } from "vitest";
import { suggestId } from "./id";
import { catalogue } from "../lib/catalogue";
import { changed, draftOf, NotANumber, updateOf } from "./settings";
import { en } from "./words.en";
import { fr } from "./words.fr";

test.each([
  ["The Launch, 2026!", "the-launch-2026"],
  ["Café à la crème", "cafe-a-la-creme"],
  ["  --  ", ""],
  ["今夜のライブ", ""],
  ["x".repeat(70), "x".repeat(63)],
  [`${"x".repeat(62)} y`, "x".repeat(62)],
])("suggests for %s the id %s", (title, id) => expect(suggestId(title)).toBe(id));

const room = { room: "launch", title: "Launch", revision: "7", settings: { kinds: ["heart", "clap"], slowModeSeconds: 5, guests: true } };

test("an update carries what was changed, and the revision it was changed on", () => {
  const before = draftOf(room);
  const now = { ...before, title: " New ", kinds: "heart, , star ", slowModeSeconds: "30", guests: false };
  const fields = changed(before, now);
  expect(fields).toEqual(["title", "kinds", "guests", "slowModeSeconds"]);
  expect(updateOf(room, now, fields)).toEqual({
    room: "launch",
    revision: "7",
    title: "New",
    settings: { kinds: ["heart", "star"], guests: false, slowModeSeconds: 30 },
  });
});

test("a number that is none is refused beside its field", () => {
  for (const slowModeSeconds of ["", "-1", "1.5", "many", "12345678901"]) {
    const now = { ...draftOf(room), slowModeSeconds };
    expect(() => updateOf(room, now, ["slowModeSeconds"])).toThrow(NotANumber);
  }
});

test("an order of questions is one of the settings", () => {
  const before = draftOf(room);
  const now = { ...before, questionRanking: "QUESTION_RANKING_HOSTS" as const, answeringSlots: "2" };
  expect(updateOf(room, now, changed(before, now)).settings).toEqual({ questionRanking: "QUESTION_RANKING_HOSTS", answeringSlots: 2 });
});

test("a picture is an address, without the blanks around it; empty gives back the drawn scene", () => {
  const shown = { ...room, settings: { ...room.settings, source: "https://media.example/a.mp4" } };
  const before = draftOf(shown);
  expect(before.source).toBe("https://media.example/a.mp4");
  for (const [typed, sent] of [[" https://media.example/b.mp4\n", "https://media.example/b.mp4"], ["", ""]] as const) {
    const now = { ...before, source: typed };
    expect(updateOf(shown, now, changed(before, now)).settings).toEqual({ source: sent });
  }
});

test("both catalogues of the rooms' page say the same things, all of them in words", () => {
  expect(catalogue(fr)).toEqual(catalogue(en));
});
