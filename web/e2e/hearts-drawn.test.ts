import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { House } from "./house";
import { desk, phone } from "./people";

const house = new House();
const { server } = house;

/** No heart lives shorter. */
const shortestLifeMs = 1900;

interface Picture {
  readonly pixels: number;
  /** Around all that is drawn, in CSS pixels of the page; zeros where nothing is. */
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** What the lane shows. A canvas that a worker draws on tells its pixels to nobody, but it can be copied. */
function look(): Picture {
  const lane = document.querySelector<HTMLElement>(".lane")!;
  const canvas = lane.querySelector("canvas");
  const box = { left: 0, right: 0, top: 0, bottom: 0 };
  if (!canvas) return { pixels: 0, box };
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")!;
  copy.drawImage(canvas, 0, 0);
  const at = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  let [pixels, left, right, top, bottom] = [0, Infinity, 0, Infinity, 0];
  for (let i = 3; i < at.length; i += 4) {
    if (at[i]! === 0) continue;
    const [x, y] = [((i - 3) / 4) % canvas.width, Math.floor((i - 3) / 4 / canvas.width)];
    pixels++;
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  if (pixels === 0) return { pixels, box };
  const on = lane.getBoundingClientRect();
  const [wide, high] = [on.width / canvas.width, on.height / canvas.height];
  return { pixels, box: { left: on.left + left * wide, right: on.left + right * wide, top: on.top + top * high, bottom: on.top + bottom * high } };
}

const pixels = async (page: Page) => (await page.evaluate(look)).pixels;

/** Where the page itself finds it. */
type Looking = Window & { look: typeof look };

/**
 * The first picture with a heart after `give`. The page itself looks, in each frame: to whoever asks from outside a heart of
 * two seconds may be gone. One that a stalled machine never drew is given again.
 */
async function drawn(page: Page, give: () => Promise<unknown>): Promise<Picture> {
  for (let tries = 0; tries < 5; tries++) {
    const seen = page.evaluate(async () => {
      for (const until = performance.now() + 5000; performance.now() < until; ) {
        const now = (window as unknown as Looking).look();
        if (now.pixels > 0) return now;
        await new Promise(requestAnimationFrame);
      }
      return null;
    });
    await give();
    const found = await seen;
    if (found) return found;
  }
  throw new Error("no heart was drawn");
}

const heart = (page: Page) => page.getByRole("button", { name: /^Send a heart/ });

async function enter(options = phone, before?: (page: Page) => Promise<unknown>, path = server.ready.links.viewer) {
  const one = await house.enter(path, options, async (page) => {
    await page.addInitScript(`window.look = ${look}`);
    await before?.(page);
  });
  await heart(one.page).waitFor();
  await expect.poll(() => one.page.locator(".heart.off").count()).toBe(0); // the show is live
  return one;
}

test("the own heart is drawn at the finger, and all of it is gone in time", async () => {
  const { page } = await enter();
  await expect.poll(() => page.workers().length).toBe(1);
  for (let i = 0; i < 3; i++) {
    await expect.poll(() => pixels(page)).toBe(0); // the longest life is 2.7 s
    await drawn(page, () => heart(page).tap()); // how soon is measured by npm run perf
  }
});

test("hearts begin at the finger in the page's own size, at another size and at another density", async () => {
  // Chromium tells pages nothing of a density that it only plays: the test tells it.
  const one = await enter(desk, (page) =>
    page.addInitScript(() => {
      const real = window.matchMedia.bind(window);
      window.matchMedia = (condition) => {
        const list = real(condition);
        if (condition.startsWith("(resolution")) Object.assign(window, { density: list });
        return list;
      };
    }),
  );
  const { page } = one;
  const session = await page.context().newCDPSession(page);
  const sizes = [
    { width: 1600, height: 900, deviceScaleFactor: 1 },
    { width: 1000, height: 700, deviceScaleFactor: 1 },
    { width: 1000, height: 700, deviceScaleFactor: 2 },
    { width: 1000, height: 700, deviceScaleFactor: 1 },
  ];
  for (const size of sizes) {
    await expect.poll(() => pixels(page)).toBe(0); // before: a canvas is empty for a moment when its size changes
    await session.send("Emulation.setDeviceMetricsOverride", { ...size, mobile: false });
    await expect.poll(() => page.evaluate(() => window.devicePixelRatio)).toBe(size.deviceScaleFactor);
    await page.evaluate(() => (window as unknown as { density: MediaQueryList }).density.dispatchEvent(new Event("change")));
    const at = (await heart(page).boundingBox())!;
    await expect.poll(() => page.locator(".lane").evaluate((lane) => lane.querySelector("canvas")!.width / lane.clientWidth)).toBe(size.deviceScaleFactor);
    const { box } = await drawn(page, () => heart(page).click());
    expect(Math.abs((box.left + box.right) / 2 - (at.x + at.width / 2)), `across, at ${JSON.stringify(size)}`).toBeLessThan(30); // it sways by 22 px
    expect(box.bottom, `up, at ${JSON.stringify(size)}`).toBeLessThan(at.y + at.height);
  }
  one.calm();
});

test.each([
  ["has no canvas off the page", (page: Page) => page.addInitScript("delete HTMLCanvasElement.prototype.transferControlToOffscreen")],
  ["has no workers", (page: Page) => page.addInitScript("delete window.Worker")],
  ["does not get the worker's script", (page: Page) => page.route("**/assets/worker-*.js", (route) => route.abort())],
  ["has a worker that cannot draw", (page: Page) => page.route("**/assets/worker-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: 'postMessage("unable")' }))],
])("where the browser %s the page draws hearts itself", async (_, before) => {
  const { page } = await enter(phone, before);
  await expect.poll(() => page.workers().length).toBe(0);
  await drawn(page, () => heart(page).tap());
  await expect.poll(() => pixels(page)).toBe(0);
  expect(await page.locator(".lane canvas").count()).toBe(1);
});

test("a tab that is hidden keeps no heart", async () => {
  const { page } = await enter();
  let agedMs = Infinity;
  for (let tries = 0; tries < 5 && agedMs > shortestLifeMs; tries++) {
    await drawn(page, () => heart(page).tap());
    agedMs = await page.evaluate(async () => {
      const button = document.querySelector(".heart-button")!;
      for (let i = 0; i < 3; i++) button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, clientX: 300, clientY: 700 }));
      button.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
      const given = performance.now();
      let hidden = true;
      Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      while ((window as unknown as Looking).look().pixels > 0) await new Promise(requestAnimationFrame);
      const gone = performance.now();
      hidden = false;
      document.dispatchEvent(new Event("visibilitychange"));
      return gone - given;
    });
  }
  expect(agedMs).toBeLessThan(shortestLifeMs);
});

test("whoever wants no motion from now on has neither hearts nor their worker", async () => {
  const { page } = await enter();
  await expect.poll(() => page.workers().length).toBe(1);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect.poll(() => page.workers().length).toBe(0);
  expect(await page.locator(".lane canvas").count()).toBe(0);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(() => page.workers().length).toBe(1);
  await drawn(page, () => heart(page).tap());
});

test("in a frame of another page hearts rise, too", async () => {
  const one = await enter(phone, undefined, server.at("/r/main/embed"));
  await drawn(one.page, () => heart(one.page).tap());
  one.calm();
});

test("a page may have no worker but this one, and the overlay none", async () => {
  const { page } = await enter();
  await expect.poll(() => page.workers().length).toBe(1);
  const refused = await page.evaluate(() => {
    const errors: string[] = [];
    for (const bad of [
      () => new Worker("/assets/other.js"),
      () => (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy("hearts", {}),
      () => (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy("other", {}),
    ]) {
      try {
        bad();
        errors.push("allowed");
      } catch (error) {
        errors.push((error as Error).name);
      }
    }
    return errors;
  });
  expect(refused).toEqual(["TypeError", "TypeError", "TypeError"]);
  const air = await house.enter(server.at("/r/main/overlay"), desk);
  await air.page.locator(".rising canvas").waitFor();
  await air.page.waitForTimeout(500);
  expect(air.page.workers()).toHaveLength(0);
  air.calm();
});
