import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { desk, phone, say, visit } from "./people";
import { Server } from "./server";

const server = new Server();
let browser: Browser;
beforeAll(async () => {
  // Tests have a browser that keeps no page it leaves; people's browsers do.
  const keeping = chromium.launch({ executablePath: inject("chromium"), args: ["--no-sandbox"], ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  [browser] = await Promise.all([keeping, server.start()]);
});
afterAll(async () => {
  await browser?.close();
  await server.remove();
});

/** How often the page came back as it was left, with all its script in the state of then. */
const returns = (page: Page) => page.evaluate(() => (window as unknown as { returns?: number }).returns ?? 0);

test("back and forward, and back again: the page that a browser kept is live again at once, and has what was said meanwhile", { timeout: 120_000 }, async () => {
  const ada = await visit(browser, server.ready.links.viewer, phone, (page) =>
    page.addInitScript(() => {
      let returns = 0;
      addEventListener("pageshow", (e) => e.persisted && Object.assign(window, { returns: ++returns }));
    }),
  );
  const bo = await visit(browser, server.ready.links.viewer, desk);
  await ada.page.getByText("LIVE", { exact: true }).waitFor();
  await ada.page.getByRole("textbox", { name: "Say something" }).fill("Half a thought");
  await ada.page.goto(server.at("/"));
  for (let turn = 1; turn <= 2; turn++) {
    await say(bo.page, `Said while Ada was away, ${turn}`, "Bo");
    await ada.page.evaluate(() => history.back());
    await expect.poll(() => returns(ada.page).catch(() => 0)).toBe(turn);
    await ada.page.locator(".row", { hasText: `Said while Ada was away, ${turn}` }).waitFor();
    await say(bo.page, `And after, ${turn}`, "Bo");
    await ada.page.locator(".row", { hasText: `And after, ${turn}` }).waitFor();
    expect(await ada.page.locator(".quiet-line").count()).toBe(0);
    expect(await ada.page.getByRole("textbox", { name: "Say something" }).inputValue()).toBe("Half a thought");
    if (turn === 1) {
      await ada.page.evaluate(() => history.forward());
      await ada.page.getByRole("heading", { name: "Ovation" }).waitFor();
    }
  }
  bo.calm();
  for (const one of [ada, bo]) await one.leave();
});
