// What visitors may do in a room of the server in memory, and what they are answered: its rules in small.
import type { AckJson, ClientFrameJson, CommentJson, ModerateJson, QuestionJson } from "../gen/ovation/gateway/v1/gateway_pb";
import { publicQuestion, type FakeQuestion, type FakeRoom } from "./room";

/** Who does something. */
export interface Who {
  person: string;
  name: string;
  role: string;
}

/** Where the answers go. */
export interface Answers {
  ack(result: AckJson): void;
  refuse(reason: string, message: string): void;
  /** Tells somebody of questions of their own. */
  own(person: string, questions: readonly QuestionJson[]): void;
}

/** Takes a verb that is answered; taps are not. */
export function act(room: FakeRoom, who: Who, frame: ClientFrameJson, to: Answers): void {
  const { ack, refuse } = to;
  const own = (id = "") => room.comments.find((c) => c.comment === id && c.person === who.person);
  if (room.room.state === "ended" && (frame.post || frame.ask || frame.vote)) return refuse("ROOM_ENDED", "this room has ended");
  if (frame.post) {
    const c: CommentJson = { comment: room.id("c"), person: who.person, name: who.name, role: who.role, text: frame.post.text ?? "", atMs: String(Date.now()) };
    const answered = room.comments.find((known) => known.comment === frame.post?.replyTo);
    if (answered) c.reply = { comment: answered.comment!, person: answered.person!, name: answered.name! };
    if (!c.text?.trim()) return refuse("TEXT_EMPTY", "write something first");
    room.add(c);
    return ack({ comment: c });
  }
  if (frame.ask) {
    const { text = "", anonymous = false, label = "" } = frame.ask;
    const q = room.questions.get(room.question(who.name, text, "pending", { anonymous, label }))!;
    Object.assign(q, { asker: who.person, person: anonymous ? "" : who.person, name: anonymous ? "" : who.name });
    return ack({ question: publicQuestion(q) });
  }
  if (frame.vote) return vote(room, who, frame.vote.question ?? "", frame.vote.up ?? false, to);
  if (frame.withdraw) return step(room, "withdrawn", room.questions.get(frame.withdraw.question ?? ""), to);
  if (frame.edit) {
    const c = own(frame.edit.comment);
    if (!c) return refuse("COMMENT_NOT_FOUND", "there is no such comment of yours");
    Object.assign(c, { text: frame.edit.text ?? "", editedMs: String(Date.now()) });
    room.changes.edited.push(c);
    return ack({ comment: c });
  }
  if (frame.delete) {
    if (!own(frame.delete.comment) && who.role === "viewer") return refuse("PERMISSION_DENIED", "that comment is not yours");
    room.remove(frame.delete.comment ?? "");
    return ack({});
  }
  if (frame.undelete) {
    const back = room.undelete(frame.undelete.comment ?? "");
    return back?.person === who.person ? ack({ comment: back }) : refuse("UNDO_EXPIRED", "there is nothing to take back");
  }
  if (frame.similar) {
    const letters = (text = "") => text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
    const words = new Set(letters(frame.similar.text));
    const like = [...room.questions.values()].filter((q) => q.state === "open" && letters(q.text).some((word) => words.has(word)));
    return ack({ similar: { questions: like.slice(0, 3).map((q) => ({ question: q.question, text: q.text!, votes: q.votes!, score: 0.5, state: q.state })) } });
  }
  if (frame.listQuestions) {
    if (who.role === "viewer") return refuse("PERMISSION_DENIED", "only a moderator may do that");
    const questions = room.page(frame.listQuestions.list ?? "", frame.listQuestions.after ?? "");
    return questions ? ack({ questions }) : refuse("FIELD_INVALID", "there are the lists pending, open and settled");
  }
  if (frame.report) {
    room.reports.push({ person: who.person, item: frame.report.comment ?? frame.report.question ?? "", reason: frame.report.reason ?? "" });
    return ack({});
  }
  if (frame.mine) {
    to.own(who.person, [...room.questions.values()].filter((q) => q.asker === who.person).map(publicQuestion));
    return ack({});
  }
  if (frame.pace || frame.auth) return ack({});
  if (frame.moderate) return moderate(room, who, frame.moderate, to);
  refuse("UNKNOWN_VERB", "this server does not know that verb");
}

