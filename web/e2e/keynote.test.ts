// A keynote by somebody who has no mouse: the room is made, opened and moderated by keyboard alone.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, phone } from "./people";

const house = new House();
const { server } = house;

/** Goes on with Tab until what has the focus is the element of this role and name; fails where it cannot be reached. */
async function tabTo(page: Page, role: "button" | "link" | "textbox", name: string, most = 60): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  await wanted.waitFor();
  for (let i = 0; i < most; i++) {
    if (await wanted.evaluate((e) => e === document.activeElement)) {
      const { outline, shadow } = await wanted.evaluate((e) => ({ outline: getComputedStyle(e).outlineStyle, shadow: getComputedStyle(e).boxShadow }));
      expect(outline !== "none" || shadow !== "none", `${name} shows that it has the focus`).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${role} "${name}" cannot be reached by Tab`);
}

test("a keynote by keyboard alone: the room opened, a question approved, answered, answered in writing, and undone", async () => {
  const host = await house.enter(`${server.at("/host")}#t=${server.token("host")}`);
  const { page } = host;

  // The room.
  await tabTo(page, "button", "New room");
  await page.keyboard.press("Enter");
  await tabTo(page, "textbox", "Title");
  await page.keyboard.type("The keynote");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe("the-keynote");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "The keynote" }).waitFor();
  await tabTo(page, "link", "Console");
  const [desk] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press("Enter")]);
  await desk.locator(".line-state.ok").waitFor();
  await desk.getByText("Nothing waits").waitFor();

  // Two questions come in.
  const ada = await house.enter(server.at("/r/the-keynote?tab=questions"), phone);
  for (const text of ["What comes first?", "What comes last?"]) await ask(ada.page, text, "Ada");
  const row = (text: string, pane: string) => desk.locator(`${pane} .item`, { hasText: text });
  await row("What comes last?", ".in-queue").waitFor();
  await desk.waitForTimeout(450);
  await desk.keyboard.press("a");
  await row("What comes first?", ".in-live").waitFor();
  await expect.poll(() => row("What comes last?", ".in-queue").getAttribute("aria-selected")).toBe("true");
  await desk.waitForTimeout(450);
  await desk.keyboard.press("a");
  await row("What comes last?", ".in-live").waitFor();

  // The first is answered on the stage, the second in writing.
  await desk.keyboard.press("2");
  await expect.poll(() => row("What comes first?", ".in-live").getAttribute("aria-selected")).toBe("true");
  await desk.waitForTimeout(450);
  await desk.keyboard.press("n");
  await ada.page.locator(".question.now", { hasText: "What comes first?" }).waitFor();
  await desk.locator(".item.sending").waitFor({ state: "detached" });
  await desk.keyboard.press("d");
  await ada.page.locator(".question.answered", { hasText: "What comes first?" }).waitFor();
  await expect.poll(() => row("What comes last?", ".in-live").getAttribute("aria-selected")).toBe("true");
  await desk.waitForTimeout(450);
  await desk.keyboard.press("w");
  await desk.getByRole("textbox", { name: "Answer" }).waitFor();
  await desk.keyboard.type("The applause, and a warm coat.");
  await desk.keyboard.press("Control+Enter");
  await ada.page.locator(".question.answered", { hasText: "The applause, and a warm coat." }).waitFor();

  // A slip: taken back by the bar, which Tab reaches, and by its key.
  await tabTo(desk, "button", "Undo", 120);
  await desk.keyboard.press("Enter");
  await row("What comes last?", ".in-live").waitFor();
  await ada.page.getByText("The applause, and a warm coat.").waitFor({ state: "detached" });
  await desk.locator(".item.sending").waitFor({ state: "detached" });
  await desk.keyboard.press("u");
  await desk.locator(".in-live .item.answering", { hasText: "What comes first?" }).waitFor();

  // And the end, which asks.
  await tabTo(desk, "button", "End", 120);
  await desk.keyboard.press("Enter");
  await desk.getByRole("dialog", { name: "End the show?" }).waitFor();
  await tabTo(desk, "button", "End the show");
  await desk.keyboard.press("Enter");
  await desk.getByText("The show has ended.").waitFor();
  host.calm();
  ada.calm();
});
