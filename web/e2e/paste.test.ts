// A megabyte that somebody pastes into a field of the console or of the host's pages: the beginning is taken, what is too
// long is told in a sentence, and nothing stands still.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator } from "./people";

const house = new House();
const { server } = house;
const book = "Zażółć gęślą jaźń 🎈 ".repeat(45_000); // 1.1 MB of UTF-8, 900,000 characters
/** A page that works for longer than this is frozen to whoever types. */
const frozenMs = 500;

/** Pastes it at the caret and tells how long the page worked at that, by its thread's own time: the machine may have others. */
async function paste(page: Page, field: Locator, text: string): Promise<number> {
  await field.focus();
  const keys = await page.context().newCDPSession(page);
  await keys.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => (await keys.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")!.value * 1000;
  const before = await worked();
  await keys.send("Input.insertText", { text });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return (await worked()) - before;
}

test("a megabyte in a field of the console: told in a sentence, nothing frozen, and what was there before is kept", async () => {
  expect(Buffer.byteLength(book)).toBeGreaterThan(1_000_000);
  const asker = await Moderator.enter(house.browser, server);
  await asker.ask(1, "to be answered at length?");
  await asker.step("approve", "Number 1 to be answered at length?");
  await asker.leave();
  const { page, calm } = await house.enter(server.ready.links.moderator);
  const item = page.locator(".in-live .item", { hasText: "Number 1" });
  await item.locator(".what").click();

  // An answer: the words before it stay, and stay when the dialog is closed and opened again.
  await page.keyboard.press("w");
  const answer = page.getByRole("textbox", { name: "Answer" });
  await answer.fill("In short: ");
  await answer.press("End");
  expect(await paste(page, answer, book)).toBeLessThan(frozenMs);
  await page.locator("dialog").getByText(/too many$/).waitFor();
  expect(await page.getByRole("button", { name: "Send and mark answered" }).isDisabled()).toBe(true);
  const typed = await answer.inputValue();
  expect(typed).toMatch(/^In short: Zażółć/);
  await page.keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await page.keyboard.press("w");
  expect(await answer.inputValue()).toBe(typed);
  await page.keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });

  // The question's own words.
  await page.keyboard.press("e");
  const mend = page.getByRole("textbox", { name: "Mend the question" });
  await mend.waitFor();
  expect(await paste(page, mend, book)).toBeLessThan(frozenMs);
  await page.locator("dialog").getByText(/too many$/).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });

  // A word to block: refused by the server in a sentence, and still there.
  await page.keyboard.press("Control+k");
  const command = page.getByRole("textbox", { name: "Command" });
  expect(await paste(page, command, book)).toBeLessThan(frozenMs);
  await page.getByText("No command has that name.").waitFor();
  await command.fill("modes");
  await page.keyboard.press("Enter");
  const word = page.getByPlaceholder("Block a word");
  expect(await paste(page, word, book)).toBeLessThan(frozenMs);
  await page.getByRole("button", { name: "Block", exact: true }).click();
  await page.locator(".terms .refused").waitFor();
  expect(await page.locator(".terms .refused").innerText()).toMatch(/^[A-Z].{8,200}\.$/s);
  expect(await word.inputValue()).toMatch(/^Zażółć/);
  await page.keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });

  // What is looked for.
  await page.keyboard.press("/");
  const filter = page.getByRole("textbox", { name: "Filter" });
  expect(await paste(page, filter, book)).toBeLessThan(frozenMs);
  await page.locator(".in-queue").getByText("Nothing found").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(desk.viewport!.width);
  await page.keyboard.press("Escape");
  await item.waitFor();
  calm();
});

test("a megabyte in a setting of a room, or in the name of a new one, is refused in a sentence beside it and stays to be cut", async () => {
  const { page, calm } = await house.enter(`${server.at("/host?room=main")}#t=${server.token("host")}`);
  for (const name of ["Title", "Topics for questions", "Kinds of hearts", "Picture on the stage", "Slow mode, seconds"]) {
    const field = page.getByLabel(name);
    await field.waitFor();
    const before = await field.inputValue();
    expect(await paste(page, field, book), name).toBeLessThan(frozenMs);
    const typed = await field.inputValue();
    expect(typed, name).toContain("Zażółć");
    await page.getByRole("button", { name: "Save" }).click();
    const refusal = page.locator(".settings [role=alert]");
    await refusal.waitFor();
    expect(await refusal.innerText(), name).toMatch(/^\S.{8,240}\.$/s);
    expect(await field.inputValue(), name).toBe(typed);
    await page.getByRole("button", { name: "Put back" }).click();
    expect(await field.inputValue(), name).toBe(before);
  }
  await page.getByRole("button", { name: "New room" }).click();
  const title = page.locator("dialog").getByLabel("Title");
  expect(await paste(page, title, book)).toBeLessThan(frozenMs);
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("dialog .refused").waitFor();
  expect(await title.inputValue()).toContain("Zażółć");
  calm();
});
