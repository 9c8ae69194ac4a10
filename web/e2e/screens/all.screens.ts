// Pictures of every page, at four widths, dark and light, in each state of its lists: to be looked at. They go to
// web/screens, each by itself and, by page and state, all widths on one sheet. SCREENS=viewer,start takes some pages.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { Scene } from "./scene";

const out = fileURLToPath(new URL("../../screens/", import.meta.url));
const widths = [
  [390, 844],
  [768, 1024],
  [1280, 800],
  [1920, 1080],
] as const;
const wanted = process.env.SCREENS?.split(",");

let scene: Scene;
beforeAll(async () => {
  mkdirSync(out, { recursive: true });
  scene = await Scene.build();
}, 240_000);
afterAll(() => scene?.close());

/** How a page is brought into a state. */
interface Shot {
  readonly page: string;
  readonly state: string;
  readonly url: () => string;
  /** Before it is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** Once it is open. */
  readonly then?: (page: Page) => Promise<unknown>;
}

/** A socket that is opened and never answered. */
const silent = (page: Page) => page.routeWebSocket(/\/v1\/ws/, () => undefined);
const failing = (path: string) => (page: Page) => page.route(path, (route) => route.fulfill({ status: 503, contentType: "application/json", body: '{"reason":"STORE_UNAVAILABLE","message":"x"}' }));
const hanging = (path: string) => (page: Page) => page.route(path, () => undefined);
/** Keys of the console, once something is selected that they act on. */
const keyed = (...keys: string[]) => async (page: Page) => {
  await page.locator(".console .item.selected, .console .card").first().waitFor();
  for (const key of keys) {
    await page.waitForTimeout(500);
    await page.keyboard.press(key);
  }
  await settle()(page);
};
const settle = (ms = 700) => (page: Page) => page.waitForTimeout(ms);

/** A socket that works until `cut`. */
function losable(): { before: (page: Page) => Promise<unknown>; cut: (page: Page) => Promise<unknown> } {
  const sockets: { close(): Promise<void> }[] = [];
  let lost = false;
  return {
    before: (page) =>
      page.routeWebSocket(/\/v1\/ws/, (socket) => {
        if (lost) return;
        sockets.push(socket, socket.connectToServer());
      }),
    cut: async (page) => {
      await page.waitForTimeout(800);
      lost = true;
      for (const socket of sockets) await socket.close();
      await page.waitForTimeout(2600);
      lost = false;
      sockets.length = 0;
    },
  };
}

function stale(page: string, url: () => string): Shot {
  const line = losable();
  return { page, state: "stale", url, before: line.before, then: line.cut };
}

