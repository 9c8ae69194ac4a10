import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, desk, Moderator, phone, pressOnce, type Visit } from "./people";

const house = new House();
const { server } = house;
const enter = house.enter.bind(house);

async function desks(who: "host" | "moderator", options = desk, before?: (page: Page) => Promise<void>): Promise<Visit> {
  const one = await enter(server.ready.links[who], options, before);
  await one.page.locator(".line-state.ok").waitFor();
  return one;
}

const row = (page: Page, text: string, pane = "") => page.locator(`${pane} .item`, { hasText: text });

test("a moderator runs the questions of a show by keyboard alone, and a second one sees it", async () => {
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  const texts = ["Who drew the stage?", "Is there a recording?", "What about the cat?", "When is the next show?"];
  for (const text of texts) await ask(ada.page, text, "Ada");
  const one = await desks("moderator");
  const two = await desks("host");
  const { keyboard } = one.page;
  await row(one.page, texts[3]!, ".in-queue").waitFor();

  // The first waiting one is selected by itself; a key that comes too early does nothing to it.
  await expect.poll(() => row(one.page, texts[0]!).getAttribute("aria-selected")).toBe("true");
  await one.page.waitForTimeout(450); // the grace of a row that arrived under the selection is 400 ms
  await keyboard.press("a");
  await row(two.page, texts[0]!, ".in-live").waitFor();
  await row(one.page, texts[0]!, ".in-live").waitFor();

  // The selection went to the next one, and is safe for 400 ms.
  await expect.poll(() => row(one.page, texts[1]!).getAttribute("aria-selected")).toBe("true");
  await one.page.waitForTimeout(450);
  await keyboard.press("r");
  await one.page.getByText("Reject. Why?").waitFor();
  await keyboard.press("2");
  await ada.page.getByText("Off topic").waitFor(); // the asker reads why
  await row(two.page, texts[1]!).waitFor({ state: "detached" });

  // Marked ones go together.
  await one.page.waitForTimeout(450);
  await keyboard.press("Shift+ArrowDown");
  await one.page.getByText("2 marked").waitFor();
  await keyboard.press("a");
  for (const text of texts.slice(2)) await row(two.page, text, ".in-live").waitFor();
  await one.page.getByText("Nothing waits").waitFor();

  // Undo takes all of them back, with one key.
  await one.page.getByText("Approved. Everyone can vote for it. (2)").waitFor();
  await keyboard.press("u");
  for (const text of texts.slice(2)) await row(two.page, text, ".in-queue").waitFor();

  // Now, a written answer.
  await keyboard.press("2");
  await expect.poll(() => row(one.page, texts[0]!).getAttribute("aria-selected")).toBe("true");
  await one.page.waitForTimeout(450);
  await keyboard.press("n");
  await row(two.page, texts[0]!, ".in-live").locator(".on-air").waitFor();
  await one.page.locator(".item.answering:not(.sending)").waitFor();
  await keyboard.press("w");
  await one.page.getByRole("textbox", { name: "Answer" }).fill("The page itself.");
  await keyboard.press("Control+Enter");
  await ada.page.locator(".question.answered", { hasText: "The page itself." }).waitFor();

  // Letters are dead while typing, and in the map.
  await one.page.locator("dialog[open]").waitFor({ state: "detached" });
  await keyboard.press("1");
  await keyboard.press("/");
  await expect.poll(() => one.page.evaluate(() => document.activeElement?.matches(".filter input"))).toBe(true);
  await keyboard.type("cat");
  await expect.poll(() => one.page.locator(".in-queue .item").count()).toBe(1);
  await keyboard.press("Escape");
  await expect.poll(() => one.page.locator(".in-queue .item").count()).toBe(2);
  await keyboard.press("?");
  await one.page.getByRole("dialog", { name: "Keys" }).waitFor();
  await keyboard.press("a");
  await keyboard.press("Escape");
  expect(await one.page.locator(".in-queue .item").count()).toBe(2);
  one.calm();
  two.calm();
  ada.calm();
});

test("the selection follows its item, a claim shows a name, and nothing acts on what somebody else just took", async () => {
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  for (const text of ["First of the row?", "Second of the row?"]) await ask(ada.page, text, "Bo");
  const one = await desks("moderator");
  const two = await desks("host");
  await row(one.page, "Second of the row?").click();
  await row(two.page, "First of the row?").click();
  await two.page.keyboard.press("a");
  await row(one.page, "First of the row?", ".in-live").waitFor();
  expect(await row(one.page, "Second of the row?").getAttribute("aria-selected")).toBe("true");

  await row(two.page, "Second of the row?").click();
  await two.page.keyboard.press("c");
  await row(one.page, "Second of the row?").getByText("Host is on it").waitFor();
  await row(two.page, "Second of the row?").getByText("yours").waitFor();
  await two.page.keyboard.press("c");
  await row(one.page, "Second of the row?").locator(".claim").waitFor({ state: "detached" });

  // Taken away under the selection: a key pressed at that moment does not hit the next row.
  const before = await one.page.locator(".in-queue .item").count();
  const taken = (await row(one.page, "Second of the row?", ".in-queue").getAttribute("id"))!;
  await pressOnce(one.page, `#${taken}`, "a", true);
  await two.page.keyboard.press("a");
  await one.page.waitForFunction(() => "pressed" in window);
  await one.page.waitForTimeout(300);
  expect(await one.page.locator(".in-queue .item").count()).toBe(before - 1);
  one.calm();
  two.calm();
});

