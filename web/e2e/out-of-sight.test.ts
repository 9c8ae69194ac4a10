import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator, phone, say } from "./people";

const house = new House();
const { server } = house;

test("who is out of sight sees what they write like anybody, through ticks, a lost connection and a reload; nobody else does", async () => {
  const sockets: { close(): Promise<void> }[] = [];
  const ada = await house.enter(server.ready.links.viewer, phone, (page) => page.routeWebSocket(/\/v1\/ws/, (socket) => void sockets.push(socket, socket.connectToServer())));
  await say(ada.page, "In sight", "Ada");
  const moderator = await Moderator.enter(house.browser, server);
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    const { person } = room.view.comments.find((c) => c.text === "In sight")!;
    await room.moderate.ban(person, { hidden: true });
    while (!room.view.people.get(person)?.shadow) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const bo = await house.enter(server.ready.links.viewer, desk);
  await say(ada.page, "Out of sight", "Ada");
  await say(bo.page, "Anybody here?", "Bo");
  await ada.page.locator(".row", { hasText: "Anybody here?" }).waitFor(); // a tick later it still stands
  const own = ada.page.locator(".row", { hasText: "Out of sight" });
  expect(await own.count()).toBe(1);
  expect(await bo.page.locator(".row", { hasText: "Out of sight" }).count()).toBe(0);
  for (const socket of sockets.splice(0)) await socket.close();
  await say(bo.page, "Still here?", "Bo");
  await ada.page.locator(".row", { hasText: "Still here?" }).waitFor();
  expect(await own.count()).toBe(1);
  expect(await bo.page.locator(".row", { hasText: "Out of sight" }).count()).toBe(0);
  await ada.page.reload();
  await own.waitFor();
  const rows = await ada.page.locator(".row").allInnerTexts();
  const at = (text: string) => rows.findIndex((row) => row.includes(text));
  expect(at("In sight")).toBeLessThan(at("Out of sight")); // in its place, among those of others
  expect(at("Out of sight")).toBeLessThan(at("Anybody here?"));
  for (const one of [ada, bo]) one.calm();
  await moderator.leave();
});

test("the console says of a held comment that its author is out of sight, and a release shows it to everyone", async () => {
  await server.api("PATCH", "/main?updateMask=settings.hold_comments", { settings: { holdComments: "HOLD_MODE_ALL" } });
  const cy = await house.enter(server.ready.links.viewer, phone);
  const bo = await house.enter(server.ready.links.viewer, phone);
  const field = cy.page.getByRole("textbox", { name: "Say something" });
  await field.fill("A fair question");
  await field.press("Enter");
  await cy.page.getByLabel("How shall we call you?").fill("Cy");
  await cy.page.getByRole("button", { name: "Send as this name" }).click();
  const console = await house.enter(server.ready.links.moderator, desk);
  await console.page.locator(".line-state.ok").waitFor();
  await console.page.keyboard.press("3");
  await console.page.keyboard.press("3"); // from comments to held ones
  const waits = console.page.locator(".in-held .item", { hasText: "A fair question" });
  await waits.waitFor();
  const said = waits.getByText("Released, this one is shown to everyone");
  expect(await said.count()).toBe(0);
  const moderator = await Moderator.enter(house.browser, server);
  await moderator.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    const find = () => [...room.view.held.values()].find((h) => h.comment.text === "A fair question");
    while (!find()) await new Promise((resolve) => setTimeout(resolve, 50));
    await room.moderate.ban(find()!.comment.person, { hidden: true });
  });
  await said.waitFor();
  expect(await bo.page.locator(".row", { hasText: "A fair question" }).count()).toBe(0);
  await waits.getByRole("button", { name: "Release" }).click();
  await bo.page.locator(".row", { hasText: "A fair question" }).waitFor();
  for (const one of [cy, bo, console]) one.calm();
  await moderator.leave();
});
