// The rules by which frames become a view: pure functions of the view before and one frame. Totals only rise within an
// epoch, a removed comment stays removed, a question is replaced by a higher revision only, votes by a higher position.
import type { AckJson, ClaimJson, CommentJson, CursorJson, MineJson, ModerationJson, ModeratorQuestionJson, MutedJson, PulsePointJson, QuestionPageJson, SnapshotJson, TickJson, VerdictJson } from "./gen/ovation/gateway/v1/gateway_pb";
import type { Claim, Comment, ModeratorQuestion, PulsePoint, Question, QuestionList, View } from "./types";
import { edited, placed, restored } from "./comments";
import { num, toBloc, toClaim, toCounts, toComment, toMilestone, toModeratorQuestion, toOnAir, toPinned, toHeld, toPulse, toQuestion, toReported, toRoom, toStanding } from "./wire";

/** A view with what is remembered to keep it true; not for users. */
export interface State extends View {
  /** Ids of removed comments, newest last, at most 1,000. */
  readonly removed: ReadonlySet<string>;
  /** Questions the audience may no longer see, with the revision known then. */
  readonly gone: ReadonlyMap<string, number>;
  /** Comments held back that no line tells of yet, and when the last line was drawn. */
  readonly untold: number;
  readonly toldMs: number;
  /** For moderators: up to which question of each list the server has told; empty is from its front. */
  readonly listed: Readonly<Record<QuestionList, string>>;
}

/** Before the first snapshot. */
export const empty: State = {
  loaded: false,
  cursor: null,
  room: toRoom({}),
  hearts: {},
  excluded: {},
  viewers: 0,
  comments: [],
  questions: new Map(),
  notShown: 0,
  degraded: false,
  mine: new Map(),
  voted: new Set(),
  moderation: new Map(),
  pinned: null,
  onAir: null,
  milestone: null,
  pending: 0,
  counts: {},
  claims: new Map(),
  pulse: [],
  ownHeld: new Map(),
  turnMs: 0,
  mutedUntilMs: 0,
  mutedReason: "",
  held: new Map(),
  heldTotal: 0,
  people: new Map(),
  reports: new Map(),
  blocs: new Map(),
  overlays: 0,
  removed: new Set(),
  gone: new Map(),
  untold: 0,
  toldMs: 0,
  listed: { pending: "", open: "", settled: "" },
};

/** States that the audience sees. */
const seen: ReadonlySet<string> = new Set(["open", "answering", "answered"]);
const maxRemembered = 1000;
/** Seconds of the pulse that are kept: an hour. */
const maxPulse = 3600;

/** Replaces everything shared; totals of the same epoch do not fall. */
export function applySnapshot(s: State, f: SnapshotJson, maxComments = 150): State {
  const cursor = toCursor(f.cursor);
  const same = s.loaded && cursor?.epoch === s.cursor?.epoch;
  // What a snapshot of the same place or a later one holds was brought back since; an older one does not know of removals yet.
  const newer = same && BigInt(cursor!.log) >= BigInt(s.cursor!.log);
  const removed = !same ? empty.removed : newer ? forget(s.removed, f.comments) : s.removed;
  const questions = new Map<string, Question>();
  for (const json of f.questions ?? []) {
    const q = toQuestion(json);
    questions.set(q.id, newerVotes(q, same ? s.questions.get(q.id) : undefined));
  }
  const moderation = new Map<string, ModeratorQuestion>();
  const listed = { ...empty.listed };
  for (const json of f.moderation?.questions ?? []) {
    const q = newerVotes(toModeratorQuestion(json), same ? s.questions.get(json.question?.question ?? "") : undefined);
    moderation.set(q.id, q);
    const list = listOf(q);
    if (list) listed[list] = q.id;
    if (seen.has(q.state) && !questions.has(q.id)) questions.set(q.id, q); // told once, with all that moderators may know
  }
  const comments = (f.comments ?? []).map((c) => toComment(c)).filter((c) => !removed.has(c.id));
  return {
    loaded: true,
    cursor,
    room: f.room ? toRoom(f.room) : s.room,
    hearts: highest(same ? s.hearts : {}, f.hearts),
    excluded: toCounts(f.excluded),
    viewers: num(f.viewers),
    comments: comments.slice(-maxComments),
    questions,
    notShown: same ? Math.max(s.notShown, num(f.notShown)) : num(f.notShown),
    degraded: f.status?.degraded ?? false,
    mine: same ? s.mine : empty.mine,
    voted: same ? s.voted : empty.voted,
    moderation,
    pinned: toPinned(f.pinned),
    onAir: f.onAir ? toOnAir(f.onAir) : null,
    milestone: f.milestone ? toMilestone(f.milestone) : same ? s.milestone : null,
    pending: num(f.moderation?.pending),
    counts: toCounts(f.moderation?.counts),
    claims: claimed(empty.claims, f.moderation?.claims),
    ownHeld: s.ownHeld,
    turnMs: s.turnMs,
    mutedUntilMs: s.mutedUntilMs,
    mutedReason: s.mutedReason,
    ...guarded(empty, f.moderation),
    pulse: beats(same ? s.pulse : empty.pulse, f.moderation?.pulse),
    removed,
    gone: empty.gone,
    untold: 0,
    toldMs: num(f.atMs),
    listed,
  };
}

