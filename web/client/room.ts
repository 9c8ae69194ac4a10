import { Calls, toError } from "./calls";
import { Emitter } from "./emitter";
import { OvationError } from "./errors";
import type { AckJson, ClientFrameJson, ServerFrameJson, SnapshotJson, TickJson, WelcomeJson } from "./gen/ovation/gateway/v1/gateway_pb";
import { browserGuests, memoryGuests, type GuestStore } from "./guest";
import { requestId } from "./ids";
import { Link } from "./link";
import { applyAck, applyMine, applyMuted, applyPage, applySnapshot, applyStanding, applyTick, applyVerdict, empty, type AckOf, type State } from "./state";
import type { SocketConstructor } from "./socket";
import { json, type Subprotocol } from "./subprotocol";
import { Taps } from "./taps";
import { Tokens } from "./token";
import type { Comment, HeartsEvent, Limits, Milestone, Question, Similar, Status, Unsubscribe, View, You } from "./types";
import { num, toComment, toLimits, toMilestone, toQuestion, toSimilar, toYou } from "./wire";
import { moderation, type Moderation } from "./moderate";
import { watch } from "./wake";

/** How to connect. */
export interface ConnectOptions {
  /** Id of the room. */
  room: string;
  /** Address of the socket; the page's own server by default. */
  url?: string;
  /** Token of your product or of a link. Without one the visitor is a guest. */
  token?: string;
  /** Gives a fresh token when there is none or the last one ended; called once at a time. */
  getToken?: () => Promise<string>;
  /** Name wanted by a guest. */
  name?: string;
  /** Kind of client; only viewers are counted. */
  client?: "viewer" | "console" | "overlay" | "canary";
  /** Comments kept in the view, the newest; 150 by default. */
  maxComments?: number;
  /** Where a guest is remembered; localStorage by default, null for nowhere. */
  guests?: GuestStore | null;
  /** How frames travel; JSON by default. `binary` of `@ovation/client/binary` is the other one. */
  subprotocol?: Subprotocol;
  /** Constructor of sockets, for Node without one and for tests. */
  WebSocket?: SocketConstructor;
}

/** What a room tells. */
export interface RoomEvents {
  /** The connection changed. */
  status: Status;
  /** The server let us in. */
  welcome: { you: You; limits: Limits; recovered: boolean };
  /** The view changed. */
  view: View;
  /** Hearts came. */
  hearts: HeartsEvent;
  /** Comments came, after the first snapshot. */
  comments: readonly Comment[];
  /** The room's hearts reached a round number, just now. */
  milestone: Milestone;
  /** A refusal that belongs to no call, such as of a name. */
  fault: OvationError;
}

const probeMs = 12_000;
/** No tick is on its way for so long: if the clocks differ by more than was known, this one was set anew. */
const skewedMs = 60_000;

/** A room one is in: what it looks like now, what it tells, and what one can do. */
export class Room {
  /** Id of the room. */
  readonly id: string;
  readonly #o: ConnectOptions;
  readonly #events = new Emitter<RoomEvents>();
  readonly #link: Link;
  readonly #calls: Calls;
  readonly #taps: Taps;
  readonly #tokens: Tokens;
  readonly #guests: GuestStore;
  readonly #unwatch: () => void;
  #state: State = empty;
  #you: You | null = null;
  #limits: Limits | null = null;
  #name: string;
  #offsetMs = 0;
  #jump = true;
  /** The server passed over what we were too slow for; a snapshot follows. */
  #behind = false;
  #hidden = typeof document !== "undefined" && document.hidden;
  #retried = false;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #unrefused: ReturnType<typeof setTimeout> | undefined;
  #renaming: { wanted: string; before: string; done: (error?: OvationError) => void } | undefined;

