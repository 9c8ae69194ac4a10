import { expect, test } from "vitest";
import { House } from "./house";
import { desk, phone, say, visit } from "./people";

const house = new House();
const { server } = house;

const nasty = `<img src=x onerror="window.broken=1"><script>window.broken=1</script>{{7*7}}&lt;b&gt;`;

test("whatever strangers type is shown as they typed it, and does nothing", async () => {
  const reader = await visit(house.browser, server.ready.links.viewer, desk);
  const overlay = await visit(house.browser, server.ready.links.overlay, desk);
  await overlay.page.locator(".overlay:not(.away)").waitFor();
  const writer = await visit(house.browser, server.ready.links.viewer, phone);
  await say(writer.page, nasty, "<b>Bo</b>");
  for (const { page } of [writer, reader, overlay]) {
    await page.getByText(nasty, { exact: true }).first().waitFor();
    expect(await page.evaluate(() => "broken" in window)).toBe(false);
    expect(await page.locator("img, #app script, iframe").count()).toBe(0);
  }
  expect(await reader.page.locator(".row .name").textContent()).toBe("<b>Bo</b>");
  for (const one of [writer, reader, overlay]) {
    one.calm();
    await one.leave();
  }
});

test("what Markdown, templates, spreadsheets, queries and the store's subjects would act on is text", async () => {
  const reader = await visit(house.browser, server.ready.links.viewer, desk);
  const moderator = await visit(house.browser, server.ready.links.host, desk);
  const writer = await visit(house.browser, server.ready.links.viewer, phone);
  for (const words of [
    "![x](https://evil.example/x.png) [y](javascript:window.broken=1)",
    "javascript:window.broken=1",
    `=HYPERLINK("https://evil.example";"win") ' OR 1=1; --`,
    "${7*7} {{constructor.constructor('window.broken=1')()}} <%= 7*7 %>",
    "ov.ev.> * .. /../../etc/passwd __proto__",
  ]) {
    await say(writer.page, words, "Bo");
    for (const { page } of [writer, reader, moderator]) await page.getByText(words, { exact: true }).first().waitFor();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  for (const one of [writer, reader, moderator]) {
    expect(await one.page.evaluate(() => "broken" in window)).toBe(false);
    expect(await one.page.locator(".row a, .row img, iframe").count()).toBe(0);
    expect(one.asked.filter((url) => url.includes("evil.example"))).toEqual([]);
    one.calm();
    await one.leave();
  }
});

test("a link is no link, and a long word breaks no page", async () => {
  const writer = await visit(house.browser, server.ready.links.viewer, phone);
  await say(writer.page, `https://example.com/ ${"a".repeat(250)}`, "Bo");
  expect(await writer.page.locator(".row a").count()).toBe(0);
  expect(await writer.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await writer.page.locator(".rows").evaluate((e) => e.scrollWidth <= e.clientWidth)).toBe(true);
  await writer.leave();
});
