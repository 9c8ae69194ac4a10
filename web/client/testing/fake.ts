// A server in memory for tests of pages and apps that use the client: a room and its visitors, no network. It keeps to the
// protocol's shapes (defaults left out, 64-bit numbers as strings), so that what works here reads real frames, too.
import type { AckJson, ClientFrameJson, HelloJson, ServerFrameJson } from "../gen/ovation/gateway/v1/gateway_pb";
import type { Socket, SocketConstructor } from "../socket";
import { FakeRoom, type FakeOptions } from "./room";
import { act, type Who } from "./verbs";

/** One visitor of the fake. */
export interface FakeVisitor {
  /** Sends a frame to the visitor. */
  deliver(frame: ServerFrameJson): void;
  /** Ends the visit. */
  end(code: number, reason: string): void;
}

interface Visit extends FakeVisitor, Who {
  hello: HelloJson | undefined;
}

/** A room in memory. Tokens say the role: `host-…`, `moderator-…`, anything else is a viewer; none makes a guest. */
export class FakeServer extends FakeRoom {
  /** Every frame that clients sent, in order. */
  readonly received: ClientFrameJson[] = [];
  extraViewers = 0;
  /** Set to refuse every new visitor. */
  refuse: { code: number; reason: string; message?: string } | undefined;
  /** Set to let frames vanish: a connection that is up but dead. */
  mute = false;
  #visits = new Set<Visit>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #acked = new Map<string, AckJson>();

  constructor(o: FakeOptions = {}) {
    super(o);
    if (o.tickMs) this.#timer = setInterval(() => this.tick(), o.tickMs);
  }

  /** Stops the ticks. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** The constructor to hand to `connect`. */
  get WebSocket(): SocketConstructor {
    const accept = (visitor: FakeVisitor) => this.accept(visitor);
    return class implements Socket {
      readyState = 0;
      onopen: ((event: never) => void) | null = null;
      onmessage: ((event: never) => void) | null = null;
      onclose: ((event: never) => void) | null = null;
      onerror: ((event: never) => void) | null = null;
      #client: { frame(text: string): void; gone(): void };

      constructor(_url: string, subprotocol: string | string[]) {
        if (![subprotocol].flat().includes("ovation.v1.json")) throw new Error("the fake server speaks ovation.v1.json only: leave `subprotocol` out");
        this.#client = accept({
          deliver: (frame) =>
            queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(frame) } as never)),
          end: (code, reason) =>
            queueMicrotask(() => {
              if (this.readyState === 3) return;
              this.readyState = 3;
              this.onclose?.({ code, reason } as never);
            }),
        });
        queueMicrotask(() => {
          if (this.readyState !== 0) return;
          this.readyState = 1;
          this.onopen?.({} as never);
        });
      }

      send(text: string | Uint8Array): void {
        this.#client.frame(String(text));
      }

      close(): void {
        this.readyState = 3;
        this.#client.gone();
      }
    };
  }

  /** Takes a visitor in; hand its frames to `frame` and tell of its end by `gone`. */
  accept(visitor: FakeVisitor): { frame(text: string): void; gone(): void } {
    const visit: Visit = { ...visitor, hello: undefined, person: "", name: "", role: "viewer" };
    return {
      frame: (text) => {
        if (this.mute) return;
        const frame = JSON.parse(text) as ClientFrameJson;
        this.received.push(frame);
        this.#take(visit, frame);
      },
      gone: () => void this.#visits.delete(visit),
    };
  }

  /** Cuts every connection, as a network does. */
  drop(code = 1006, reason = ""): void {
    for (const visit of this.#visits) visit.end(code, reason);
    this.#visits.clear();
  }

  /** Says goodbye to everyone and closes. */
  goodbye(code: number, reason: string, reconnectAfterMs = 0, message = ""): void {
    for (const visit of this.#visits) visit.deliver({ goodbye: { reason, reconnectAfterMs: String(reconnectAfterMs), message } });
    this.drop(code, reason);
  }

  /** Sends a frame to everyone, such as one that this version does not know. */
  broadcast(frame: object): void {
    for (const visit of this.#visits) visit.deliver(frame as ServerFrameJson);
  }

  /** Everything new since the last tick, to everyone. */
  tick(): void {
    const told = this.turn();
    for (const visit of this.#visits) visit.deliver({ tick: told(this.#viewers(), visit.role !== "viewer") });
  }

  #take(visit: Visit, frame: ClientFrameJson): void {
    if (frame.hello) return this.#hello(visit, frame.hello);
    if (!visit.hello) return visit.end(4500, "BAD_HELLO");
    if (frame.tap) return this.heart(frame.tap.kind, frame.tap.count ?? 0);
    const id = frame.id ?? "";
    const request = frame.post?.requestId ?? frame.ask?.requestId ?? frame.moderate?.requestId ?? "";
    const ack = (result: AckJson) => {
      if (request) this.#acked.set(request, result);
      visit.deliver({ ack: { ...result, id } });
    };
    const known = this.#acked.get(request);
    if (known) return ack(known);
    act(this, visit, frame, {
      ack,
      refuse: (reason, message) => visit.deliver({ fault: { id, reason, message } }),
      own: (person, questions) => {
        for (const one of this.#visits) if (one.person === person) one.deliver({ mine: { questions: [...questions] } });
      },
    });
  }

  #hello(visit: Visit, hello: HelloJson): void {
    const no = this.refuse ?? (hello.room === this.room.room ? undefined : { code: 4504, reason: "ROOM_NOT_FOUND", message: "there is no such room" });
    if (no) {
      visit.deliver({ goodbye: { reason: no.reason, message: no.message ?? "" } });
      return visit.end(no.code, no.reason);
    }
    const token = hello.token ?? "";
    const guest = !token || token.startsWith("guest-");
    visit.hello = hello;
    visit.role = /^(host|moderator)/.exec(token)?.[0] ?? "viewer";
    visit.person = guest ? token || `guest-${this.id("g")}` : token;
    visit.name = hello.name ?? (guest ? "" : visit.role);
    this.#visits.add(visit);
    const here = this.cursor();
    const recovered = hello.cursor?.epoch === here.epoch && hello.cursor?.log === here.log;
    visit.deliver({
      welcome: {
        you: {
          person: visit.person, name: visit.name, role: visit.role, heartsLeft: "500",
          ...(guest && { guest, guestToken: visit.person }),
        },
        ...(recovered && { recovered }),
        limits: {
          commentGraphemes: 300, commentBytes: 1200, questionGraphemes: 280, questionBytes: 1120, nameGraphemes: 40,
          answerGraphemes: 4000, reasonGraphemes: 200, frameBytes: 16384, pingMs: 25000, heartCap: "500", tapsPerSecond: 10, tapBurst: 40,
          reportReasons: ["spam", "harassment", "hate", "sexual", "violence", "self_harm", "other"],
        },
        nowMs: String(Date.now()),
        server: "fake",
      },
    });
    if (recovered) return visit.deliver({ tick: { cursor: this.cursor(), atMs: String(Date.now()) } });
    visit.deliver({ snapshot: this.snapshot(this.#viewers(), visit.role !== "viewer") });
  }

  #viewers(): number {
    return this.extraViewers + [...this.#visits].filter((v) => (v.hello?.client ?? "viewer") === "viewer").length;
  }
}
