// The rules by which frames become a view: pure functions of the view before and one frame. Totals only rise within an
// epoch, a removed comment stays removed, a question is replaced by a higher revision only, votes by a higher position.
import type { AckJson, CursorJson, MineJson, SnapshotJson, TickJson } from "./gen/ovation/gateway/v1/gateway_pb";
import type { Comment, ModeratorQuestion, Question, RoomInfo, View } from "./types";
import { num, toComment, toModeratorQuestion, toQuestion, toRoom } from "./wire";

/** A view with what is remembered to keep it true; not for users. */
export interface State extends View {
  /** Ids of removed comments, newest last, at most 1,000. */
  readonly removed: ReadonlySet<string>;
  /** Questions the audience may no longer see, with the revision known then. */
  readonly gone: ReadonlyMap<string, number>;
  /** Comments held back that no line tells of yet, and when the last line was drawn. */
  readonly untold: number;
  readonly toldMs: number;
}

const noRoom: RoomInfo = {
  id: "",
  title: "",
  state: "",
  kinds: [],
  labels: [],
  slowModeSeconds: 0,
  commentMode: "everyone",
  anonymousQuestions: false,
  openQuestions: false,
  startedMs: 0,
  endedMs: 0,
};

/** Before the first snapshot. */
export const empty: State = {
  loaded: false,
  cursor: null,
  room: noRoom,
  hearts: {},
  viewers: 0,
  comments: [],
  questions: new Map(),
  notShown: 0,
  degraded: false,
  mine: new Map(),
  voted: new Set(),
  moderation: new Map(),
  pending: 0,
  removed: new Set(),
  gone: new Map(),
  untold: 0,
  toldMs: 0,
};

const maxRemembered = 1000;

/** Replaces everything shared; totals of the same epoch do not fall. */
export function applySnapshot(s: State, f: SnapshotJson, maxComments = 150): State {
  const cursor = toCursor(f.cursor);
  const same = s.loaded && cursor?.epoch === s.cursor?.epoch;
  const removed = same ? s.removed : empty.removed;
  const questions = new Map<string, Question>();
  for (const json of f.questions ?? []) {
    const q = toQuestion(json);
    questions.set(q.id, newerVotes(q, same ? s.questions.get(q.id) : undefined));
  }
  const moderation = new Map<string, ModeratorQuestion>();
  for (const json of f.moderation?.questions ?? []) {
    const q = toModeratorQuestion(json);
    moderation.set(q.id, q);
  }
  const comments = (f.comments ?? []).map((c) => toComment(c)).filter((c) => !removed.has(c.id));
  return {
    loaded: true,
    cursor,
    room: f.room ? toRoom(f.room) : s.room,
    hearts: highest(same ? s.hearts : {}, f.hearts),
    viewers: num(f.viewers),
    comments: comments.slice(-maxComments),
    questions,
    notShown: same ? Math.max(s.notShown, num(f.notShown)) : num(f.notShown),
    degraded: f.status?.degraded ?? false,
    mine: same ? s.mine : empty.mine,
    voted: same ? s.voted : empty.voted,
    moderation,
    pending: num(f.moderation?.pending),
    removed,
    gone: empty.gone,
    untold: 0,
    toldMs: num(f.atMs),
  };
}

/** Adds what is new. A tick before any snapshot says nothing and is dropped. */
export function applyTick(s: State, f: TickJson, maxComments = 150): State {
  if (!s.loaded) return s;
  const cursor = toCursor(f.cursor) ?? s.cursor;
  if (cursor?.epoch !== s.cursor?.epoch) return s; // of another life; a snapshot follows
  let { questions, moderation, gone } = s;
  const removed = f.removed?.length ? remember(s.removed, f.removed) : s.removed;
  const hidden = f.notShown === undefined ? 0 : Math.max(0, num(f.notShown) - s.notShown);
  const lines = addComments(s, f, removed, hidden);
  if (f.questions?.length || f.votes?.length || f.gone?.length) {
    const map = new Map(questions);
    const absent = new Map(gone);
    for (const json of f.questions ?? []) {
      const q = toQuestion(json);
      const known = map.get(q.id);
      if (q.revision < (known?.revision ?? absent.get(q.id) ?? 0)) continue;
      map.set(q.id, newerVotes(q, known));
      absent.delete(q.id);
    }
    for (const v of f.votes ?? []) {
      const known = map.get(v.question ?? "");
      if (!known || num(v.upto) <= known.votesUpto) continue;
      map.set(known.id, { ...known, votes: num(v.votes), guestVotes: num(v.guestVotes), votesUpto: num(v.upto) });
    }
    for (const id of f.gone ?? []) {
      const known = map.get(id);
      if (known) absent.set(id, known.revision + 1);
      map.delete(id);
    }
    questions = map;
    gone = absent;
  }
  if (f.moderation?.questions?.length) {
    const map = new Map(moderation);
    for (const json of f.moderation.questions) {
      const q = toModeratorQuestion(json);
      const known = map.get(q.id);
      if (!known || q.revision >= known.revision) map.set(q.id, newerVotes(q, known));
    }
    moderation = map;
  }
  return {
    ...s,
    ...lines,
    cursor,
    room: f.room ? toRoom(f.room) : s.room,
    hearts: f.hearts ? highest(s.hearts, f.hearts) : s.hearts,
    viewers: f.viewers === undefined ? s.viewers : num(f.viewers),
    comments: lines.comments.length > maxComments ? lines.comments.slice(-maxComments) : lines.comments,
    notShown: s.notShown + hidden,
    degraded: f.status ? (f.status.degraded ?? false) : s.degraded,
    questions,
    moderation,
    gone,
    removed,
    pending: f.moderation ? num(f.moderation.pending) : s.pending,
  };
}

