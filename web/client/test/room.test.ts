import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect, memoryGuests, OvationError, type ConnectOptions, type HeartsEvent, type Room, type Status } from "../index";
import type { Socket } from "../socket";
import { FakeServer } from "../testing/fake";

let server: FakeServer;
let rooms: Room[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer({ room: "launch" });
});

afterEach(() => {
  for (const room of rooms) room.close();
  rooms = [];
  expect(vi.getTimerCount()).toBe(0); // close() leaves no timer
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

async function enter(more: Partial<ConnectOptions> = {}): Promise<Room> {
  const room = connect({ room: "launch", url: "ws://test/v1/ws", WebSocket: server.WebSocket, guests: memoryGuests(), ...more });
  rooms.push(room);
  await settle();
  return room;
}

test("goes in as a guest and sees the room", async () => {
  server.comment("Ada", "hello");
  const room = await enter();
  expect(room.status.state).toBe("open");
  expect(room.you).toMatchObject({ role: "viewer", guest: true });
  expect(room.view.comments.map((c) => c.text)).toEqual(["hello"]);
  expect(room.limits!.commentGraphemes).toBe(300);
});

test("taps merge: the first at once, then one frame in 200 ms, all counted", async () => {
  const room = await enter();
  for (let i = 0; i < 50; i++) {
    room.hearts.tap("heart");
    await vi.advanceTimersByTimeAsync(20);
  }
  await vi.advanceTimersByTimeAsync(300);
  const taps = server.received.filter((f) => f.tap);
  expect(taps.length).toBeLessThanOrEqual(7);
  expect(taps[0]!.tap!.count).toBe(1);
  expect(server.hearts.heart).toBe(50);
});

test("taps of an offline moment are dropped after 2 s, fresh ones are sent", async () => {
  const room = await enter();
  server.refuse = { code: 4013, reason: "STORE_UNAVAILABLE" };
  server.drop();
  await settle();
  room.hearts.tap("heart", 5);
  await vi.advanceTimersByTimeAsync(10_000);
  server.refuse = undefined;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(room.status.state).toBe("open");
  expect(server.hearts.heart ?? 0).toBe(0);
});

test("a comment resolves from its ack and stands once", async () => {
  const room = await enter({ name: "Bo" });
  const posted = room.comments.post("hi");
  await settle();
  expect((await posted).text).toBe("hi");
  expect(room.view.comments.length).toBe(1);
  server.tick();
  await settle();
  expect(room.view.comments.length).toBe(1);
});

test("what was cut between send and ack is sent again with its request id, and done once", async () => {
  const room = await enter();
  server.mute = true;
  const posted = room.comments.post("only once");
  await settle();
  server.mute = false;
  server.drop();
  await vi.advanceTimersByTimeAsync(1100);
  expect((await posted).text).toBe("only once");
  expect(server.comments.length).toBe(1);

  const second = room.comments.post("stored, ack lost");
  server.drop(); // the fake has stored it; its ack finds no socket
  await vi.advanceTimersByTimeAsync(1100);
  expect((await second).text).toBe("stored, ack lost");
  expect(server.comments.length).toBe(2);
});

test("a refusal is a typed error", async () => {
  const room = await enter();
  const refused = room.comments.post("  ").catch((error: unknown) => error);
  await settle();
  const error = await refused;
  expect(error).toBeInstanceOf(OvationError);
  expect((error as OvationError).reason).toBe("TEXT_EMPTY");
});

test("an unanswered call gives up after 90 s", async () => {
  const room = await enter();
  server.refuse = { code: 4005, reason: "BUSY" };
  server.drop();
  await settle();
  const late = room.comments.post("x").catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(91_000);
  expect((await late) as OvationError).toMatchObject({ reason: "TIMEOUT" });
});

describe("coming back", () => {
  test("with the cursor, within the first second", async () => {
    const room = await enter();
    server.tick();
    await settle();
    server.drop();
    await settle();
    expect(room.status.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1001);
    expect(room.status.state).toBe("open");
    expect(server.received.filter((f) => f.hello).at(-1)!.hello!.cursor).toEqual({ epoch: "e1", log: "1", state: "1" });
  });

  test("not before the server's time", async () => {
    const room = await enter();
    server.goodbye(4000, "DRAIN", 7000);
    await settle();
    expect(room.status).toMatchObject({ state: "waiting", reason: "DRAIN" });
    await vi.advanceTimersByTimeAsync(6900);
    expect(room.status.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(200);
    expect(room.status.state).toBe("open");
  });

  test("later and later, never giving up, at most 20 s apart", async () => {
    server.refuse = { code: 4005, reason: "BUSY" };
    const room = await enter();
    await vi.advanceTimersByTimeAsync(600_000);
    const hellos = server.received.filter((f) => f.hello).length;
    expect(hellos).toBeGreaterThan(30);
    expect(hellos).toBeLessThan(120);
    server.refuse = undefined;
    await vi.advanceTimersByTimeAsync(20_001);
    expect(room.status.state).toBe("open");
  });

  test("not after a stop code", async () => {
    const room = await enter();
    server.goodbye(4503, "BANNED", 0, "You were removed.");
    await vi.advanceTimersByTimeAsync(120_000);
    expect(room.status).toMatchObject({ state: "closed", reason: "BANNED", message: "You were removed." });
    expect(server.received.filter((f) => f.hello).length).toBe(1);
    await expect(room.comments.post("x")).rejects.toMatchObject({ reason: "BANNED" });
  });

  test("an unknown room stops", async () => {
    const room = await enter({ room: "nowhere" });
    expect(room.status).toMatchObject({ state: "closed", reason: "ROOM_NOT_FOUND" });
  });

  test("hearts of the gap are a number, not a burst", async () => {
    const room = await enter();
    const seen: HeartsEvent[] = [];
    room.hearts.subscribe((h) => seen.push(h));
    server.heart("heart", 3);
    server.tick();
    await settle();
    server.drop();
    server.heart("heart", 500);
    server.tick();
    await vi.advanceTimersByTimeAsync(1100);
    server.heart("heart", 2);
    server.tick();
    await settle();
    expect(seen.map((h) => [h.added, h.jump])).toEqual([[3, false], [500, true], [2, false]]);
  });

  test("a new epoch replaces everything", async () => {
    server.comment("Ada", "old");
    server.heart("heart", 9);
    const room = await enter();
    server.newEpoch();
    server.drop();
    await vi.advanceTimersByTimeAsync(1100);
    expect(room.view.comments).toEqual([]);
    expect(room.view.hearts).toEqual({});
  });

  test("from a socket that was closed without a word, at the next beat", async () => {
    const sockets: Socket[] = [];
    class Noted extends server.WebSocket {
      constructor(...how: ConstructorParameters<typeof server.WebSocket>) {
        super(...how);
        sockets.push(this);
      }
    }
    const room = await enter({ WebSocket: Noted });
    Object.assign(sockets[0]!, { readyState: 3 });
    const posted = room.comments.post("Into the void");
    await vi.advanceTimersByTimeAsync(5000);
    expect(room.status.state).toBe("open");
    expect(sockets.length).toBe(2);
    expect((await posted).text).toBe("Into the void");
  });

  test("a socket that is up but dead is noticed by its silence", async () => {
    const room = await enter();
    server.mute = true;
    const posted = room.comments.post("into the void");
    await vi.advanceTimersByTimeAsync(10_000);
    server.mute = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await posted).text).toBe("into the void");
  });
});

describe("tokens", () => {
  test("a guest is the same person after a reload", async () => {
    const guests = memoryGuests();
    const first = await enter({ guests });
    const second = await enter({ guests });
    expect(second.you!.person).toBe(first.you!.person);
  });

  test("a refused guest token makes a new guest, once", async () => {
    const guests = memoryGuests();
    guests.save("launch", { token: "guest-old", name: "Bo" });
    server.refuse = { code: 4502, reason: "TOKEN_INVALID" };
    const room = await enter({ guests });
    expect(room.status.state).toBe("closed");
    const hellos = server.received.filter((f) => f.hello).map((f) => f.hello!.token ?? "");
    expect(hellos).toEqual(["guest-old", ""]);
  });

  test("getToken is asked once at a time, and again when its token ended", async () => {
    let asked = 0;
    const getToken = async () => `moderator-${++asked}`;
    const room = await enter({ getToken });
    expect(asked).toBe(1);
    server.drop();
    await vi.advanceTimersByTimeAsync(1100);
    expect(asked).toBe(1);
    server.goodbye(4001, "TOKEN_EXPIRED");
    await vi.advanceTimersByTimeAsync(10);
    expect(asked).toBe(2);
    expect(room.status.state).toBe("open");
  });

  test("a token that ended and cannot be replaced stops instead of circling", async () => {
    const room = await enter({ token: "host-1" });
    server.goodbye(4001, "TOKEN_EXPIRED", 0, "The link has expired.");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(room.status).toMatchObject({ state: "closed", reason: "TOKEN_EXPIRED" });
  });

  test("getToken that fails is tried again later", async () => {
    let asked = 0;
    const getToken = async () => {
      if (++asked < 3) throw new Error("down");
      return "viewer-1";
    };
    const room = await enter({ getToken });
    const states: Status["state"][] = [];
    room.on("status", (s) => states.push(s.state));
    await vi.advanceTimersByTimeAsync(5000);
    expect(room.status.state).toBe("open");
    expect(asked).toBe(3);
  });

  test("getToken that never settles has failed after 30 s: that is told, and it is asked again", async () => {
    let asked = 0;
    const room = await enter({ getToken: () => (++asked < 3 ? new Promise(() => undefined) : Promise.resolve("viewer-1")) });
    await vi.advanceTimersByTimeAsync(29_000);
    expect([room.status.state, asked]).toEqual(["connecting", 1]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(room.status).toMatchObject({ state: "waiting", reason: "TOKEN_UNAVAILABLE" });
    await vi.advanceTimersByTimeAsync(35_000);
    expect([room.status.state, asked]).toEqual(["open", 3]);
  });
});

describe("after close() nothing starts", () => {
  test("while a token is renewed", async () => {
    const soon = () => `x.${btoa(JSON.stringify({ iat: Date.now() / 1000, exp: Date.now() / 1000 + 100 }))}.x`;
    let give = (_: string): void => undefined;
    let asked = 0;
    const room = await enter({ getToken: () => (asked++ === 0 ? Promise.resolve(soon()) : new Promise((resolve) => (give = resolve))) });
    await vi.advanceTimersByTimeAsync(90_000);
    expect(asked).toBe(2);
    room.close();
    give(soon());
    await settle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("while a token is asked for to come in", async () => {
    const room = await enter({ getToken: () => new Promise(() => undefined) });
    room.close();
    await settle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("while a name waits for its refusal", async () => {
    const room = await enter({ name: "Ada" });
    const renamed = room.rename("Ada"); // no other than before: a welcome does not say whether it was taken
    await settle();
    room.close();
    await expect(renamed).rejects.toMatchObject({ reason: "CLOSED" });
    expect(vi.getTimerCount()).toBe(0);
    await expect(room.rename("Bo")).rejects.toMatchObject({ reason: "CLOSED" });
  });
});

test("own comments that no snapshot gives are asked for after the server passed over a slow reader", async () => {
  const room = await enter();
  const own = await room.comments.post("only I see this");
  await settle();
  const asked = () => server.received.filter((f) => f.mine).length;
  const before = asked();
  const snapshot = { ...server.snapshot(1, false), comments: [] };
  server.broadcast({ resync: {} });
  server.broadcast({ snapshot });
  await settle();
  expect(room.view.comments).toEqual([]);
  expect(asked()).toBe(before + 1);
  server.broadcast({ mine: { comments: [{ comment: own.id, person: own.person, text: own.text, atMs: String(own.atMs) }] } });
  await settle();
  expect(room.view.comments.map((c) => c.text)).toEqual(["only I see this"]);
  server.broadcast({ snapshot }); // nobody was passed over: nothing is asked
  await settle();
  expect(asked()).toBe(before + 1);
});

test("a computer's clock that is set in the middle of a show leaves the room's time right from the next tick on", async () => {
  const room = await enter();
  for (const hours of [2, -5]) {
    const atMs = Date.now() + 1000;
    vi.setSystemTime(atMs + hours * 3_600_000);
    server.broadcast({ tick: { cursor: server.cursor(), atMs: String(atMs) } });
    await settle();
    expect(room.nowMs).toBe(atMs);
    vi.setSystemTime(atMs);
    server.broadcast({ tick: { cursor: server.cursor(), atMs: String(atMs) } });
    await settle();
  }
  server.broadcast({ tick: { cursor: server.cursor(), atMs: String(Date.now() - 5000) } }); // a tick that was long on its way
  await settle();
  expect(room.nowMs).toBe(Date.now());
});

test("a tab in the background asks for the slow lane, also when it is there before the connection is, and for the fast one when it is seen", async () => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  vi.stubGlobal("document", page);
  try {
    await enter();
    const lanes = () => server.received.flatMap((f) => (f.pace ? [f.pace.slow ?? false] : []));
    expect(lanes()).toEqual([true]);
    const turn = async (hidden: boolean) => {
      page.hidden = hidden;
      page.dispatchEvent(new Event("visibilitychange"));
      await settle();
    };
    await turn(false);
    expect(lanes().at(-1)).toBe(false);
    await turn(true);
    expect(lanes().at(-1)).toBe(true);
    server.drop();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(lanes().at(-1)).toBe(true);
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a name is taken by coming back with it, and the cursor is kept", async () => {
  const room = await enter();
  server.tick();
  await settle();
  const renamed = room.rename("Ada");
  await settle();
  await renamed;
  expect(room.you!.name).toBe("Ada");
  expect(server.received.filter((f) => f.hello).at(-1)!.hello!.cursor).toBeDefined();
  const posted = room.comments.post("hi");
  await settle();
  expect((await posted).name).toBe("Ada");
});

test("a moderator's steps name the revision that was seen", async () => {
  const id = server.question("Ada", "Why?");
  const room = await enter({ token: "moderator-1", client: "console" });
  const q = room.view.moderation.get(id)!;
  const approved = room.moderate.approve(q);
  await settle();
  expect((await approved).state).toBe("open");
  const again = room.moderate.approve(q).catch((error: unknown) => error);
  await settle();
  expect(await again).toMatchObject({ reason: "REVISION_MISMATCH" });
  expect(room.view.questions.get(id)!.state).toBe("open");
});

test("bodies and fields of a newer server are skipped", async () => {
  const room = await enter();
  const before = room.view;
  for (const frame of [{ poll: { id: "1" } }, {}, { ack: { id: "77" } }, { tick: { cursor: { epoch: "other" }, sparkle: 1 } }]) server.broadcast(frame);
  await settle();
  expect(room.view).toBe(before);
  expect(room.status.state).toBe("open");
});

test("what is in the way is asked for once and stays said until the way is free; a network that changed is asked anew", async () => {
  let blocked = false;
  /** A socket behind a portal: it closes before it opened. */
  const nowhere = (): Socket => {
    const socket: Socket = { readyState: 0, onopen: null, onmessage: null, onclose: null, onerror: null, send: () => undefined, close: () => undefined };
    setTimeout(() => socket.onclose?.({ code: 1006, reason: "" } as never), 5);
    return socket;
  };
  const WebSocket = new Proxy(server.WebSocket, { construct: (open, args: [string, string]) => (blocked ? nowhere() : new open(...args)) });
  const ask = vi.fn(() => Promise.resolve(new Response("<h1>Sign in</h1>", { status: 200 })));
  vi.stubGlobal("fetch", ask);
  const page = new EventTarget();
  vi.stubGlobal("window", page);
  try {
    const room = await enter({ WebSocket });
    const said = new Set<string>();
    blocked = true;
    server.drop();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(room.status.reason).toBe("CAPTIVE_PORTAL");
    room.on("status", (status) => said.add(status.reason));
    await vi.advanceTimersByTimeAsync(300_000);
    expect([...said]).toEqual(["CAPTIVE_PORTAL"]);
    expect(ask).toHaveBeenCalledTimes(1);
    ask.mockRejectedValue(new TypeError("Failed to fetch"));
    page.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(room.status.reason).toBe("OFFLINE");
    expect(ask).toHaveBeenCalledTimes(2);
    blocked = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(room.status).toMatchObject({ state: "open", reason: "" });
  } finally {
    vi.unstubAllGlobals();
  }
});
