// From proto3 JSON, where defaults are left out and 64-bit numbers are strings, to whole values. Whatever a newer server
// adds is ignored here, because only known fields are read.
import type {
  BlocJson,
  ClaimJson,
  CommentJson,
  HeldCommentJson,
  LimitsJson,
  MeasureJson,
  MilestoneJson,
  ModeratorQuestionJson,
  OnAirJson,
  PinnedJson,
  PulsePointJson,
  QuestionJson,
  ReportedJson,
  RoomJson,
  SimilarQuestionJson,
  StandingJson,
  YouJson,
} from "./gen/ovation/gateway/v1/gateway_pb";
import type {
  Bloc,
  Claim,
  Comment,
  HeldComment,
  Limits,
  Measure,
  Milestone,
  ModeratorQuestion,
  OnAir,
  Pinned,
  PulsePoint,
  Question,
  QuestionState,
  Reported,
  Role,
  RoomInfo,
  RoomState,
  Similar,
  Standing,
  You,
} from "./types";

/** A number from a JSON number, a string of digits, or nothing. Our totals stay far below 2^53. */
export function num(value: unknown): number {
  const n = Number(value ?? 0);
  return Number.isFinite(n) ? n : 0;
}

export function toComment(c: CommentJson, hiddenBefore = 0): Comment {
  return {
    id: c.comment ?? "",
    person: c.person ?? "",
    name: c.name ?? "",
    role: (c.role as Role) || "viewer",
    guest: c.guest ?? false,
    text: c.text ?? "",
    atMs: num(c.atMs),
    streamTimeMs: num(c.streamTimeMs),
    hiddenBefore,
    reply: c.reply ? { comment: c.reply.comment ?? "", person: c.reply.person ?? "", name: c.reply.name ?? "" } : null,
    editedMs: num(c.editedMs),
    place: num(c.place),
    held: false,
  };
}

export function toHeld(h: HeldCommentJson): HeldComment {
  return { comment: toComment(h.comment ?? {}), why: h.why ?? "", detail: h.detail ?? "", outOfSight: h.outOfSight ?? false };
}

function toMeasure(m: MeasureJson | undefined): Measure | null {
  return m ? { fromMs: num(m.fromMs), untilMs: num(m.untilMs), by: m.by ?? "", reason: m.reason ?? "" } : null;
}

export function toStanding(s: StandingJson): Standing {
  return {
    person: s.person ?? "",
    name: s.name ?? "",
    guest: s.guest ?? false,
    ban: toMeasure(s.ban),
    timeout: toMeasure(s.timeout),
    shadow: toMeasure(s.shadow),
  };
}

export function toReported(r: ReportedJson): Reported {
  return { item: r.item ?? "", kind: r.kind ?? "", held: r.held ?? false, people: num(r.people), reasons: toCounts(r.reasons), lastMs: num(r.lastMs) };
}

export function toBloc(b: BlocJson): Bloc {
  return { question: b.question ?? "", people: num(b.people), of: num(b.of), expected: num(b.expected) };
}

export function toPinned(p: PinnedJson | undefined): Pinned | null {
  return p?.comment ? { comment: toComment(p.comment), untilMs: num(p.untilMs) } : null;
}

export function toOnAir(o: OnAirJson): OnAir {
  return { comment: o.comment ? toComment(o.comment) : null, question: o.question ?? "", atMs: num(o.atMs) };
}

export function toMilestone(m: MilestoneJson): Milestone {
  return { hearts: num(m.hearts), atMs: num(m.atMs) };
}

export function toClaim(c: ClaimJson): Claim {
  return { question: c.question ?? "", person: c.person ?? "", name: c.name ?? "", untilMs: num(c.untilMs) };
}

export function toSimilar(q: SimilarQuestionJson): Similar {
  return { id: q.question ?? "", text: q.text ?? "", votes: num(q.votes), score: num(q.score), state: (q.state as QuestionState) || "open" };
}

export function toPulse(p: PulsePointJson): PulsePoint {
  return { second: num(p.second), hearts: toCounts(p.hearts), viewers: num(p.viewers) };
}

