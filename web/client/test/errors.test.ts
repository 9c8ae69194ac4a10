import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OvationError } from "../index";

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

test.each(["SLOW_MODE", "STORE_UNAVAILABLE", "BANNED", "TIMEOUT", "CLOSED", "BAD_URL", "TOKEN_UNAVAILABLE", "LOST", "SILENT", "RENAME", "OFFLINE", "CAPTIVE_PORTAL", "UPGRADE_BLOCKED"])(
  "%s leads to the words that explain it",
  (reason) => {
    const [, name, anchor] = /^https:\/\/github\.com\/ovation-live\/ovation\/blob\/main\/docs\/(.*)#(.*)$/.exec(new OvationError(reason, "").doc)!;
    expect(anchor).toBe(reason);
    expect(page(name!)).toContain(`<a id="${reason}"></a>`);
  },
);

test("every reason that the library makes up has its words", () => {
  const made = ["calls", "diagnose", "link", "room"].flatMap((file) => [...readFileSync(new URL(`../${file}.ts`, import.meta.url), "utf8").matchAll(/"([A-Z][A-Z_]{3,})"/g)].map((found) => found[1]!));
  const explained = page("embedding.md") + page("protocol.md");
  expect(made.length).toBeGreaterThan(8);
  expect(made.filter((reason) => !explained.includes(`<a id="${reason}"></a>`))).toEqual([]);
});
