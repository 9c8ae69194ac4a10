// Acts are taken back one by one and all at once, whatever else was done meanwhile and at however many desks.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { Moderator, phone, type Visit } from "./people";

const house = new House();
const { server } = house;
const row = (page: Page, text: string, pane = "") => page.locator(`${pane} .item`, { hasText: text });
const idle = (page: Page) => page.locator(".item.sending").waitFor({ state: "detached" });
/** For so long a row that came under the selection by itself is safe. */
const grace = (page: Page) => page.waitForTimeout(450);

async function console(room: string, token = server.mint("moderator", "1h", room)): Promise<Visit> {
  const one = await house.enter(`${server.at(`/r/${room}/host`)}#t=${token}`);
  await one.page.locator(".line-state.ok").waitFor();
  return one;
}

/** A viewer of a room, who writes these comments and asks these questions. */
async function writer(room: string, comments: readonly string[], questions: readonly string[] = [], token = server.mint("viewer", "1h", room)): Promise<Moderator> {
  const one = await Moderator.enter(house.browser, server, room, token);
  await one.page.evaluate(
    async ([said, asked]) => {
      const { room } = window as unknown as { room: import("../client").Room };
      for (const text of said!) {
        await room.comments.post(text);
        await new Promise((resolve) => setTimeout(resolve, 1100)); // people may not write faster
      }
      for (const text of asked!) await room.questions.ask(text);
    },
    [comments, questions],
  );
  return one;
}

/** Has a list, which holds still while one works in it, show what is new until there are so many. */
const shows = (page: Page, what: Locator, n: number) =>
  expect.poll(() => page.keyboard.press(".").then(() => what.count())).toBe(n);

async function select(page: Page, text: string, pane: string): Promise<void> {
  await row(page, text, pane).locator(".what").click();
  await expect.poll(() => row(page, text, pane).getAttribute("aria-selected")).toBe("true");
}

test("held comments that were released together come back with one key, also after something else was done and taken back", async () => {
  await server.api("POST", "", { room: "held", title: "Held", settings: { holdComments: "HOLD_MODE_ALL" } });
  const texts = ["held a", "held b", "held c", "held d", "held e"];
  const bo = await writer("held", texts, ["Asked meanwhile?"]);
  const { page, calm } = await console("held");
  const { keyboard } = page;
  await keyboard.press("3");
  await keyboard.press("3");
  for (const text of texts) await row(page, text, ".in-held").waitFor();
  await select(page, texts[0]!, ".in-held");
  await keyboard.press("x");
  for (let i = 1; i < 5; i++) await keyboard.press("Shift+ArrowDown");
  await page.getByText("5 marked").waitFor();
  await keyboard.press("a");
  await page.getByText("Nothing is held").waitFor();
  await idle(page);

  // In between: a question is approved, and that is taken back first.
  await select(page, "Asked meanwhile?", ".in-queue");
  await keyboard.press("a");
  await row(page, "Asked meanwhile?", ".in-live").waitFor();
  await idle(page);
  await keyboard.press("u");
  await row(page, "Asked meanwhile?", ".in-queue").waitFor();
  await idle(page);
  await keyboard.press("u");
  await keyboard.press("3");
  await keyboard.press("3");
  for (const text of texts) await row(page, text, ".in-held").waitFor();
  calm();
  await bo.leave();
});

test("two desks of one moderator each take back what was done there", async () => {
  await server.api("POST", "", { room: "desks", title: "Desks", settings: { holdComments: "HOLD_MODE_ALL" } });
  const bo = await writer("desks", ["done at the first", "done at the second"]);
  const token = server.mint("moderator", "1h", "desks");
  const one = await console("desks", token);
  const two = await console("desks", token);
  for (const { page } of [one, two]) {
    await page.keyboard.press("3");
    await page.keyboard.press("3");
    await row(page, "done at the second", ".in-held").waitFor();
  }
  await select(one.page, "done at the first", ".in-held");
  await one.page.keyboard.press("a");
  await row(two.page, "done at the first", ".in-held").waitFor({ state: "detached" });
  await select(two.page, "done at the second", ".in-held");
  await two.page.keyboard.press("a");
  await row(one.page, "done at the second", ".in-held").waitFor({ state: "detached" });
  await idle(one.page);
  await one.page.keyboard.press("u");
  await row(one.page, "done at the first", ".in-held").waitFor();
  expect(await row(one.page, "done at the second", ".in-held").count()).toBe(0);
  one.calm();
  two.calm();
  await bo.leave();
});

