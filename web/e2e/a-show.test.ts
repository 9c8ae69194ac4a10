import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator, phone, say, total } from "./people";

const house = new House();
const { server } = house;

async function enter(options = phone, query = "") {
  const one = await house.enter(server.ready.links.viewer + query, options);
  await one.page.getByText("LIVE", { exact: true }).waitFor();
  return one;
}

test("two viewers and a moderator live a show", async () => {
  const ada = await enter(phone);
  const bo = await enter(desk);
  const moderator = await Moderator.enter(house.browser, server);

  // A heart on a phone is a number on a desk.
  const before = await total(bo.page);
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  await expect.poll(() => total(bo.page)).toBe(before + 1);
  await expect.poll(() => total(ada.page)).toBe(before + 1);

  // The first comment asks for a name, the second does not.
  await say(ada.page, "Hello from the train", "Ada");
  await say(ada.page, "And it still works", "nobody asks");
  await bo.page.locator(".row", { hasText: "And it still works" }).waitFor();
  expect(await bo.page.locator(".row .name").allTextContents()).toEqual(["Ada", "Ada"]);

  // A removed comment vanishes for everyone.
  await moderator.remove("And it still works");
  await expect.poll(() => bo.page.locator(".row").count()).toBe(1);
  await expect.poll(() => ada.page.locator(".row").count()).toBe(1);

  // A question waits, is approved, voted for, answered.
  const text = "How many people are here?";
  await ada.page.getByRole("tab", { name: /Questions/ }).tap();
  await ada.page.getByRole("button", { name: "Ask a question" }).tap();
  await ada.page.getByRole("textbox", { name: "Your question" }).fill(text);
  await ada.page.getByRole("button", { name: "Ask", exact: true }).tap();
  await ada.page.getByText("Waiting for a moderator").waitFor();
  expect(await bo.page.getByText(text).count()).toBe(0);

  await moderator.step("approve", text);
  const card = bo.page.locator(".question", { hasText: text });
  await card.getByRole("button", { name: /^Vote/ }).click();
  await expect.poll(() => card.locator(".vote").getAttribute("aria-pressed")).toBe("true");
  await ada.page.locator(".question.open", { hasText: text }).locator("b", { hasText: /^1$/ }).waitFor();

  await moderator.step("highlight", text);
  await bo.page.locator(".question.now", { hasText: text }).waitFor();
  await ada.page.getByRole("tab", { name: "Comments" }).tap();
  await ada.page.locator(".banner", { hasText: text }).waitFor();

  await moderator.step("answer", text, "Three, and one of them moderates.");
  await bo.page.locator(".question.answered", { hasText: "Three, and one of them moderates." }).waitFor();
  await ada.page.locator(".banner").waitFor({ state: "detached" });

  ada.calm();
  bo.calm();
  await moderator.leave();
});

test("a question that is not taken tells its author why, and nobody else", async () => {
  const ada = await enter(phone, "?tab=questions");
  const bo = await enter(phone, "?tab=questions");
  const moderator = await Moderator.enter(house.browser, server);
  await ada.page.getByRole("button", { name: "Ask a question" }).tap();
  await ada.page.getByRole("textbox", { name: "Your question" }).fill("What is the weather?");
  await ada.page.getByLabel(/Without my name/).check();
  await ada.page.getByRole("button", { name: "Ask", exact: true }).tap();
  await moderator.step("reject", "What is the weather?", "Off topic");
  await ada.page.getByText("Not taken").waitFor();
  await ada.page.getByText("Off topic").waitFor();
  expect(await bo.page.getByText("What is the weather?").count()).toBe(0);
  await moderator.leave();
});

test("kinds come behind a long press, by finger and by key", async () => {
  const ada = await enter(desk);
  const heart = ada.page.getByRole("button", { name: /^Send a heart/ });
  await heart.focus();
  await ada.page.keyboard.press("ArrowUp");
  await ada.page.getByRole("menuitemradio", { name: "Fire" }).waitFor();
  await expect.poll(() => ada.page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("menuitemradio");
  for (let i = 0; i < 2; i++) await ada.page.keyboard.press("ArrowUp");
  expect(await ada.page.getByRole("menuitemradio", { name: "Fire" }).evaluate((e) => e === document.activeElement)).toBe(true);
  const before = await total(ada.page);
  await ada.page.keyboard.press("Enter");
  await expect.poll(() => total(ada.page)).toBe(before + 1);

  const box = (await heart.boundingBox())!;
  await ada.page.mouse.move(box.x + 28, box.y + 28);
  await ada.page.mouse.down();
  const clap = ada.page.getByRole("menuitemradio", { name: "Applause" });
  await clap.waitFor();
  const over = (await clap.boundingBox())!;
  await ada.page.mouse.move(over.x + over.width / 2, over.y + over.height / 2);
  await ada.page.mouse.up();
  await clap.waitFor({ state: "detached" });
  await expect.poll(() => total(ada.page)).toBe(before + 3); // the touch itself, then the choice
  ada.calm();
});

test("who reads further up is left in peace, and told how much is new", async () => {
  await server.api("PATCH", "/main?updateMask=settings.display_budget", { room: "main", settings: { displayBudget: 1000 } }); // nothing is held back
  const ada = await enter(phone);
  const bo = await enter(phone);
  await ada.page.locator(".rows").or(ada.page.getByText("Say hello. You are the first.")).first().waitFor();
  for (let i = 1; i <= 6; i++) {
    await say(bo.page, `${"A comment so long that the list can soon be scrolled. ".repeat(4)}Number ${i}`, "Bo");
    await ada.page.locator(".row", { hasText: `Number ${i}` }).waitFor();
  }
  const rows = ada.page.locator(".rows");
  const away = () => rows.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
  await expect.poll(away).toBeLessThan(8);
  await rows.hover();
  await ada.page.mouse.wheel(0, -200);
  await expect.poll(away).toBeGreaterThan(100);
  const held = await rows.evaluate((e) => e.scrollTop);
  await say(bo.page, "One more", "Bo");
  await ada.page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await rows.evaluate((e) => e.scrollTop)).toBe(held);
  await ada.page.getByRole("button", { name: "1 new" }).click();
  await ada.page.locator(".row", { hasText: "One more" }).waitFor();
  await expect.poll(away).toBeLessThan(8);
  ada.calm();
});

test("a show ends with its numbers, and nothing more can be said", async () => {
  const ada = await enter(phone);
  await server.api("POST", "/main/end", {});
  await ada.page.getByText("That was it").waitFor();
  await ada.page.getByText("The show is over. Comments are closed.").waitFor();
  expect(await ada.page.locator(".closing dd").first().textContent()).toBe("4");
  await server.api("POST", "/main/reopen", {});
  await ada.page.getByRole("textbox", { name: "Say something" }).waitFor();
  ada.calm();
});
