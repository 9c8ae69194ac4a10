// Relays frames between standard streams and a WebSocket of Chromium, as relay.mjs does for ws. The page is one of the
// server's own, so that the browser sends an origin that is let in.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { existsSync } from "node:fs";

const [url, subprotocol, packages] = process.argv.slice(2);
const { chromium } = createRequire(packages + "/")("playwright-core");
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((p) => p && existsSync(p));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(url.replace("ws://", "http://").replace("/v1/ws", "/livez"));
await page.exposeFunction("say", (line) => process.stdout.write(line + "\n"));
await page.evaluate(
  ([url, subprotocol]) => {
    const socket = new WebSocket(url, [subprotocol]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => say("open " + socket.protocol);
    socket.onmessage = ({ data }) =>
      say(typeof data === "string" ? "text " + data : "binary " + [...new Uint8Array(data)].map((b) => b.toString(16).padStart(2, "0")).join(""));
    socket.onclose = ({ code, reason }) => say(`closed ${code} ${reason}`);
    globalThis.relay = (kind, body) =>
      socket.send(kind === "text" ? body : new Uint8Array((body.match(/../g) ?? []).map((pair) => parseInt(pair, 16))));
    globalThis.end = () => socket.close(1000);
  },
  [url, subprotocol],
);
const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const at = line.indexOf(" ");
  await page.evaluate(([kind, body]) => globalThis.relay(kind, body), [line.slice(0, at), line.slice(at + 1)]);
}
await page.evaluate(() => globalThis.end());
await page.waitForTimeout(2000);
await browser.close();