/** Numbers by name, such as hearts by kind. */
export function toCounts(told: Record<string, unknown> | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(told ?? {}).map(([name, n]) => [name, num(n)]));
}

export function toQuestion(q: QuestionJson): Question {
  return {
    id: q.question ?? "",
    person: q.person ?? "",
    name: q.name ?? "",
    anonymous: q.anonymous ?? false,
    text: q.text ?? "",
    state: (q.state as QuestionState) || "pending",
    revision: num(q.revision),
    next: q.next ?? false,
    label: q.label ?? "",
    answer: q.answer ?? "",
    votes: num(q.votes),
    guestVotes: num(q.guestVotes),
    votesUpto: num(q.votesUpto),
    askedMs: num(q.askedMs),
    openedMs: num(q.openedMs),
    answeringMs: num(q.answeringMs),
    answeredMs: num(q.answeredMs),
    reason: q.reason ?? "",
    edited: q.edited ?? false,
    place: q.place ?? "",
    mergedInto: q.mergedInto ?? "",
  };
}

export function toModeratorQuestion(m: ModeratorQuestionJson): ModeratorQuestion {
  return {
    ...toQuestion(m.question ?? {}),
    asker: m.asker ?? "",
    askerName: m.askerName ?? "",
    askerGuest: m.askerGuest ?? false,
    originalText: m.originalText ?? "",
    undoBy: m.undoBy ?? "",
    undoUntilMs: num(m.undoUntilMs),
    why: m.why ?? "",
    detail: m.detail ?? "",
  };
}

export function toRoom(r: RoomJson): RoomInfo {
  return {
    id: r.room ?? "",
    title: r.title ?? "",
    state: (r.state as RoomState) ?? "",
    kinds: r.kinds ?? [],
    labels: r.labels ?? [],
    slowModeSeconds: num(r.slowModeSeconds),
    commentMode: (r.commentMode as RoomInfo["commentMode"]) || "everyone",
    uniqueComments: r.uniqueComments ?? false,
    heartsPaused: r.heartsPaused ?? false,
    questionsPaused: r.questionsPaused ?? false,
    emojiOnly: r.emojiOnly ?? false,
    links: (r.links as RoomInfo["links"]) || "everyone",
    editWindowSeconds: num(r.editWindowSeconds),
    holdComments: (r.holdComments as RoomInfo["holdComments"]) || "nobody",
    previewDelayMs: num(r.previewDelayMs),
    calmSinceMs: num(r.calmSinceMs),
    questionRanking: (r.questionRanking as RoomInfo["questionRanking"]) || "votes",
    answeringSlots: num(r.answeringSlots) || 1,
    ignoreGuestVotes: r.ignoreGuestVotes ?? false,
    viewerCount: (r.viewerCount as RoomInfo["viewerCount"]) || "exact",
    source: r.source ?? "",
    anonymousQuestions: r.anonymousQuestions ?? false,
    openQuestions: r.openQuestions ?? false,
    startedMs: num(r.startedMs),
    endedMs: num(r.endedMs),
  };
}

export function toYou(y: YouJson): You {
  return {
    person: y.person ?? "",
    name: y.name ?? "",
    role: (y.role as Role) || "viewer",
    guest: y.guest ?? false,
    heartsLeft: num(y.heartsLeft),
  };
}

export function toLimits(l: LimitsJson): Limits {
  return {
    commentGraphemes: num(l.commentGraphemes),
    commentBytes: num(l.commentBytes),
    questionGraphemes: num(l.questionGraphemes),
    questionBytes: num(l.questionBytes),
    nameGraphemes: num(l.nameGraphemes),
    answerGraphemes: num(l.answerGraphemes),
    reasonGraphemes: num(l.reasonGraphemes),
    frameBytes: num(l.frameBytes),
    pingMs: num(l.pingMs),
    heartCap: num(l.heartCap),
    tapsPerSecond: num(l.tapsPerSecond),
    tapBurst: num(l.tapBurst),
    reportReasons: l.reportReasons ?? [],
  };
}
