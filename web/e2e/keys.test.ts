// The console's keyboard: which keys act, on what, and when none of them does.
import type { CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, Moderator, phone, pressOnce, say, type Visit } from "./people";

const house = new House();
const { server } = house;
const row = (page: Page, text: string, pane = "") => page.locator(`${pane} .item`, { hasText: text });
/** For so long a row that came under the selection by itself is safe. */
const graceMs = 400;

async function desk(who: "host" | "moderator", room = "main"): Promise<Visit> {
  const one = await house.enter(room === "main" ? server.ready.links[who] : `${server.at(`/r/${room}/host`)}#t=${who === "host" ? server.token("host") : server.mint("moderator", "1h", room)}`);
  await one.page.locator(".line-state.ok").waitFor();
  return one;
}

/** Makes a room of its own, with questions that wait in it. */
async function room(id: string, ...texts: string[]): Promise<void> {
  await server.api("POST", "", { room: id, title: id, settings: { labels: ["Stage", "Sound"] } });
  const asker = await Moderator.enter(house.browser, server, id);
  for (const text of texts) await asker.page.evaluate((one) => (window as unknown as { room: import("../client").Room }).room.questions.ask(one), text);
  await asker.leave();
}

async function select(page: Page, text: string, pane = ""): Promise<void> {
  await row(page, text, pane).locator(".what").click();
  await expect.poll(() => row(page, text, pane).getAttribute("aria-selected")).toBe("true");
}
const selected = (page: Page) => page.locator(".here .item.selected .text, .here .item.selected .said").innerText();
const idle = (page: Page) => page.locator(".item.sending").waitFor({ state: "detached" });

