import { expect, test } from "vitest";
import { House } from "./house";
import { desk, phone, total, visit } from "./people";

const house = new House();
const { server } = house;

const drawn = (canvas: HTMLCanvasElement) => {
  const pixels = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
  let n = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 0) n++;
  return n;
};

test("the own heart is drawn at the finger within 50 ms", async () => {
  const ada = await visit(house.browser, server.ready.links.viewer, phone);
  await ada.page.getByText("LIVE", { exact: true }).waitFor();
  await ada.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.lane")!;
    document.querySelector(".heart-button")!.addEventListener("pointerdown", () => {
      const began = performance.now();
      const look = () => {
        const at = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
        if (at.some((v, i) => i % 4 === 3 && v > 0)) Object.assign(window, { drawnMs: performance.now() - began });
        else requestAnimationFrame(look);
      };
      look();
    });
  });
  await ada.page.getByRole("button", { name: /^Send a heart/ }).tap();
  await expect.poll(() => ada.page.evaluate(() => (window as unknown as { drawnMs?: number }).drawnMs ?? 1e9)).toBeLessThan(50);
  await ada.page.waitForTimeout(3500); // the longest life is over, and the canvas is clean again
  expect(await ada.page.locator("canvas.lane").evaluate(drawn)).toBe(0);
  await ada.leave();
});

test("where motion is unwanted no heart flies and no light sways: the number tells", async () => {
  const still = await visit(house.browser, server.ready.links.viewer, { ...desk, reducedMotion: "reduce" });
  await still.page.getByText("LIVE", { exact: true }).waitFor();
  const before = await total(still.page);
  const heart = still.page.getByRole("button", { name: /^Send a heart/ });
  for (let i = 0; i < 5; i++) await heart.click();
  expect(await still.page.locator("canvas.lane").evaluate(drawn)).toBe(0);
  await expect.poll(() => total(still.page)).toBe(before + 5);
  expect(await still.page.locator(".beam").first().evaluate((e) => getComputedStyle(e).animationName)).toBe("none");
  still.calm();
  await still.leave();
});
