import { expect, test } from "vitest";
import { House } from "./house";
import { desk, phone, say, total, visit } from "./people";

const house = new House();
const { server } = house;

test("a server that restarts in the middle of a show costs nothing that was said", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  const bo = await visit(house.browser, server.ready.links.viewer, desk);
  const overlay = await visit(house.browser, server.ready.links.overlay, desk);
  await say(ada.page, "Before the restart", "Ada");
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  await expect.poll(() => total(bo.page)).toBe(1);
  await bo.page.locator(".row", { hasText: "Before the restart" }).waitFor();

  await server.stop();
  await ada.page.locator(".quiet-line").waitFor(); // one quiet line, and what was there stays
  expect(await ada.page.locator(".row", { hasText: "Before the restart" }).count()).toBe(1);
  const field = ada.page.getByRole("textbox", { name: "Say something" });
  await field.fill("Typed in between");
  await field.press("Enter");
  await ada.page.getByText("Your text is kept").waitFor();
  expect(await field.inputValue()).toBe("Typed in between");
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap(); // of a moment that nobody saw: dropped

  await server.start();
  await ada.page.locator(".quiet-line").waitFor({ state: "detached", timeout: 40_000 });
  await field.press("Enter");
  await bo.page.locator(".row", { hasText: "Typed in between" }).waitFor({ timeout: 40_000 });
  expect(await bo.page.locator(".row").allTextContents()).toEqual([expect.stringContaining("Before the restart"), expect.stringContaining("Typed in between")]);
  expect(await total(bo.page)).toBe(1);
  await overlay.page.locator(".overlay:not(.away)").waitFor({ timeout: 40_000 });
  expect(await overlay.page.locator("body").innerText()).not.toMatch(/error|reconnect/i);
  for (const one of [ada, bo, overlay]) {
    one.calm();
    await one.leave();
  }
}, 120_000);
