import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, desk, Moderator, phone, say, type Visit } from "./people";

const house = new House();
const { server } = house;
const enter = house.enter.bind(house);

async function desks(who: "host" | "moderator", options = desk): Promise<Visit> {
  const one = await enter(server.ready.links[who], options);
  await one.page.locator(".line-state.ok").waitFor();
  return one;
}

const viewer = (options = phone) => enter(server.ready.links.viewer, options);
const row = (page: Page, text: string, pane = "") => page.locator(`${pane} .item`, { hasText: text });
const line = (page: Page, text: string) => page.locator(".row", { hasText: text });
const composer = (page: Page) => page.getByRole("textbox", { name: "Say something" });

/** Selects a row by hand, which makes it safe to act on at once. */
async function select(page: Page, text: string, pane = ""): Promise<void> {
  await row(page, text, pane).locator(".what").click();
  await expect.poll(() => row(page, text, pane).getAttribute("aria-selected")).toBe("true");
}

test("a person is timed out, hidden, banned and freed by keys, and all they wrote goes with one act", async () => {
  const troll = await viewer();
  const ada = await viewer();
  await say(troll.page, "buy my coins", "Troll");
  await say(troll.page, "coins, coins", "Troll");
  await say(ada.page, "I like the stage", "Ada");
  const one = await desks("moderator");
  const { keyboard } = one.page;

  // Timed out, by t and a digit; undone by u.
  await select(one.page, "buy my coins", ".in-comments");
  await keyboard.press("t");
  await one.page.getByRole("dialog", { name: "Time out Troll for how long?" }).waitFor();
  await keyboard.press("2");
  await one.page.getByText("Troll is timed out.").waitFor();
  await composer(troll.page).waitFor({ state: "detached" }); // the page says instead how long
  await keyboard.press("4");
  await row(one.page, "Troll", ".in-people").getByText("Timed out").waitFor();
  await one.page.waitForTimeout(450);
  await keyboard.press("u");
  await one.page.getByText("Nobody is muted or banned").waitFor();
  await composer(troll.page).waitFor();

  // Out of sight: the troll writes on, and only moderators see it.
  await keyboard.press("3");
  await select(one.page, "buy my coins", ".in-comments");
  await keyboard.press("b");
  const asks = one.page.getByRole("dialog", { name: "Ban Troll?" });
  await asks.getByRole("button", { name: "Out of sight instead" }).click();
  await one.page.getByText("Troll is out of sight").waitFor();
  await say(troll.page, "still here, am I not", "Troll");
  await one.page.getByRole("button", { name: "1 new" }).waitFor();
  await keyboard.press(".");
  await row(one.page, "still here, am I not", ".in-comments").waitFor();
  await say(ada.page, "a marker behind it", "Ada");
  await line(ada.page, "a marker behind it").waitFor();
  expect(await line(ada.page, "still here, am I not").count()).toBe(0);

  // The card: what they wrote, what holds, and everything removed at once.
  await select(one.page, "buy my coins", ".in-comments");
  await keyboard.press("Enter");
  const card = one.page.getByRole("dialog", { name: "Troll" });
  await card.getByText("Out of sight", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Remove all they wrote" }).click();
  await one.page.getByRole("dialog", { name: "Remove all that Troll wrote?" }).waitFor();
  await keyboard.press("Enter");
  await one.page.getByText("All of it is removed.").waitFor();
  for (const text of ["buy my coins", "coins, coins"]) await line(ada.page, text).waitFor({ state: "detached" });
  await line(ada.page, "I like the stage").waitFor();

  // Freed, then banned: the page is told so and comes back when that is lifted.
  await keyboard.press("4");
  await select(one.page, "Troll", ".in-people");
  await keyboard.press("z");
  await one.page.getByText("Nobody is muted or banned").waitFor();
  await say(troll.page, "I am back", "Troll");
  await line(ada.page, "I am back").waitFor();
  await keyboard.press("3");
  await select(one.page, "I am back", ".in-comments");
  await keyboard.press("b");
  await one.page.getByRole("dialog", { name: "Ban Troll?" }).waitFor();
  await keyboard.press("Enter");
  await troll.page.getByText("You were removed from this room").waitFor();
  await keyboard.press("4");
  await select(one.page, "Troll", ".in-people");
  await keyboard.press("z");
  await one.page.getByText("Nobody is muted or banned").waitFor();
  await troll.page.reload();
  await composer(troll.page).waitFor();
  for (const one of house.visits) one.calm();
});

test("held comments are released or refused with a reason that their author reads", async () => {
  await server.api("PATCH", "/main?updateMask=settings.hold_comments", { settings: { holdComments: "HOLD_MODE_ALL" } });
  const bo = await viewer();
  const ada = await viewer();
  const write = async (text: string) => {
    await composer(bo.page).fill(text);
    await composer(bo.page).press("Enter");
    const naming = bo.page.getByLabel("How shall we call you?");
    await naming.or(bo.page.getByText(text)).first().waitFor();
    if (await naming.isVisible()) {
      await naming.fill("Bo");
      await bo.page.getByRole("button", { name: "Send as this name" }).click();
    }
  };
  const one = await desks("moderator");
  await write("first, to be released");
  await one.page.keyboard.press("3");
  await one.page.keyboard.press("3");
  await row(one.page, "first, to be released", ".in-held").getByText("Every comment waits here").waitFor();
  expect(await line(ada.page, "first, to be released").count()).toBe(0);
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("a");
  await line(ada.page, "first, to be released").waitFor();

  await write("second, to be refused");
  await row(one.page, "second, to be refused", ".in-held").waitFor();
  await one.page.waitForTimeout(450);
  await one.page.keyboard.press("r");
  await one.page.getByText("Reject. Why?").waitFor();
  await one.page.keyboard.press("2");
  await one.page.getByText("Nothing is held").waitFor();
  await bo.page.getByText("Off topic").waitFor();
  expect(await line(ada.page, "second, to be refused").count()).toBe(0);
  await server.api("PATCH", "/main?updateMask=settings.hold_comments", { settings: { holdComments: "HOLD_MODE_UNSPECIFIED" } });
  for (const one of house.visits) one.calm();
});

test("Calm is one key and Enter, told to everyone, and gives back exactly what stood", async () => {
  await server.api("PATCH", "/main?updateMask=settings.slow_mode_seconds,settings.links", { settings: { slowModeSeconds: 5, links: "LINK_POLICY_MEMBERS" } });
  const ada = await viewer();
  const one = await desks("moderator");
  const two = await desks("host");
  await one.page.keyboard.press("Shift+C");
  await one.page.getByRole("dialog", { name: "Calm the room?" }).waitFor();
  await one.page.keyboard.press("Enter");
  await two.page.getByRole("button", { name: /^Calm for/ }).waitFor();
  await ada.page.locator("#app").getByText(/calm/i).first().waitFor();
  await two.page.keyboard.press("Shift+C");
  await two.page.getByRole("dialog", { name: "Give back what was set before?" }).waitFor();
  await two.page.keyboard.press("Enter");
  await one.page.getByRole("button", { name: "Calm", exact: true }).waitFor();
  const answer = await fetch(server.at("/v1/rooms/main"), { headers: { Authorization: `Bearer ${server.token("host")}` } });
  const { room } = (await answer.json()) as { room: { settings: Record<string, unknown> } };
  expect([room.settings.slowModeSeconds, room.settings.links]).toEqual([5, "LINK_POLICY_MEMBERS"]);
  await server.api("PATCH", "/main?updateMask=settings.slow_mode_seconds,settings.links", { settings: { slowModeSeconds: 0, links: "LINK_POLICY_UNSPECIFIED" } });
  for (const one of house.visits) one.calm();
});

test("a comment is pinned and unpinned, a word of it is blocked, and modes change while the show goes on", async () => {
  const ada = await viewer();
  await say(ada.page, "Free coins at the bar", "Ada");
  const one = await desks("moderator");
  await select(one.page, "Free coins at the bar", ".in-comments");
  await one.page.keyboard.press("p");
  await ada.page.locator(".pinned", { hasText: "Free coins at the bar" }).waitFor();
  await row(one.page, "Free coins at the bar", ".in-comments").getByText("PINNED").waitFor();
  await one.page.waitForTimeout(100);
  await one.page.keyboard.press("p");
  await ada.page.locator(".pinned", { hasText: "Free coins at the bar" }).waitFor({ state: "detached" });

  // Any of its words by a digit; the next comment with it is refused, and what was typed stays.
  await one.page.locator(".item.sending").waitFor({ state: "detached" });
  await one.page.keyboard.press("Shift+B");
  const asks = one.page.getByRole("dialog", { name: "Block which word?" });
  await asks.getByRole("button", { name: "coins" }).click();
  await one.page.getByText("“coins” is blocked").waitFor();
  await composer(ada.page).fill("more coins");
  await composer(ada.page).press("Enter");
  await ada.page.locator(".hint.bad").waitFor();
  expect(await composer(ada.page).inputValue()).toBe("more coins");

  // By name through the commands; the word is allowed again, and comments wait five seconds.
  await one.page.keyboard.press("Control+k");
  await one.page.getByRole("textbox", { name: "Command" }).fill("modes");
  await one.page.keyboard.press("Enter");
  const modes = one.page.getByRole("dialog", { name: "How comments are written" });
  await modes.getByRole("button", { name: "Allow coins again" }).click();
  await modes.getByText("No word is blocked.").waitFor();
  await modes.locator("select").first().selectOption("5");
  await modes.locator("select").nth(1).selectOption("moderators");
  await expect.poll(async () => (await ada.page.locator("#app").innerText()).includes("moderators")).toBe(true);
  await modes.locator("select").nth(1).selectOption("everyone");
  await modes.locator("select").first().selectOption("0");
  await composer(ada.page).waitFor();
  for (const one of house.visits) one.calm();
});

test("two that ask the same are merged, which can be undone long after; what was put away comes back", async () => {
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  for (const text of ["When does the second act begin tonight?", "When does the second act begin?"]) await ask(ada.page, text, "Ada");
  const one = await desks("moderator");
  const { keyboard } = one.page;
  await select(one.page, "begin tonight?", ".in-queue");
  await keyboard.press("a");
  await row(one.page, "begin tonight?", ".in-live").waitFor();
  await row(one.page, "second act begin?", ".in-queue").waitFor();
  await select(one.page, "second act begin?", ".in-queue");
  await keyboard.press("m");
  await one.page.getByRole("dialog", { name: "Merge into which?" }).getByText("begin tonight?").waitFor();
  await keyboard.press("1");
  await row(one.page, "second act begin?", ".in-queue").waitFor({ state: "detached" });

  // The undo bar stands for ten seconds; what was merged is found among what is done with, and taken apart there.
  const stoodMs = await one.page.evaluate(async () => {
    const stands = () => document.querySelector(".snack button") !== null;
    while (!stands()) await new Promise(requestAnimationFrame);
    const from = performance.now();
    while (stands()) await new Promise(requestAnimationFrame);
    return performance.now() - from;
  });
  expect(stoodMs).toBeGreaterThan(8_000); // it was there some time before it was looked for
  expect(stoodMs).toBeLessThan(15_000);
  await keyboard.press("2");
  await one.page.getByRole("button", { name: /^Done with/ }).click();
  await row(one.page, "second act begin?", ".in-live").getByText("Merged").waitFor();
  await select(one.page, "second act begin?", ".in-live");
  await keyboard.press("m");
  await row(one.page, "second act begin?", ".in-queue").waitFor();

  await select(one.page, "begin tonight?", ".in-live");
  await keyboard.press("z");
  await row(one.page, "begin tonight?", ".in-live").getByText("Put away").first().waitFor();
  await one.page.locator(".item.sending").waitFor({ state: "detached" });
  await select(one.page, "begin tonight?", ".in-live");
  await keyboard.press("z");
  await one.page.locator(".in-live .item.open", { hasText: "begin tonight?" }).waitFor();
  for (const one of house.visits) one.calm();
});

test("the hosts' own order: by dragging and by Alt and arrows, the same for everybody", async () => {
  await server.api("POST", "", { room: "order", title: "Order", settings: { questionRanking: "QUESTION_RANKING_HOSTS", openQuestions: true } });
  const ada = await enter(server.at("/r/order?tab=questions"), phone);
  for (const text of ["Apple?", "Banana?", "Cherry?"]) await ask(ada.page, text, "Ada");
  const one = await enter(`${server.at("/r/order/host")}#t=${server.token("host")}`);
  const order = async () => (await one.page.locator(".in-live .item .text").allInnerTexts()).map((text) => text.trim());
  await expect.poll(order).toEqual(["Apple?", "Banana?", "Cherry?"]);

  const from = (await row(one.page, "Cherry?").locator(".grip").boundingBox())!;
  const to = (await row(one.page, "Apple?").boundingBox())!;
  await one.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await one.page.mouse.down();
  await one.page.mouse.move(to.x + 40, to.y + 30, { steps: 5 });
  await one.page.mouse.move(to.x + 40, to.y + 4, { steps: 5 });
  await one.page.mouse.up();
  await expect.poll(order).toEqual(["Cherry?", "Apple?", "Banana?"]);

  await select(one.page, "Banana?", ".in-live");
  await one.page.keyboard.press("Alt+ArrowUp");
  await expect.poll(order).toEqual(["Cherry?", "Banana?", "Apple?"]);
  await expect.poll(async () => (await ada.page.locator(".question .text, .question p").allInnerTexts()).join(" ")).toMatch(/Cherry[^]*Banana[^]*Apple/);
  one.calm();
});

test("twelve that wait fit a small screen ten at a time, and new comments wait behind their number", async () => {
  const asker = await Moderator.enter(house.browser, server); // people may not ask as fast
  await asker.ask(12, "of those that wait?");
  await asker.leave();
  const ada = await viewer();
  const one = await desks("moderator", { ...desk, viewport: { width: 1280, height: 800 } });
  await row(one.page, "Number 12 of", ".in-queue").waitFor({ state: "attached" });
  const whole = await one.page.evaluate(() => {
    const floor = document.querySelector(".in-queue .rows")!.getBoundingClientRect().bottom;
    return [...document.querySelectorAll(".in-queue .item")].filter((e) => e.getBoundingClientRect().bottom <= floor).length;
  });
  expect(whole).toBeGreaterThanOrEqual(10);

  await say(ada.page, "one that was there", "Ada");
  await select(one.page, "one that was there", ".in-comments");
  await say(ada.page, "two that came later", "Ada");
  await say(ada.page, "three that came later", "Ada");
  await one.page.getByRole("button", { name: "2 new" }).waitFor();
  expect(await row(one.page, "three that came later").count()).toBe(0);
  expect(await row(one.page, "one that was there").getAttribute("aria-selected")).toBe("true");
  await one.page.keyboard.press(".");
  await row(one.page, "three that came later").waitFor();
  expect(await row(one.page, "one that was there").getAttribute("aria-selected")).toBe("true");
  one.calm();
});

test("a moderator whose link is taken back in the middle of an answer: a plain sentence, a typed refusal, nothing changed and nothing typed lost", async () => {
  await server.api("POST", "", { room: "demoted", title: "Demoted" });
  const { links } = await server.api<{ links: { link: string; token: string }[] }>("POST", "/demoted/links", { roles: ["moderator"], lifetime: "3600s" });
  const { link, token } = links[0]!;
  const other = await Moderator.enter(house.browser, server, "demoted");
  await other.ask(1, "for whom?");
  await other.step("approve", "Number 1 for whom?");
  const before = await other.revision("Number 1 for whom?");

  const one = await enter(`${server.at("/r/demoted/host")}#t=${token}`);
  const program = await Moderator.enter(house.browser, server, "demoted", token);
  await select(one.page, "Number 1 for whom?", ".in-live");
  await one.page.keyboard.press("w");
  await one.page.getByRole("textbox", { name: "Answer" }).fill("For everybody who");
  await server.api("DELETE", `/demoted/links/${link}`);
  await one.page.getByRole("heading", { name: "This link was taken back" }).waitFor();
  await one.page.getByText("For everybody who").waitFor();
  expect(await one.page.locator("dialog[open]").count()).toBe(0);
  const refused = await program.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    const [q] = room.view.moderation.values();
    while (room.status.state === "open") await new Promise((resolve) => setTimeout(resolve, 50));
    return room.moderate.answer(q!, "Too late").then(
      () => "done",
      (error: { reason: string }) => error.reason,
    );
  });
  expect(refused).toBe("TOKEN_REVOKED");
  await one.page.getByRole("button", { name: "Reload" }).click();
  await one.page.getByRole("heading", { name: "This link was taken back" }).waitFor();
  expect(await other.revision("Number 1 for whom?")).toBe(before);
  one.calm();
  await program.leave();
  await other.leave();
});