test("a ban, and the lifting of one, are taken back in their turn, with other acts between", async () => {
  await server.api("POST", "", { room: "people", title: "People" });
  const ada = await writer("people", ["a line of Ada's", "another line"]);
  const { page, calm } = await console("people");
  const { keyboard } = page;
  await keyboard.press("3");
  await select(page, "a line of Ada's", ".in-comments");
  await keyboard.press("t");
  await keyboard.press("2");
  await page.getByText(/is timed out/).waitFor();
  await idle(page);
  await select(page, "another line", ".in-comments");
  await keyboard.press("Delete");
  await row(page, "another line").waitFor({ state: "detached" });
  await keyboard.press("4");
  await page.locator(".in-people .item").waitFor();
  await grace(page);
  await keyboard.press("z");
  await page.getByText("Nobody is muted or banned").waitFor();
  await idle(page);

  await keyboard.press("u"); // the lifting
  await page.locator(".in-people .item").getByText("Timed out").waitFor();
  await idle(page);
  await keyboard.press("u"); // the removal
  await keyboard.press("3");
  await shows(page, row(page, "another line", ".in-comments"), 1);
  calm();
  await ada.leave();
});

test("marked rows: what is for people is done to each of them and taken back with one key; what is for one says so", async () => {
  await server.api("POST", "", { room: "marked", title: "Marked" });
  const { links } = await server.api<{ links: { token: string }[] }>("POST", "/marked/links", { roles: ["viewer", "viewer"], lifetime: "3600s" });
  const ada = await writer("marked", ["from the first"], [], links[0]!.token);
  const bo = await writer("marked", ["from the second"], [], links[1]!.token);
  const { page, calm } = await console("marked");
  const { keyboard } = page;
  const people = page.locator(".in-people .item");
  await keyboard.press("3");
  const mark = async () => {
    await select(page, "from the second", ".in-comments"); // the newest stands first
    await keyboard.press("x");
    await keyboard.press("Shift+ArrowDown");
    await page.getByText("2 marked").waitFor();
  };
  await row(page, "from the second", ".in-comments").waitFor();
  await mark();
  for (const key of ["p", "o", "Shift+B", "Enter"]) {
    await keyboard.press(key);
    await page.getByText("This is for one at a time").waitFor();
    await page.getByText("2 marked").waitFor();
    expect(await page.locator("dialog[open], .pinned").count()).toBe(0);
  }
  await keyboard.press("b");
  await page.getByRole("dialog", { name: "Ban 2 people?" }).waitFor();
  await keyboard.press("Enter");
  await page.locator(".dialog-body").waitFor({ state: "detached" });
  await keyboard.press("4");
  await shows(page, people.getByText("Banned"), 2);
  await idle(page);

  // Lifted together, and that taken back; then the ban itself cannot be, as the lifting came after it.
  await people.first().locator(".what").click();
  await keyboard.press("x");
  await keyboard.press("Shift+ArrowDown");
  await page.getByText("2 marked").waitFor();
  await keyboard.press("z");
  await page.getByText("Nobody is muted or banned").waitFor();
  await idle(page);
  await keyboard.press("u");
  await shows(page, people.getByText("Banned"), 2);
  calm();
  await ada.leave();
  await bo.leave();
});