function vote(room: FakeRoom, who: Who, question: string, up: boolean, { ack, refuse }: Answers): void {
  const q = room.questions.get(question);
  if (!q) return refuse("QUESTION_NOT_FOUND", "there is no such question");
  if (q.voters.has(who.person) !== up) q.votes = String(Number(q.votes) + (up ? 1 : -1));
  if (up) q.voters.add(who.person);
  else q.voters.delete(who.person);
  q.votesUpto = String(room.next());
  room.changes.voted.add(q.question);
  ack({ vote: { question, ...(up && { up }) } });
}

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

function moderate(room: FakeRoom, who: Who, m: ModerateJson, to: Answers): void {
  const { ack, refuse } = to;
  if (who.role === "viewer") return refuse("PERMISSION_DENIED", "only a moderator may do that");
  if (m.deleteComment) {
    room.remove(m.deleteComment.comment ?? "");
    return ack({});
  }
  const lost = m.undelete ?? m.undoDelete;
  if (lost) {
    const back = room.undelete(lost.comment ?? "");
    return back ? ack({ comment: back }) : refuse("UNDO_EXPIRED", "there is nothing to take back");
  }
  if (m.pin || m.unpin) {
    const was = room.pinned?.comment?.comment ?? "";
    const stays = m.pin ? m.pin.comment === was : !was || (m.unpin?.comment && m.unpin.comment !== was);
    if (stays) return ack({ ...(m.pin && room.pinned && { pinned: room.pinned }) });
    room.before.pin = { was, change: String(room.next()) };
    room.pin(m.pin?.comment ?? "");
    return ack({ ...(room.pinned && { pinned: room.pinned }), change: room.before.pin.change });
  }
  if (m.onAir) {
    const comment = room.comments.find((c) => c.comment === m.onAir?.comment);
    if (m.onAir.comment && !comment) return refuse("COMMENT_NOT_FOUND", "there is no such comment that viewers see");
    room.before.onAir = { was: room.onAir ?? {}, change: String(room.next()) };
    room.onAir = { ...(comment && { comment }), ...(m.onAir.question && { question: m.onAir.question }), atMs: String(Date.now()) };
    room.changes.onAir = true;
    return ack({ onAir: room.onAir, change: room.before.onAir.change });
  }
  if (m.undoPin && meant(m.undoPin, room.before.pin)) {
    room.pin(room.before.pin.was);
    delete room.before.pin;
    return ack({});
  }
  if (m.undoOnAir && meant(m.undoOnAir, room.before.onAir)) {
    room.onAir = room.before.onAir.was;
    room.changes.onAir = true;
    delete room.before.onAir;
    return ack({});
  }
  if (m.undoEnd && room.room.state === "ended" && meant(m.undoEnd, room.before.end)) {
    room.become("live");
    return ack({});
  }
  if (m.undoPin || m.undoOnAir || m.undoEnd || m.undoSetting || m.undoTerms) return refuse("UNDO_EXPIRED", "there is nothing to take back");
  const life = m.start ? "live" : m.end ? "ended" : m.reopen ? "live" : "";
  if (life) {
    const ends = m.end && room.room.state !== "ended";
    if (ends) room.before.end = { change: String(room.next()) };
    room.become(life);
    return ack({ room: room.room, ...(ends && room.before.end) });
  }
  for (const [verb, [from, state]] of Object.entries(steps)) {
    const wanted = m[verb as "approve"];
    if (!wanted) continue;
    const q = room.questions.get(wanted.question ?? "");
    if (q && String(wanted.revision) !== q.revision) return refuse("REVISION_MISMATCH", "somebody was faster");
    if (q && !from.includes(q.state)) return refuse("WRONG_STATE", "the question is no longer there");
    if (q) {
      q.next = verb === "queue";
      if (wanted.reason) q.reason = wanted.reason;
      if (wanted.text) q.answer = wanted.text;
      if (verb === "highlight") q.answeringMs = String(Date.now());
      if (verb === "answer") q.answeredMs = String(Date.now());
    }
    return step(room, state, q, to);
  }
  refuse("UNKNOWN_VERB", "this server does not know that act of moderation");
}

/** Whether an undo is meant for the last act: it names that one, or none. */
function meant<T extends { change: string }>(undo: { change?: string | number }, last: T | undefined): last is T {
  return last !== undefined && (!undo.change || String(undo.change) === last.change);
}

function step(room: FakeRoom, state: string, q: FakeQuestion | undefined, { ack, refuse, own }: Answers): void {
  if (!q) return refuse("QUESTION_NOT_FOUND", "there is no such question");
  q.state = state;
  q.revision = String(Number(q.revision) + 1);
  room.changes.touched.add(q.question);
  ack({ question: publicQuestion(q) });
  own(q.asker, [publicQuestion(q)]);
}
