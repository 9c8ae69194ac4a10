// Relays frames between standard streams and a WebSocket of the npm package ws: lines "text JSON" or "binary HEX" both
// ways, then "closed CODE REASON". It is found where the web pages' packages are.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [url, subprotocol, packages] = process.argv.slice(2);
const { WebSocket } = createRequire(packages + "/")("ws");
const socket = new WebSocket(url, [subprotocol]);
const say = (line) => process.stdout.write(line + "\n");
socket.on("open", () => {
  say("open " + socket.protocol);
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const at = line.indexOf(" ");
      const [kind, body] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
      if (kind === "ping") socket.ping();
      else socket.send(kind === "text" ? body : Buffer.from(body, "hex"));
    })
    .on("close", () => socket.close(1000));
});
socket.on("pong", () => say("pong"));
socket.on("message", (data, binary) => say(binary ? "binary " + data.toString("hex") : "text " + data.toString()));
socket.on("close", (code, reason) => say(`closed ${code} ${reason}`));
socket.on("error", (e) => process.stderr.write(String(e) + "\n"));
