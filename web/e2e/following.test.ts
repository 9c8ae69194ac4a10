import type { Page } from "playwright-core";
import { expect, test } from "vitest";
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
