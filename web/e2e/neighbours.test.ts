import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desk, launch, phone, say, visit } from "./people";
import { Server } from "./server";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), new Server().start()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("a comment is reported with a reason, once, and moderators see how often; its writer and the others see nothing of it", async () => {
  const bo = await visit(browser, server.ready.links.viewer, phone);
  await say(bo.page, "Buy my tickets", "Bo");
  const desks = await visit(browser, server.ready.links.moderator, desk);
  const ada = await visit(browser, server.ready.links.viewer, phone);
  const row = ada.page.locator(".row", { hasText: "Buy my tickets" });
  for (let i = 0; i < 2; i++) {
    await row.getByRole("button", { name: "More about what Bo wrote" }).tap();
    await row.getByRole("button", { name: "Report" }).tap();
    await row.getByRole("group", { name: "Why do you report this?" }).getByRole("button", { name: "Spam" }).tap();
    await ada.page.getByText("Thank you. Moderators look at it.").first().waitFor();
  }
  await desks.page.locator(".item", { hasText: "Buy my tickets" }).getByText("1 report", { exact: true }).waitFor();
  expect(await bo.page.locator(".row", { hasText: "Buy my tickets" }).innerText()).not.toContain("report");
  for (const one of [bo, desks, ada]) {
    one.calm();
    await one.leave();
  }
});

test("a person who is hidden stays hidden over a reload, for this browser alone, and comes back", async () => {
  const bo = await visit(browser, server.ready.links.viewer, phone);
  await say(bo.page, "Look at me", "Bobby");
  const ada = await visit(browser, server.ready.links.viewer, phone);
  const row = ada.page.locator(".row", { hasText: "Look at me" });
  await row.getByRole("button", { name: "More about what Bobby wrote" }).tap();
  await row.getByRole("button", { name: "Hide this person" }).tap();
  await row.waitFor({ state: "detached" });
  await ada.page.getByText("You no longer see what Bobby writes.").waitFor();
  await ada.page.reload();
  await say(bo.page, "Look once more", "Bobby");
  await say(ada.page, "Quiet here", "Ada");
  expect(await ada.page.locator(".row", { hasText: /^(?!.*Quiet).*Look/ }).count()).toBe(0);
  await bo.page.locator(".row", { hasText: "Quiet here" }).waitFor();
  await ada.page.getByText("1 person hidden by you").waitFor();
  await ada.page.getByRole("button", { name: "Show again" }).tap();
  for (const text of ["Look at me", "Look once more"]) await ada.page.locator(".row", { hasText: text }).waitFor();
  await ada.page.getByText("1 person hidden by you").waitFor({ state: "detached" });
  await bo.page.locator(".row", { hasText: "Look at me" }).waitFor();
  for (const one of [bo, ada]) {
    one.calm();
    await one.leave();
  }
});
