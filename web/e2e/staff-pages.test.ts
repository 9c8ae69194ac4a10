import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "./axe";
import { desk, launch, Moderator, phone, say, visit } from "./people";
import { Server } from "./server";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), new Server().start()]);
  const writer = await visit(browser, server.ready.links.viewer, phone);
  await say(writer.page, "Good evening everyone", "Ada");
  await writer.leave();
  const moderator = await Moderator.enter(browser, server);
  await moderator.ask(2, "of the evening?");
  await moderator.step("approve", "Number 1 of the evening?");
  await moderator.step("highlight", "Number 1 of the evening?");
  await moderator.leave();
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test.each([
  ["phone, dark", phone, "dark"],
  ["phone, light", phone, "light"],
  ["desk, dark", desk, "dark"],
  ["desk, light", desk, "light"],
] as const)("axe finds nothing to say about the start page, the rooms and the fifth pane: %s", async (_, options, colorScheme) => {
  const one = await visit(browser, server.at("/"), { ...options, colorScheme, reducedMotion: "reduce" });
  await one.page.locator(".start-rooms li").waitFor();
  await check(one.page);
  await one.page.goto(`${server.at("/host?room=main")}#t=${server.token("host")}`);
  await one.page.locator(".panel").waitFor();
  await check(one.page);
  await one.page.goto(server.ready.links.host.replace("#", "?pane=pulse#"));
  await one.page.locator(".trail li").first().waitFor();
  await one.page.locator(".made, .invite").first().waitFor();
  await check(one.page);
  one.calm();
  await one.leave();
});

test.each(["dark", "light"] as const)("what is old is grey and can still be read: %s", async (colorScheme) => {
  const sockets: { close(): Promise<void> }[] = [];
  let cut = false;
  const one = await visit(browser, server.ready.links.host, { ...desk, colorScheme, reducedMotion: "reduce" }, (page) =>
    page.routeWebSocket(/\/v1\/ws$/, (socket) => {
      if (cut) return;
      sockets.push(socket, socket.connectToServer());
    }),
  );
  await one.page.locator(".line-state.ok").waitFor();
  await one.page.locator(".in-queue .item").first().waitFor();
  cut = true;
  for (const socket of sockets) await socket.close();
  await one.page.getByText(/^Not connected since/).waitFor();
  await check(one.page);
  one.calm();
  await one.leave();
});

test.each([5, -5])("where the clock is %i hours ahead, the end of a show can be undone on the rooms' page for a minute", async (hours) => {
  const room = `late${hours + 5}`;
  await server.api("POST", "", { room, title: "Late" });
  const one = await visit(browser, `${server.at(`/host?room=${room}`)}#t=${server.token("host")}`, desk, (page) =>
    page.addInitScript((ms) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + ms;
    }, hours * 3_600_000),
  );
  await one.page.getByRole("button", { name: "End", exact: true }).click();
  await one.page.getByRole("button", { name: "End the show" }).click();
  const undo = one.page.getByRole("button", { name: /^Undo the end/ });
  await undo.waitFor();
  expect(Number(/\d+/.exec(await undo.innerText())?.[0])).toBeLessThanOrEqual(60);
  await undo.click();
  await one.page.getByRole("button", { name: "End", exact: true }).waitFor();
  one.calm();
  await one.leave();
});