test("nobody is offered to time out or ban oneself, a host or another moderator, and a key for it says why not", async () => {
  await server.api("POST", "", { room: "ranks", title: "Ranks" });
  const peer = await Moderator.enter(house.browser, server, "ranks");
  await peer.fill(1);
  const ada = await enter(server.at("/r/ranks"), phone);
  await say(ada.page, "A line of Ada's", "Ada");
  const one = await enter(`${server.at("/r/ranks/host")}#t=${server.mint("moderator", "1h", "ranks")}`);
  const { keyboard } = one.page;
  const offered = (text: string) => row(one.page, text, ".in-comments").getByRole("button").allInnerTexts();
  await select(one.page, "Line 0", ".in-comments");
  expect((await offered("Line 0")).join()).not.toMatch(/Ban|Time out/);
  await keyboard.press("b");
  await one.page.getByText("You can time out and ban those below your own role only.").waitFor();
  expect(await one.page.locator("dialog[open]").count()).toBe(0);
  await keyboard.press("Enter");
  const card = one.page.locator("dialog[open]");
  await card.getByText("You can time out and ban those below your own role only.").waitFor();
  expect((await card.getByRole("button").allInnerTexts()).join()).not.toMatch(/Ban|Time out/);
  await keyboard.press("Escape");
  await select(one.page, "A line of Ada's", ".in-comments");
  expect((await offered("A line of Ada's")).join()).toMatch(/Time out.*Ban/s);
  one.calm();
  await peer.leave();
});

test("a press that takes its time selects the row under it, also in a list that nobody has worked in", async () => {
  await server.api("POST", "", { room: "slow-hand", title: "Slow hand" });
  const writer = await Moderator.enter(house.browser, server, "slow-hand");
  await writer.fill(4);
  const one = await enter(`${server.at("/r/slow-hand/host")}#t=${server.mint("moderator", "1h", "slow-hand")}`);
  const third = row(one.page, "Line 1", ".in-comments");
  await third.locator(".what").hover();
  await one.page.mouse.down();
  await one.page.locator(".in-comments .item.selected .acts").waitFor();
  await one.page.mouse.up();
  await one.page.waitForTimeout(100);
  expect(await third.getAttribute("aria-selected")).toBe("true");
  one.calm();
  await writer.leave();
});