test("every key of the map does what the map says", async () => {
  await room("map", "First?", "Second?", "Third?");
  const ada = await house.enter(server.at("/r/map"), phone);
  await say(ada.page, "A line of Ada's", "Ada");
  const { page, calm } = await desk("host", "map");
  const { keyboard } = page;
  await row(page, "Third?", ".in-queue").waitFor();
  await expect.poll(() => selected(page)).toBe("First?");

  // Moving; the ends are ends.
  for (const [key, at] of [["j", "Second?"], ["ArrowDown", "Third?"], ["j", "Third?"], ["k", "Second?"], ["ArrowUp", "First?"], ["End", "Third?"], ["Home", "First?"]] as const) {
    await keyboard.press(key);
    await expect.poll(() => selected(page), { message: key }).toBe(at);
  }
  // Panes, and the next region.
  for (const [key, pane] of [["2", "live"], ["3", "comments"], ["3", "held"], ["4", "people"], ["5", "pulse"], ["1", "queue"], ["F6", "live"], ["F6", "pulse"], ["F6", "queue"]] as const) {
    await keyboard.press(key);
    await page.locator(`.console.show-${pane}`).waitFor();
  }
  // Marks: x, Shift and an arrow, Esc.
  await keyboard.press("x");
  await page.getByText("1 marked").waitFor();
  await keyboard.press("Shift+ArrowDown");
  await page.getByText("2 marked").waitFor();
  await keyboard.press("Escape");
  await page.getByText("2 marked").waitFor({ state: "detached" });
  await keyboard.press("Home");

  // Mending, topics, and both taken back.
  await keyboard.press("e");
  await page.getByRole("textbox", { name: "Mend the question" }).fill("First, mended?");
  await keyboard.press("Control+Enter");
  await row(page, "First, mended?").waitFor();
  await idle(page);
  await row(page, "First, mended?").getByText("As it was asked: First?").waitFor();
  await keyboard.press("l");
  await page.getByRole("dialog", { name: "Which topic?" }).waitFor();
  await keyboard.press("2");
  await row(page, "First, mended?").getByText("Sound").waitFor();
  await idle(page);
  await keyboard.press("Control+z");
  await expect.poll(() => row(page, "First, mended?").getByText("Sound").count()).toBe(0);
  await idle(page);
  // Of a question's steps the last one alone can be taken back: that is said, and nothing of the row is lost.
  await keyboard.press("u");
  await page.getByText("There is nothing to undo.").waitFor();
  expect(await row(page, "First, mended?").getByText("Guest").count()).toBe(1);
  await keyboard.press("e");
  await page.getByRole("textbox", { name: "Mend the question" }).fill("First?");
  await keyboard.press("Control+Enter");
  await row(page, "mended").waitFor({ state: "detached" });
  await idle(page);

  // A claim, and its end.
  await keyboard.press("c");
  await row(page, "First?").getByText("yours").waitFor();
  await idle(page);
  await keyboard.press("c");
  await row(page, "First?").getByText("yours").waitFor({ state: "detached" });
  await idle(page);

  // Approved, next, now, written, done with, put away.
  await keyboard.press("a");
  await row(page, "First?", ".in-live").waitFor();
  await keyboard.press("2");
  await expect.poll(() => selected(page)).toContain("First?");
  await idle(page);
  await keyboard.press("Shift+N");
  await row(page, "First?", ".in-live").locator(".tag").waitFor();
  await idle(page);
  await keyboard.press("o");
  await row(page, "First?", ".in-live").locator(".on-air").waitFor();
  await keyboard.press("Shift+O");
  await row(page, "First?", ".in-live").locator(".on-air").waitFor({ state: "detached" });
  await idle(page);
  await keyboard.press("n");
  await page.locator(".in-live .item.answering", { hasText: "First?" }).waitFor();
  await idle(page);
  await keyboard.press("d");
  await row(page, "First?", ".in-live").waitFor({ state: "detached" });
  await keyboard.press("u");
  await page.locator(".in-live .item.answering", { hasText: "First?" }).waitFor();
  await idle(page);
  await page.waitForTimeout(graceMs + 50); // it came back under the selection by itself
  await keyboard.press("w");
  await page.getByRole("textbox", { name: "Answer" }).fill("In writing.");
  await keyboard.press("Control+Enter");
  await row(page, "First?", ".in-live").waitFor({ state: "detached" });

  // Comments: the filter finds it, Esc shows all again; card, pin, removal and its undo; a person in four steps.
  await keyboard.press("3");
  await page.locator(".console.show-comments").waitFor();
  await keyboard.press("/");
  await keyboard.type("nobody said this");
  await page.locator(".in-comments").getByText("Nothing found").waitFor();
  await keyboard.press("Escape");
  await row(page, "A line of Ada's").waitFor();
  await page.waitForTimeout(graceMs + 50);
  await keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Ada" }).waitFor();
  await keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("p");
  await row(page, "A line of Ada's").getByText("PINNED").waitFor();
  await idle(page);
  await keyboard.press("t");
  await page.getByRole("dialog", { name: /^Time out Ada/ }).waitFor();
  await keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("b");
  await page.getByRole("dialog", { name: "Ban Ada?" }).waitFor();
  await keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("Shift+Delete");
  await page.getByRole("dialog", { name: /^Remove all that Ada wrote/ }).waitFor();
  await keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("Shift+B");
  await page.getByRole("dialog", { name: "Block which word?" }).waitFor();
  await keyboard.press("Escape");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("Delete");
  await row(page, "A line of Ada's").waitFor({ state: "detached" });
  await keyboard.press("u");
  await row(page, "A line of Ada's").waitFor();

  // What opens over the desk.
  for (const [key, name] of [["?", "Keys"], ["Control+k", "Commands"], ["Shift+C", "Calm the room?"]] as const) {
    await keyboard.press(key);
    await page.getByRole("dialog", { name }).waitFor();
    await keyboard.press("Escape");
    await page.locator(".dialog-body").waitFor({ state: "detached" });
  }
  calm();
}, 90_000);

/** A key as a keyboard of another layout sends it. */
async function type(keys: CDPSession, key: string, code: string): Promise<void> {
  for (const kind of ["keyDown", "keyUp"] as const) await keys.send("Input.dispatchKeyEvent", { type: kind, key, code, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) });
}

test("letters go by what they say and digits by where they are: a French keyboard has them all", async () => {
  await room("azerty", "Un ?", "Deux ?");
  const { page, calm } = await desk("moderator", "azerty");
  await row(page, "Deux ?", ".in-queue").waitFor();
  const keys = await page.context().newCDPSession(page);
  await type(keys, "é", "Digit2"); // the key of the 2 there, without Shift
  await page.locator(".console.show-live").waitFor();
  await type(keys, "&", "Digit1");
  await page.locator(".console.show-queue").waitFor();
  await select(page, "Un ?");
  await type(keys, "q", "KeyA"); // where an a is elsewhere
  await type(keys, "a", "KeyQ");
  await row(page, "Un ?", ".in-live").waitFor();
  expect(await row(page, "Deux ?", ".in-queue").count()).toBe(1);
  calm();
});

