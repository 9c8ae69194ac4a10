import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const zipped = (file: string) => gzipSync(readFileSync(dist + file), { level: 9 }).length;

test.each(["client/v1/ovation.js", "client/v1/ovation.mjs"])("%s is at most 12 KB, compressed", (file) => {
  expect(zipped(file)).toBeLessThanOrEqual(12 * 1024);
});

/** What a first visit loads: the page, and every script and style that it names or that these import. */
function load(page: string): number {
  const known = new Set(readdirSync(`${dist}assets`));
  const wanted = new Set<string>();
  const follow = (text: string) => {
    for (const [name] of text.matchAll(/[\w.-]+\.(?:js|css|svg)/g)) {
      if (!known.has(name) || wanted.has(name)) continue;
      wanted.add(name);
      follow(readFileSync(`${dist}assets/${name}`, "utf8"));
    }
  };
  follow(readFileSync(`${dist}pages/${page}.html`, "utf8"));
  return [...wanted].reduce((sum, name) => sum + zipped(`assets/${name}`), zipped(`pages/${page}.html`));
}

test.each([
  ["viewer", 150],
  ["embed", 150],
  ["console", 150],
  ["host", 150],
  ["start", 150],
  ["client", 150],
  ["overlay", 60],
])("a first visit of the %s page loads at most %d KB, compressed", (page, most) => {
  expect(load(page)).toBeGreaterThan(1024);
  expect(load(page)).toBeLessThanOrEqual(most * 1024);
});