test("a pin that is taken back brings back the one before, and a pin keeps its end", async () => {
  await server.api("POST", "", { room: "pins", title: "Pins" });
  const ada = await writer("pins", ["on top for an hour", "in its place"]);
  const other = await Moderator.enter(house.browser, server, "pins");
  const pinned = () => other.page.evaluate(() => {
    const { pinned } = (window as unknown as { room: import("../client").Room }).room.view;
    return [pinned?.comment.text ?? "", Math.round(((pinned?.untilMs ?? 0) - Date.now()) / 60_000)];
  });
  await other.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.moderate.pin(room.view.comments.find((c) => c.text === "on top for an hour")!.id, 3600);
  });
  const { page, calm } = await console("pins");
  await select(page, "in its place", ".in-comments");
  await row(page, "on top for an hour", ".in-comments").getByText("PINNED").waitFor();
  await page.keyboard.press("p");
  await expect.poll(async () => (await pinned())[0]).toBe("in its place");
  await idle(page);
  await page.keyboard.press("u");
  await expect.poll(pinned).toEqual(["on top for an hour", 60]);
  await idle(page);
  await select(page, "on top for an hour", ".in-comments");
  await page.keyboard.press("p");
  await expect.poll(async () => (await pinned())[0]).toBe("");
  await idle(page);
  await page.keyboard.press("u");
  await expect.poll(pinned).toEqual(["on top for an hour", 60]);
  calm();
  await ada.leave();
  await other.leave();
});

test("another's claim is taken over only when that was asked, and what was written under it is refused and kept", async () => {
  await server.api("POST", "", { room: "claims", title: "Claims" });
  const ada = await writer("claims", [], ["Whose is it?"]);
  const one = await console("claims");
  const two = await console("claims", server.token("host"));
  await select(one.page, "Whose is it?", ".in-queue");
  await one.page.keyboard.press("e");
  const field = one.page.getByRole("textbox", { name: "Mend the question" });
  await field.fill("Whose is it, then?");
  await select(two.page, "Whose is it?", ".in-queue");
  await row(two.page, "Whose is it?").locator(".claim").waitFor();
  await grace(two.page);
  await two.page.keyboard.press("c");
  const asks = two.page.getByRole("dialog", { name: /is on it. Take it over\?$/ });
  await asks.waitFor();
  await two.page.keyboard.press("Escape");
  await asks.waitFor({ state: "detached" });
  expect(await row(two.page, "Whose is it?").locator(".claim.mine").count()).toBe(0);
  await two.page.keyboard.press("c");
  await asks.waitFor();
  await two.page.keyboard.press("Enter");
  await row(two.page, "Whose is it?").locator(".claim.mine").waitFor();

  await field.press("Control+Enter");
  await one.page.getByText("You were away from this question for a while.").waitFor();
  await row(one.page, "Whose is it?", ".in-queue").waitFor();
  await two.page.keyboard.press("c"); // let go
  await row(one.page, "Whose is it?").locator(".claim").waitFor({ state: "detached" });
  await grace(one.page); // what somebody else took is safe for a moment
  await one.page.keyboard.press("e");
  await expect.poll(() => field.inputValue()).toBe("Whose is it, then?");
  await field.press("Control+Enter");
  await row(two.page, "Whose is it, then?", ".in-queue").waitFor();
  one.calm();
  two.calm();
  await ada.leave();
});

test("buttons wait as keys do where what they are for came under the finger by itself", async () => {
  await server.api("POST", "", { room: "slid", title: "Slid" });
  const texts = ["One?", "Two?", "Three?", "Four?"];
  const ada = await writer("slid", [], texts);
  const other = await Moderator.enter(house.browser, server, "slid");
  const here = await console("slid");
  const hand = await house.enter(`${server.at("/r/slid/host")}#t=${server.mint("moderator", "1h", "slid")}`, phone);
  await row(here.page, "Four?", ".in-queue").waitFor();
  await hand.page.locator(".card", { hasText: "One?" }).waitFor();
  await select(here.page, "One?", ".in-queue");
  for (const [page, next] of [[here.page, ".in-queue .item.selected .acts button"], [hand.page, ".card .thumbs .primary"]] as const) {
    await page.waitForTimeout(450);
    await page.evaluate(
      ([text, selector]) => {
        const seen = new MutationObserver(() => {
          const here = document.querySelector(".in-queue .item.selected, .card");
          if (here?.textContent?.includes(text!) || !document.querySelector(selector!)) return;
          seen.disconnect();
          document.querySelector<HTMLElement>(selector!)!.click(); // as a finger that was on its way
          Object.assign(window, { pressed: true });
        });
        seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      },
      ["One?", next],
    );
  }
  await other.step("approve", "One?");
  for (const { page } of [here, hand]) await page.waitForFunction(() => "pressed" in window);
  await here.page.waitForTimeout(500); // an act that was begun would be done by now
  expect(await here.page.locator(".in-queue .item").count()).toBe(3);
  await hand.page.locator(".card", { hasText: "Two?" }).waitFor();
  await hand.page.locator(".thumbs").getByRole("button", { name: "Approve" }).tap();
  await hand.page.locator(".card", { hasText: "Three?" }).waitFor();
  here.calm();
  hand.calm();
  await ada.leave();
  await other.leave();
});

