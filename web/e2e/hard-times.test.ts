import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator, phone, say, total, visit } from "./people";
import { Proxy } from "./proxy";

const house = new House();
const { server } = house;

const live = (page: Page) => page.getByText("LIVE", { exact: true });
const field = (page: Page) => page.getByRole("textbox", { name: "Say something" });

test.each([
  ["portal", "This network wants you to sign in first."],
  ["no-upgrade", "This network blocks live connections."],
  ["silence", "You seem to be offline."],
] as const)("a network in the way (%s): one sentence, the typed text stays, and it comes back by itself", async (between, sentence) => {
  const proxy = await Proxy.to(server.ready.links.viewer);
  const ada = await visit(house.browser, proxy.at(server.ready.links.viewer), phone);
  await live(ada.page).waitFor();
  await field(ada.page).fill("Half a thought");
  proxy.is = between;
  proxy.cut();
  const said = ada.page.locator(".quiet-line", { hasText: sentence });
  await said.waitFor({ timeout: 30_000 });
  const before = proxy.tries;
  await expect.poll(() => proxy.tries, { timeout: 60_000 }).toBeGreaterThan(before + 1); // one more has failed
  expect(await said.isVisible()).toBe(true);
  expect(await field(ada.page).inputValue()).toBe("Half a thought");
  proxy.is = "nothing";
  await ada.page.locator(".quiet-line").waitFor({ state: "detached", timeout: 45_000 });
  expect(await field(ada.page).inputValue()).toBe("Half a thought");
  ada.calm();
  await ada.leave();
  proxy.close();
}, 180_000);

test("where storage is blocked the page works, and asks for nothing", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone, (page) =>
    page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("Access is denied", "SecurityError");
          },
        });
      }
    }),
  );
  await live(ada.page).waitFor();
  await say(ada.page, "Without a trace", "Ada");
  ada.calm();
  await ada.leave();
});

test.each([
  ["ahead", 5],
  ["behind", -5],
])("a clock that is hours %s ends no pin and no mute early, and hides nothing", async (_, hours) => {
  const moderator = await Moderator.enter(house.browser, server);
  await moderator.fill(1);
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.moderate.pin(room.view.comments.at(-1)!.id, 600);
  });
  const ada = await visit(house.browser, server.ready.links.viewer, phone, (page) =>
    page.addInitScript((ms) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + ms;
    }, hours * 3_600_000),
  );
  await ada.page.locator(".pinned", { hasText: "Line 0" }).waitFor();
  await say(ada.page, `From ${hours} hours away`, "Ada");
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  await expect.poll(() => total(ada.page)).toBeGreaterThan(0);
  ada.calm();
  await ada.leave();
  await moderator.leave();
});

test("back from another page it is live again, and what was said meanwhile is there", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await live(ada.page).waitFor();
  await ada.page.goto(server.at("/livez"));
  const bo = await visit(house.browser, server.ready.links.viewer, desk);
  await say(bo.page, "Said while Ada was elsewhere", "Bo");
  await ada.page.goBack();
  await ada.page.locator(".row", { hasText: "Said while Ada was elsewhere" }).waitFor();
  await say(bo.page, "And after", "Bo");
  await ada.page.locator(".row", { hasText: "And after" }).waitFor();
  for (const one of [ada, bo]) {
    one.calm();
    await one.leave();
  }
});

test("opened twice it is the same person twice, and each comment stands once in either", async () => {
  const first = await visit(house.browser, server.ready.links.viewer, desk);
  await say(first.page, "From the first tab", "Zoe");
  const second = await first.page.context().newPage();
  await second.goto(server.ready.links.viewer);
  await field(second).fill("From the second tab");
  await field(second).press("Enter"); // no name is asked again
  for (const page of [first.page, second]) {
    await page.locator(".row", { hasText: "From the second tab" }).waitFor();
    expect(await page.locator(".row", { hasText: "From the second tab" }).count()).toBe(1);
    expect(await page.locator(".row", { hasText: "From the second tab" }).locator(".name").innerText()).toBe("Zoe");
  }
  first.calm();
  await first.leave();
});