/** Takes what is one's own; it replaces what was known of it. */
export function applyMine(s: State, f: MineJson): State {
  const mine = new Map<string, Question>();
  for (const json of f.questions ?? []) {
    const q = toQuestion(json);
    const known = s.mine.get(q.id);
    mine.set(q.id, known && known.revision > q.revision ? known : q);
  }
  return { ...s, mine, voted: new Set(f.voted ?? []) };
}

/** What an ack may say to the view, beside answering its call. */
export type AckOf = "post" | "ask" | "withdraw" | "vote" | "moderate" | "";

/** Shows what an ack carries: own comments and questions appear from it, before any tick tells. */
export function applyAck(s: State, f: AckJson, of: AckOf, maxComments = 150): State {
  if (f.comment && of === "post") {
    const c = toComment(f.comment);
    if (s.removed.has(c.id) || s.comments.some((known) => known.id === c.id)) return s;
    return { ...s, comments: [...s.comments, c].slice(-maxComments) };
  }
  if (f.vote && of === "vote") {
    const voted = new Set(s.voted);
    if (f.vote.up) voted.add(f.vote.question ?? "");
    else voted.delete(f.vote.question ?? "");
    return { ...s, voted };
  }
  if (f.question && (of === "ask" || of === "withdraw")) {
    const q = toQuestion(f.question);
    const known = s.mine.get(q.id);
    if (known && known.revision > q.revision) return s;
    return { ...s, mine: new Map([[q.id, q], ...[...s.mine].filter(([id]) => id !== q.id)]) };
  }
  if (f.question && of === "moderate") return applyStep(s, toQuestion(f.question));
  if (f.room) return { ...s, room: toRoom(f.room) };
  return s;
}

const seen = new Set(["open", "answering", "answered"]);

/** Takes a question as a moderator's ack or fault shows it. */
export function applyStep(s: State, q: Question): State {
  const known = s.moderation.get(q.id);
  const shared = s.questions.get(q.id);
  if ((known && known.revision > q.revision) || (shared && shared.revision > q.revision)) return s;
  const moderation = new Map(s.moderation);
  const asker = { asker: known?.asker ?? q.person, askerName: known?.askerName ?? q.name, askerGuest: known?.askerGuest ?? false };
  moderation.set(q.id, newerVotes({ ...q, ...asker }, known ?? shared));
  const questions = new Map(s.questions);
  const gone = new Map(s.gone);
  if (seen.has(q.state)) {
    questions.set(q.id, newerVotes(q, shared ?? known));
    gone.delete(q.id);
  } else if (questions.delete(q.id)) gone.set(q.id, q.revision);
  const pending = known?.state === "pending" && q.state !== "pending" ? Math.max(0, s.pending - 1) : s.pending;
  return { ...s, moderation, questions, gone, pending };
}

function toCursor(c: CursorJson | undefined): View["cursor"] {
  return c ? { epoch: c.epoch ?? "", log: String(c.log ?? "0"), state: String(c.state ?? "0") } : null;
}

function highest(known: Readonly<Record<string, number>>, told: Record<string, unknown> | undefined): Record<string, number> {
  const all = new Map(Object.entries(known));
  for (const [kind, total] of Object.entries(told ?? {})) all.set(kind, Math.max(all.get(kind) ?? 0, num(total)));
  return Object.fromEntries(all);
}

function newerVotes<Q extends Question>(q: Q, known: Question | undefined): Q {
  if (!known || known.votesUpto <= q.votesUpto) return q;
  return { ...q, votes: known.votes, guestVotes: known.guestVotes, votesUpto: known.votesUpto };
}

function remember(known: ReadonlySet<string>, more: readonly string[]): Set<string> {
  const all = new Set(known);
  for (const id of more) all.add(id);
  for (const id of all) {
    if (all.size <= maxRemembered) break;
    all.delete(id);
  }
  return all;
}

/** A line tells of comments held back at most every 10 s, or once 10 of them add up: no line a comment in a busy room. */
function addComments(
  s: State,
  f: TickJson,
  removed: ReadonlySet<string>,
  hidden: number,
): Pick<State, "comments" | "untold" | "toldMs"> {
  let { untold, toldMs } = s;
  untold += hidden;
  let comments: readonly Comment[] = s.comments;
  if (f.removed?.length) comments = comments.filter((c) => !removed.has(c.id));
  if (!f.comments?.length) return { comments, untold, toldMs };
  const list = [...comments];
  for (const json of f.comments) {
    if (removed.has(json.comment ?? "")) continue;
    const at = list.findIndex((c) => c.id === json.comment);
    if (at >= 0) list.splice(at, 1); // own comment, shown from its ack: the room's one order is the tick's
    const now = num(json.atMs);
    let before = 0;
    if (untold >= 10 || (untold > 0 && now - toldMs > 10_000)) {
      before = untold;
      untold = 0;
      toldMs = now;
    }
    list.push(toComment(json, before));
  }
  return { comments: list, untold, toldMs };
}
