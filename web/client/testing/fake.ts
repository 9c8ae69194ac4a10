// A server in memory for tests of pages and apps that use the client: the room's rules in small, no network. It keeps to
// the protocol's shapes (defaults left out, 64-bit numbers as strings), so that what works here reads real frames, too.
import type {
  AckJson,
  ClientFrameJson,
  CommentJson,
  HelloJson,
  ModerateJson,
  OnAirJson,
  PinnedJson,
  QuestionJson,
  RoomJson,
  ServerFrameJson,
  TickJson,
} from "../gen/ovation/gateway/v1/gateway_pb";
import type { Socket, SocketConstructor } from "../socket";

interface FakeQuestion extends QuestionJson {
  question: string;
  state: string;
  asker: string;
  askerName: string;
  voters: Set<string>;
}

/** One visitor of the fake. */
export interface FakeVisitor {
  /** Sends a frame to the visitor. */
  deliver(frame: ServerFrameJson): void;
  /** Ends the visit. */
  end(code: number, reason: string): void;
}

interface Visit extends FakeVisitor {
  hello: HelloJson | undefined;
  person: string;
  name: string;
  role: string;
}

/** What the next tick tells. */
interface Changes {
  comments: CommentJson[];
  edited: CommentJson[];
  restored: CommentJson[];
  pinned: boolean;
  onAir: boolean;
  removed: string[];
  touched: Set<string>;
  voted: Set<string>;
  hearts: Set<string>;
  room: boolean;
}

const visible = new Set(["open", "answering", "answered"]);
const steps: Record<string, [from: string[], to: string]> = {
  approve: [["pending", "rejected"], "open"],
  reject: [["pending", "open"], "rejected"],
  highlight: [["open"], "answering"],
  unhighlight: [["answering"], "open"],
  queue: [["open"], "open"],
  unqueue: [["open"], "open"],
  answer: [["open", "answering"], "answered"],
  archive: [["pending", "open", "answering", "answered", "rejected"], "archived"],
  restore: [["archived"], "open"],
};

/** How the fake begins. */
export interface FakeOptions {
  room?: string;
  title?: string;
  state?: string;
  kinds?: string[];
  labels?: string[];
  /** Milliseconds between ticks; 0 leaves them to `tick()`. */
  tickMs?: number;
}

/** A room in memory. Tokens say the role: `host-…`, `moderator-…`, anything else is a viewer; none makes a guest. */
export class FakeServer {
  readonly room: RoomJson;
  readonly hearts: Record<string, number> = {};
  readonly comments: CommentJson[] = [];
  readonly questions = new Map<string, FakeQuestion>();
  /** Every frame that clients sent, in order. */
  readonly received: ClientFrameJson[] = [];
  /** What people reported, in order. */
  readonly reports: { person: string; item: string; reason: string }[] = [];
  /** What is on the overlay. */
  onAir: OnAirJson | undefined;
  /** The pinned comment. */
  pinned: PinnedJson | undefined;
  notShown = 0;
  extraViewers = 0;
  /** Set to refuse every new visitor. */
  refuse: { code: number; reason: string; message?: string } | undefined;
  /** Set to let frames vanish: a connection that is up but dead. */
  mute = false;
  #visits = new Set<Visit>();
  #epoch = 1;
  #version = 0;
  #changes: Changes;
  #timer: ReturnType<typeof setInterval> | undefined;
  #serial = 0;
  #acked = new Map<string, AckJson>();
  #removed = new Map<string, { at: number; comment: CommentJson }>();

