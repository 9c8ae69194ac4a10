import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator, phone } from "./people";

const house = new House();
const { server } = house;

/** Gives or takes the moderator's vote for the questions with these texts. */
async function vote(by: Moderator, up: boolean, ...texts: string[]): Promise<void> {
  await by.page.evaluate(
    async ({ wanted, yes }) => {
      const { room } = window as unknown as { room: import("../client").Room };
      for (const q of room.view.questions.values()) if (wanted.includes(q.text)) await room.questions.vote(q.id, yes);
    },
    { wanted: texts, yes: up },
  );
}

test("nothing moves under a finger or away from the focus: what moved waits behind its number", async () => {
  await server.api("POST", "", { room: "still", title: "Still", settings: { openQuestions: true } });
  const mo = await Moderator.enter(house.browser, server, "still");
  await mo.ask(6, "of six?");
  const text = (n: number) => `Number ${n} of six?`;
  const one = await house.enter(server.at("/r/still?tab=questions"), phone);
  const asked = (page: Page) => page.locator(".questions .text");
  const order = async () => (await asked(one.page).allInnerTexts()).map((t) => Number(/Number (\d)/.exec(t)?.[1]));
  const votes = (n: number) => one.page.locator(".question", { hasText: text(n) }).locator("button.vote");
  await expect.poll(order).toEqual([1, 2, 3, 4, 5, 6]);

  // A finger is down on a question while three others rise past it.
  const under = (await one.page.locator(".questions").getByText(text(2)).boundingBox())!;
  await one.page.mouse.move(under.x + 5, under.y + 5);
  await one.page.mouse.down();
  await vote(mo, true, text(4), text(5), text(6));
  await one.page.getByRole("button", { name: "3 moved, update" }).waitFor();
  await expect.poll(() => votes(6).innerText()).toContain("1"); // the numbers go on
  expect(await order()).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await one.page.locator(".questions").getByText(text(2)).boundingBox())!.y).toBe(under.y);
  await one.page.mouse.up();
  await expect.poll(order).toEqual([4, 5, 6, 1, 2, 3]);

  // The focus is inside while they fall again; the button brings the order.
  await votes(1).focus();
  await one.page.waitForTimeout(1100); // a person changes a vote once a second
  await vote(mo, false, text(4), text(5), text(6));
  const update = one.page.getByRole("button", { name: "3 moved, update" });
  await update.waitFor();
  expect(await order()).toEqual([4, 5, 6, 1, 2, 3]);
  await update.click();
  await expect.poll(order).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await update.count()).toBe(0);
  one.calm();
  await mo.leave();
});

test("the order goes on by itself once the question that had the focus has left the list", async () => {
  await server.api("POST", "", { room: "gone", title: "Gone", settings: { openQuestions: true } });
  const mo = await Moderator.enter(house.browser, server, "gone");
  await mo.ask(4, "of four?");
  const one = await house.enter(server.at("/r/gone?tab=questions"), phone);
  const open = async () => (await one.page.locator(".question.open .text").allInnerTexts()).map((t) => Number(/Number (\d)/.exec(t)?.[1]));
  await expect.poll(open).toEqual([1, 2, 3, 4]);
  await one.page.locator(".question", { hasText: "Number 1 of four?" }).locator("button.vote").focus();
  await mo.step("highlight", "Number 1 of four?");
  await expect.poll(open).toEqual([2, 3, 4]);
  await vote(mo, true, "Number 4 of four?");
  await expect.poll(open).toEqual([4, 2, 3]);
  one.calm();
  await mo.leave();
});

test("each of 400 that wait can be reached: by looking for it, and by going down the list", async () => {
  await server.api("POST", "", { room: "many", title: "Many" });
  const mo = await Moderator.enter(house.browser, server, "many");
  await mo.ask(400, "of those that wait, with some more words so that it is about as long as questions are?");
  await mo.leave();
  const one = await house.enter(`${server.at("/r/many/host")}#t=${server.mint("moderator", "1h", "many")}`, desk);
  const { page } = one;
  const rows = page.locator(".in-queue .item");
  await page.getByRole("heading", { name: /400/ }).waitFor();
  await rows.first().waitFor();
  const begun = await rows.count();
  expect(begun).toBeLessThan(250);

  // What is looked for is found although it is on no page yet.
  await page.keyboard.press("/");
  await page.keyboard.type("Number 399 ");
  await page.locator(".in-queue .item", { hasText: "Number 399 " }).waitFor();
  expect(await rows.count()).toBe(1);

  // A new visit goes down the list: the next page is there before the end comes.
  await page.reload();
  await rows.first().waitFor();
  await expect
    .poll(
      async () => {
        await page.locator(".in-queue .rows").evaluate((list) => list.scrollTo(0, list.scrollHeight));
        return rows.count();
      },
      { timeout: 15_000 },
    )
    .toBe(400);
  expect(await rows.last().innerText()).toContain("Number 400 ");
  one.calm();
});

test("a written answer is a small part of Markdown: links of the web alone, and no tag of its writer's", async () => {
  await server.api("POST", "", { room: "answers", title: "Answers", settings: { openQuestions: true } });
  const mo = await Moderator.enter(house.browser, server, "answers");
  await mo.ask(1, "to answer?");
  const answer = [
    "**Yes**, see [the plan](https://example.com/plan) or https://example.org/x.",
    "",
    "- [no](javascript:window.broken=1)",
    "- <img src=x onerror=window.broken=1> ![x](https://evil.example/x.png)",
    "- [no](https://bank.example@evil.example/)",
  ].join("\n");
  await mo.step("answer", "Number 1 to answer?", answer);
  const one = await house.enter(server.at("/r/answers?tab=questions"), phone);
  const shown = one.page.locator(".answer");
  await shown.getByText("Yes").waitFor();
  expect(await shown.locator("strong").allInnerTexts()).toEqual(["Yes"]);
  const links = await shown.locator("a").evaluateAll((all) => all.map((a) => [a.getAttribute("href"), a.getAttribute("rel"), a.getAttribute("target")]));
  expect(links).toEqual(
    ["https://example.com/plan", "https://example.org/x", "https://evil.example/x.png"].map((href) => [href, "noopener nofollow ugc", "_blank"]),
  );
  expect(await shown.locator("li").count()).toBe(3);
  expect(await shown.locator("img, script").count()).toBe(0);
  expect(await shown.innerText()).toContain("[no](javascript:window.broken=1)");
  expect(await one.page.evaluate(() => "broken" in window)).toBe(false);
  expect(one.asked.filter((url) => url.includes("evil.example"))).toEqual([]);
  one.calm();
  await mo.leave();
});