const shots: Shot[] = [
  { page: "start", state: "rooms", url: () => scene.server.at("/"), then: settle() },
  { page: "start", state: "loading", url: () => scene.server.at("/"), before: hanging("**/v1/info"), then: settle() },
  { page: "start", state: "error", url: () => scene.server.at("/"), before: failing("**/v1/info"), then: settle() },
  { page: "start", state: "empty", url: () => scene.server.at("/"), before: (p) => p.route("**/v1/info", (r) => r.fulfill({ json: { version: "v1.2.3", loopback: true, rooms: [] } })), then: settle() },
  { page: "start", state: "lan", url: () => scene.server.at("/"), before: (p) => p.route("**/v1/info", (r) => r.fulfill({ json: { version: "v1.2.3", loopback: true, lan: ["http://192.168.178.24:8080"], rooms: [{ room: "launch", title: "Launch day", state: "live" }, { room: "soon", title: "حفل الخريف الكبير مع الأصدقاء", state: "scheduled" }] } })), then: settle() },
  { page: "start", state: "elsewhere", url: () => scene.server.at("/"), before: (p) => p.route("**/v1/info", (r) => r.fulfill({ json: { version: "v1.2.3", loopback: false } })), then: settle() },

  ...["", "?tab=questions"].flatMap((tab): Shot[] => {
    const page = tab ? "viewer-questions" : "viewer";
    return [
      { page, state: "full", url: () => scene.at("full") + tab, then: settle() },
      { page, state: "empty", url: () => scene.at("empty") + tab, then: settle() },
      { page, state: "soon", url: () => scene.at("soon") + tab, then: settle() },
      { page, state: "ended", url: () => scene.at("over") + tab, then: settle() },
      { page, state: "loading", url: () => scene.at("full") + tab, before: silent, then: settle() },
      { page, state: "error", url: () => scene.at("nowhere") + tab, then: settle() },
      stale(page, () => scene.at("full") + tab),
    ];
  }),
  { page: "viewer", state: "menu", url: () => scene.at("full"), then: async (p) => { await p.locator(".row-more").last().click({ force: true }); await settle()(p); } },
  { page: "viewer", state: "naming", url: () => scene.at("full"), then: async (p) => { await p.getByRole("textbox", { name: "Say something" }).fill("Good evening from the back row"); await p.getByRole("textbox", { name: "Say something" }).press("Enter"); await settle()(p); } },
  { page: "viewer", state: "kinds", url: () => scene.at("full"), then: async (p) => { await p.locator(".heart:not(.off) .heart-button").focus(); await p.keyboard.press("ArrowUp"); await settle()(p); } },
  { page: "viewer", state: "pinned", url: () => scene.at("full"), then: async (p) => { await p.getByRole("button", { name: "Show all" }).click({ timeout: 2000 }).catch(() => undefined); await settle()(p); } },
  { page: "viewer", state: "french", url: () => `${scene.at("full")}?lang=fr`, then: settle() },
  { page: "viewer-questions", state: "french", url: () => `${scene.at("full")}?tab=questions&lang=fr`, then: settle() },
  { page: "viewer", state: "unsent", url: () => scene.at("over"), before: (p) => p.addInitScript(() => sessionStorage.setItem("ovation.draft.over.comment", "What I wanted to say, and was too late for: it was a wonderful evening, thank you.")), then: settle() },
  { page: "viewer-questions", state: "asking", url: () => `${scene.at("full")}?tab=questions`, then: async (p) => { await p.getByRole("button", { name: "Ask a question" }).click(); await settle()(p); } },

  { page: "embed", state: "full", url: () => scene.at("full", "embed"), then: settle() },
  { page: "embed", state: "empty", url: () => scene.at("empty", "embed"), then: settle() },
  { page: "embed", state: "ended", url: () => scene.at("over", "embed"), then: settle() },
  { page: "embed", state: "loading", url: () => scene.at("full", "embed"), before: silent, then: settle() },
  { page: "embed", state: "error", url: () => scene.at("nowhere", "embed"), then: settle() },
  stale("embed", () => scene.at("full", "embed")),

  { page: "console", state: "full", url: () => scene.at("full", "host"), then: settle() },
  ...(["live", "comments", "people", "pulse"] as const).map((pane): Shot => ({ page: "console", state: pane, url: () => scene.at("full", "host").replace("#", `?pane=${pane}#`), then: settle() })),
  { page: "console", state: "busy", url: () => scene.at("busy", "host"), then: settle() },
  { page: "console", state: "held", url: () => scene.at("busy", "host"), then: keyed("3", "3") },
  { page: "console", state: "measures", url: () => scene.at("busy", "host"), then: keyed("4") },
  { page: "console", state: "reject", url: () => scene.at("busy", "host"), then: keyed("r") },
  { page: "console", state: "mend", url: () => scene.at("busy", "host"), then: keyed("e") },
  { page: "console", state: "merge", url: () => scene.at("busy", "host"), then: keyed("m") },
  { page: "console", state: "person", url: () => scene.at("full", "host"), then: keyed("3", "Enter") },
  { page: "console", state: "ban", url: () => scene.at("full", "host"), then: keyed("3", "b") },
  { page: "console", state: "modes", url: () => scene.at("busy", "host"), then: async (p) => { await keyed("3")(p); await p.getByRole("button", { name: "Modes" }).click(); await settle()(p); } },
  { page: "console", state: "keys", url: () => scene.at("busy", "host"), then: keyed("?") },
  { page: "console", state: "commands", url: () => scene.at("busy", "host"), then: keyed("Control+k") },
  { page: "console", state: "nothing-found", url: () => scene.at("busy", "host"), then: async (p) => { await p.getByRole("textbox", { name: "Filter" }).fill("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"); await settle()(p); } },
  { page: "console", state: "french", url: () => scene.at("busy", "host").replace("#", "?lang=fr#"), then: settle() },
  { page: "console", state: "empty", url: () => scene.at("empty", "host"), then: settle() },
  { page: "console", state: "ended", url: () => scene.at("over", "host"), then: settle() },
  { page: "console", state: "loading", url: () => scene.at("full", "host"), before: silent, then: settle() },
  { page: "console", state: "error", url: () => scene.at("nowhere", "host"), then: settle() },
  { page: "console", state: "outside", url: () => scene.server.at("/r/full/host"), then: settle() },
  stale("console", () => scene.at("full", "host")),

  { page: "host", state: "rooms", url: () => `${scene.server.at("/host")}#t=${scene.server.token("host")}`, then: settle() },
  { page: "host", state: "room", url: () => `${scene.server.at("/host?room=full")}#t=${scene.server.token("host")}`, then: settle() },
  { page: "host", state: "new", url: () => `${scene.server.at("/host")}#t=${scene.server.token("host")}`, then: async (p) => { await p.getByRole("button", { name: "New room" }).first().click(); await settle()(p); } },
  { page: "host", state: "unknown", url: () => `${scene.server.at("/host?room=nowhere")}#t=${scene.server.token("host")}`, then: settle() },
  { page: "host", state: "foot", url: () => `${scene.server.at("/host?room=full")}#t=${scene.server.token("host")}`, then: async (p) => { await settle()(p); await p.evaluate(() => scrollTo(0, 1e6)); } },
  { page: "host", state: "ended", url: () => `${scene.server.at("/host?room=over")}#t=${scene.server.token("host")}`, then: settle() },
  { page: "host", state: "loading", url: () => `${scene.server.at("/host")}#t=${scene.server.token("host")}`, before: hanging("**/v1/rooms"), then: settle() },
  { page: "host", state: "error", url: () => `${scene.server.at("/host")}#t=${scene.server.token("host")}`, before: failing("**/v1/rooms"), then: settle() },
  { page: "host", state: "outside", url: () => scene.server.at("/host"), then: settle() },

  { page: "overlay", state: "full", url: () => scene.at("full", "overlay").replace("#", "?goal=50#"), then: settle(1500) },
  { page: "overlay", state: "monitor", url: () => scene.at("full", "overlay").replace("#", "?bg=dark&show=question#"), then: settle(1500) },
  { page: "overlay", state: "preview", url: () => scene.at("full", "overlay").replace("#", "?preview=1&scale=-1&colour=red&bg=dark#"), then: settle(1500) },

  { page: "playground", state: "full", url: () => scene.server.at("/client/?room=full"), then: settle() },
  { page: "playground", state: "error", url: () => scene.server.at("/client/?room=nowhere"), then: settle() },
  { page: "playground", state: "loading", url: () => scene.server.at("/client/?room=full"), before: silent, then: settle() },
  { page: "404", state: "lost", url: () => scene.server.at("/nowhere"), then: settle() },
];

