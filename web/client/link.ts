import { backoff, isStop } from "./backoff";
import { diagnose, type Diagnosis } from "./diagnose";
import type { ClientFrameJson, GoodbyeJson, ServerFrameJson } from "./gen/ovation/gateway/v1/gateway_pb";
import { OvationError } from "./errors";
import type { SocketConstructor, Socket } from "./socket";
import type { Subprotocol } from "./subprotocol";
import type { Status } from "./types";
import { num } from "./wire";

/** What a link asks of its room. */
export interface LinkOwner {
  /** The hello of this attempt; may wait for a token. An OvationError ends the link for good, anything else is tried again. */
  hello(): Promise<ClientFrameJson>;
  /** A frame other than goodbye. */
  frame(frame: ServerFrameJson): void;
  /** The socket in use is gone. */
  lost(): void;
  /** The connection changed. */
  status(status: Status): void;
  /** A stop code: true to try once more all the same, such as with a fresh token. */
  retry(code: number): boolean;
}

const openMs = 15_000;
const tokenExpired = 4001;
const stableMs = 10_000;

/** One connection that comes back: the life of a socket after another, with patience, until a stop code or close(). */
export class Link {
  readonly #url: string;
  readonly #Socket: SocketConstructor;
  readonly #speech: Subprotocol;
  readonly #owner: LinkOwner;
  #socket: Socket | undefined;
  #generation = 0;
  #attempt = 0;
  #neverOpened = 0;
  #found: Diagnosis | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #stable: ReturnType<typeof setTimeout> | undefined;
  #goodbye: GoodbyeJson | undefined;
  #ordered = false;
  #status: Status = { state: "connecting", lostMs: Date.now(), reason: "", message: "", retryMs: 0, roundTripMs: 0 };
  /** When the last frame came. */
  heardMs = 0;

  constructor(url: string, Socket: SocketConstructor, speech: Subprotocol, owner: LinkOwner) {
    this.#url = url;
    this.#Socket = Socket;
    this.#speech = speech;
    this.#owner = owner;
  }

  get status(): Status {
    return this.#status;
  }

  /** Whether the socket was closed without a word, as a browser may do with that of a page it froze. */
  get gone(): boolean {
    return this.#status.state === "open" && this.#socket?.readyState === 3;
  }

  start(): void {
    void this.#dial();
  }