test("with reduced motion nothing in the console moves", async () => {
  const one = await visit(browser, server.ready.links.moderator, { ...desk, reducedMotion: "reduce" });
  await one.page.locator(".item.answering").waitFor();
  await one.page.keyboard.press("2");
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("n"); // a bar rises from below, else
  await one.page.locator(".snack").waitFor();
  const longest = await one.page.evaluate(() => {
    const seconds = (list: string) => Math.max(...list.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
    return Math.max(...[...document.querySelectorAll("*")].map((e) => Math.max(seconds(getComputedStyle(e).animationDuration), seconds(getComputedStyle(e).transitionDuration))));
  });
  expect(longest).toBeLessThanOrEqual(0.01);
  one.calm();
  await one.leave();
});

test("the page of all rooms gives files away, lists the links that it made and takes one back", async () => {
  const one = await visit(browser, `${server.at("/host?room=main")}#t=${server.token("host")}`, { ...desk, permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = one;
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Comments (table)" }).click()]);
  expect(file.suggestedFilename()).toBe("main-comments.csv");
  await page.getByRole("button", { name: "Copy link: Moderators" }).click();
  await page.getByText("Copied.").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const made = page.locator(".made li").first();
  await made.getByText("Moderator").waitFor();
  const guest = await visit(browser, link, desk);
  await guest.page.locator(".line-state.ok").waitFor();
  await made.getByRole("button", { name: /^Take back/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await made.getByText("taken back").waitFor();
  await guest.page.getByText("This link was taken back").waitFor();
  await page.goto(server.at("/host?room=nowhere"));
  await page.getByText("There is no such room").waitFor();
  for (const each of [one, guest]) {
    each.calm();
    await each.leave();
  }
});

test("a start page that cannot read what is stored says that, and not that something cannot be saved; an empty one leads to the host's page", async () => {
  const one = await visit(browser, server.at("/"), phone, (page) => page.route("**/v1/info", (route) => route.fulfill({ status: 503, json: { reason: "STORE_UNAVAILABLE", message: "x" } })));
  await one.page.getByText("The rooms cannot be read").waitFor();
  await one.page.getByText("The server cannot reach what it has stored just now.").waitFor();
  expect(await one.page.locator("main").innerText()).not.toMatch(/save/);
  await one.page.unrouteAll();
  await one.page.route("**/v1/info", (route) => route.fulfill({ json: { version: "v1.2.3", loopback: true, rooms: [] } }));
  await one.page.getByRole("button", { name: "Try again" }).tap();
  await one.page.getByText("No rooms yet").waitFor();
  await check(one.page);
  await one.page.getByRole("link", { name: "To the host’s page" }).tap();
  await one.page.getByRole("heading", { name: "For hosts" }).waitFor();
  one.calm();
  await one.leave();
});

test.each([
  ["loading", "light"],
  ["error", "dark"],
  ["elsewhere", "light"],
  ["in a network", "dark"],
] as const)("axe finds nothing to say about the start page in other states: %s, %s", async (state, colorScheme) => {
  const info = { version: "v1.2.3", loopback: state !== "elsewhere", ...(state !== "elsewhere" && { lan: ["http://192.168.178.24:8080"], rooms: [{ room: "launch", title: "حفل الخريف الكبير", state: "live" }] }) };
  const one = await visit(browser, server.at("/"), { ...phone, colorScheme, reducedMotion: "reduce" }, (page) =>
    page.route("**/v1/info", (route) => (state === "loading" ? undefined : state === "error" ? route.fulfill({ status: 503, json: { reason: "STORE_UNAVAILABLE", message: "x" } }) : route.fulfill({ json: info }))),
  );
  await one.page.locator(state === "loading" ? ".skeleton" : state === "in a network" ? ".qr" : "h1").first().waitFor();
  await check(one.page);
  one.calm();
  await one.leave();
});

test.each(["loading", "error", "nothing"] as const)("axe finds nothing to say about the page of all rooms in other states: %s", async (state) => {
  const one = await visit(browser, `${server.at("/host")}#t=${server.token("host")}`, { ...phone, reducedMotion: "reduce" }, (page) =>
    page.route("**/v1/rooms", (route) => (state === "loading" ? undefined : state === "error" ? route.fulfill({ status: 503, json: { reason: "STORE_UNAVAILABLE", message: "x" } }) : route.fulfill({ json: { rooms: [] } }))),
  );
  await one.page.locator(state === "loading" ? ".skeleton" : ".empty").first().waitFor();
  await check(one.page);
  if (state === "nothing") {
    await one.page.getByRole("button", { name: "New room" }).first().tap();
    await one.page.locator("dialog[open]").waitFor();
    await check(one.page);
  }
  one.calm();
  await one.leave();
});
