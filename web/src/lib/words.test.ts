import { expect, test } from "vitest";
import { ago } from "./words";
import { pickLanguage } from "./lang";
import { en } from "./words.en";
import { fr } from "./words.fr";
import { ending, endings, refusals, sentence, waiting, waits } from "./sentences";

test.each([
  ["fr", ["en"], "fr"],
  ["fr-CA", [], "fr"],
  ["xx", ["de-DE", "fr-FR", "en"], "fr"],
  [null, ["de"], "en"],
  ["__proto__", [], "en"],
] as const)("asked for %s, preferring %j: %s", (asked, preferred, language) => {
  expect(pickLanguage(asked, preferred)).toBe(language);
});

test("how long ago, in letters", () => {
  expect([0, 9_999, 40_000, 300_000, 7_200_000, 3 * 86_400_000, -5].map(ago)).toEqual(["now", "now", "40 s", "5 m", "2 h", "3 d", "now"]);
});

test("both catalogues say everything, in words", () => {
  for (const [key, value] of Object.entries(en)) {
    const other = (fr as Record<string, unknown>)[key];
    if (typeof value === "function") {
      const speak = (f: unknown, given: unknown) => String((f as (x: unknown) => string)(given));
      for (const n of [0, 1, 2, 1234]) expect(speak(other, key === "kind" || key === "state" ? "x" : n), key).toBeTruthy();
    } else expect(other, key).toBeTruthy();
  }
});

test("a refusal is a sentence, the server's own where we have none", () => {
  expect(sentence({ reason: "SLOW_MODE", message: "x" })).toMatch(/^Slow mode/);
  expect(sentence({ reason: "NEW_REASON", message: "the moon is full" })).toBe("The moon is full.");
  expect(sentence({ reason: "constructor" })).toBe("Something went wrong. Try again.");
  expect(ending("BANNED", "").title).toMatch(/removed/);
  expect(waiting("OFFLINE")).toMatch(/offline/);
  expect(waiting("SILENT")).toBe(en.stale);
});

test("what is refused, ended or waited for is said in both languages", () => {
  for (const all of [refusals, endings, waits]) expect(Object.keys(all.fr).sort()).toEqual(Object.keys(all.en).sort());
});
