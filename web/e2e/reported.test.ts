// A comment that people reported and that still stands is let stay where it is read.
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, Moderator } from "./people";

const house = new House();
const { server } = house;

test("a moderator lets a reported comment stay, by key and by button; one that nobody reported has neither", async () => {
  await server.api("POST", "", { room: "reported", title: "Reported", settings: { reportThreshold: 5 } });
  const writer = await Moderator.enter(house.browser, server, "reported", server.mint("viewer", "1h", "reported"));
  const reader = await Moderator.enter(house.browser, server, "reported", server.mint("moderator", "1h", "reported")); // somebody else than the writer
  await writer.page.evaluate(async () => {
    const { room } = window as unknown as { room: import("../client").Room };
    for (const text of ["Fine", "Harmless", "Doubtful"]) {
      await room.comments.post(text);
      await new Promise((resolve) => setTimeout(resolve, 1100)); // people may not write faster
    }
  });
  const report = (text: string) =>
    reader.page.evaluate(async (said) => {
      const { room } = window as unknown as { room: import("../client").Room };
      const known = () => room.view.comments.find((c) => c.text === said);
      while (!known()) await new Promise((resolve) => setTimeout(resolve, 50));
      await room.comments.report(known()!.id, "spam");
    }, text);
  await report("Harmless");
  await report("Doubtful");

  const { page, calm } = await house.enter(`${server.at("/r/reported/host")}#t=${server.mint("moderator", "1h", "reported")}`, desk);
  await page.locator(".line-state.ok").waitFor();
  const row = (text: string) => page.locator(".in-comments .item", { hasText: text });
  const choose = async (text: string) => {
    await row(text).locator(".what").click();
    await expect.poll(() => row(text).getAttribute("aria-selected")).toBe("true");
    await page.waitForTimeout(450); // in which nothing acts on what came under the finger
  };
  await page.keyboard.press("3");
  for (const text of ["Harmless", "Doubtful"]) await row(text).getByText("1 report").waitFor();

  await choose("Fine");
  expect(await row("Fine").getByRole("button", { name: "Let it stay" }).count()).toBe(0);
  await page.keyboard.press("a"); // nothing to let stay
  await choose("Harmless");
  await page.keyboard.press("a");
  await page.getByText("It stays.").first().waitFor();
  await row("Harmless").getByText("1 report").waitFor({ state: "detached" });
  await row("Doubtful").getByText("1 report").waitFor();
  await choose("Doubtful");
  await row("Doubtful").getByRole("button", { name: "Let it stay" }).click();
  await row("Doubtful").getByText("1 report").waitFor({ state: "detached" });
  for (const text of ["Fine", "Harmless", "Doubtful"]) expect(await row(text).count()).toBe(1);
  calm();
  await writer.leave();
  await reader.leave();
});
