// What is in a room of the server in memory, and how a test changes it. The visitors are in fake.ts, what they do in verbs.ts.
import type { CommentJson, ModerationJson, OnAirJson, PinnedJson, QuestionJson, QuestionPageJson, RoomJson, SnapshotJson, TickJson } from "../gen/ovation/gateway/v1/gateway_pb";

/** A question with what its room alone knows. */
export interface FakeQuestion extends QuestionJson {
  question: string;
  state: string;
  asker: string;
  askerName: string;
  voters: Set<string>;
}

/** @internal What the next tick tells. */
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

const visible = new Set(["open", "answering", "answered"]);
const lists = { pending: ["pending"], open: ["answering", "open"], settled: ["answered", "rejected", "archived", "merged"] };
const pageSize = 100;

/** A room in memory, and what a test lets happen in it. */
export class FakeRoom {
  readonly room: RoomJson;
  readonly hearts: Record<string, number> = {};
  readonly comments: CommentJson[] = [];
  readonly questions = new Map<string, FakeQuestion>();
  /** What people reported, in order. */
  readonly reports: { person: string; item: string; reason: string }[] = [];
  /** What is on the overlay. */
  onAir: OnAirJson | undefined;
  /** The pinned comment. */
  pinned: PinnedJson | undefined;
  notShown = 0;
  /** @internal What was pinned and on the overlay before the last act on it, and what names that act, or the end. */
  readonly before: { pin?: { was: string; change: string }; onAir?: { was: OnAirJson; change: string }; end?: { change: string } } = {};
  /** @internal */
  changes: Changes = noChange();
  #epoch = 1;
  #version = 0;
  #serial = 0;
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
  }

  /** A new life of the room: cursors of before mean nothing. */
  newEpoch(): void {
    this.#epoch++;
    this.#version = 0;
    this.comments.length = 0;
    this.questions.clear();
    for (const kind of Object.keys(this.hearts)) delete this.hearts[kind];
  }

  /** Somebody else's comment. */
  comment(name: string, text: string, more: CommentJson = {}): CommentJson {
    const c: CommentJson = { comment: this.id("c"), person: `p-${name}`, name, role: "viewer", text, atMs: String(Date.now()), ...more };
    this.add(c);
    return c;
  }

  /** Somebody else's question. */
  question(name: string, text: string, state = "pending", more: QuestionJson & { votes?: string } = {}): string {
    const id = this.id("q");
    const asker = `p-${name}`;
    this.questions.set(id, {
      question: id, person: asker, name, text, state, revision: "1", votes: "0", votesUpto: "0",
      askedMs: String(Date.now()), ...more, asker, askerName: name, voters: new Set(),
    });
    this.changes.touched.add(id);
    return id;
  }

  /** Somebody else's hearts. */
  heart(kind = "heart", count = 1): void {
    this.hearts[kind] = (this.hearts[kind] ?? 0) + count;
    this.changes.hearts.add(kind);
  }

  /** Takes a comment away. */
  remove(id: string): void {
    const at = this.comments.findIndex((c) => c.comment === id);
    if (at >= 0) this.#removed.set(id, { at, comment: this.comments.splice(at, 1)[0]! });
    if (this.pinned?.comment?.comment === id) this.pin("");
    this.changes.removed.push(id);
  }

  /** Pins a comment, or takes the pin away with an empty id. */
  pin(id: string): void {
    const comment = this.comments.find((c) => c.comment === id);
    this.pinned = comment && { comment };
    this.changes.pinned = true;
  }

  /** Tells the room's audience of its new state. */
  become(state: string): void {
    this.room.state = state;
    if (state === "ended") this.room.endedMs = String(Date.now());
    this.changes.room = true;
  }

  /** @internal */
  id(prefix: string): string {
    return `${prefix}${this.next()}`;
  }

  /** @internal A number higher than any before. */
  next(): number {
    return ++this.#serial;
  }

  /** @internal */
  add(c: CommentJson): void {
    c.place = String(this.next());
    this.comments.push(c);
    this.changes.comments.push(c);
  }

  /** @internal Brings a removed comment back to its place. */
  undelete(id: string): CommentJson | undefined {
    const kept = this.#removed.get(id);
    if (!kept) return undefined;
    this.#removed.delete(id);
    this.comments.splice(kept.at, 0, kept.comment);
    this.changes.restored.push(kept.comment);
    return kept.comment;
  }

  /** @internal Where somebody stands who knows all that was told. */
  cursor() {
    return { epoch: `e${this.#epoch}`, log: String(this.#version), state: String(this.#version) };
  }

  /** @internal Ends a tick; returned is what makes its frame for an audience. */
  turn(): (viewers: number, moderator: boolean) => TickJson {
    const changes = this.changes;
    this.changes = noChange();
    this.#version++;
    return (viewers, moderator) => this.#told(changes, viewers, moderator);
  }

  /** @internal What somebody sees who comes now. */
  snapshot(viewers: number, moderator: boolean): SnapshotJson {
    const all = [...this.questions.values()];
    return {
      cursor: this.cursor(),
      room: this.room,
      hearts: Object.fromEntries(Object.entries(this.hearts).map(([kind, n]) => [kind, String(n)])),
      viewers: String(viewers),
      comments: this.comments.slice(-50),
      questions: moderator ? [] : all.filter((q) => visible.has(q.state)).map(publicQuestion),
      atMs: String(Date.now()),
      ...(this.onAir && { onAir: this.onAir }),
      ...(this.pinned && { pinned: this.pinned }),
      ...(this.notShown && { notShown: String(this.notShown) }),
      ...(moderator && { moderation: this.#moderation(Object.values(lists).flatMap((states) => this.#in(states).slice(0, pageSize))) }),
    };
  }

  #told(p: Changes, viewers: number, moderator: boolean): TickJson {
    const touched = [...p.touched].map((id) => this.questions.get(id)!).filter(Boolean);
    const tick: TickJson = { cursor: this.cursor(), atMs: String(Date.now()), viewers: String(viewers) };
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
    if (moderator && touched.length) tick.moderation = this.#moderation(touched);
    return tick;
  }

  /** @internal A page of a moderators' list, after a question; undefined for a list that there is not. */
  page(list: string, after: string): QuestionPageJson | undefined {
    if (!Object.hasOwn(lists, list)) return undefined;
    const all = this.#in(lists[list as keyof typeof lists]);
    const from = all.findIndex((q) => q.question === after) + 1;
    return { questions: all.slice(from, from + pageSize).map(moderatorQuestion), more: all.length > from + pageSize };
  }

  #in(states: readonly string[]): FakeQuestion[] {
    return [...this.questions.values()].filter((q) => states.includes(q.state));
  }

  #moderation(questions: readonly FakeQuestion[]): ModerationJson {
    const counts: Record<string, number> = {};
    for (const q of this.questions.values()) counts[q.state] = (counts[q.state] ?? 0) + 1;
    return { questions: questions.map(moderatorQuestion), pending: String(counts.pending ?? 0), counts };
  }
}

function moderatorQuestion(q: FakeQuestion) {
  return { question: publicQuestion(q), asker: q.asker, askerName: q.askerName };
}

function noChange(): Changes {
  return { comments: [], edited: [], restored: [], pinned: false, onAir: false, removed: [], touched: new Set(), voted: new Set(), hearts: new Set(), room: false };
}

/** @internal A question as everybody may see it. */
export function publicQuestion(q: FakeQuestion): QuestionJson {
  const { asker: _a, askerName: _n, voters: _v, ...shown } = q;
  return { ...shown };
}
