import { readFileSync } from "node:fs";
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

/** Reasons of the protocol that no page has a sentence for, and why. */
const unsaid: Readonly<Record<string, string>> = {
  FIELD_INVALID: "the message says what is wrong with which field",
  FIELD_REQUIRED: "the message says which field",
  UNIMPLEMENTED: "not sent",
  CANCELED: "who asked is gone",
  TOKEN_MISMATCH: "of the library's own auth, which a page does not send",
  FRAME_INVALID: "a mistake of ours, not of a person",
  REQUEST_ID_REUSED: "the library makes ids, at random",
  CURSOR_LOST: "of watchers over gRPC",
  UNKNOWN_KIND: "of taps, which are not answered",
  BAD_COUNT: "of taps, which are not answered",
  CLOCK_OFF: "of taps, which are not answered",
};

test("every reason of the protocol is said in both languages, or an exception has its reason", () => {
  const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
  const reasons = [...page.slice(page.indexOf("## Fault reasons"), page.indexOf("## Refused before the socket")).matchAll(/^\| <a id="([A-Z_]+)"><\/a>`\1` \|/gm)].map((row) => row[1]!);
  expect(reasons.length).toBeGreaterThan(50);
  for (const reason of reasons) {
    const told = [refusals.en, refusals.fr].map((all) => Object.hasOwn(all, reason));
    expect(told, reason).toEqual(Object.hasOwn(unsaid, reason) ? [false, false] : [true, true]);
  }
  expect(Object.keys(unsaid).filter((one) => !reasons.includes(one))).toEqual([]);
});

test("what a moderator or the operator's service says of a refusal is told with it", () => {
  expect(sentence({ reason: "REJECTED", message: "this was not accepted: no phone numbers" })).toBe("This was not accepted. Write it in another way. No phone numbers.");
  expect(sentence({ reason: "REJECTED", message: "this was not accepted" })).toBe("This was not accepted. Write it in another way.");
  expect(sentence({ reason: "TIMED_OUT", message: "a moderator has muted you for a while: Calm down" })).toBe("A moderator has muted you for a while. Calm down.");
});