test("a key that is held moves on, but acts once", async () => {
  await room("held-key", ...Array.from({ length: 6 }, (_, i) => `Held ${i + 1}?`));
  const { page, calm } = await desk("moderator", "held-key");
  await row(page, "Held 6?", ".in-queue").waitFor();
  await expect.poll(() => selected(page)).toBe("Held 1?");
  for (let i = 0; i < 4; i++) await page.keyboard.down("j"); // the second to the fourth are repeats
  await page.keyboard.up("j");
  await expect.poll(() => selected(page)).toBe("Held 5?");
  const until = Date.now() + 1500; // longer than the grace after which the next row could be hit
  for (; Date.now() < until; await page.waitForTimeout(30)) await page.keyboard.down("a");
  await page.keyboard.up("a");
  await row(page, "Held 5?", ".in-live").waitFor();
  expect(await page.locator(".in-queue .item").count()).toBe(5);
  calm();
});

test("letters can be switched off, for good: arrows and buttons stay, and the switch is back where it was", async () => {
  await room("quiet-keys", "Quiet?", "Loud?");
  const { page, calm } = await desk("moderator", "quiet-keys");
  await row(page, "Loud?", ".in-queue").waitFor();
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /Letters act without Ctrl/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await row(page, "Loud?", ".in-queue").waitFor();
  await select(page, "Quiet?");
  for (const key of ["a", "z", "2", "?", "Shift+C"]) await page.keyboard.press(key);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => selected(page)).toBe("Loud?");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  expect(await page.locator(".in-queue .item").count()).toBe(2);
  await row(page, "Loud?").getByRole("button", { name: "Approve" }).click();
  await row(page, "Loud?", ".in-live").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("all keys");
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: /Letters act without Ctrl/ }).check();
  await page.keyboard.press("Escape");
  await select(page, "Quiet?");
  await page.keyboard.press("a");
  await row(page, "Quiet?", ".in-live").waitFor();
  calm();
});

test("what is typed is text: no letter of it acts", async () => {
  await room("typing", "Typed?");
  const { page, calm } = await desk("moderator", "typing");
  await row(page, "Typed?", ".in-queue").waitFor();
  await select(page, "Typed?");
  await page.keyboard.press("/");
  await page.keyboard.type("zany rabbits dance 12");
  expect(await page.getByRole("textbox", { name: "Filter" }).inputValue()).toBe("zany rabbits dance 12");
  await page.keyboard.press("Escape");
  await page.locator(".in-queue .item.pending", { hasText: "Typed?" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.classList.contains("rows"))).toBe(true); // back in the list
  calm();
});

test("an item that another moderator takes in hand under one's finger is safe for 400 ms, and is acted on after", async () => {
  await room("claims", "Whose is this?");
  const one = await desk("moderator", "claims");
  const two = await desk("host", "claims");
  await row(two.page, "Whose is this?", ".in-queue").waitFor();
  await select(one.page, "Whose is this?");
  await select(two.page, "Whose is this?");
  // A key in the moment in which the name appears, pressed from inside the page.
  await pressOnce(one.page, ".item .claim", "a");
  await two.page.keyboard.press("c");
  await row(one.page, "Whose is this?").getByText("Host is on it").waitFor();
  await one.page.waitForTimeout(graceMs + 100);
  await one.page.waitForFunction(() => "pressed" in window);
  expect(await one.page.locator(".item.sending").count()).toBe(0);
  expect(await row(one.page, "Whose is this?", ".in-queue").count()).toBe(1);
  await one.page.keyboard.press("a"); // the key acts again, and the server says whose it is
  await one.page.getByText("Somebody else is at work on this question.").waitFor();
  await idle(two.page);
  await two.page.keyboard.press("c");
  await row(one.page, "Whose is this?").locator(".claim").waitFor({ state: "detached" });
  await idle(one.page);
  await one.page.keyboard.press("a");
  await row(one.page, "Whose is this?", ".in-live").waitFor();
  one.calm();
  two.calm();
});

test("questions of people come in by the end of the queue: what is selected stays under the finger", async () => {
  await room("arrivals", "Here first?");
  const { page, calm } = await desk("moderator", "arrivals");
  await row(page, "Here first?", ".in-queue").waitFor();
  await select(page, "Here first?");
  const before = (await row(page, "Here first?").boundingBox())!;
  const ada = await house.enter(server.at("/r/arrivals?tab=questions"), phone);
  await ask(ada.page, "Here second?", "Ada");
  await row(page, "Here second?", ".in-queue").waitFor();
  expect(await row(page, "Here first?").boundingBox()).toEqual(before);
  expect(await row(page, "Here first?").getAttribute("aria-selected")).toBe("true");
  calm();
});