test("of a megabyte that is pasted the page takes the beginning, says that it is too long, and goes on", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await live(ada.page).waitFor();
  await field(ada.page).focus();
  await ada.page.keyboard.insertText("Ein Buch mit Ümlauten\n".repeat(50_000));
  await ada.page.locator(".counter.bad").waitFor();
  await field(ada.page).press("Enter");
  const taken = await field(ada.page).inputValue();
  expect(taken.startsWith("Ein Buch mit Ümlauten")).toBe(true);
  expect(taken.length).toBeLessThanOrEqual(5000);
  expect(await ada.page.locator(".row", { hasText: "Ein Buch" }).count()).toBe(0);
  await ada.page.getByRole("tab", { name: /Questions/ }).tap();
  await ada.page.getByRole("button", { name: "Ask a question" }).tap();
  await ada.page.getByRole("textbox", { name: "Your question" }).focus();
  await ada.page.keyboard.insertText("Ein Buch mit Ümlauten\n".repeat(50_000));
  expect(await ada.page.getByRole("button", { name: "Ask", exact: true }).isDisabled()).toBe(true);
  await ada.page.keyboard.press("Escape");
  await ada.page.locator(".quiet-line").waitFor({ state: "detached" });
  ada.calm();
  await ada.leave();
});

test("the Enter that ends a composition sends nothing", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await live(ada.page).waitFor();
  await field(ada.page).focus();
  const keys = await ada.page.context().newCDPSession(ada.page);
  await keys.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  for (const how of [{ isComposing: true }, { keyCode: 229 }]) {
    await field(ada.page).evaluate((e, init) => e.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init })), how);
  }
  await keys.send("Input.insertText", { text: "日本" });
  expect(await field(ada.page).inputValue()).toBe("日本");
  expect(await ada.page.locator(".naming").count()).toBe(0);
  await field(ada.page).press("Enter");
  await ada.page.locator(".naming").waitFor(); // this one was meant: the name is asked
  ada.calm();
  await ada.leave();
});

test("a name that is refused is told where it was typed, and the text waits for another one", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await live(ada.page).waitFor();
  await field(ada.page).fill("Under another name");
  await field(ada.page).press("Enter");
  const name = ada.page.getByLabel("How shall we call you?");
  await name.fill("👨‍👩‍👧‍👦".repeat(20)); // few letters, too many bytes
  await ada.page.getByRole("button", { name: "Send as this name" }).click();
  await ada.page.locator(".naming .meta.bad").waitFor();
  await name.fill("Frida");
  await ada.page.getByRole("button", { name: "Send as this name" }).click();
  const row = ada.page.locator(".row", { hasText: "Under another name" });
  await row.waitFor();
  expect(await row.locator(".name").innerText()).toBe("Frida");
  ada.calm();
  await ada.leave();
});

test("a room that is unknown, and a token that has ended or is none, end in one sentence and no loop", async () => {
  for (const [address, heading] of [
    [server.at("/r/nowhere"), "There is no such room"],
    [`${server.ready.links.viewer}#t=${server.mint("viewer", "1s")}`, "This link has expired"], // half a minute late: clocks differ
    [`${server.ready.links.viewer}#t=eyJhbGciOiJIUzI1NiJ9.e30.x`, "This link does not work"],
  ] as const) {
    const ada = await visit(house.browser, address, phone);
    await ada.page.getByText(heading).waitFor({ timeout: 45_000 });
    const tries = ada.asked.filter((url) => url.includes("/v1/ws")).length;
    await ada.page.waitForTimeout(2500);
    expect(ada.asked.filter((url) => url.includes("/v1/ws")).length).toBe(tries);
    expect(tries).toBeLessThanOrEqual(2);
    await ada.page.getByRole("button", { name: "Reload" }).waitFor();
    ada.calm();
    await ada.leave();
  }
}, 120_000);