/** Adds what is new. A tick before any snapshot says nothing and is dropped. */
export function applyTick(s: State, f: TickJson, maxComments = 150): State {
  if (!s.loaded) return s;
  const cursor = toCursor(f.cursor) ?? s.cursor;
  if (cursor?.epoch !== s.cursor?.epoch) return s; // of another life; a snapshot follows
  let { questions, moderation, gone } = s;
  const removed = forget(f.removed?.length ? remember(s.removed, f.removed) : s.removed, f.restored);
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
  if (moderation.size > 0 && f.votes?.length) {
    const map = new Map(moderation);
    for (const v of f.votes) {
      const known = map.get(v.question ?? "");
      if (known && num(v.upto) > known.votesUpto) map.set(known.id, { ...known, votes: num(v.votes), guestVotes: num(v.guestVotes), votesUpto: num(v.upto) });
    }
    moderation = map;
  }
  if (f.moderation?.questions?.length) moderation = told(moderation, f.moderation.questions);
  return {
    ...s,
    ...lines,
    cursor,
    room: f.room ? toRoom(f.room) : s.room,
    hearts: f.hearts ? highest(s.hearts, f.hearts) : s.hearts,
    excluded: f.excluded ? { ...s.excluded, ...toCounts(f.excluded) } : s.excluded,
    viewers: f.viewers === undefined ? s.viewers : num(f.viewers),
    comments: lines.comments.length > maxComments ? lines.comments.slice(-maxComments) : lines.comments,
    notShown: s.notShown + hidden,
    degraded: f.status ? (f.status.degraded ?? false) : s.degraded,
    questions,
    moderation,
    gone,
    removed,
    pinned: pinAfter(s, f, removed),
    onAir: f.onAir ? toOnAir(f.onAir) : s.onAir,
    milestone: f.milestones?.length ? toMilestone(f.milestones.at(-1)!) : s.milestone,
    pending: f.moderation ? num(f.moderation.pending) : s.pending,
    counts: f.moderation?.counts ? toCounts(f.moderation.counts) : s.counts,
    claims: claimed(s.claims, f.moderation?.claims),
    ...guarded(s, f.moderation),
    pulse: beats(s.pulse, f.moderation?.pulse),
  };
}

/** Takes in questions as moderators are told of them. */
function told(known: ReadonlyMap<string, ModeratorQuestion>, questions: readonly ModeratorQuestionJson[]): ReadonlyMap<string, ModeratorQuestion> {
  const map = new Map(known);
  for (const json of questions) {
    const q = toModeratorQuestion(json);
    const before = map.get(q.id);
    if (!before || q.revision >= before.revision) map.set(q.id, newerVotes(q, before));
  }
  return map;
}

/** Which of the moderators' lists a question is in; undefined for one that was taken back. */
function listOf(q: Question): QuestionList | undefined {
  if (q.state === "pending") return "pending";
  if (q.state === "open" || q.state === "answering") return "open";
  return q.state === "withdrawn" ? undefined : "settled";
}

/** Adds a page of one of the moderators' lists. */
export function applyPage(s: State, list: QuestionList, page: QuestionPageJson): State {
  const moderation = told(s.moderation, page.questions ?? []);
  const questions = new Map(s.questions);
  for (const json of page.questions ?? []) {
    const q = moderation.get(json.question?.question ?? "");
    // What left the audience's sight since is not brought back.
    if (q && seen.has(q.state) && q.revision >= (s.gone.get(q.id) ?? 0)) questions.set(q.id, newerVotes(q, questions.get(q.id)));
  }
  const last = page.more ? (page.questions?.at(-1)?.question?.question ?? "") : "";
  return { ...s, moderation, questions, listed: { ...s.listed, [list]: last } };
}

