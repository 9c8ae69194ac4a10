// The console in the states in which a list can be, and on a phone: what is said, what can be read, what can be reached.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { check } from "./axe";
import { House } from "./house";
import { ask, desk, Moderator, phone, say, visit } from "./people";

const house = new House(furnish);
const { server } = house;
const small = { ...desk, viewport: { width: 1280, height: 800 } };
const row = (page: Page, text: string, pane = "") => page.locator(`${pane} .item`, { hasText: text });
const connected = (page: Page) => page.locator(".line-state.ok").waitFor();
const open = (room: string, query = "") => `${server.at(`/r/${room}/host${query}`)}#t=${server.token("host")}`;

const long = "What would you do differently if you could begin again from the very first day, with all that you know now about people, about stages and about light?";
const said = `The sound is very good here, and the picture too. ${"I have watched this show since the first season. ".repeat(4)}Thank you.`;

async function furnish({ server, browser }: House): Promise<void> {
  await server.api("POST", "", { room: "full", title: "An evening about light, with friends from everywhere", settings: { labels: ["The stage", "People"] } });
  await server.api("POST", "", { room: "bare", title: "A quiet room" });
  await server.api("POST", "", { room: "over", title: "What was" });
  for (const room of ["full", "over"]) {
    const moderator = await Moderator.enter(browser, server, room);
    await moderator.ask(3, "of the evening?");
    for (const n of [1, 2]) await moderator.step("approve", `Number ${n} of the evening?`);
    await moderator.step("highlight", "Number 1 of the evening?");
    await moderator.leave();
  }
  await server.api("POST", "/over/end", {});
  const ada = await visit(browser, server.at("/r/full"), phone);
  await say(ada.page, said, "سارة عبد الرحمن القحطاني");
  await ada.page.getByRole("tab", { name: /Questions/ }).tap();
  await ask(ada.page, long, "");
  await ada.leave();
}

/** A socket that works until it is cut, and then stays away. */
function losable(): { before: (page: Page) => Promise<void>; cut: () => Promise<void> } {
  const sockets: { close(): Promise<void> }[] = [];
  let lost = false;
  return {
    before: (page) =>
      page.routeWebSocket(/\/v1\/ws$/, (socket) => {
        if (!lost) sockets.push(socket, socket.connectToServer());
      }),
    cut: async () => {
      lost = true;
      for (const socket of sockets) await socket.close();
    },
  };
}
const silent = (page: Page) => page.routeWebSocket(/\/v1\/ws$/, () => undefined);

test.each([
  ["phone, dark", phone, "dark"],
  ["desk, light", small, "light"],
] as const)("axe finds nothing to say about any state of the console, nor about what opens over it: %s", async (_, options, colorScheme) => {
  const look = { ...options, colorScheme, reducedMotion: "reduce" } as const;
  const state = async (url: string, seen: string, before?: (page: Page) => Promise<unknown>) => {
    const one = await house.enter(url, look, before);
    await one.page.locator(seen).first().waitFor();
    await check(one.page);
    one.calm();
    return one.page;
  };
  await state(open("bare"), ".in-queue .empty");
  await state(open("over"), ".banner.calm");
  await state(open("nowhere"), ".outside h1");
  await state(server.at("/r/full/host"), ".outside h1");
  await state(open("full"), ".skeleton", silent);
  const line = losable();
  const stale = await state(open("full"), ".line-state.ok", line.before);
  await line.cut();
  await stale.getByText(/^Not connected since/).waitFor();
  await check(stale);

  const page = await state(open("full"), ".in-queue .item, .card");
  for (const pane of ["live", "comments", "held", "people", "pulse"]) {
    await page.goto(open("full", `?pane=${pane === "held" ? "comments" : pane}`));
    await connected(page);
    if (pane === "held") await page.getByRole("button", { name: "Held" }).click();
    await page.locator(`.in-${pane} .rows > *`).first().waitFor();
    await check(page);
  }
  await page.goto(open("full"));
  await connected(page);
  await page.locator(".in-queue .item, .card").first().waitFor();
  await page.waitForTimeout(450);
  for (const key of ["r", "e", "l", "m"]) {
    await page.keyboard.press(key);
    await page.locator("dialog[open], .reasons").first().waitFor();
    await check(page);
    await page.keyboard.press("Escape");
    await page.locator(".dialog-body, .reasons").waitFor({ state: "detached" }); // the keys are the desk's again
  }
  await page.keyboard.press("3");
  await page.locator(".show-comments .in-comments .item.selected").waitFor();
  await page.waitForTimeout(450);
  for (const key of ["Enter", "t", "b", "Shift+B", "Control+k", "?"]) {
    await page.keyboard.press(key);
    await page.locator("dialog[open]").waitFor();
    await check(page);
    await page.keyboard.press("Escape");
    await page.locator(".dialog-body").waitFor({ state: "detached" });
  }
}, 120_000);

