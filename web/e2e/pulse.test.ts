import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { ask, desk, Moderator, phone, say } from "./people";

const house = new House();
const { server } = house;
const enter = house.enter.bind(house);

/** A console with a pane alone, as its own address asks for it. */
const console_ = (who: "host" | "moderator", query = "") => server.ready.links[who].replace("#", `${query}#`);

const part = (page: Page, name: string) => page.locator(".insight section", { has: page.getByRole("heading", { name, exact: true }) });

async function download(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("the fifth pane tells how the room fares, who did what, and gives files away without a token in any address", async () => {
  const ada = await enter(server.ready.links.viewer, phone);
  await say(ada.page, "=1+1 said Ada", "Ada");
  await ada.page.getByRole("tab", { name: /Questions/ }).tap();
  await ask(ada.page, "Who keeps the trail?", "Ada");
  const moderator = await Moderator.enter(house.browser, server);
  await moderator.step("approve", "Who keeps the trail?");
  await moderator.leave();

  const host = await enter(console_("host"));
  await host.page.locator(".line-state.ok").waitFor();
  await host.page.keyboard.press("5");
  await part(host.page, "Health").getByText("All is well").waitFor();
  await part(host.page, "Health").getByText("1 viewers").waitFor();
  await part(host.page, "Health").locator("div", { hasText: "Comments shown" }).getByText("1", { exact: true }).waitFor();
  const trail = part(host.page, "Who did what");
  await trail.locator("li", { hasText: "approved a question" }).getByText("Who keeps the trail?").waitFor();

  const all = await download(host.page, "Everything (JSON lines)");
  expect(all.name).toBe("main-room.jsonl");
  expect(all.text.split("\n")[0]).toContain('{"room":');
  expect(all.text).toContain('"text":"=1+1 said Ada"');
  expect((await download(host.page, "Comments (table)")).text).toContain("'=1+1 said Ada");
  expect((await download(host.page, "Who did what (table)")).text).toContain("approve_question");
  expect((await download(host.page, "Questions with ballots")).text).toContain('{"question":');

  // A moderator has the trail and the files of a room, but neither ballots nor links.
  const other = await enter(console_("moderator", "?pane=pulse"));
  await part(other.page, "Who did what").locator("li").first().waitFor();
  expect(await other.page.getByRole("button", { name: "Questions with ballots" }).count()).toBe(0);
  expect(await part(other.page, "Invite").count()).toBe(0);

  for (const one of [host, other]) {
    one.calm();
    expect(one.asked.filter((address) => address.includes(server.token("host")) || address.includes(server.token("moderator")))).toEqual([]);
  }
});

test("a link that is made in the console lets in, and is out within seconds when it is taken back", async () => {
  const host = await enter(console_("host", "?pane=pulse"));
  const invite = part(host.page, "Invite");
  await invite.getByLabel("What for").fill("for Ana");
  const [answer] = await Promise.all([host.page.waitForResponse((r) => r.url().endsWith("/links") && r.request().method() === "POST"), invite.getByRole("button", { name: "Make a link" }).click()]);
  await invite.getByText("copy it now").waitFor();
  const { links } = (await answer.json()) as { links: { token: string }[] };
  const made = invite.locator(".made li", { hasText: "for Ana" });
  await made.getByText("Moderator").waitFor();

  const ana = await enter(server.at(`/r/main/host#t=${links[0]!.token}`));
  await ana.page.locator(".line-state.ok").waitFor();
  const takeBack = made.getByRole("button", { name: /Take back/ });
  const sure = host.page.getByRole("dialog", { name: "Take this link back?" });
  await takeBack.click();
  await sure.getByText("Moderator · for Ana").waitFor();
  await sure.getByRole("button", { name: "Keep it" }).click();
  await sure.waitFor({ state: "detached" });
  await ana.page.locator(".line-state.ok").waitFor(); // a slip costs nobody the link
  await takeBack.click();
  await sure.getByRole("button", { name: "Take back" }).click();
  await made.getByText("taken back").waitFor();
  await ana.page.getByText("This link was taken back").waitFor();

  // A link that is older than the newest 50 is there to be taken back, too.
  for (let i = 0; i < 4; i++) await server.api("POST", "/main/links", { roles: Array<string>(16).fill("viewer") });
  await host.page.reload();
  await expect.poll(() => invite.locator(".made li").count()).toBe(50);
  await invite.getByRole("button", { name: "Older links" }).click();
  await invite.locator(".made li", { hasText: "for Ana" }).waitFor();
  host.calm();
});

test("what cannot be read says so, what was read stays and says how old it is", async () => {
  let broken = true;
  const one = await enter(console_("moderator", "?pane=pulse"), desk, async (page) => {
    await page.route("**/v1/rooms/main/audit*", (route) => (broken ? route.fulfill({ status: 503, json: { reason: "STORE_UNAVAILABLE", message: "x" } }) : route.continue()));
  });
  const trail = part(one.page, "Who did what");
  await trail.getByText("This cannot be read").waitFor();
  broken = false;
  await trail.getByRole("button", { name: "Try again" }).click();
  await trail.locator("li").first().waitFor();
  broken = true;
  await trail.getByText(/^As it was at/).waitFor({ timeout: 20_000 });
  expect(await trail.locator("li").count()).toBeGreaterThan(0);
  broken = false;
  await trail.getByRole("button", { name: "Try again" }).click();
  await trail.getByText(/^As it was at/).waitFor({ state: "detached" });
});

test.each([
  ["queue", ".in-queue"],
  ["live", ".in-live"],
  ["comments", ".in-comments"],
  ["people", ".in-people"],
  ["pulse", ".in-pulse"],
])("?pane=%s is for a second screen: that pane alone, and the keys still change it", async (pane, column) => {
  const one = await enter(console_("moderator", `?pane=${pane}`));
  await one.page.locator(".line-state.ok").waitFor();
  await expect.poll(() => one.page.locator(".column:visible").count()).toBe(1);
  expect(await one.page.locator(column).isVisible()).toBe(true);
  await one.page.keyboard.press(pane === "live" ? "1" : "2");
  await one.page.locator(pane === "live" ? ".in-queue" : ".in-live").waitFor();
  expect(await one.page.locator(".column:visible").count()).toBe(1);
  one.calm();
});

test("a pane that there is not is passed over, and screen readers get one sentence instead of a flood", async () => {
  const one = await enter(console_("moderator", "?pane=kitchen"));
  await one.page.locator(".line-state.ok").waitFor();
  expect(await one.page.locator(".column:visible").count()).toBe(3);
  const ada = await enter(server.ready.links.viewer, phone);
  await ada.page.getByText("LIVE", { exact: true }).waitFor(); // what is sent before is kept, and waits for another Enter
  await say(ada.page, "first words", "Ada");
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  const summary = one.page.locator("[role=status].sr");
  await expect.poll(async () => (await summary.allTextContents()).join(" "), { timeout: 25_000 }).toMatch(/1 heart, 1 comment in the last 10 seconds\.|1 comment in the last 10 seconds\./);
});

test("the pulse is drawn as it beats, with its highlights marked; the audience is a curve with its most", async () => {
  await server.api("POST", "", { room: "beat", title: "Beat" });
  const ada = await enter(server.at("/r/beat"), phone);
  const bo = await enter(server.at("/r/beat"), phone);
  for (const one of [ada, bo]) for (let i = 0; i < 12; i++) await one.page.getByRole("button", { name: /^Send a heart/ }).tap();
  const peak = new Date(Date.now() - 300_000); // half of the strip ago
  const host = await enter(`${server.at("/r/beat/host?pane=pulse")}#t=${server.token("host")}`, desk, (page) =>
    page.route("**/hearts/highlights*", (route) => route.fulfill({ json: { highlights: [{ startTime: peak, peakTime: peak, endTime: peak, strength: 3.4, hearts: { heart: "250", clap: "30" }, viewers: "120", rank: 1 }] } })),
  );
  await host.page.locator(".line-state.ok").waitFor();

  /** How many pixels of the strip have a colour of the page, in each of so many parts of its width. */
  const drawn = (token: string, parts = 20) =>
    host.page.locator(".pulse canvas").evaluate(
      (canvas: HTMLCanvasElement, { name, n }) => {
        const { width, height } = canvas;
        const data = canvas.getContext("2d")!.getImageData(0, 0, width, height).data;
        const hex = getComputedStyle(canvas).getPropertyValue(name).trim();
        const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];
        const found = new Array<number>(n).fill(0);
        for (let y = 0; y < height - 3; y++) // above its foot
          for (let x = 0; x < width; x++) {
            const i = (y * width + x) * 4;
            const far = Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b);
            if (data[i + 3]! > 200 && far < 40) found[Math.floor((x / width) * n)]!++;
          }
        return found;
      },
      { name: token, n: parts },
    );
  const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
  await expect.poll(async () => (await drawn("--accent")).at(-1), { timeout: 20_000 }).toBeGreaterThan(10); // the hearts of just now
  expect(sum((await drawn("--accent")).slice(0, 17))).toBe(0); // and none before
  const flags = await drawn("--warn");
  expect(flags[9]! + flags[10]!).toBeGreaterThan(20); // in the middle
  expect(sum(flags) - flags[9]! - flags[10]!).toBe(0);
  expect(sum(await drawn("--link"))).toBeGreaterThan(10); // the audience over it

  const listed = part(host.page, "Highlights").locator("li");
  await listed.getByText("× 3.4").waitFor();
  await listed.getByText("280 hearts · 120 viewers").waitFor();
  await part(host.page, "Audience").getByText(/^Most 2 at/).waitFor({ timeout: 45_000 });
  const points = (await part(host.page, "Audience").locator("polyline").getAttribute("points"))!.split(" ");
  expect(points.length).toBeGreaterThan(0);
  for (const one of [ada, bo, host]) one.calm();
}, 90_000);
