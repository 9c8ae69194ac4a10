import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "./axe";
import { ask, desk, launch, Moderator, phone, say, visit } from "./people";
import { Server } from "./server";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), new Server().start()]);
  const writer = await visit(browser, `${server.ready.links.viewer}?tab=questions`, phone);
  const moderator = await Moderator.enter(browser, server);
  for (const text of ["Is this recorded?", "Who made the stage?", "Where are the slides?"]) {
    await ask(writer.page, text, "Ada");
    if (text !== "Where are the slides?") await moderator.step("approve", text);
  }
  await moderator.step("highlight", "Is this recorded?");
  await writer.page.getByRole("tab", { name: "Comments" }).tap();
  await say(writer.page, "Good evening everyone", "Ada");
  await moderator.leave();
  await writer.leave();
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test.each([
  ["phone, dark", phone, "?theme=dark"],
  ["phone, light", phone, "?theme=light"],
  ["phone, questions, light", phone, "?theme=light&tab=questions"],
  ["phone, questions, dark, French", phone, "?theme=dark&tab=questions&lang=fr"],
  ["desk, dark", desk, "?theme=dark"],
  ["desk, light", desk, "?theme=light"],
] as const)("axe finds nothing to say about the viewer page: %s", async (_, options, query) => {
  const one = await visit(browser, server.ready.links.viewer + query, { ...options, reducedMotion: "reduce" });
  await one.page.locator("[data-total]").waitFor();
  await one.page.locator(query.includes("tab=") ? ".question" : ".row")
    .first()
    .waitFor();
  await check(one.page);
  one.calm();
  await one.leave();
});

test("axe finds nothing to say about what opens, and about the page that is not here", async () => {
  const one = await visit(browser, `${server.ready.links.viewer}?tab=questions`, { ...phone, reducedMotion: "reduce" });
  await one.page.getByRole("button", { name: "Ask a question" }).tap();
  await one.page.getByRole("textbox", { name: "Your question" }).waitFor();
  await check(one.page);
  await one.page.keyboard.press("Escape");
  await one.page.getByRole("button", { name: /^Send a heart/ }).press("ArrowUp");
  await one.page.getByRole("menuitemradio").first().waitFor();
  await check(one.page);
  await one.page.goto(server.at("/nowhere"));
  await one.page.getByRole("heading").waitFor();
  await check(one.page);
  await one.leave();
});

test("everything under a thumb is 44 px or more, and nothing moves sideways", async () => {
  for (const tab of ["comments", "questions"]) {
    const one = await visit(browser, `${server.ready.links.viewer}?tab=${tab}`, phone);
    await one.page.locator(tab === "comments" ? ".row" : ".question").first().waitFor();
    const small = await one.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a, input, textarea, summary")]
        .filter((e) => e.offsetParent !== null)
        .map((e) => ({ name: e.className || e.tagName, ...e.getBoundingClientRect().toJSON() }) as { name: string; width: number; height: number })
        .filter((r) => r.width < 44 || r.height < 44)
        .map((r) => `${r.name} ${r.width}x${r.height}`),
    );
    expect(small).toEqual([]);
    expect(await one.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await one.leave();
  }
});

test("the whole page by keyboard: tabs, a vote, a comment", async () => {
  const one = await visit(browser, server.ready.links.viewer, { ...desk, viewport: { width: 1000, height: 700 } });
  const comments = one.page.getByRole("tab", { name: "Comments" });
  await comments.focus();
  await one.page.keyboard.press("ArrowRight");
  const vote = one.page.getByRole("button", { name: /^Vote/ });
  for (let i = 0; i < 10 && !(await vote.evaluate((e) => e === document.activeElement)); i++) await one.page.keyboard.press("Tab");
  await one.page.keyboard.press("Enter");
  await one.page.getByRole("button", { name: /^Take your vote back/ }).waitFor();
  await one.leave();
});

test("the frame for other sites has no stage, and the playground's ten lines work", async () => {
  const framed = await visit(browser, server.at("/r/main/embed"), { ...desk, viewport: { width: 420, height: 600 } });
  await framed.page.locator(".row").first().waitFor();
  expect(await framed.page.locator(".stage").count()).toBe(0);
  await check(framed.page);
  framed.calm();
  await framed.leave();

  const play = await visit(browser, server.at("/client/?room=main"), { ...desk, reducedMotion: "reduce" });
  await play.page.getByText("status.state: open").waitFor();
  const before = Number(await play.page.locator(".widget output").textContent());
  await play.page.getByText("Frames as they pass").click();
  await play.page.getByRole("button", { name: "Send a heart" }).click();
  await expect.poll(async () => Number(await play.page.locator(".widget output").textContent())).toBe(before + 1);
  await play.page.locator(".frames pre", { hasText: '"tap":{"kind":"heart","count":1}' }).waitFor();
  await check(play.page);
  play.calm();
  await play.leave();
});

test.each([
  ["desk, dark", desk, "dark"],
  ["desk, light", desk, "light"],
  ["phone, dark", phone, "dark"],
] as const)("axe finds nothing to say about the console: %s", async (_, options, colorScheme) => {
  const one = await visit(browser, server.ready.links.host, { ...options, colorScheme, reducedMotion: "reduce" });
  await one.page.locator(".line-state.ok").waitFor();
  await one.page.locator(options === phone ? ".card" : ".in-queue .item").first().waitFor();
  await check(one.page);
  for (const open of ["?", "Shift+C"]) {
    await one.page.keyboard.press(open);
    await one.page.locator("dialog[open]").waitFor();
    await check(one.page);
    await one.page.keyboard.press("Escape");
    await one.page.locator(".dialog-body").waitFor({ state: "detached" }); // until then no key is the desk's
  }
  one.calm();
  await one.leave();
});
