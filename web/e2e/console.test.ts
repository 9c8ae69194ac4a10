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

test("cut off 105 times between send and ack, no act of any kind is lost or done twice", async () => {
  await server.api("POST", "", { room: "cuts", title: "Cuts", settings: { holdComments: "HOLD_MODE_ALL" } });
  const witness = await Moderator.enter(house.browser, server, "cuts"); // whose connection is never cut
  await witness.ask(2, "who counts the cuts?");
  await witness.step("approve", "Number 2 who counts the cuts?");
  const writer = await Moderator.enter(house.browser, server, "cuts", server.mint("viewer", "1h", "cuts"));
  await writer.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.comments.post("Held, and held again");
  });
  let cut: "" | "before" | "after" = "";
  let cuts = 0;
  const acts = new Set<string>(); // ids of frames that ask for an act
  const one = await enter(`${server.at("/r/cuts/host")}#t=${server.mint("moderator", "1h", "cuts")}`, desk, (page) =>
    page.routeWebSocket(/\/v1\/ws$/, (socket) => {
      const up = socket.connectToServer();
      const end = () => {
        cut = "";
        cuts++;
        void up.close();
        void socket.close({ code: 1011 });
      };
      socket.onMessage((message) => {
        const { id = "", moderate } = JSON.parse(String(message)) as { id?: string; moderate?: object };
        if (moderate) acts.add(id);
        up.send(message);
        if (cut === "before" && moderate) end(); // the server may have it or not
      });
      up.onMessage((message) => {
        const { ack } = JSON.parse(String(message)) as { ack?: { id: string } };
        if (cut === "after" && ack && acts.has(ack.id)) end(); // it was done, and nobody heard of it
        else socket.send(message);
      });
    }),
  );
  const { page } = one;
  const { keyboard } = page;
  await page.locator(".side-tabs").getByRole("button", { name: /^Held/ }).click();
  const waits = row(page, "Number 1 who", ".in-queue");
  const held = row(page, "Held, and held again", ".in-held");
  const open = row(page, "Number 2 who", ".in-live");
  await Promise.all([waits, held, open].map((each) => each.waitFor()));
  const start = await witness.revision("Number 1 who counts the cuts?");

  /** Presses a key, has the connection cut, and waits until the page has its answer all the same. */
  const press = async (key: string) => {
    const n = cuts + 1;
    cut = n % 2 === 0 ? "before" : "after";
    await keyboard.press(key);
    await expect.poll(() => cuts, { timeout: 10_000, message: `${key}, cut ${n}` }).toBe(n);
    await page.evaluate(async () => {
      while (document.querySelector(".item.sending, .line-state:not(.ok)")) {
        window.dispatchEvent(new Event("online")); // once it knows that it was cut it comes back at once, not after some jitter
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
  };
  const select = (which: typeof held) => which.locator(".what").click(); // by hand, which makes it safe to act on at once
  const rounds = 15;
  for (let i = 0; i < rounds; i++) {
    await select(waits);
    await press("a");
    await waits.waitFor({ state: "detached" });
    await press("u");
    await select(waits);
    await keyboard.press("r");
    await page.getByText("Reject. Why?").waitFor();
    await press("Enter");
    await waits.waitFor({ state: "detached" });
    await press("u");
    await select(held);
    await press("a");
    await held.waitFor({ state: "detached" });
    await press("u");
    await select(open);
    await press("o");
    await open.locator(".on-air").waitFor({ state: i % 2 === 0 ? "visible" : "detached" });
  }
  expect(cuts).toBe(7 * rounds);
  await Promise.all([waits, held].map((each) => each.waitFor()));
  await expect.poll(() => witness.revision("Number 1 who counts the cuts?")).toBe(start + 4 * rounds); // it counts every change
  const done: Record<string, number> = {};
  for (let next = ""; ; ) {
    const trail = await server.api<{ entries: { action: string }[]; nextPageToken?: string }>("GET", `/cuts/audit?pageSize=500&pageToken=${next}`);
    for (const { action } of trail.entries) done[action] = (done[action] ?? 0) + 1;
    if (!(next = trail.nextPageToken ?? "")) break;
  }
  expect(done).toMatchObject({
    approve_question: rounds + 1, reject_question: rounds, undo_question: 2 * rounds, release_comment: rounds, undo_held: rounds, set_on_air: rounds,
  });
  await witness.leave();
  await writer.leave();
}, 480_000);

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
