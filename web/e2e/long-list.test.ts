import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Crowd } from "./crowd";
import { House } from "./house";
import { phone, visit } from "./people";

const house = new House();
const { server } = house;

/** The numbers of the comments that can be seen, from the top. */
const seen = (page: Page) =>
  page.evaluate(() => {
    const list = document.querySelector(".rows")!;
    const { top, bottom } = list.getBoundingClientRect();
    return [...list.querySelectorAll("[data-entry]")]
      .filter((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom)
      .map((row) => Number(/Comment (\d+)/.exec(row.textContent ?? "")?.[1]));
  });

test("comments run for long: from the first one on nothing shifts, rows are dropped, and reading up finds each of those that are kept", { timeout: 150_000 }, async () => {
  const crowd = await Crowd.make(server, "long");
  try {
    const one = await visit(house.browser, server.at("/r/long"), phone);
    const { page } = one;
    await page.getByText("You are the first.").waitFor();
    await page.evaluate(() => {
      const shifts: { value: number; of: string[] }[] = [];
      interface Shift extends PerformanceEntry {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
      }
      const place = (r: DOMRectReadOnly) => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
      const name = (n: Node | null) => (n instanceof Element ? n.className || n.tagName : (n?.nodeName ?? "gone"));
      new PerformanceObserver((list) => {
        for (const e of list.getEntries() as Shift[])
          if (!e.hadRecentInput) shifts.push({ value: e.value, of: e.sources.map((s) => `${name(s.node)}: ${place(s.previousRect)} to ${place(s.currentRect)} at ${Math.round(e.startTime)}`) });
      }).observe({ type: "layout-shift" });
      Object.assign(window, { shifts });
    });
    await crowd.play(5, 12);
    const newest = async () => Math.max(-1, ...(await seen(page).catch(() => [])));
    await expect.poll(newest, { timeout: 60_000 }).toBeGreaterThan(220); // from the first comment on; the client keeps 150
    const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; of: string[] }[] }).shifts);
    expect(shifts.reduce((sum, s) => sum + s.value, 0), JSON.stringify(shifts)).toBeLessThan(0.02);
    crowd.stop();

    await page.locator(".rows").hover();
    const place = new Map(crowd.order.map((n, at) => [n, at]));
    const places = async () => (await seen(page)).map((n) => place.get(n)!);
    let last = await places();
    while (await page.locator(".rows").evaluate((list) => list.scrollTop > 0)) {
      const scrolled = page.locator(".rows").evaluate(async (list) => {
        const from = list.scrollTop;
        const frame = () => new Promise(requestAnimationFrame);
        for (const until = performance.now() + 2000; list.scrollTop === from && performance.now() < until; ) await frame();
        await frame().then(frame); // what it drew for that is laid out
      });
      await page.mouse.wheel(0, -240); // less than a view: each step still sees something of the one before
      await scrolled;
      const now = await places();
      for (let i = 1; i < now.length; i++) expect(now[i]).toBe(now[i - 1]! + 1);
      expect(now.at(-1)).toBeGreaterThanOrEqual(last[0]!);
      last = now;
    }
    expect(last[0]).toBeGreaterThan(50);
    one.calm();
    await one.leave();
  } finally {
    crowd.stop();
  }
});
