import { expect, test } from "vitest";
import { House } from "./house";
import { ask, desk, Moderator, phone, say, visit } from "./people";

const house = new House();
const { server } = house;
const air = { ...desk, viewport: { width: 1920, height: 1080 } };

/** The overlay's link with parameters. */
const overlay = (query: string) => server.ready.links.overlay.replace("#", `?${query}#`);

test("comments, the question of now and a goal go on air; a removed comment leaves it", async () => {
  const picture = await visit(house.browser, overlay("goal=10"), air);
  await picture.page.locator(".overlay:not(.away)").waitFor();
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  const moderator = await Moderator.enter(house.browser, server);
  await say(ada.page, "Greetings to the studio", "Ada");
  const line = picture.page.locator(".comment", { hasText: "Greetings to the studio" });
  await line.waitFor();
  expect(await line.evaluate((e) => parseFloat(getComputedStyle(e).fontSize))).toBeGreaterThanOrEqual(28);

  await ada.page.getByRole("tab", { name: /Questions/ }).tap();
  await ada.page.getByRole("button", { name: "Ask a question" }).tap();
  await ada.page.getByRole("textbox", { name: "Your question" }).fill("Will there be an encore?");
  await ada.page.getByRole("button", { name: "Ask", exact: true }).tap();
  await moderator.step("approve", "Will there be an encore?");
  expect(await picture.page.locator(".now-card").count()).toBe(0);
  await moderator.step("highlight", "Will there be an encore?");
  await picture.page.locator(".now-card", { hasText: "Will there be an encore?" }).waitFor();
  const box = (await picture.page.locator(".now-card").boundingBox())!;
  expect(box.width).toBeLessThanOrEqual(0.6 * 1920);

  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  await picture.page.locator(".goal b", { hasText: /^1$/ }).waitFor();
  await moderator.remove("Greetings to the studio");
  await line.waitFor({ state: "detached" });

  // On its way out it still says what it said last.
  await moderator.mend("Will there be an encore?", "Will there be one more encore?");
  await picture.page.locator(".now-card", { hasText: "one more encore" }).waitFor();
  await picture.page.evaluate(() => {
    const last: string[] = [];
    Object.assign(window, { last });
    new MutationObserver(() => {
      const words = document.querySelector(".now-card.leaving .words")?.textContent;
      if (words && words !== last.at(-1)) last.push(words);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await moderator.step("answer", "Will there be one more encore?");
  await picture.page.locator(".now-card").waitFor({ state: "detached" });
  expect(await picture.page.evaluate(() => (window as unknown as { last: string[] }).last)).toEqual(["Will there be one more encore?"]);
  expect(await picture.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe("rgba(0, 0, 0, 0)");
  for (const one of [picture, ada]) {
    one.calm();
    await one.leave();
  }
  await moderator.leave();
});

test("what is mended is read on air in its new words at once", async () => {
  const picture = await visit(house.browser, overlay("show=comments"), air);
  await picture.page.locator(".overlay:not(.away)").waitFor();
  const moderator = await Moderator.enter(house.browser, server);
  const id = await moderator.page.evaluate(async () => (await (window as unknown as { room: import("../client").Room }).room.comments.post("A tpyo on air")).id);
  await picture.page.locator(".comment", { hasText: "A tpyo on air" }).waitFor();
  await moderator.page.evaluate((comment) => (window as unknown as { room: import("../client").Room }).room.comments.edit(comment, "A typo on air"), id);
  await picture.page.locator(".comment", { hasText: "A typo on air" }).waitFor({ timeout: 8_000 }); // before its 12 s are over
  expect(await picture.page.locator(".comment").count()).toBe(1);
  picture.calm();
  await picture.leave();
  await moderator.leave();
});

test("what moderators choose goes on air and stays over a reload, what they clear leaves it", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await say(ada.page, "This one for the studio wall", "Ada");
  const moderator = await Moderator.enter(house.browser, server);
  const picture = await visit(house.browser, overlay(""), air);
  await picture.page.locator(".overlay:not(.away)").waitFor();
  await moderator.onAir("This one for the studio wall");
  const card = picture.page.locator(".now-card", { hasText: "This one for the studio wall" });
  await card.waitFor();
  expect(await card.locator(".by").innerText()).toContain("Ada");
  await moderator.fill(60); // more than a snapshot holds
  await picture.page.reload();
  await card.waitFor();

  await moderator.onAir("Line 59"); // chosen, too: the first leaves, the second enters
  await picture.page.locator(".now-card", { hasText: "Line 59" }).waitFor();
  await card.waitFor({ state: "detached" });
  await say(ada.page, "On its way out", "Ada");
  await picture.page.locator(".comment", { hasText: "On its way out" }).waitFor();
  await moderator.onAir();
  await picture.page.locator(".now-card").waitFor({ state: "detached" });
  await picture.page.locator(".comment").first().waitFor({ state: "detached", timeout: 8000 }); // sooner than it would have gone
  picture.calm();
  for (const one of [picture, ada]) await one.leave();
  await moderator.leave();
});

test("what it does not understand it ignores, and says so only in a preview", async () => {
  const silent = await visit(house.browser, overlay("colour=red&side=top"), air);
  await silent.page.locator(".overlay:not(.away)").waitFor();
  expect(await silent.page.locator("body").innerText()).toBe("");
  const preview = await visit(house.browser, overlay("colour=red&side=top&preview=1"), air);
  await preview.page.getByText("colour=red").waitFor();
  await preview.page.getByText("side=top").waitFor();
  await silent.leave();
  await preview.leave();
});

test("a room that is not there yet is an empty page that waits, then comes alive", async () => {
  const early = await visit(house.browser, overlay("").replace("/r/main/", "/r/later/"), air);
  await early.page.waitForTimeout(1500);
  expect(await early.page.locator("body").innerText()).toBe("");
  await server.api("POST", "", { room: "later", title: "Later" });
  await early.page.locator(".overlay:not(.away)").waitFor({ timeout: 30_000 });
  early.calm();
  await early.leave();
});

test("in the console a key puts a comment or a question on the overlay, takes it off, and undo gives it back", async () => {
  const picture = await visit(house.browser, overlay(""), air);
  const card = picture.page.locator(".now-card:not(.leaving)");
  const ada = await visit(house.browser, `${server.ready.links.viewer}?tab=questions`, phone);
  const moderator = await Moderator.enter(house.browser, server);
  for (const text of ["Which colour is the stage?", "Is this the second question?"]) {
    await ask(ada.page, text, "Ada");
    await moderator.step("approve", text);
  }
  await ada.page.getByRole("tab", { name: "Comments" }).tap();
  await say(ada.page, "Show this to all", "Ada");
  const desks = await visit(house.browser, server.ready.links.moderator, desk);
  const row = (text: string) => desks.page.locator(".item", { hasText: text });
  await row("Which colour is the stage?").locator(".what").click();
  await desks.page.keyboard.press("n");
  await card.getByText("Which colour is the stage?").waitFor(); // what is answered is on air by itself
  await row("Which colour is the stage?").locator(".on-air").waitFor();

  await row("Show this to all").locator(".what").click();
  await desks.page.keyboard.press("o");
  await card.getByText("Show this to all").waitFor();
  await row("Show this to all").locator(".on-air").waitFor();
  expect(await row("Which colour is the stage?").locator(".on-air").count()).toBe(0);

  await row("Is this the second question?").locator(".what").click();
  await desks.page.keyboard.press("o");
  await card.getByText("Is this the second question?").waitFor();
  await desks.page.getByText("On the overlay.").waitFor();
  await desks.page.keyboard.press("u");
  await card.getByText("Show this to all").waitFor();

  await desks.page.keyboard.press("Shift+O");
  await picture.page.locator(".now-card").waitFor({ state: "detached" });
  await desks.page.getByRole("button", { name: "Clear overlay" }).and(desks.page.locator(":disabled")).waitFor();
  await row("Show this to all").locator(".what").click();
  await desks.page.keyboard.press("o");
  await card.getByText("Show this to all").waitFor();
  await desks.page.locator(".item.sending").waitFor({ state: "detached" });
  await desks.page.keyboard.press("o");
  await picture.page.locator(".now-card").waitFor({ state: "detached" });
  for (const one of [picture, ada, desks]) {
    one.calm();
    await one.leave();
  }
  await moderator.leave();
});