test.each(shots.filter((shot) => !wanted || wanted.includes(shot.page) || wanted.includes(`${shot.page}/${shot.state}`)).map((shot) => [`${shot.page}, ${shot.state}`, shot] as const))("%s", async (_, shot) => {
  const sheet: { name: string; width: number; height: number }[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    for (const touch of [true, false]) {
      const sizes = widths.filter(([width]) => touch === width < 1000);
      const context = await scene.browser.newContext({ viewport: { width: sizes[0]![0], height: sizes[0]![1] }, hasTouch: touch, colorScheme, locale: "en-GB", reducedMotion: "reduce" });
      const page = await context.newPage();
      await shot.before?.(page);
      await page.goto(shot.url());
      await shot.then?.(page);
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(150);
        const name = `${shot.page}-${shot.state}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: out + name });
        sheet.push({ name, width, height });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) console.log(`${name}: ${wide} px wide, moves sideways`);
      }
      await context.close();
    }
  }
  await contactSheet(`${shot.page}-${shot.state}`, sheet);
});

/** All widths of a page and state on one picture, dark above light. */
async function contactSheet(name: string, pictures: readonly { name: string; width: number; height: number }[]): Promise<void> {
  const page = await scene.browser.newPage({ viewport: { width: 1800, height: 900 } });
  const images = pictures.map((p) => `<img height="${p.width < 1000 ? 430 : 300}" src="data:image/png;base64,${readFileSync(out + p.name).toString("base64")}">`);
  await page.setContent(`<style>body{margin:8px;display:flex;flex-wrap:wrap;gap:8px;align-items:start;background:#888}</style>${images.join("")}`);
  writeFileSync(`${out}sheet-${name}.png`, await page.screenshot({ fullPage: true }));
  await page.close();
}
