// Slips of those who run a show: compositions, wrong links, an overlay that is gone. What the network does to them
// stands in hard-times-desk.test.ts.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, desk, Moderator, phone, visit } from "./people";

const house = new House();
const { server } = house;
const air = { ...desk, viewport: { width: 1280, height: 720 } };

const connected = (page: Page) => page.locator(".line-state.ok").waitFor({ timeout: 45_000 });
const onAir = (page: Page) => page.locator(".overlay:not(.away)").waitFor({ timeout: 45_000 });
const item = (page: Page, text: string) => page.locator(".item", { hasText: text });
const sockets = (one: { asked: string[] }) => one.asked.filter((url) => url.includes("/v1/ws")).length;
/** A question of a moderator's, who may ask fast. */
async function question(text: string): Promise<void> {
  const asker = await visit(house.browser, `${server.ready.links.viewer}?tab=questions`, phone);
  await ask(asker.page, text, "Ada");
  await asker.leave();
}
test("keys of a composition act on nothing, and the Enter that ends one sends nothing", async () => {
  await question("Composed?");
  const one = await visit(house.browser, server.ready.links.moderator, desk);
  await item(one.page, "Composed?").locator(".what").click();
  await one.page.waitForTimeout(450);
  for (const key of ["a", "z", "Enter"]) {
    await one.page.evaluate((pressed) => dispatchEvent(new KeyboardEvent("keydown", { key: pressed, isComposing: true, bubbles: true, cancelable: true })), key);
  }
  await one.page.keyboard.press("w");
  const text = one.page.getByRole("textbox", { name: "Answer" });
  await one.page.keyboard.press("Escape");
  await one.page.keyboard.press("e");
  const edit = one.page.locator("dialog textarea");
  await edit.waitFor();
  const keys = await one.page.context().newCDPSession(one.page);
  await keys.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await edit.evaluate((e) => e.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, isComposing: true, bubbles: true, cancelable: true })));
  await keys.send("Input.insertText", { text: "日本" });
  expect(await edit.inputValue()).toContain("日本");
  await one.page.keyboard.press("Escape");
  expect(await text.count()).toBe(0);
  await item(one.page, "Composed?").and(one.page.locator(".pending")).waitFor();
  one.calm();
  await one.leave();
});

test("a link that ended, is none, or is of another room ends the console in a sentence and the overlay in nothing; neither loops", async () => {
  const links: [string, string][] = [
    [`${server.at("/r/main/host")}#t=${server.mint("moderator", "1s")}`, "This link has expired"], // half a minute late: clocks differ
    [`${server.at("/r/main/host")}#t=${server.token("moderator").slice(0, -6)}`, "This link does not work"],
    [`${server.at("/r/nowhere/host")}#t=${server.token("host")}`, "There is no such room"],
  ];
  for (const [address, heading] of links) {
    const one = await visit(house.browser, address, desk);
    await one.page.getByText(heading).waitFor({ timeout: 45_000 });
    const tries = sockets(one);
    expect(tries).toBeLessThanOrEqual(2);
    await one.page.waitForTimeout(2500);
    expect(sockets(one)).toBe(tries);
    await one.page.getByRole("button", { name: "Reload" }).waitFor();
    one.calm();
    await one.leave();
  }
  const picture = await visit(house.browser, `${server.at("/r/main/overlay")}#t=${server.mint("viewer", "1s")}x`, air);
  await picture.page.waitForTimeout(25_000);
  expect(await picture.page.locator("body").innerText()).toBe("");
  expect(sockets(picture)).toBeLessThanOrEqual(4); // one in ten seconds
  picture.calm();
  await picture.leave();
}, 150_000);

test("numbers below zero and words that mean nothing leave the overlay as designed", async () => {
  const picture = await visit(house.browser, server.ready.links.overlay.replace("#", "?scale=-1&lines=-3&goal=-5&safe=-2&show=&bg=url(x)&side=up&lang=%00&theme=<b>#"), air);
  await onAir(picture.page);
  expect(await picture.page.locator(".overlay").getAttribute("style")).toMatch(/--scale: ?1; ?--safe: ?5/);
  expect(await picture.page.locator("body").innerText()).toBe("");
  picture.calm();
  await picture.leave();
});

test("the console tells when an overlay has been away for 10 s, and not of one that OBS loads anew", async () => {
  const one = await visit(house.browser, server.ready.links.moderator, desk);
  await connected(one.page);
  const picture = await visit(house.browser, server.ready.links.overlay, air);
  await onAir(picture.page);
  await one.page.waitForTimeout(2500);
  await picture.page.reload();
  await onAir(picture.page);
  await one.page.waitForTimeout(12_000);
  expect(await one.page.locator(".banner.away").count()).toBe(0);
  await one.page.evaluate(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector(".banner.away")) return;
      seen.disconnect();
      Object.assign(window, { toldMs: Date.now() });
    });
    seen.observe(document.body, { subtree: true, childList: true });
  });
  const leftMs = Date.now();
  await picture.page.goto("about:blank");
  await one.page.locator(".banner.away", { hasText: "The overlay has been away since" }).waitFor({ timeout: 30_000 });
  const waitedMs = (await one.page.evaluate(() => (window as unknown as { toldMs: number }).toldMs)) - leftMs;
  expect(waitedMs).toBeGreaterThan(9_500);
  expect(waitedMs).toBeLessThan(20_000);
  await picture.page.goto(server.ready.links.overlay);
  await one.page.locator(".banner.away").waitFor({ state: "detached" });
  await picture.leave();
  await one.page.locator(".banner.away").waitFor({ timeout: 20_000 });
  await one.page.getByRole("button", { name: "It is meant to be" }).click();
  await one.page.locator(".banner.away").waitFor({ state: "detached" });
  one.calm();
  await one.leave();
}, 120_000);

test("why a question waits is told beside it: the word, calm, reports", async () => {
  await server.api("PATCH", "/main?updateMask=settings.hold_filtered,settings.report_threshold,settings.open_questions", { settings: { holdFiltered: true, reportThreshold: 1, openQuestions: true } });
  const one = await visit(house.browser, server.ready.links.moderator, desk);
  await connected(one.page);
  const moderator = await Moderator.enter(house.browser, server);
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.moderate.terms({ add: ["sausage"] });
  });
  await question("Where is the sausage?");
  await item(one.page, "Where is the sausage?").getByText("A blocked word: sausage").waitFor();
  await question("Is this a good one?");
  const bo = await visit(house.browser, `${server.ready.links.viewer}?tab=questions`, phone);
  await bo.page.locator(".question", { hasText: "Is this a good one?" }).getByRole("button", { name: "More about this question" }).tap();
  await bo.page.getByRole("button", { name: "Spam" }).tap();
  await item(one.page, "Is this a good one?").getByText(/^Reported/).waitFor();
  await moderator.page.evaluate(() => (window as unknown as { room: import("../client").Room }).room.moderate.calm(true));
  await question("Is it calm in here?");
  await item(one.page, "Is it calm in here?").getByText("Calm: guests wait").waitFor();
  for (const each of [one, bo]) {
    each.calm();
    await each.leave();
  }
  await moderator.leave();
});