  constructor(o: FakeOptions = {}) {
    this.room = {
      room: o.room ?? "launch",
      title: o.title ?? "Launch",
      state: o.state ?? "live",
      kinds: o.kinds ?? ["heart", "clap", "fire", "laugh", "wow"],
      labels: o.labels ?? [],
      commentMode: "everyone",
      anonymousQuestions: true,
      startedMs: String(Date.now() - 600_000),
    };
    this.#changes = this.#noChange();
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

  /** A new life of the room: cursors of before mean nothing. */
  newEpoch(): void {
    this.#epoch++;
    this.#version = 0;
    this.comments.length = 0;
    this.questions.clear();
    for (const kind of Object.keys(this.hearts)) delete this.hearts[kind];
  }

  /** Sends a frame to everyone, such as one that this version does not know. */
  broadcast(frame: object): void {
    for (const visit of this.#visits) visit.deliver(frame as ServerFrameJson);
  }

  /** Somebody else's comment. */
  comment(name: string, text: string, more: CommentJson = {}): CommentJson {
    const c: CommentJson = { comment: this.#id("c"), person: `p-${name}`, name, role: "viewer", text, atMs: String(Date.now()), ...more };
    this.#add(c);
    return c;
  }

  /** Somebody else's question. */
  question(name: string, text: string, state = "pending", more: QuestionJson & { votes?: string } = {}): string {
    const id = this.#id("q");
    const asker = `p-${name}`;
    this.questions.set(id, {
      question: id, person: asker, name, text, state, revision: "1", votes: "0", votesUpto: "0",
      askedMs: String(Date.now()), ...more, asker, askerName: name, voters: new Set(),
    });
    this.#changes.touched.add(id);
    return id;
  }

  /** Somebody else's hearts. */
  heart(kind = "heart", count = 1): void {
    this.hearts[kind] = (this.hearts[kind] ?? 0) + count;
    this.#changes.hearts.add(kind);
  }

  /** Takes a comment away. */
  remove(id: string): void {
    const at = this.comments.findIndex((c) => c.comment === id);
    if (at >= 0) this.#removed.set(id, { at, comment: this.comments.splice(at, 1)[0]! });
    if (this.pinned?.comment?.comment === id) this.pin("");
    this.#changes.removed.push(id);
  }

  /** Pins a comment, or takes the pin away with an empty id. */
  pin(id: string): void {
    const comment = this.comments.find((c) => c.comment === id);
    this.pinned = comment && { comment };
    this.#changes.pinned = true;
  }

  #undelete(id: string): CommentJson | undefined {
    const kept = this.#removed.get(id);
    if (!kept) return undefined;
    this.#removed.delete(id);
    this.comments.splice(kept.at, 0, kept.comment);
    this.#changes.restored.push(kept.comment);
    return kept.comment;
  }

  /** Tells the room's audience of its new state. */
  become(state: string): void {
    this.room.state = state;
    if (state === "ended") this.room.endedMs = String(Date.now());
    this.#changes.room = true;
  }

  /** Everything new since the last tick, to everyone. */
  tick(): void {
    const p = this.#changes;
    this.#changes = this.#noChange();
    this.#version++;
    for (const visit of this.#visits) visit.deliver({ tick: this.#tickFor(visit, p) });
  }

  #noChange(): Changes {
    return { comments: [], edited: [], restored: [], pinned: false, onAir: false, removed: [], touched: new Set(), voted: new Set(), hearts: new Set(), room: false };
  }

  #tickFor(visit: Visit, p: Changes): TickJson {
    const touched = [...p.touched].map((id) => this.questions.get(id)!).filter(Boolean);
    const tick: TickJson = { cursor: this.#cursor(), atMs: String(Date.now()), viewers: String(this.#viewers()) };
    if (p.hearts.size) tick.hearts = Object.fromEntries([...p.hearts].map((kind) => [kind, String(this.hearts[kind])]));
    if (p.comments.length) tick.comments = p.comments;
    if (p.removed.length) tick.removed = p.removed;
    if (p.edited.length) tick.edited = p.edited;
    if (p.restored.length) tick.restored = p.restored;
    if (p.onAir && this.onAir) tick.onAir = this.onAir;
    if (p.pinned) tick.pinned = this.pinned ?? {};
    if (this.notShown) tick.notShown = String(this.notShown);
    if (p.room) tick.room = this.room;
    const shown = touched.filter((q) => visible.has(q.state));
    if (shown.length) tick.questions = shown.map(publicQuestion);
    const gone = touched.filter((q) => !visible.has(q.state)).map((q) => q.question);
    if (gone.length) tick.gone = gone;
    const votes = [...p.voted].filter((id) => !p.touched.has(id)).map((id) => this.questions.get(id)!);
    if (votes.length) tick.votes = votes.map((q) => ({ question: q.question, votes: q.votes!, upto: q.votesUpto! }));
    if (visit.role !== "viewer" && touched.length) tick.moderation = { questions: touched.map(moderatorQuestion), pending: this.#pending() };
    return tick;
  }

  #take(visit: Visit, frame: ClientFrameJson): void {
    if (frame.hello) return this.#hello(visit, frame.hello);
    if (!visit.hello) return visit.end(4500, "BAD_HELLO");
    if (frame.tap) return this.heart(frame.tap.kind, frame.tap.count ?? 0);
    const id = frame.id ?? "";
    const refuse = (reason: string, message: string) => visit.deliver({ fault: { id, reason, message } });
    const request = frame.post?.requestId ?? frame.ask?.requestId ?? frame.moderate?.requestId ?? "";
    const known = this.#acked.get(request);
    const ack = (result: AckJson) => {
      if (request) this.#acked.set(request, result);
      visit.deliver({ ack: { ...result, id } });
    };
    if (known) return ack(known);
    if (this.room.state === "ended" && (frame.post || frame.ask || frame.vote)) return refuse("ROOM_ENDED", "this room has ended");
    if (frame.post) {
      const c: CommentJson = {
        comment: this.#id("c"), person: visit.person, name: visit.name, role: visit.role, text: frame.post.text ?? "", atMs: String(Date.now()),
      };
      const answered = this.comments.find((known) => known.comment === frame.post?.replyTo);
      if (answered) c.reply = { comment: answered.comment!, person: answered.person!, name: answered.name! };
      if (!c.text?.trim()) return refuse("TEXT_EMPTY", "write something first");
      this.#add(c);
      return ack({ comment: c });
    }
    if (frame.ask) {
      const name = frame.ask.anonymous ? "" : visit.name;
      const key = this.question(visit.name, frame.ask.text ?? "", "pending", { anonymous: frame.ask.anonymous ?? false, label: frame.ask.label ?? "" });
      const q = this.questions.get(key)!;
      Object.assign(q, { asker: visit.person, person: frame.ask.anonymous ? "" : visit.person, name });
      return ack({ question: publicQuestion(q) });
    }
    if (frame.vote) {
      const q = this.questions.get(frame.vote.question ?? "");
      if (!q) return refuse("QUESTION_NOT_FOUND", "there is no such question");
      const before = q.voters.has(visit.person);
      const up = frame.vote.up ?? false;
      if (before !== up) q.votes = String(Number(q.votes) + (up ? 1 : -1));
      if (up) q.voters.add(visit.person);
      else q.voters.delete(visit.person);
      q.votesUpto = String(++this.#serial);
      this.#changes.voted.add(q.question);
      return ack({ vote: { question: q.question, ...(up && { up }) } });
    }
    if (frame.withdraw) return this.#step(visit, "withdrawn", frame.withdraw.question ?? "", undefined, ack, refuse);
    const own = (id = "") => this.comments.find((c) => c.comment === id && c.person === visit.person);
    if (frame.edit) {
      const c = own(frame.edit.comment);
      if (!c) return refuse("COMMENT_NOT_FOUND", "there is no such comment of yours");
      Object.assign(c, { text: frame.edit.text ?? "", editedMs: String(Date.now()) });
      this.#changes.edited.push(c);
      return ack({ comment: c });
    }
    if (frame.delete) {
      const c = own(frame.delete.comment);
      if (!c && visit.role === "viewer") return refuse("PERMISSION_DENIED", "that comment is not yours");
      this.remove(frame.delete.comment ?? "");
      return ack({});
    }
    if (frame.undelete) {
      const back = this.#undelete(frame.undelete.comment ?? "");
      return back?.person === visit.person ? ack({ comment: back }) : refuse("UNDO_EXPIRED", "there is nothing to take back");
    }
    if (frame.similar) {
      const words = new Set((frame.similar.text ?? "").toLowerCase().match(/\p{L}{3,}/gu));
      const like = [...this.questions.values()].filter((q) => q.state === "open" && (q.text ?? "").toLowerCase().match(/\p{L}{3,}/gu)?.some((word) => words.has(word)));
      return ack({ similar: { questions: like.slice(0, 3).map((q) => ({ question: q.question, text: q.text!, votes: q.votes!, score: 0.5, state: q.state })) } });
    }
    if (frame.report) {
      this.reports.push({ person: visit.person, item: frame.report.comment ?? frame.report.question ?? "", reason: frame.report.reason ?? "" });
      return ack({});
    }
    if (frame.mine) {
      const own = [...this.questions.values()].filter((q) => q.asker === visit.person);
      visit.deliver({ mine: { questions: own.map(publicQuestion) } });
      return ack({});
    }
    if (frame.pace || frame.auth) return ack({});
    if (frame.moderate) return this.#moderate(visit, frame.moderate, ack, refuse);
    refuse("UNKNOWN_VERB", "this server does not know that verb");
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
    visit.person = guest ? token || `guest-${this.#id("g")}` : token;
    visit.name = hello.name ?? (guest ? "" : visit.role);
    this.#visits.add(visit);
    const recovered = hello.cursor?.epoch === `e${this.#epoch}` && hello.cursor?.log === String(this.#version);
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
    if (recovered) return visit.deliver({ tick: { cursor: this.#cursor(), atMs: String(Date.now()) } });
    const open = [...this.questions.values()].filter((q) => visible.has(q.state));
    visit.deliver({
      snapshot: {
        cursor: this.#cursor(),
        room: this.room,
        hearts: Object.fromEntries(Object.entries(this.hearts).map(([kind, n]) => [kind, String(n)])),
        viewers: String(this.#viewers()),
        comments: this.comments.slice(-50),
        questions: open.map(publicQuestion),
        atMs: String(Date.now()),
        ...(this.onAir && { onAir: this.onAir }),
        ...(this.pinned && { pinned: this.pinned }),
        ...(this.notShown && { notShown: String(this.notShown) }),
        ...(visit.role !== "viewer" && {
          moderation: { questions: [...this.questions.values()].filter((q) => q.state === "pending").map(moderatorQuestion), pending: this.#pending() },
        }),
      },
    });
  }

  #moderate(visit: Visit, m: ModerateJson, ack: (a: AckJson) => void, refuse: (reason: string, message: string) => void): void {
    if (visit.role === "viewer") return refuse("PERMISSION_DENIED", "only a moderator may do that");
    if (m.deleteComment) {
      this.remove(m.deleteComment.comment ?? "");
      return ack({});
    }
    if (m.undelete) {
      const back = this.#undelete(m.undelete.comment ?? "");
      return back ? ack({ comment: back }) : refuse("UNDO_EXPIRED", "there is nothing to take back");
    }
    if (m.pin || m.unpin) {
      this.pin(m.pin?.comment ?? "");
      return ack(this.pinned ? { pinned: this.pinned } : {});
    }
    if (m.onAir) {
      const comment = this.comments.find((c) => c.comment === m.onAir?.comment);
      if (m.onAir.comment && !comment) return refuse("COMMENT_NOT_FOUND", "there is no such comment that viewers see");
      this.onAir = { ...(comment && { comment }), ...(m.onAir.question && { question: m.onAir.question }), atMs: String(Date.now()) };
      this.#changes.onAir = true;
      return ack({ onAir: this.onAir });
    }
    const life = m.start ? "live" : m.end ? "ended" : m.reopen ? "live" : "";
    if (life) {
      this.become(life);
      return ack({ room: this.room });
    }
    for (const [act, [from, to]] of Object.entries(steps)) {
      const step = m[act as "approve"];
      if (!step) continue;
      const q = this.questions.get(step.question ?? "");
      if (q && String(step.revision) !== q.revision) return refuse("REVISION_MISMATCH", "somebody was faster");
      if (q && !from.includes(q.state)) return refuse("WRONG_STATE", "the question is no longer there");
      if (q) {
        q.next = act === "queue" ? true : false;
        if (step.reason) q.reason = step.reason;
        if (step.text) q.answer = step.text;
        if (act === "highlight") q.answeringMs = String(Date.now());
        if (act === "answer") q.answeredMs = String(Date.now());
      }
      return this.#step(visit, to, step.question ?? "", q, ack, refuse);
    }
    refuse("UNKNOWN_VERB", "this server does not know that act of moderation");
  }

  #step(_: Visit, to: string, id: string, known: FakeQuestion | undefined, ack: (a: AckJson) => void, refuse: (reason: string, message: string) => void): void {
    const q = known ?? this.questions.get(id);
    if (!q) return refuse("QUESTION_NOT_FOUND", "there is no such question");
    q.state = to;
    q.revision = String(Number(q.revision) + 1);
    this.#changes.touched.add(q.question);
    ack({ question: publicQuestion(q) });
    for (const visit of this.#visits) if (visit.person === q.asker) visit.deliver({ mine: { questions: [publicQuestion(q)] } });
  }

  #add(c: CommentJson): void {
    c.place = String(++this.#serial);
    this.comments.push(c);
    this.#changes.comments.push(c);
  }

  #cursor() {
    return { epoch: `e${this.#epoch}`, log: String(this.#version), state: String(this.#version) };
  }

  #pending(): string {
    return String([...this.questions.values()].filter((q) => q.state === "pending").length);
  }

  #viewers(): number {
    return this.extraViewers + [...this.#visits].filter((v) => (v.hello?.client ?? "viewer") === "viewer").length;
  }

  #id(prefix: string): string {
    return `${prefix}${++this.#serial}`;
  }
}

function publicQuestion(q: FakeQuestion): QuestionJson {
  const { asker: _a, askerName: _n, voters: _v, ...shown } = q;
  return { ...shown };
}

function moderatorQuestion(q: FakeQuestion) {
  return { question: publicQuestion(q), asker: q.asker, askerName: q.askerName };
}