test("on a phone everything under a thumb is 44 px or more, nothing moves sideways, and no key is named", async () => {
  const { page, calm } = await house.enter(open("full"), phone);
  await page.locator(".card").waitFor();
  for (const pane of ["Queue", "Live", "Comments", "Held", "People", "Pulse"]) {
    await page.getByRole("button", { name: new RegExp(`^\\d*\\s*${pane}`) }).first().tap();
    await page.locator(`.in-${pane.toLowerCase()} .rows > *`).first().waitFor();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a, textarea, label.filter, .rows select, .rows input")]
        .filter((e) => e.offsetParent !== null)
        .map((e) => ({ name: e.textContent || e.className, ...(e.getBoundingClientRect().toJSON() as { width: number; height: number }) }))
        .filter((r) => r.width < 43.5 || r.height < 43.5)
        .map((r) => `${r.name} ${r.width}x${r.height}`),
    );
    expect(small, pane).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), pane).toBe(390);
    expect(await page.locator("main").innerText(), pane).not.toMatch(/\( \/ \)|^t, b|Enter on/m);
  }
  calm();
});

test("on a phone a card can be left waiting for the next one, mended and claimed, and tells who else is at it", async () => {
  const { page, calm } = await house.enter(open("full"), phone);
  const card = page.locator(".card");
  await card.getByText("Number 3 of the evening?").waitFor();
  await card.getByText("1 of 2").waitFor();
  await card.getByRole("button", { name: /^The next question/ }).tap();
  await card.getByText(long).waitFor();
  await card.getByText("2 of 2").waitFor();
  expect(await card.getByRole("button", { name: /^The next question/ }).isDisabled()).toBe(true);
  const other = await Moderator.enter(house.browser, server, "full");
  await other.page.evaluate(async (text) => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.moderate.claim([...room.view.moderation.values()].find((q) => q.text === text)!.id);
  }, long);
  await card.getByText("A moderator is on it").waitFor(); // one whose link has no name
  await card.getByRole("button", { name: "The question before" }).tap();
  await card.getByRole("button", { name: "Edit" }).tap();
  await page.getByRole("textbox", { name: "Mend the question" }).fill("Number three of the evening?");
  await page.getByRole("button", { name: "Save" }).tap();
  await card.getByText("Number three of the evening?").waitFor();
  await card.getByText("As it was asked: Number 3 of the evening?").waitFor();
  await page.getByRole("button", { name: "Undo" }).tap();
  await card.getByText("Number 3 of the evening?").first().waitFor();
  const box = (await card.boundingBox())!;
  const thumbs = (await page.locator(".thumbs").boundingBox())!;
  expect(thumbs.y + thumbs.height).toBeLessThanOrEqual(box.y + box.height);
  await other.leave();
  calm();
});

test("when the show is over no clock runs on, nothing is promised, and there is no room to calm", async () => {
  const { page, calm } = await house.enter(open("over"), small);
  await page.locator(".banner.calm").waitFor();
  await page.locator(".in-live .item.answering").waitFor();
  const timer = page.locator(".in-live .timer");
  const before = await timer.innerText();
  await page.waitForTimeout(6000); // ages are told anew every five
  expect(await timer.innerText()).toBe(before);
  await page.getByRole("textbox", { name: "Filter" }).fill("nothing holds this");
  await page.locator(".in-queue").getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("button", { name: /^Calm/ }).count()).toBe(0);
  await page.keyboard.press("Shift+C");
  await page.waitForTimeout(200);
  expect(await page.locator("dialog[open]").count()).toBe(0);
  calm();
});

test("a room that does not answer when the page opens is told of after two seconds, and then is there", async () => {
  let answers = false;
  const { page, calm } = await house.enter(open("bare"), small, (p) =>
    p.routeWebSocket(/\/v1\/ws$/, (socket) => {
      if (answers) socket.connectToServer();
      else void socket.close({ code: 1011 });
    }),
  );
  await page.locator(".line-state", { hasText: "connecting" }).waitFor();
  await page.getByText("The room does not answer yet.").waitFor();
  expect(await page.getByRole("button", { name: "Calm" }).isDisabled()).toBe(true);
  answers = true;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await connected(page);
  await page.getByText("The room does not answer yet.").waitFor({ state: "detached" });
  calm();
});

