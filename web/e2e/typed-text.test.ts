// What somebody typed is theirs until it is sent: whatever becomes of the page, the show or the link.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator, phone, say } from "./people";

const house = new House();
const { server } = house;

const field = (page: Page) => page.getByRole("textbox", { name: "Say something" });

test("a reload, and the way back from another page, find both texts where they were", async () => {
  const one = await house.enter(server.ready.links.viewer, phone);
  const { page } = one;
  await field(page).fill("Half a comment");
  await page.getByRole("tab", { name: /Questions/ }).tap();
  await page.getByRole("button", { name: "Ask a question" }).tap();
  await page.getByRole("textbox", { name: "Your question" }).fill("Half a question?");
  await page.reload();
  await expect.poll(() => field(page).inputValue()).toBe("Half a comment");
  await page.goto(server.at("/livez"));
  await page.goBack();
  await expect.poll(() => field(page).inputValue()).toBe("Half a comment");
  await page.getByRole("tab", { name: /Questions/ }).tap();
  await page.getByRole("button", { name: "Ask a question" }).tap();
  expect(await page.getByRole("textbox", { name: "Your question" }).inputValue()).toBe("Half a question?");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: /Comments/ }).tap();
  await say(page, "A whole comment", "Ada");
  await page.reload();
  await page.locator(".row", { hasText: "A whole comment" }).waitFor();
  expect(await field(page).inputValue()).toBe(""); // what is sent is no draft
  one.calm();
});

test("an own comment that is being mended is no draft", async () => {
  const one = await house.enter(server.ready.links.viewer, desk);
  await say(one.page, "With a tpyo", "Bo");
  const row = one.page.locator(".row", { hasText: "With a tpyo" });
  await row.hover();
  await row.locator(".row-more").click();
  await row.getByRole("button", { name: "Edit" }).click();
  await field(one.page).fill("With a typo, nearly");
  await one.page.reload();
  await one.page.locator(".row", { hasText: "With a tpyo" }).waitFor();
  expect(await field(one.page).inputValue()).toBe("");
  one.calm();
});

test("when the show ends, what was not sent can still be read and copied", async () => {
  await server.api("POST", "", { room: "short", title: "Short" });
  const one = await house.enter(server.at("/r/short"), phone);
  await field(one.page).fill("I was just about to say");
  await server.api("POST", "/short/end", {});
  await one.page.locator(".closed-note .unsent", { hasText: "I was just about to say" }).waitFor();
  one.calm();
});

test("a link that ends shows what was not sent, and a new link in the same tab finds it in its field", async () => {
  const one = await house.enter(server.ready.links.viewer, phone);
  await field(one.page).fill("Before the link ended");
  // Half a minute of grace for clocks that differ has passed for this one.
  await one.page.goto(`${server.ready.links.viewer}#t=eyJhbGciOiJIUzI1NiJ9.e30.x`);
  await one.page.reload();
  await one.page.getByText("This link does not work").waitFor();
  await one.page.locator(".unsent", { hasText: "Before the link ended" }).waitFor();
  await one.page.goto(`${server.ready.links.viewer}#t=${server.mint("viewer", "1h")}`);
  await one.page.reload();
  await expect.poll(() => field(one.page).inputValue()).toBe("Before the link ended");
  one.calm();
});

test("a pinned comment that is long can be read whole, and folded again", async () => {
  await server.api("POST", "", { room: "pins", title: "Pins" });
  const moderator = await Moderator.enter(house.browser, server, "pins");
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    const c = await room.comments.post("Doors open at eight. ".repeat(12) + "The last words.");
    await room.moderate.pin(c.id);
  });
  const one = await house.enter(server.at("/r/pins"), phone);
  const text = one.page.locator(".pinned p");
  const whole = () => text.evaluate((e) => e.scrollHeight <= e.clientHeight + 1);
  await one.page.getByRole("button", { name: "Show all" }).waitFor();
  expect(await whole()).toBe(false);
  await one.page.getByRole("button", { name: "Show all" }).tap();
  expect(await whole()).toBe(true);
  expect(await text.locator(".name").innerText()).toBe("Moderator"); // one without a name is no guest
  await one.page.getByRole("button", { name: "Show less" }).tap();
  expect(await whole()).toBe(false);
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.moderate.pin((await room.comments.post("Short")).id);
  });
  await one.page.locator(".pinned", { hasText: "Short" }).waitFor();
  expect(await one.page.getByRole("button", { name: "Show all" }).count()).toBe(0);
  one.calm();
  await moderator.leave();
});

test.each([390, 768, 1280, 1600])("in a frame %i px wide the heart stands beside what one writes in, never over it", async (width) => {
  const one = await house.enter(server.at("/r/main/embed"), { ...desk, viewport: { width, height: 700 } });
  const heart = one.page.locator(".heart-button");
  const clear = async (selector: string) => {
    const [a, b] = [(await heart.boundingBox())!, (await one.page.locator(selector).boundingBox())!];
    return a.x >= b.x + b.width || a.x + a.width <= b.x || a.y >= b.y + b.height || a.y + a.height <= b.y;
  };
  await field(one.page).waitFor();
  expect(await clear(".write .field")).toBe(true);
  if (width < 1440) await one.page.getByRole("tab", { name: /Questions/ }).click();
  await one.page.locator(".ask-bar .ask").waitFor();
  expect(await clear(".ask-bar .ask")).toBe(true);
  one.calm();
});
