// How comments are written, changed at the desk: what shows is what is in force, and u takes it back as it does everything else.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator } from "./people";

const house = new House();
const { server } = house;
const open = (room: string) => `${server.at(`/r/${room}/host`)}#t=${server.token("host")}`;

/** Answers each change of modes as a server that refuses it, a moment later. */
const refusing = (page: Page) =>
  page.routeWebSocket(/\/v1\/ws$/, (socket) => {
    const up = socket.connectToServer();
    socket.onMessage((message) => {
      const { id, moderate } = JSON.parse(String(message)) as { id?: string; moderate?: { modes?: object } };
      if (!moderate?.modes) return up.send(message);
      setTimeout(() => socket.send(JSON.stringify({ fault: { id, reason: "STORE_FULL", message: "the store is full" } })), 300);
    });
  });

test("a change that is refused shows what is in force, and nothing is changed twice while one is on its way", async () => {
  await server.api("POST", "", { room: "refused", title: "Refused" });
  const { page, calm } = await house.enter(open("refused"), desk, refusing);
  await page.locator(".line-state.ok").waitFor();
  await page.getByRole("button", { name: "Modes" }).first().click();
  const dialog = page.getByRole("dialog", { name: "How comments are written" });
  const slow = dialog.getByLabel("Time between two comments of one person");
  await slow.selectOption("30");
  expect(await slow.isDisabled()).toBe(true);
  expect(await slow.inputValue()).toBe("30");
  await dialog.getByText("The server has no space left.").waitFor();
  await expect.poll(() => slow.inputValue()).toBe("0");
  expect(await slow.isDisabled()).toBe(false);
  const unique = dialog.getByLabel("No repeats");
  await unique.click();
  await expect.poll(() => unique.isDisabled()).toBe(false);
  expect(await unique.isChecked()).toBe(false);
  calm();
});

test("u takes back modes, blocked words and Calm; of modes and Calm the last one", async () => {
  await server.api("POST", "", { room: "back", title: "Back" });
  const { page, calm } = await house.enter(open("back"));
  const { keyboard } = page;
  await page.locator(".line-state.ok").waitFor();
  const witness = await Moderator.enter(house.browser, server, "back");
  const info = () =>
    witness.page.evaluate(async () => {
      const { room } = window as unknown as { room: import("../client").Room };
      const { slowModeSeconds, calmSinceMs } = room.view.room;
      return { slow: slowModeSeconds, calm: calmSinceMs > 0, terms: await room.moderate.terms() };
    });
  await page.getByRole("button", { name: "Modes" }).first().click();
  const dialog = page.getByRole("dialog", { name: "How comments are written" });
  await dialog.getByLabel("Time between two comments of one person").selectOption("10");
  await dialog.getByText("Changed.").waitFor();
  await dialog.getByLabel("Blocked words").fill("spam");
  await dialog.getByRole("button", { name: "Block" }).click();
  await dialog.getByRole("button", { name: "Allow spam again" }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect.poll(info).toEqual({ slow: 10, calm: false, terms: ["spam"] });
  await keyboard.press("u");
  await expect.poll(info).toEqual({ slow: 10, calm: false, terms: [] });
  await keyboard.press("u");
  await expect.poll(info).toEqual({ slow: 0, calm: false, terms: [] });

  // Of modes and Calm the last one alone.
  await page.getByRole("button", { name: "Modes" }).first().click();
  await dialog.getByLabel("Time between two comments of one person").selectOption("10");
  await dialog.getByText("Changed.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await keyboard.press("Shift+C");
  await page.getByRole("dialog").getByText("what guests write waits for you under Held").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Calm the room" }).click();
  await expect.poll(info).toEqual({ slow: 30, calm: true, terms: [] });
  await page.getByText("The room is calm.").waitFor();
  await keyboard.press("u");
  await expect.poll(info).toEqual({ slow: 10, calm: false, terms: [] });
  await keyboard.press("u");
  await page.getByText("There is nothing to undo.").waitFor();
  expect(await info()).toEqual({ slow: 10, calm: false, terms: [] });
  calm();
  await witness.leave();
});

test("u takes back the end of the show, and not what was done before it", async () => {
  await server.api("POST", "", { room: "ends", title: "Ends" });
  const { page, calm } = await house.enter(open("ends"));
  await page.locator(".line-state.ok").waitFor();
  await page.keyboard.press("Shift+C");
  await page.getByRole("dialog").getByRole("button", { name: "Calm the room" }).click();
  await page.getByText("The room is calm.").waitFor();
  await page.getByRole("button", { name: "End", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End the show" }).click();
  await page.locator(".banner.calm").waitFor();
  await page.getByText("You ended the show.").waitFor();
  await page.keyboard.press("u");
  await page.locator(".banner.calm").waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Calm for/ }).waitFor(); // Calm stands as it stood
  calm();
});