function pinAfter(s: State, f: TickJson, removed: ReadonlySet<string>): View["pinned"] {
  const pinned = f.pinned ? toPinned(f.pinned) : s.pinned;
  if (!pinned || removed.has(pinned.comment.id)) return null;
  const edited = f.edited?.find((c) => c.comment === pinned.comment.id);
  return edited ? { ...pinned, comment: toComment(edited) } : pinned;
}

/** What moderators know of held comments, people, reports and blocs. */
function guarded(s: State, m: ModerationJson | undefined): Pick<View, "held" | "heldTotal" | "people" | "reports" | "blocs" | "overlays"> {
  let { held } = s;
  if (m?.held?.length || m?.heldGone?.length) {
    const all = new Map(held);
    for (const json of m.held ?? []) all.set(json.comment?.comment ?? "", toHeld(json));
    for (const id of m.heldGone ?? []) all.delete(id);
    held = all;
  }
  return {
    held,
    heldTotal: m ? num(m.heldTotal) : s.heldTotal,
    people: takenUp(s.people, m?.people?.map(toStanding), (p) => p.person, (p) => Boolean(p.ban || p.timeout || p.shadow)),
    reports: takenUp(s.reports, m?.reports?.map(toReported), (r) => r.item, (r) => r.people > 0),
    blocs: takenUp(s.blocs, m?.blocs?.map(toBloc), (b) => b.question, (b) => b.people > 0),
    overlays: m?.overlays === undefined ? s.overlays : num(m.overlays),
  };
}

/** What is told replaces what was known under the same key; what holds no more is forgotten. */
function takenUp<T>(known: ReadonlyMap<string, T>, told: readonly T[] | undefined, key: (one: T) => string, holds: (one: T) => boolean): ReadonlyMap<string, T> {
  if (!told?.length) return known;
  const all = new Map(known);
  for (const one of told) {
    if (holds(one)) all.set(key(one), one);
    else all.delete(key(one));
  }
  return all;
}

/** What became of an own held comment. A released one comes with the next tick, like any other. */
export function applyVerdict(s: State, f: VerdictJson): State {
  const known = s.ownHeld.get(f.comment ?? "");
  if (!known) return s;
  const ownHeld = new Map(s.ownHeld);
  if (f.state === "released") ownHeld.delete(known.comment.id);
  else ownHeld.set(known.comment.id, { ...known, state: f.state === "rejected" ? "rejected" : "held", reason: f.reason ?? "" });
  return { ...s, ownHeld };
}

/** One's own time-out. */
export function applyMuted(s: State, f: MutedJson): State {
  return { ...s, mutedUntilMs: num(f.untilMs), mutedReason: f.reason ?? "" };
}

function claimed(known: ReadonlyMap<string, Claim>, told: readonly ClaimJson[] | undefined): ReadonlyMap<string, Claim> {
  return takenUp(known, told?.map(toClaim), (claim) => claim.question, (claim) => claim.person !== "");
}

/** A second that comes again replaces what was known of it. */
function beats(known: readonly PulsePoint[], told: readonly PulsePointJson[] | undefined): readonly PulsePoint[] {
  if (!told?.length) return known;
  const all = new Map(known.map((p) => [p.second, p]));
  for (const json of told) all.set(num(json.second), toPulse(json));
  return [...all.values()].sort((a, b) => a.second - b.second).slice(-maxPulse);
}

/** Takes what is one's own; it replaces what was known of it. A wait is kept where none is told: the frame may be older. */
export function applyMine(s: State, f: MineJson, maxComments = 150, nowMs = 0): State {
  const mine = new Map<string, Question>();
  for (const json of f.questions ?? []) {
    const q = toQuestion(json);
    const known = s.mine.get(q.id);
    mine.set(q.id, known && known.revision > q.revision ? known : q);
  }
  const waitMs = num(f.waitMs);
  return { ...s, turnMs: waitMs > 0 ? nowMs + waitMs : s.turnMs, mine, voted: new Set(f.voted ?? []), comments: withOwn(s, f.comments, maxComments), ownHeld: ownHeld(s, f.held) };
}