test("who was away when their comment was decided about is told after a reload, and nobody else", async () => {
  await server.api("POST", "", { room: "away", title: "Away", settings: { holdComments: "HOLD_MODE_ALL" } });
  const bo = await house.enter(server.at("/r/away"), phone);
  const eve = await house.enter(server.at("/r/away"), phone);
  const field = bo.page.getByRole("textbox", { name: "Say something" });
  const line = bo.page.locator(".own-held");
  await field.fill("waits for somebody");
  const naming = bo.page.getByLabel("How shall we call you?");
  await expect.poll(async () => (await naming.isVisible()) || field.press("Enter").then(() => naming.isVisible())).toBe(true); // without a connection the words stay
  await naming.fill("Bo");
  await bo.page.getByRole("button", { name: "Send as this name" }).click();
  await line.getByText("waits for somebody").waitFor();
  await bo.page.reload();
  await line.getByText("waits for somebody").waitFor(); // it waits still
  const moderator = await Moderator.enter(house.browser, server, "away");
  await bo.page.goto("about:blank");
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    const [id] = room.view.held.keys();
    await room.moderate.rejectHeld(id!, "Off topic");
  });
  await bo.page.goto(server.at("/r/away"));
  await line.getByText("Off topic").waitFor();
  expect(await line.innerText()).toMatch(/your comment of \d/);
  await eve.page.reload();
  await eve.page.getByRole("textbox", { name: "Say something" }).waitFor();
  expect(await eve.page.locator(".own-held").count()).toBe(0);
  bo.calm();
  eve.calm();
  await moderator.leave();
});

test("an act that is still on its way is taken back once it is done", async () => {
  await server.api("POST", "", { room: "way", title: "On its way" });
  const ada = await writer("way", [], ["Too soon?"]);
  await ada.leave();
  const { page, calm } = await console("way");
  await select(page, "Too soon?", ".in-queue");
  await server.stop();
  await page.getByText(/^Not connected since/).waitFor();
  await page.keyboard.press("a");
  await row(page, "Too soon?").getByText("sending").waitFor();
  await page.keyboard.press("u");
  await server.start();
  const steps = async () => {
    const { entries } = await server.api<{ entries: { action: string }[] }>("GET", "/way/audit?pageSize=50");
    return entries.map((e) => e.action).filter((action) => action.endsWith("_question")); // the newest first
  };
  await expect.poll(steps, { timeout: 45_000 }).toEqual(["undo_question", "approve_question"]);
  await row(page, "Too soon?", ".in-queue").waitFor();
  await idle(page);
  calm();
}, 120_000);

test("after a reload, and at another desk, u takes back what was done last anywhere, and says what", async () => {
  await server.api("POST", "", { room: "again", title: "Again" });
  const token = server.mint("moderator", "1h", "again");
  await writer("again", ["to be pinned", "to be removed"]);
  const { page } = await console("again", token);
  const { keyboard } = page;
  await keyboard.press("3");
  await select(page, "to be removed", ".in-comments");
  await keyboard.press("Delete");
  await page.getByText("Removed for everyone.").waitFor();
  await page.reload();
  await page.locator(".line-state.ok").waitFor();
  await keyboard.press("u");
  await page.getByText("Undone: removed a comment.").waitFor();
  await keyboard.press("3");
  await row(page, "to be removed", ".in-comments").waitFor();

  await select(page, "to be pinned", ".in-comments");
  await keyboard.press("p");
  await page.getByText("Pinned").first().waitFor();
  const other = await console("again", token);
  await other.page.keyboard.press("u");
  await other.page.getByText("Undone: pinned a comment.").waitFor();
  await other.page.keyboard.press("u");
  await other.page.getByText("There is nothing to undo.").waitFor();
});
