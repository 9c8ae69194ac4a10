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
