// What goes wrong for those who run a show: the console, the overlay, the page of all rooms and the start page. For the
// viewer page see hard-times.test.ts.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, desk, launch, Moderator, phone, say, visit } from "./people";
import { Proxy } from "./proxy";
import { Server } from "./server";

let browser: Browser;
let server: Server;
const air = { ...desk, viewport: { width: 1280, height: 720 } };

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), new Server().start()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const connected = (page: Page) => page.locator(".line-state.ok").waitFor({ timeout: 45_000 });
const onAir = (page: Page) => page.locator(".overlay:not(.away)").waitFor({ timeout: 45_000 });
const item = (page: Page, text: string) => page.locator(".item", { hasText: text });
const clockAt = (hours: number) => (page: Page) =>
  page.addInitScript((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, hours * 3_600_000);
const withoutStorage = (page: Page) =>
  page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("Access is denied", "SecurityError");
        },
      });
    }
  });
/** A question of a moderator's, who may ask fast. */
async function question(text: string): Promise<void> {
  const asker = await visit(browser, `${server.ready.links.viewer}?tab=questions`, phone);
  await ask(asker.page, text, "Ada");
  await asker.leave();
}

test.each([
  ["portal", "This network wants you to sign in first."],
  ["no-upgrade", "This network blocks live connections."],
  ["silence", "You seem to be offline."],
] as const)("a network in the way (%s): the console says it in its banner, the overlay is empty, and both come back", async (between, sentence) => {
  const proxy = await Proxy.to(server.ready.links.viewer);
  const one = await visit(browser, proxy.at(server.ready.links.moderator), desk);
  const picture = await visit(browser, proxy.at(server.ready.links.overlay), air);
  await connected(one.page);
  await onAir(picture.page);
  await one.page.keyboard.press("/");
  await one.page.keyboard.type("half a thought");
  proxy.is = between;
  proxy.cut();
  await one.page.locator(".banner", { hasText: sentence }).waitFor({ timeout: 30_000 });
  await picture.page.locator(".overlay.away").waitFor({ timeout: 30_000 });
  expect(await picture.page.locator("body").innerText()).toBe("");
  proxy.is = "nothing";
  await connected(one.page);
  await onAir(picture.page);
  expect(await one.page.locator(".filter input").inputValue()).toBe("half a thought");
  for (const each of [one, picture]) {
    each.calm();
    await each.leave();
  }
  proxy.close();
}, 120_000);

test("a sign-in page in the server's place is told as that, on the start page and on the page of all rooms", async () => {
  const portal = (page: Page) => page.route("**/v1/{info,rooms}**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Welcome to the hotel</h1>" }));
  for (const address of [server.at("/"), `${server.at("/host")}#t=${server.token("host")}`]) {
    const one = await visit(browser, address, desk, portal);
    await one.page.getByText("This network wants you to sign in first.").waitFor();
    await one.page.unrouteAll();
    await one.page.getByRole("button", { name: "Try again" }).click();
    await one.page.getByText("main", { exact: true }).first().waitFor();
    one.calm();
    await one.leave();
  }
});

test("where storage is blocked the console is run, the overlay is on air, and the rooms are there", async () => {
  const one = await visit(browser, server.ready.links.moderator, desk, withoutStorage);
  const picture = await visit(browser, server.ready.links.overlay, air, withoutStorage);
  const rooms = await visit(browser, `${server.at("/host?room=main")}#t=${server.token("host")}`, desk, withoutStorage);
  await connected(one.page);
  await onAir(picture.page);
  await rooms.page.getByRole("heading", { name: "Settings" }).waitFor();
  await one.page.keyboard.press("?");
  await one.page.getByRole("checkbox").uncheck();
  await one.page.keyboard.press("Escape");
  await question("Without a trace?");
  await item(one.page, "Without a trace?").getByRole("button", { name: "Approve" }).click();
  await item(one.page, "Without a trace?").and(one.page.locator(".open")).waitFor();
  for (const each of [one, picture, rooms]) {
    each.calm();
    await each.leave();
  }
});

test.each([5, -5])("with a clock that is %d hours wrong ages, clocks and what is on air are right", async (hours) => {
  const one = await visit(browser, server.ready.links.moderator, desk, clockAt(hours));
  const picture = await visit(browser, server.ready.links.overlay, air, clockAt(hours));
  await connected(one.page);
  await onAir(picture.page);
  const text = `What time is it at ${hours}?`;
  await question(text);
  await item(one.page, text).waitFor();
  expect(await item(one.page, text).locator(".late").count()).toBe(0);
  await item(one.page, text).locator(".what").click();
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("a");
  await item(one.page, text).and(one.page.locator(".open:not(.sending)")).waitFor();
  await item(one.page, text).locator(".what").click();
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("n");
  await picture.page.locator(".now-card", { hasText: text }).waitFor();
  expect(await one.page.locator(".item.answering .timer").innerText()).toMatch(/^0:[0-5]\d$/);
  await one.page.locator(".item.answering:not(.sending)").waitFor();
  await one.page.keyboard.press("u");
  await picture.page.locator(".now-card").waitFor({ state: "detached" });
  const ada = await visit(browser, server.ready.links.viewer, phone);
  await say(ada.page, `Said at ${hours}`, "Ada");
  const line = picture.page.locator(".comment", { hasText: `Said at ${hours}` });
  await line.waitFor();
  await line.waitFor({ state: "detached", timeout: 30_000 });
  for (const each of [one, picture, ada]) {
    each.calm();
    await each.leave();
  }
}, 120_000);

test("the console comes back from another page, and opened twice it is one moderator at two desks", async () => {
  const one = await visit(browser, server.ready.links.moderator, desk);
  await connected(one.page);
  await one.page.goto(server.at("/livez"));
  await question("Asked meanwhile?");
  await one.page.goBack(); // the link's secret is in this tab's storage
  await item(one.page, "Asked meanwhile?").waitFor();
  const two = await one.page.context().newPage();
  await two.goto(server.ready.links.moderator);
  await item(two, "Asked meanwhile?").waitFor();
  await item(one.page, "Asked meanwhile?").locator(".what").click();
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("c");
  await item(two, "Asked meanwhile?").locator(".claim.mine").waitFor();
  await item(two, "Asked meanwhile?").locator(".what").click();
  await two.waitForTimeout(450);
  await two.keyboard.press("a");
  await item(one.page, "Asked meanwhile?").and(one.page.locator(".open")).waitFor();
  one.calm();
  await one.leave();
});

test("a room that has ended: the console keeps what was, and says that it is over; the overlay has nothing more", async () => {
  await server.api("POST", "", { room: "past", title: "Past" });
  const moderator = await Moderator.enter(browser, server, "past");
  await moderator.fill(1);
  await server.api("POST", "/past/end", {});
  const one = await visit(browser, `${server.at("/r/past/host")}#t=${server.token("host")}`, desk);
  await one.page.locator(".banner.calm").waitFor();
  await item(one.page, "Line 0").waitFor();
  one.calm();
  await one.leave();
  await moderator.leave();
});
