import { expect, test } from "vitest";
import { House } from "./house";
import { desk, total, visit } from "./people";

const house = new House();
const { server } = house;

test("where motion is unwanted no heart flies and no light sways: the number tells", async () => {
  const still = await visit(house.browser, server.ready.links.viewer, { ...desk, reducedMotion: "reduce" });
  await still.page.getByText("LIVE", { exact: true }).waitFor();
  const before = await total(still.page);
  const heart = still.page.getByRole("button", { name: /^Send a heart/ });
  for (let i = 0; i < 5; i++) await heart.click();
  expect(await still.page.locator(".lane canvas").count()).toBe(0);
  expect(still.page.workers()).toHaveLength(0);
  await expect.poll(() => total(still.page)).toBe(before + 5);
  expect(await still.page.locator(".beam").first().evaluate((e) => getComputedStyle(e).animationName)).toBe("none");
  still.calm();
  await still.leave();
});
