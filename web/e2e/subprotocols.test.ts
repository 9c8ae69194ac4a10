import { expect, test } from "vitest";
import WebSocket from "ws";
import { connect, type Room, type SocketConstructor } from "../client";
import { binary } from "../client/binary";
import { House } from "./house";

const house = new House();
const { server } = house;

/** Somebody in Node, which has no WebSocket of its own in every version: one is handed in. */
async function enter(name: string, more: Partial<Parameters<typeof connect>[0]> = {}): Promise<Room> {
  const room = connect({ room: "main", url: server.at("/v1/ws").replace("http", "ws"), name, guests: null, WebSocket: WebSocket as unknown as SocketConstructor, ...more });
  await expect.poll(() => room.view.loaded).toBe(true);
  return room;
}

test("in Node: a viewer on JSON and one on protobuf are in one room, and see the same", async () => {
  const ada = await enter("Ada");
  const bo = await enter("Bo", { subprotocol: binary });
  const host = await enter("", { token: server.token("host"), client: "console", subprotocol: binary });
  const said = await bo.comments.post("Zażółć gęślą jaźń 🎈");
  const asked = await bo.questions.ask("Does it speak both?", { anonymous: true });
  expect(asked.state).toBe("pending");
  await ada.comments.post("It does", { replyTo: said.id });
  await expect.poll(() => host.view.moderation.get(asked.id)?.askerName).toBe("Bo");
  await host.moderate.approve(host.view.moderation.get(asked.id)!);
  await expect.poll(() => ada.view.questions.has(asked.id)).toBe(true);
  await ada.questions.vote(asked.id);
  bo.hearts.tap("heart", 3);
  ada.hearts.tap("heart", 2);
  await expect.poll(() => [ada.view.hearts.heart, bo.view.hearts.heart]).toEqual([5, 5]);
  await expect.poll(() => bo.view.questions.get(asked.id)?.votes).toBe(1);
  await expect.poll(() => bo.view.cursor?.log).toBe(ada.view.cursor?.log);
  expect(bo.view.comments).toEqual(ada.view.comments);
  expect(bo.view.questions).toEqual(ada.view.questions);
  expect(bo.view.room).toEqual(ada.view.room);
  await expect.poll(() => bo.view.mine.get(asked.id)?.state).toBe("open");
  await expect(bo.comments.post(" ")).rejects.toMatchObject({ reason: "TEXT_EMPTY" });
  for (const room of [ada, bo, host]) room.close();
});

test("on protobuf, too, a lost socket comes back with its cursor", async () => {
  const sockets: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(url: string, subprotocol: string) {
      super(url, subprotocol);
      sockets.push(this);
    }
  }
  const room = await enter("Cy", { subprotocol: binary, WebSocket: Kept as unknown as SocketConstructor });
  const recovered: boolean[] = [];
  room.on("welcome", (w) => recovered.push(w.recovered));
  const other = await enter("Di");
  sockets[0]!.terminate();
  await expect.poll(() => room.status.state).not.toBe("open");
  const missed = await other.comments.post("While you were away");
  await expect.poll(() => room.view.comments.some((c) => c.id === missed.id), { timeout: 30_000 }).toBe(true);
  expect(recovered).toEqual([true]);
  room.close();
  other.close();
});

test("in a browser: both entries, as the server serves them, and the IIFE", async () => {
  const context = await house.browser.newContext({ bypassCSP: true }); // to load scripts into a page that is not ours
  const page = await context.newPage();
  await page.goto(server.at("/livez"));
  // As a string: the test runner would rewrite import() into what no browser knows.
  const text = await page.evaluate(`(async () => {
    const { connect } = await import("/client/v1/ovation.mjs");
    const { binary } = await import("/client/v1/binary.mjs");
    const room = connect({ room: "main", name: "Eve", guests: null, subprotocol: binary });
    const { text } = await room.comments.post("From a browser, in bytes");
    room.close();
    return text;
  })()`);
  expect(text).toBe("From a browser, in bytes");
  await page.addScriptTag({ url: server.at("/client/v1/ovation.js") });
  expect(await page.evaluate(() => typeof (window as unknown as { Ovation: { connect: unknown } }).Ovation.connect)).toBe("function");
  await context.close();
});
