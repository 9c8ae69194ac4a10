// Holds the viewer page, the console and the overlay open under an even load, used as people use them and cut off now and
// then, and looks whether what they hold after a forced collection grows. `npm run soak`, for FOR=2m unless told otherwise;
// SOAK_SAMPLES=FILE keeps the samples.
import { writeFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";
import { Crowd } from "../crowd";
import { launch, phone, visit, type Visit } from "../people";
import { Proxy } from "../proxy";
import { Server } from "../server";
import { Busy } from "./busy";
import { judge, type Growth, type Held, type Sample } from "./growth";

/** Of each so long a time the load runs all but the last seconds: then every heart has flown and the pages are at rest. */
const everyMs = 10_000;
const restMs = 3500;
const forMs = span(process.env.FOR ?? "2m");
const room = "soak";

/** "90s", "20m" or "1h30m" in milliseconds. */
function span(text: string): number {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };
  const ms = /^(\d+[hms])+$/.test(text) ? [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * units[unit!]!, 0) : 0;
  if (ms < 60_000) throw new Error(`FOR=${text} is no time like 2m, of at least 60s`);
  return ms;
}

interface Soaked {
  readonly name: string;
  readonly one: Visit;
  readonly session: CDPSession;
  readonly samples: (Sample & { readonly embedder: number })[];
  /** Uses it as people do, and leaves it as it was. */
  use(page: Page): Promise<unknown>;
}

async function open(browser: Browser, name: string, url: string, options: BrowserContextOptions, use: Soaked["use"]): Promise<Soaked> {
  const one = await visit(browser, url, options);
  const session = await one.page.context().newCDPSession(one.page);
  return { name, one, session, samples: [], use };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** What a page holds, and beside it the bytes that the browser holds for it, which depend on what it drew last. */
async function held(session: CDPSession): Promise<Held & { embedder: number }> {
  for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize = 0 } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number; embedderHeapUsedSize?: number };
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { heap: usedSize, embedder: embedderHeapUsedSize, nodes, listeners: jsEventListeners };
}

const told = (g: Growth) => `${g.what} ${Math.round(g.mean)} ${(g.perMinute * 100).toFixed(2)} ±${(g.give * 100).toFixed(2)} % a minute`;

/** What V8 compiles while it gets to know a page lies in the page's heap, too, and comes for minutes: it only interprets. */
const flags = "--js-flags=--no-opt --no-maglev --no-sparkplug --no-lazy-feedback-allocation --no-flush-bytecode";

test("pages that are held open for long do not grow", { timeout: forMs + 120_000, retry: 0 }, async () => {
  const [browser, server] = await Promise.all([launch(flags), new Server().start()]);
  const proxy = await Proxy.to(server.ready.links.viewer);
  const crowd = await Crowd.make(server, room);
  let busy: Busy | undefined;
  try {
    await crowd.play(200, 8);
    busy = await Busy.begin(server, room);
    const link = (path: string, token = "") => proxy.at(server.at(`/r/${room}${path}`)) + (token && `#t=${token}`);
    const pages = [
      await open(browser, "viewer", link(""), phone, async (page) => {
        await page.locator(".heart-button").click();
        for (const tab of ["Questions", "Comments"]) await page.getByRole("tab", { name: tab }).click();
      }),
      await open(browser, "console", link("/host", server.mint("moderator", "6h", room)), { viewport: { width: 1280, height: 800 }, locale: "en-GB" }, async (page) => {
        for (const key of ["4", "5", "1", "2", "j", "k", "3"]) await page.keyboard.press(key);
      }),
      await open(browser, "overlay", link("/overlay", server.mint("moderator", "6h", room)), { viewport: { width: 1280, height: 720 }, locale: "en-GB" }, async () => undefined),
    ];
    const leaky = await open(browser, "a page that leaks", server.at("/livez"), phone, async () => undefined);
    await leaky.one.page.evaluate(() => {
      const kept: object[] = [];
      setInterval(() => kept.push(document.createElement("p"), Array.from({ length: 50 }, (_, i) => ({ i }))), 100);
    });
    const all = [...pages, leaky];
    const began = Date.now();
    for (let turn = 1; turn * everyMs <= forMs; turn++) {
      if (turn % 3 === 2) proxy.cut();
      await wait(began + turn * everyMs - restMs - Date.now());
      for (const p of pages) await p.use(p.one.page);
      crowd.quiet = busy.quiet = true;
      await wait(began + turn * everyMs - Date.now());
      for (const p of all) p.samples.push({ seconds: (Date.now() - began) / 1000, ...(await held(p.session)) });
      crowd.quiet = busy.quiet = false;
    }
    const judged = all.map((p) => ({ name: p.name, growth: judge(p.samples) }));
    if (process.env.SOAK_SAMPLES) writeFileSync(process.env.SOAK_SAMPLES, JSON.stringify(all.map((p) => ({ name: p.name, samples: p.samples }))));
    for (const { name, growth } of judged) console.log(`${name}: ${growth.map(told).join(", ")}`);
    for (const p of pages) p.one.calm();
    expect(busy.done).toBeGreaterThan(forMs / 2000);
    expect(busy.failed).toBeLessThan(busy.done / 10);
    const leak = judged.pop()!; // it would be found out, were it one of ours
    expect(leak.growth.filter((g) => g.grows).map((g) => g.what)).toEqual(["heap", "nodes"]);
    for (const { name, growth } of judged) for (const g of growth) expect(g.grows, `${name}: ${told(g)}, the last half may grow by 1 % and what is noise`).toBe(false);
  } finally {
    busy?.stop();
    crowd.stop();
    proxy.close();
    await browser.close();
    await server.remove();
  }
});