test("when the show ends, and after it, one reads on and is told why one cannot write", async () => {
  await server.api("POST", "", { room: "over", title: "Over" });
  const ada = await visit(house.browser, server.at("/r/over"), phone);
  await say(ada.page, "Last words", "Ada");
  await field(ada.page).fill("Too late");
  await server.api("POST", "/over/end", {});
  await ada.page.getByText("The show is over. Comments are closed.").waitFor();
  await ada.page.locator(".row", { hasText: "Last words" }).waitFor();
  const late = await visit(house.browser, server.at("/r/over?tab=questions"), phone);
  await late.page.getByText("Questions are closed.").waitFor();
  for (const one of [ada, late]) {
    one.calm();
    await one.leave();
  }
});

test("a long list keeps few rows in the page; it stands still while somebody reads, and a reply finds its comment", async () => {
  await server.api("POST", "", { room: "long", title: "Long" });
  const moderator = await Moderator.enter(house.browser, server, "long");
  const ada = await visit(house.browser, server.at("/r/long"), desk);
  await live(ada.page).waitFor();
  await moderator.fill(140);
  await ada.page.locator(".row", { hasText: "Line 139" }).waitFor();
  expect(await ada.page.locator(".row").count()).toBeLessThan(80);
  expect(await ada.page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThanOrEqual(1500);

  const list = ada.page.getByRole("log");
  await list.evaluate((box) => box.scrollTo({ top: 0 }));
  await ada.page.locator(".row", { hasText: /Line 0$/ }).waitFor();
  await moderator.fill(10);
  await ada.page.getByText("10 new").waitFor();
  expect(await ada.page.locator(".row", { hasText: /Line 0$/ }).isVisible()).toBe(true);
  await ada.page.getByText("10 new").click();
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await room.comments.post("An answer", { replyTo: room.view.comments.find((c) => c.text === "Line 20")!.id });
  });
  const answer = ada.page.locator(".row", { hasText: "An answer" });
  await answer.waitFor();
  await moderator.fill(3);
  await expect.poll(() => ada.page.locator(".row", { hasText: /Line 2$/ }).count()).toBeGreaterThan(0); // the list goes on
  await answer.locator(".reply-line").click();
  await ada.page.locator(".row.found", { hasText: "Line 20" }).waitFor();
  expect(await ada.page.locator(".new").count()).toBe(0); // nothing came since
  ada.calm();
  await ada.leave();
  await moderator.leave();
});

test("comments go on entering where the browser's timers fire before their time", async () => {
  await server.api("POST", "", { room: "early", title: "Early" });
  const moderator = await Moderator.enter(house.browser, server, "early");
  const ada = await visit(house.browser, server.at("/r/early"), phone);
  await ada.page.addInitScript(() => {
    const onTime = window.setTimeout.bind(window);
    Object.assign(window, { setTimeout: (run: TimerHandler, afterMs = 0) => onTime(run, Math.max(0, afterMs - 5)) });
  });
  await ada.page.reload();
  await live(ada.page).waitFor();
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    await Promise.all(Array.from({ length: 12 }, (_, i) => room.comments.post(`At once ${i}`))); // several in each tick, the last one too
  });
  await expect.poll(() => ada.page.locator(".row").count()).toBe(12);
  ada.calm();
  await ada.leave();
  await moderator.leave();
});

test("an overlay that is reloaded 50 times is on air as before", async () => {
  const picture = await visit(house.browser, server.ready.links.overlay, { ...desk, viewport: { width: 1280, height: 720 } });
  for (let i = 0; i < 50; i++) await picture.page.reload({ waitUntil: "domcontentloaded" });
  await picture.page.locator(".overlay:not(.away)").waitFor({ timeout: 30_000 });
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await say(ada.page, "Still on air", "Ada");
  await picture.page.locator(".comment", { hasText: "Still on air" }).waitFor();
  expect(await picture.page.locator("body").innerText()).not.toMatch(/error|busy|many/i);
  picture.calm();
  for (const one of [picture, ada]) await one.leave();
});