  /** Sends a frame; false when there is no room to send it to. */
  send(frame: ClientFrameJson): boolean {
    if (this.#status.state !== "open" || this.#socket?.readyState !== 1) return false;
    this.#socket.send(this.#speech.encode(frame));
    return true;
  }

  /** Tries now instead of later: the network or the tab came back. A wait that the server ordered is kept. */
  hurry(): void {
    if (this.#status.state !== "waiting" || this.#ordered) return;
    this.#neverOpened = 0; // it may be another network: what is in the way is asked anew
    clearTimeout(this.#retry);
    void this.#dial();
  }

  /** Gives the socket up and comes back at once. */
  restart(reason: string): void {
    if (this.#status.state === "closed") return;
    this.#drop();
    this.#lost();
    this.#set({ state: "connecting", reason, message: "" });
    clearTimeout(this.#retry);
    void this.#dial();
  }

  /** Ends for good. */
  close(reason: string, message: string): void {
    if (this.#status.state === "closed") return;
    this.#drop();
    clearTimeout(this.#retry);
    this.#lost();
    this.#set({ state: "closed", reason, message, retryMs: 0 });
  }

  /** Notes how long an answer took. */
  took(ms: number): void {
    if (this.#status.state === "open") this.#status = { ...this.#status, roundTripMs: ms };
  }

  async #dial(): Promise<void> {
    const generation = ++this.#generation;
    this.#ordered = false;
    this.#set({ state: "connecting", retryMs: 0 });
    let hello: ClientFrameJson;
    try {
      hello = await this.#owner.hello();
    } catch (error) {
      if (generation !== this.#generation) return;
      if (error instanceof OvationError) this.close(error.reason, error.message);
      else this.#wait("TOKEN_UNAVAILABLE", "No token could be had.", 0); // refused, or not in time
      return;
    }
    if (generation !== this.#generation) return;
    this.#goodbye = undefined;
    let socket: Socket;
    try {
      socket = new this.#Socket(this.#url, this.#speech.name);
      socket.binaryType = "arraybuffer";
    } catch (error) {
      this.close("BAD_URL", error instanceof Error ? error.message : "The address of the server is no good.");
      return;
    }
    this.#socket = socket;
    let opened = false;
    const mine = () => generation === this.#generation;
    this.#opening = setTimeout(() => mine() && this.#ended(1006, "TIMEOUT", opened), openMs);
    socket.onopen = () => {
      opened = true;
      if (mine()) socket.send(this.#speech.encode(hello));
    };
    socket.onmessage = (event: { data: unknown }) => mine() && this.#heard(event.data);
    socket.onclose = (event: { code: number; reason: string }) => mine() && this.#ended(event.code, event.reason, opened);
    socket.onerror = () => undefined; // a close follows, and says more
  }

  #heard(data: unknown): void {
    this.heardMs = Date.now();
    let frame: ServerFrameJson;
    try {
      frame = this.#speech.decode(data) as ServerFrameJson;
    } catch {
      return; // no frame of ours; nothing is lost that a later total or cursor would not tell
    }
    if (frame.goodbye) {
      this.#goodbye = frame.goodbye;
      return;
    }
    if (frame.welcome) {
      clearTimeout(this.#opening);
      this.#neverOpened = 0;
      this.#found = undefined;
      clearTimeout(this.#stable);
      this.#stable = setTimeout(() => (this.#attempt = 0), stableMs);
      this.#set({ state: "open", lostMs: 0, reason: "", message: "", retryMs: 0 });
    }
    this.#owner.frame(frame);
  }

  #ended(code: number, closeReason: string, opened: boolean): void {
    const goodbye = this.#goodbye;
    this.#drop();
    this.#lost();
    // What was found to be in the way stays said while it is: a failed handshake tells nothing of its own.
    const found = opened ? undefined : this.#found;
    const reason = goodbye?.reason || found?.reason || closeReason || "LOST";
    const message = goodbye?.message ?? found?.message ?? "";
    // 4001 means come back with another token: without one, coming back would go round in circles.
    if (isStop(code) || code === tokenExpired) {
      if (this.#owner.retry(code)) void this.#dial();
      else this.close(reason, message);
      return;
    }
    this.#wait(reason, message, num(goodbye?.reconnectAfterMs));
    if (!opened && ++this.#neverOpened === 2) this.#explain();
  }

  #wait(reason: string, message: string, orderedMs: number): void {
    this.#ordered = orderedMs > 0;
    const wait = orderedMs > 0 ? orderedMs : backoff(this.#attempt);
    this.#attempt++;
    this.#set({ state: "waiting", reason, message, retryMs: Date.now() + wait });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#dial(), wait);
  }

  #explain(): void {
    if (typeof fetch === "undefined") return;
    void diagnose(this.#url).then((found) => {
      if (this.#status.state === "open" || this.#status.state === "closed" || this.#socket?.readyState === 1) return;
      this.#found = found;
      this.#set({ reason: found.reason, message: found.message });
    });
  }

  /** Forgets the socket without hearing from it again. */
  #drop(): void {
    this.#generation++;
    clearTimeout(this.#opening);
    clearTimeout(this.#stable);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
    } catch {
      // It was closed already.
    }
  }

  #lost(): void {
    if (this.#status.lostMs === 0) this.#status = { ...this.#status, lostMs: Date.now() };
    this.#owner.lost();
  }

  #set(change: Partial<Status>): void {
    this.#status = { ...this.#status, ...change };
    this.#owner.status(this.#status);
  }
}
