import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desk, launch, phone, say, visit } from "./people";
import { Server } from "./server";

let browser: Browser;
let server: Server;
let media: Http;
let stranger: Http;
const films = new Map<string, Buffer>();

/** A server of films and players. */
async function studio(): Promise<Http> {
  const http = createServer((asked, answer) => {
    const film = films.get((asked.url ?? "").split("?")[0] ?? "");
    if (film) answer.writeHead(200, { "Content-Type": "video/webm" }).end(film);
    else if (asked.url?.startsWith("/player")) answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Player</title><p>The player plays</p><script>try { top.location = '/taken' } catch {}</script>");
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return http;
}
const at = (http: Http, path: string) => `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;

/** A second of film of this size, as the browser records it. */
async function record(width: number, height: number): Promise<Buffer> {
  const page = await browser.newPage();
  const bytes = await page.evaluate(
    async ([wide, high]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: high });
      const pen = canvas.getContext("2d")!;
      const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
      const parts: Blob[] = [];
      recorder.ondataavailable = (e) => parts.push(e.data);
      const done = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.start();
      for (let i = 0; i < 20; i++) {
        pen.fillStyle = `hsl(${i * 18} 70% 45%)`;
        pen.fillRect(0, 0, wide!, high!);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      recorder.stop();
      await done;
      return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
    },
    [width, height],
  );
  await page.close();
  return Buffer.from(bytes);
}

const show = (source: string) => server.api("PATCH", "/main?updateMask=settings.source", { settings: { source } });

beforeAll(async () => {
  [browser, media, stranger] = await Promise.all([launch(), studio(), studio()]);
  server = await new Server("--media-origins", at(media, "")).start();
  films.set("/wide.webm", await record(320, 180));
  films.set("/upright.webm", await record(180, 320));
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  media?.close();
  stranger?.close();
});

test("a room's video stands on the stage: it comes while one watches, begins without sound, and one tap gives it", async () => {
  const ada = await visit(browser, `${server.ready.links.viewer}?source=${encodeURIComponent(at(media, "/wide.webm"))}`, desk);
  await ada.page.getByText("LIVE", { exact: true }).waitFor();
  expect(await ada.page.locator("video, iframe").count()).toBe(0); // never from the address
  await show(at(media, "/wide.webm"));
  const video = ada.page.locator("video.picture");
  await video.waitFor();
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.videoWidth)).toBe(320);
  expect(await video.evaluate((v: HTMLVideoElement) => v.muted)).toBe(true);
  expect(await ada.page.locator(".scene").count()).toBe(0);
  await ada.page.getByRole("button", { name: "Sound on" }).click();
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.muted)).toBe(false);
  await show("");
  await ada.page.locator(".scene").waitFor();
  ada.calm();
  await ada.leave();
});

test("an upright video fills a phone, and what people say stands over its lower part", async () => {
  await show(at(media, "/upright.webm"));
  const ada = await visit(browser, server.ready.links.viewer, phone);
  await ada.page.locator(".over-picture").waitFor();
  await say(ada.page, "Over the picture", "Ada");
  const stage = await ada.page.locator(".stage").boundingBox();
  const panel = await ada.page.locator(".panel").boundingBox();
  expect([stage?.width, stage?.height]).toEqual([390, 844]);
  expect(Math.round((panel?.height ?? 0) / 8.44)).toBe(40);
  expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBe(844);
  ada.calm();
  await ada.leave();
});

test("anything else is a player's page in a frame, which cannot lead the page away", async () => {
  await show(at(media, "/player/1"));
  const ada = await visit(browser, server.ready.links.viewer, desk);
  await ada.page.frameLocator("iframe.picture").getByText("The player plays").waitFor();
  await ada.page.waitForTimeout(500);
  expect(new URL(ada.page.url()).pathname).toBe("/r/main");
  await say(ada.page, "Still here", "Ada");
  await ada.leave();
});

test("what cannot be played leaves the scene, a sentence and a way on; the room goes on", async () => {
  await show(at(media, "/nothing.mp4"));
  const ada = await visit(browser, server.ready.links.viewer, phone);
  await ada.page.getByText("The picture does not come through.").waitFor();
  await ada.page.locator(".scene").waitFor();
  films.set("/nothing.mp4", films.get("/wide.webm")!);
  await ada.page.getByRole("button", { name: "Try again" }).tap();
  await ada.page.locator("video.picture").waitFor();
  await expect.poll(() => ada.page.locator(".scene").count()).toBe(0);
  ada.calm();
  await ada.leave();
});

test("a source of another origin is refused with what to do, and blocked by the page's policy all the same", async () => {
  await expect(show(at(stranger, "/wide.webm"))).rejects.toThrow(/media_origins.*FIELD_INVALID/s);
  await expect(show("javascript:alert(1)")).rejects.toThrow(/settings\.source/);
  await show(at(media, "/wide.webm"));
  await server.stop();
  const strict = server.with("--media-origins", at(stranger, ""));
  await strict.start();
  const ada = await visit(browser, server.ready.links.viewer, phone);
  await ada.page.getByText("The picture does not come through.").waitFor();
  await server.api("PATCH", "/main?updateMask=title", { title: "Other settings can still be changed" });
  await ada.page.getByText("Other settings can still be changed").waitFor();
  await ada.leave();
});