test("what it means that many votes come from one network can be read by touch and by keyboard", async () => {
  const withBloc = (page: Page) =>
    page.routeWebSocket(/\/v1\/ws$/, (socket) => {
      const up = socket.connectToServer();
      up.onMessage((message) => {
        const frames = String(message)
          .split("\n")
          .map((line) => {
            const frame = JSON.parse(line) as { snapshot?: { moderation?: { questions?: { question: { question: string; text: string } }[]; blocs?: object[] } } };
            const moderation = frame.snapshot?.moderation;
            const found = moderation?.questions?.find((q) => q.question.text === "Number 2 of the evening?");
            if (moderation && found) moderation.blocs = [{ question: found.question.question, people: 40, of: 50, expected: 8 }];
            return JSON.stringify(frame);
          });
        socket.send(frames.join("\n"));
      });
    });
  const means = "One network: about 8 were to be expected";
  const hand = await house.enter(open("full"), phone, withBloc);
  await hand.page.locator(".bottom").getByRole("button", { name: "Live" }).tap();
  await row(hand.page, "Number 2 of", ".in-live").getByText("40 of 50 from one network").waitFor();
  await row(hand.page, "Number 2 of", ".in-live").tap();
  await hand.page.getByText(means).waitFor();
  const key = await house.enter(open("full"), small, withBloc);
  await row(key.page, "Number 2 of", ".in-live").waitFor();
  expect(await key.page.getByText(means).count()).toBe(0);
  await key.page.keyboard.press("2");
  await key.page.keyboard.press("j");
  await key.page.getByText(means).waitFor();
  await check(key.page);
  hand.calm();
  key.calm();
});

test.each(["en", "fr"])("on a small screen no button of a waiting question is cut, and ten rows fit: %s", async (lang) => {
  const { page, calm } = await house.enter(open("full", `?lang=${lang}`), small);
  await row(page, "Number 3", ".in-queue").locator(".what").click();
  const acts = row(page, "Number 3", ".in-queue").locator(".acts");
  await acts.waitFor();
  const { within, keys, one } = await acts.evaluate((box) => {
    const right = box.getBoundingClientRect().right;
    const all = [...box.querySelectorAll<HTMLElement>("button")];
    return {
      within: all.every((b) => b.getBoundingClientRect().right <= right + 0.5),
      keys: all.every((b) => b.querySelector("kbd")!.getBoundingClientRect().right <= b.getBoundingClientRect().right),
      one: new Set(all.map((b) => b.getBoundingClientRect().top)).size === 1,
    };
  });
  expect({ within, keys, one }).toEqual({ within: true, keys: true, one: true });
  expect((await row(page, "Number 3", ".in-queue").boundingBox())!.height).toBeLessThanOrEqual(108); // nine of 56 px and this one
  calm();
});

test("beside a question that is selected stands how many ask much the same, for whoever merges", async () => {
  await server.api("POST", "", { room: "twice", title: "Twice" });
  const ada = await house.enter(server.at("/r/twice?tab=questions"), phone);
  for (const text of ["When does the second act begin tonight?", "When does the second act begin?"]) await ask(ada.page, text, "Ada");
  const { page, calm } = await house.enter(open("twice"), small);
  await row(page, "begin tonight?", ".in-queue").getByText("1 like this").waitFor();
  const merging = page.getByRole("dialog", { name: "Merge into which?" });
  await expect // a key just after the row came is not for it
    .poll(async () => {
      await page.keyboard.press("m");
      return merging.isVisible();
    }, { interval: 500 })
    .toBe(true);
  await merging.getByText("When does the second act begin?").waitFor();
  const hand = await house.enter(open("twice"), phone);
  await hand.page.locator(".card").getByText("1 like this").waitFor();
  calm();
  hand.calm();
});

test("a comment that is selected is there as a whole, before it is judged", async () => {
  const { page, calm } = await house.enter(open("full"), small);
  await row(page, "The sound is very good", ".in-comments").locator(".what").click();
  const text = row(page, "The sound is very good", ".in-comments").locator(".text");
  await expect.poll(() => text.evaluate((e) => e.scrollHeight - e.clientHeight)).toBeLessThanOrEqual(1);
  calm();
});

test("the filter is over the list that is alone on its screen, and goes with the hand to the next one", async () => {
  const { page, calm } = await house.enter(open("full", "?pane=comments"), small);
  await row(page, "The sound is very good", ".in-comments").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("evening");
  await page.locator(".in-comments").getByText("Nothing found").waitFor();
  await page.locator(".rows:visible").click();
  await page.keyboard.press("2");
  await row(page, "Number 2 of the evening?", ".in-live").waitFor();
  expect(await page.locator(".in-live").getByRole("textbox", { name: "Filter" }).inputValue()).toBe("evening");
  calm();
});
