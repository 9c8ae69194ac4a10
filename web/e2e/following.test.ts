import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Crowd } from "./crowd";
import { House } from "./house";
import { Moderator, phone } from "./people";

const house = new House();
const { server } = house;

const list = (page: Page) => page.getByRole("log");
/** Pixels of the list below what is seen. */
const below = (page: Page) => list(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);

interface Held {
  hold: boolean;
  frames: (() => void)[];
}

/** From now on the page's socket keeps what comes while `held.hold` is set, as a busy page does. */
const holdable = (page: Page) =>
  page.addInitScript(() => {
    const held: Held = { hold: false, frames: [] };
    class Patient extends WebSocket {
      override set onmessage(take: ((this: WebSocket, e: MessageEvent) => unknown) | null) {
        super.onmessage = (e) => void (held.hold ? held.frames.push(() => take?.call(this, e)) : take?.call(this, e));
      }
    }
    Object.assign(window, { held, WebSocket: Patient });
  });

test("the list follows where a comment is removed and others come before the next frame", async () => {
  await server.api("POST", "", { room: "removed", title: "Removed" });
  const moderator = await Moderator.enter(house.browser, server, "removed");
  const ada = await house.enter(server.at("/r/removed"), phone, holdable);
  await moderator.fill(15); // more than are seen, and all of them are drawn
  await ada.page.locator(".row", { hasText: "Line 14" }).waitFor();
  await expect.poll(() => below(ada.page)).toBeLessThan(1);
  await list(ada.page).evaluate((box) => (box.style.overflowAnchor = "none")); // as in Safari, which anchors nothing
  await ada.page.evaluate(() => void ((window as unknown as { held: Held }).held.hold = true));
  const came = () => ada.page.evaluate(() => (window as unknown as { held: Held }).held.frames.length);
  await moderator.remove("Line 12");
  await expect.poll(came).toBeGreaterThan(0);
  const first = await came();
  const long = "As long as several lines of a phone. ".repeat(6).trim();
  await moderator.say(long);
  await expect.poll(came).toBeGreaterThan(first);
  await ada.page.evaluate(async () => {
    const { held } = window as unknown as { held: Held };
    for (let take = held.frames.shift(); take; take = held.frames.shift()) {
      take();
      await new Promise((resolve) => {
        requestAnimationFrame(() => {
          const afterwards = new MessageChannel(); // the frame was laid out, and the next one has not begun
          afterwards.port1.onmessage = resolve;
          afterwards.port2.postMessage("");
        });
      });
    }
    held.hold = false;
  });
  await ada.page.locator(".row", { hasText: long }).waitFor();
  await moderator.say("And one more");
  await ada.page.locator(".row", { hasText: "And one more" }).waitFor();
  await expect.poll(() => below(ada.page)).toBeLessThan(1);
  expect(await ada.page.locator(".new").count()).toBe(0);
  ada.calm();
  await moderator.leave();
});

test("a finger that reads up gets there, also where comments come without pause", async () => {
  const crowd = await Crowd.make(server, "drag");
  try {
    const ada = await house.enter(server.at("/r/drag"), { ...phone, isMobile: true }); // else touches scroll nothing
    await crowd.play(50, 10);
    await expect.poll(() => crowd.order.length, { timeout: 30_000 }).toBeGreaterThan(40);
    await expect.poll(() => list(ada.page).evaluate((box) => box.scrollHeight > 2 * box.clientHeight)).toBe(true);
    const session = await ada.page.context().newCDPSession(ada.page);
    const box = (await list(ada.page).boundingBox())!;
    const at = (i: number) => [{ x: box.x + 100, y: box.y + 60 + 6 * i }];
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
    for (let i = 1; i <= 25; i++) {
      await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(i) });
      await ada.page.waitForTimeout(16); // a frame: as a finger moves
    }
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    const fresh = ada.page.locator(".new");
    await fresh.waitFor();
    expect(await below(ada.page)).toBeGreaterThan(48);

    // A finger that only rests stops nothing once it has left.
    await fresh.tap();
    await expect.poll(() => fresh.count()).toBe(0);
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
    const before = crowd.order.length;
    await expect.poll(() => crowd.order.length).toBeGreaterThan(before + 5);
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    crowd.quiet = true;
    await expect.poll(() => below(ada.page)).toBeLessThan(1);
    expect(await fresh.count()).toBe(0);
    ada.calm();
  } finally {
    crowd.stop();
  }
});