test("a key is answered on the screen within 100 ms", async () => {
  const one = await desks("moderator");
  await one.page.keyboard.press("2");
  await expect.poll(() => one.page.locator(".in-live .item.selected").count()).toBe(1);
  await one.page.waitForTimeout(450);
  await one.page.evaluate(() => {
    const took: number[] = [];
    const idle: number[] = []; // how long a frame takes here that has nothing to do
    Object.assign(window, { took, idle });
    addEventListener(
      "keydown",
      (e) => {
        if (e.key !== "N") return;
        const start = performance.now();
        const seen = new MutationObserver(() => {
          if (!document.querySelector(".in-live .item.sending")) return;
          seen.disconnect();
          requestAnimationFrame(() => {
            const answered = performance.now();
            took.push(answered - start);
            requestAnimationFrame(() => idle.push(performance.now() - answered));
          });
        });
        seen.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
      },
      true,
    );
  });
  for (let i = 1; i <= 15; i++) {
    await one.page.keyboard.press("Shift+N");
    await expect.poll(() => one.page.evaluate(() => (window as unknown as { took: number[] }).took.length)).toBe(i);
    await one.page.locator(".item.sending").waitFor({ state: "detached" });
  }
  await one.page.waitForFunction(() => (window as unknown as { idle: number[] }).idle.length === 15);
  const { took, idle } = await one.page.evaluate(() => {
    const seen = window as unknown as { took: number[]; idle: number[] };
    return { took: seen.took, idle: seen.idle };
  });
  const median = (all: number[]) => all.sort((a, b) => a - b)[7]!;
  expect(median(took)).toBeLessThan(100 + median(idle));
  one.calm();
});

test("cut off 100 times between send and ack, nothing is lost and nothing is done twice", async () => {
  const text = "Who counts the cuts?";
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  await ask(ada.page, text, "Ada");
  let cut: "" | "before" | "after" = "";
  let cuts = 0;
  const one = await desks("moderator", desk, (page) =>
    page.routeWebSocket(/\/v1\/ws$/, (socket) => {
      const up = socket.connectToServer();
      socket.onMessage((message) => {
        up.send(message);
        if (cut !== "before" || !String(message).includes('"moderate"')) return;
        cut = ""; // the server may have it or not
        cuts++;
        void up.close();
        void socket.close({ code: 1011 });
      });
      up.onMessage((message) => {
        if (cut !== "after" || !String(message).includes('"ack"')) return socket.send(message);
        cut = ""; // it was done, and nobody heard of it
        cuts++;
        void up.close();
        void socket.close({ code: 1011 });
      });
    }),
  );
  await row(one.page, text).click();
  await one.page.keyboard.press("a");
  await row(one.page, text, ".in-live").click();
  // The revision counts every change: read by somebody whose connection is never cut.
  const witness = await Moderator.enter(house.browser, server);
  const start = await witness.revision(text);
  for (let i = 0; i < 100; i++) {
    cut = i % 2 === 0 ? "before" : "after";
    await one.page.keyboard.press("Shift+N");
    await expect.poll(() => cuts, { timeout: 10_000 }).toBe(i + 1);
    await one.page.evaluate(async () => {
      while (document.querySelector(".item.sending")) {
        window.dispatchEvent(new Event("online")); // once it knows that it was cut it comes back at once, not after some jitter
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
  }
  await expect.poll(() => witness.revision(text)).toBe(start + 100);
  await witness.leave();
  expect(await row(one.page, text, ".in-live").locator(".tag").count()).toBe(0); // Next 50 times, and 50 times not
}, 400_000);

test("without a server the console says so at once, and keeps what is done", async () => {
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  await ask(ada.page, "Does this survive?", "Ada");
  const one = await desks("moderator");
  await row(one.page, "Does this survive?").click();
  await server.stop();
  await one.page.getByText(/^Not connected since/).waitFor();
  expect(await row(one.page, "Does this survive?").count()).toBe(1); // still there to read
  await one.page.keyboard.press("a");
  await row(one.page, "Does this survive?").getByText("sending").waitFor();
  await server.start();
  await row(one.page, "Does this survive?", ".in-live").waitFor({ timeout: 40_000 });
  await one.page.getByText(/^Not connected since/).waitFor({ state: "detached" });
  one.calm();
}, 90_000);

test("on a phone one question is a card, with both answers under the thumbs", async () => {
  const ada = await enter(`${server.ready.links.viewer}?tab=questions`, phone);
  await ask(ada.page, "One card at a time?", "Ada");
  const one = await desks("moderator", phone);
  await one.page.locator(".card").waitFor();
  expect(await one.page.locator(".card").count()).toBe(1);
  const thumb = (await one.page.locator(".thumbs").getByRole("button", { name: "Approve" }).boundingBox())!;
  expect(thumb.height).toBeGreaterThanOrEqual(52);
  expect(await one.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  for (let left = 10; left > 0 && (await one.page.locator(".card").count()) > 0; left--) {
    await one.page.locator(".thumbs").getByRole("button", { name: "Approve" }).tap();
    await one.page.locator(".card .thumbs button:not([disabled])").first().or(one.page.getByText("Nothing waits")).first().waitFor();
  }
  await one.page.getByText("Nothing waits").waitFor();
  await one.page.getByRole("button", { name: "Live" }).tap();
  await row(one.page, "One card at a time?", ".in-live").waitFor();
  one.calm();
});