/** Takes what waits of one's own and what became of it. What is not told of stays: the server forgets it before its author does. */
function ownHeld(s: State, told: MineJson["held"]): State["ownHeld"] {
  if (!told?.length) return s.ownHeld;
  const all = new Map(s.ownHeld);
  for (const { comment: json = {}, state, reason = "" } of told) {
    const comment = { ...toComment(json), held: true };
    if (state === "released") all.delete(comment.id);
    else all.set(comment.id, { comment: comment.text ? comment : (all.get(comment.id)?.comment ?? comment), state: state === "rejected" ? "rejected" : "held", reason });
  }
  return new Map([...all].sort(([, a], [, b]) => a.comment.atMs - b.comment.atMs));
}

/** Puts own comments that no snapshot and no tick gives to their places. */
function withOwn(s: State, own: readonly CommentJson[] | undefined, maxComments: number): readonly Comment[] {
  const fresh = (own ?? []).map((json) => toComment(json)).filter((c) => !s.removed.has(c.id) && !s.comments.some((known) => known.id === c.id));
  if (fresh.length === 0) return s.comments;
  return fresh.reduce(placed, s.comments).slice(-maxComments);
}

/** What an ack may say to the view, beside answering its call. */
export type AckOf = "post" | "edit" | "undelete" | "ask" | "withdraw" | "vote" | "moderate" | "";

/** Shows what an ack carries: own comments and questions appear from it, before any tick tells. */
export function applyAck(s: State, f: AckJson, of: AckOf, maxComments = 150): State {
  if (f.comment && of === "post") {
    const c = toComment(f.comment);
    if (s.removed.has(c.id) || s.comments.some((known) => known.id === c.id)) return s;
    return { ...s, comments: placed(s.comments, c).slice(-maxComments) };
  }
  if (f.held?.comment && of === "post") {
    const comment = { ...toComment(f.held.comment), held: true };
    if (s.comments.some((known) => known.id === comment.id)) return s; // released already
    return { ...s, ownHeld: new Map([...s.ownHeld, [comment.id, { comment, state: "held", reason: "" }]]) };
  }
  if (f.comment && of === "edit") return { ...s, comments: edited(s.comments, [f.comment]) };
  if (f.comment && of === "undelete") {
    return { ...s, removed: forget(s.removed, [f.comment]), comments: restored(s.comments, [f.comment]).slice(-maxComments) };
  }
  if (f.onAir) return num(f.onAir.atMs) < (s.onAir?.atMs ?? 0) ? s : { ...s, onAir: toOnAir(f.onAir) };
  if (f.pinned) return { ...s, pinned: toPinned(f.pinned) };
  if (f.claim) return { ...s, claims: claimed(s.claims, [f.claim]) };
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

/** Takes a question as a moderator's ack shows it. */
export function applyStep(s: State, q: Question): State {
  const known = s.moderation.get(q.id);
  const shared = s.questions.get(q.id);
  if ((known && known.revision > q.revision) || (shared && shared.revision > q.revision)) return s;
  const moderation = new Map(s.moderation);
  // Who asked, and who may undo: the next tick tells what is not known yet.
  const kept = known ?? { ...toModeratorQuestion({}), asker: q.person, askerName: q.name };
  moderation.set(q.id, newerVotes({ ...kept, ...q }, known ?? shared));
  const questions = new Map(s.questions);
  const gone = new Map(s.gone);
  if (seen.has(q.state)) {
    questions.set(q.id, newerVotes(q, shared ?? known));
    gone.delete(q.id);
  } else if (questions.delete(q.id)) gone.set(q.id, q.revision);
  const pending = known?.state === "pending" && q.state !== "pending" ? Math.max(0, s.pending - 1) : s.pending;
  return { ...s, moderation, questions, gone, pending };
}

/** Takes what a fault tells of a question: its state and revision alone. The rest of it stays, and one that is not known stays unknown. */
export function applyStanding(s: State, { id, state, revision }: Question): State {
  const known = s.questions.get(id) ?? s.moderation.get(id);
  return known ? applyStep(s, { ...known, state, revision }) : s;
}

function forget(removed: ReadonlySet<string>, told: readonly CommentJson[] | undefined): ReadonlySet<string> {
  if (!told?.length) return removed;
  const back = new Set(told.map((c) => c.comment));
  return new Set([...removed].filter((id) => !back.has(id)));
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
  comments = restored(edited(comments, f.edited), f.restored);
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