  constructor(o: ConnectOptions) {
    this.#o = o;
    this.id = o.room;
    this.#guests = o.guests === null ? memoryGuests() : (o.guests ?? browserGuests);
    this.#tokens = new Tokens(o.token ?? "", o.getToken);
    this.#name = o.name ?? this.#guests.load(o.room).name;
    const Socket = o.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor);
    this.#link = new Link(o.url ?? ownUrl(), Socket, o.subprotocol ?? json, {
      hello: () => this.#hello(),
      frame: (frame) => this.#frame(frame),
      lost: () => this.#calls.lost(),
      status: (status) => {
        this.#events.emit("status", status);
        if (status.state === "closed") this.#end(status);
      },
      retry: (code) => this.#retry(code),
    });
    this.#calls = new Calls((frame) => this.#link.send(frame));
    this.#taps = new Taps((kind, count) => this.#link.send({ tap: { kind, count } }));
    this.#unwatch = watch({
      woke: () => this.#woke(),
      hidden: (hidden) => this.#hide(hidden),
      beat: () => this.#beat(),
    });
    this.#link.start();
  }

  /** Everything known of the room; replaced, never changed. */
  get view(): View {
    return this.#state;
  }

  /** How the connection fares. */
  get status(): Status {
    return this.#link.status;
  }

  /** Who we are; null before the first welcome. */
  get you(): You | null {
    return this.#you;
  }

  /** Limits; null before the first welcome. */
  get limits(): Limits | null {
    return this.#limits;
  }

  /** The server's clock now, milliseconds since 1970: right also where the computer's own clock is not. */
  get nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Hears of events until the returned function is called. */
  on<K extends keyof RoomEvents>(event: K, listener: (value: RoomEvents[K]) => void): Unsubscribe {
    return this.#events.on(event, listener);
  }

  readonly hearts = {
    /** Adds hearts; they are merged, five frames a second at most, and never acknowledged. */
    tap: (kind = "heart", count = 1): void => this.#taps.tap(kind, count),
    subscribe: (listener: (hearts: HeartsEvent) => void): Unsubscribe => this.on("hearts", listener),
  };

  readonly comments = {
    /** Writes a comment; resolves with it once it is stored. `held` says that it waits for a moderator. */
    post: async (text: string, how: { replyTo?: string; streamTimeMs?: number } = {}): Promise<Comment> => {
      const { replyTo = "", streamTimeMs = 0 } = how;
      const ack = await this.#request({ post: { requestId: requestId(), text, replyTo, streamTimeMs: String(streamTimeMs) } }, "post");
      return ack.held ? { ...toComment(ack.held.comment ?? {}), held: true } : toComment(ack.comment ?? {});
    },
    /** Tells moderators of a comment, with one of `limits.reportReasons`; one report a person and comment. */
    report: async (comment: string, reason: string): Promise<void> => void (await this.#request({ report: { comment, reason } })),
    /** Changes an own comment, within the room's `editWindowSeconds`. */
    edit: async (comment: string, text: string): Promise<Comment> => toComment((await this.#request({ edit: { comment, text } }, "edit")).comment ?? {}),
    /** Brings back a comment that one removed oneself, within 60 s. */
    undelete: async (comment: string): Promise<Comment> => toComment((await this.#request({ undelete: { comment } }, "undelete")).comment ?? {}),
    /** Removes an own comment. */
    delete: async (comment: string): Promise<void> => void (await this.#request({ delete: { comment } })),
    subscribe: (listener: (comments: readonly Comment[]) => void): Unsubscribe => this.on("comments", listener),
  };

  readonly questions = {
    /** Asks a question; resolves with it once it is stored, waiting or open. */
    ask: async (text: string, how: { anonymous?: boolean; label?: string; streamTimeMs?: number } = {}): Promise<Question> => {
      const { anonymous = false, label = "", streamTimeMs = 0 } = how;
      const ask = { requestId: requestId(), text, anonymous, label, streamTimeMs: String(streamTimeMs) };
      return toQuestion((await this.#request({ ask }, "ask")).question ?? {});
    },
    /** At most 3 questions that ask much the same as a text, the most similar first; a text too short finds none. */
    similar: async (text: string): Promise<readonly Similar[]> => ((await this.#request({ similar: { text } })).similar?.questions ?? []).map(toSimilar),
    /** Tells moderators of a question. */
    report: async (question: string, reason: string): Promise<void> => void (await this.#request({ report: { question, reason } })),
    /** Takes back an own question. */
    withdraw: async (question: string): Promise<Question> =>
      toQuestion((await this.#request({ withdraw: { requestId: requestId(), question } }, "withdraw")).question ?? {}),
    /** Gives a vote or takes it back. */
    vote: async (question: string, up = true): Promise<void> => void (await this.#request({ vote: { question, up } }, "vote")),
    /** Asks for own questions and votes anew; they stand in the view then. */
    mine: async (): Promise<void> => void (await this.#request({ mine: {} })),
  };

  readonly moderate: Moderation = moderation((body, of) => this.#request(body, of), {
    after: (list) => this.#state.listed[list],
    take: (list, page) => this.#show(applyPage(this.#state, list, page)),
  });

  /** Takes a guest's name, by coming back with it. Resolves once the server took it, rejects with why it did not. */
  rename(name: string): Promise<void> {
    const left = this.#left();
    if (left) return Promise.reject(left);
    return new Promise((resolve, reject) => {
      this.#renaming?.done();
      const before = this.#name;
      this.#name = name;
      const done = (error?: OvationError) => {
        this.#renaming = undefined;
        if (error) this.#name = before;
        if (error) reject(error);
        else resolve();
      };
      this.#renaming = { wanted: name, before: this.#you?.name ?? "", done };
      this.#link.restart("RENAME");
    });
  }

  /** Asks the server for nothing but an answer; resolves with how many milliseconds it took. */
  async ping(): Promise<number> {
    await this.#request({ pace: { slow: this.#hidden } });
    return this.status.roundTripMs;
  }

  /** Leaves. No timer and no listener stays behind; what was unanswered is rejected with CLOSED. */
  close(): void {
    this.#link.close("CLOSED", "");
  }

  async #hello(): Promise<ClientFrameJson> {
    const token = (await this.#tokens.current()) || this.#guests.load(this.id).token;
    const { cursor } = this.#state;
    return {
      hello: {
        room: this.id,
        client: this.#o.client ?? "viewer",
        ...(token && { token }),
        ...(this.#name && { name: this.#name }),
        ...(cursor && { cursor: { ...cursor } }),
      },
    };
  }

  /** A refused token is replaced once between two welcomes: a guest becomes a new guest, an embedder is asked. */
  #retry(code: number): boolean {
    const replaceable = code === 4001 || code === 4502 || code === 4505;
    if (this.#retried || !replaceable) return false;
    this.#retried = true;
    if (this.#tokens.renewable) {
      this.#tokens.forget();
      return true;
    }
    const guest = this.#guests.load(this.id);
    if (this.#o.token || !guest.token) return false;
    this.#guests.save(this.id, { token: "", name: guest.name });
    return true;
  }

  #frame(f: ServerFrameJson): void {
    if (f.welcome) this.#welcome(f.welcome);
    else if (f.snapshot) this.#anew(f.snapshot);
    else if (f.tick) this.#tick(f.tick);
    else if (f.verdict) this.#show(applyVerdict(this.#state, f.verdict));
    else if (f.muted) this.#show(applyMuted(this.#state, f.muted));
    else if (f.mine) this.#show(applyMine(this.#state, f.mine, this.#o.maxComments, this.nowMs));
    else if (f.ack) {
      const call = this.#calls.acked(f.ack);
      if (!call) return;
      this.#link.took(call.tookMs);
      this.#show(applyAck(this.#state, f.ack, call.of, this.#o.maxComments), true);
      call.settle();
    } else if (f.fault) {
      const error = toError(f.fault);
      if (error.question) this.#show(applyStanding(this.#state, error.question));
      if (this.#calls.refused(f.fault)) return;
      if (error.field === "name" && this.#renaming) this.#renaming.done(error);
      this.#events.emit("fault", error);
    } else if (f.resync) this.#jump = this.#behind = true;
  }

  /** Takes a snapshot. With a welcome the server tells at once what is one's own beside it; one in between it leaves to be asked for. */
  #anew(f: SnapshotJson): void {
    const own = this.#behind ? this.#state.comments.filter((c) => c.person === this.#you?.person) : [];
    this.#behind = false;
    this.#show(applySnapshot(this.#state, f, this.#o.maxComments));
    const known = new Set(this.#state.comments.map((c) => c.id));
    if (own.some((c) => !known.has(c.id))) void this.questions.mine().catch(() => undefined); // the next welcome tells it, too
  }

  #welcome(w: WelcomeJson): void {
    const you = toYou(w.you ?? {});
    if (this.#you && this.#you.person !== you.person) this.#state = { ...this.#state, mine: empty.mine, voted: empty.voted, ownHeld: empty.ownHeld, turnMs: 0 };
    this.#you = you;
    this.#limits = toLimits(w.limits ?? {});
    this.#offsetMs = w.nowMs ? num(w.nowMs) - Date.now() : 0;
    this.#jump = true;
    this.#behind = false;
    this.#retried = false;
    if (you.guest) {
      this.#name = you.name || this.#name;
      this.#guests.save(this.id, { token: w.you?.guestToken ?? this.#guests.load(this.id).token, name: you.name });
    }
    this.#events.emit("welcome", { you, limits: this.#limits, recovered: w.recovered ?? false });
    this.#events.emit("view", this.#state);
    this.#calls.flush();
    if (this.#hidden) this.#link.send({ pace: { slow: true } });
    this.#scheduleRefresh();
    const renaming = this.#renaming;
    if (!renaming) return;
    if (you.name && you.name !== renaming.before) renaming.done();
    else {
      clearTimeout(this.#unrefused);
      this.#unrefused = setTimeout(() => this.#renaming === renaming && renaming.done(), 1000); // a refusal comes right after, if at all
    }
  }

  /** Replaces the view and tells what came with it. */
  #show(next: State, telling = false): void {
    const before = this.#state;
    if (next === before) return;
    this.#state = next;
    const jump = this.#jump || this.#hidden || !before.loaded;
    if (next.cursor !== before.cursor) this.#jump = false;
    if (next.hearts !== before.hearts) {
      for (const [kind, total] of Object.entries(next.hearts)) {
        const added = total - (before.hearts[kind] ?? 0);
        if (added > 0) this.#events.emit("hearts", { kind, total, added, jump });
      }
    }
    if (telling && next.comments !== before.comments) {
      const known = new Set(before.comments.map((c) => c.id));
      const fresh = next.comments.filter((c) => !known.has(c.id));
      if (fresh.length > 0) this.#events.emit("comments", fresh);
    }
    this.#events.emit("view", next);
  }

  #tick(f: TickJson): void {
    const before = this.#state;
    const skewMs = f.atMs ? num(f.atMs) - this.nowMs : 0;
    if (Math.abs(skewMs) > skewedMs) this.#offsetMs += skewMs; // somebody set this computer's clock
    this.#show(applyTick(before, f, this.#o.maxComments), true);
    if (this.#state === before || this.#hidden) return;
    for (const m of f.milestones ?? []) this.#events.emit("milestone", toMilestone(m));
  }

  #request(body: ClientFrameJson, of: AckOf = ""): Promise<AckJson> {
    const left = this.#left();
    return left ? Promise.reject(left) : this.#calls.request(body, of);
  }

  /** Why nothing can be asked any more; undefined while it can. */
  #left(): OvationError | undefined {
    const { state, reason, message } = this.#link.status;
    return state === "closed" ? new OvationError(reason || "CLOSED", message || "The room was left.") : undefined;
  }

  /** Pace doubles as the question "are you there?": a page cannot see the server's pings. */
  #probe(): void {
    void this.#calls.request({ pace: { slow: this.#hidden } }).catch(() => undefined);
  }

  #woke(): void {
    if (this.#link.gone) this.#link.restart("LOST");
    else if (this.status.state === "open") this.#probe();
    else this.#link.hurry();
  }

  #hide(hidden: boolean): void {
    this.#hidden = hidden;
    this.#link.send({ pace: { slow: hidden } });
  }

  #beat(): void {
    if (this.#link.gone) this.#link.restart("LOST");
    if (this.status.state !== "open") return;
    const now = Date.now();
    const quietMs = now - this.#link.heardMs;
    if (this.#calls.waitingMs(now) > probeMs && quietMs > probeMs) this.#link.restart("SILENT");
    else if (quietMs > 2 * (this.#limits?.pingMs || 25_000) && this.#calls.size === 0) this.#probe();
  }

  #scheduleRefresh(): void {
    clearTimeout(this.#refresh);
    const wait = this.#tokens.renewable ? this.#tokens.refreshMs() : 0;
    if (wait === 0) return;
    this.#refresh = setTimeout(() => {
      this.#tokens
        .fresh()
        .then((token) => this.#calls.request({ auth: { token } }))
        .then(() => this.#scheduleRefresh())
        .catch(() => undefined); // the old token ends with 4001, and the way in asks again
    }, wait);
  }

  #end(status: Status): void {
    this.#unwatch();
    this.#taps.close();
    this.#tokens.close();
    clearTimeout(this.#refresh);
    clearTimeout(this.#unrefused);
    const error = new OvationError(status.reason || "CLOSED", status.message || "The room was left.");
    this.#calls.close(error);
    this.#renaming?.done(error);
  }
}

/** The socket of the server that the page came from. */
function ownUrl(): string {
  if (typeof location === "undefined") throw new OvationError("BAD_URL", "Outside a browser, say which server: url: \"wss://…/v1/ws\".");
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
}
