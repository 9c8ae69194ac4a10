import type { ModeratorQuestion, Question, Room } from "../../client";
import type { Desk } from "./desk";
import type { Act } from "./keys";
import { words } from "./words";

/** A button of a row: what it does, by which key. */
export interface Offer {
  readonly act: Act;
  readonly label: string;
  readonly keys: string;
  readonly look?: "primary" | "danger";
}

/** What can be done with a question as it stands. */
export function offers(q: ModeratorQuestion): readonly Offer[] {
  const w = words();
  switch (q.state) {
    case "pending":
      return [
        { act: "approve", label: w.approve, keys: "a", look: "primary" },
        { act: "reject", label: w.reject, keys: "r" },
      ];
    case "open":
      return [
        { act: "now", label: w.now, keys: "n", look: "primary" },
        { act: "next", label: q.next ? w.notNext : w.next, keys: "Shift+N" },
        { act: "done", label: w.answered, keys: "d" },
        { act: "archive", label: w.archive, keys: "z" },
      ];
    case "answering":
      return [
        { act: "done", label: w.answered, keys: "d", look: "primary" },
        { act: "write", label: w.write, keys: "w" },
        { act: "now", label: w.back, keys: "n" },
      ];
  }
  return [];
}

/** Whether an act fits a question's state: a key that does not is silent. */
export function fits(q: ModeratorQuestion | undefined, act: Act): boolean {
  if (!q) return false;
  if (act === "reject") return q.state === "pending" || q.state === "open";
  if (act === "write") return q.state === "open" || q.state === "answering";
  return offers(q).some((o) => o.act === act);
}

/** Carries an act out on the questions it is for. Rejecting and writing ask first; see the callers. */
export function carryOut(room: Room, desk: Desk, act: Act, ids: readonly string[], said = ""): void {
  const w = words();
  const able = ids.filter((id) => fits(desk.questions.get(id), act));
  const q = (id: string) => desk.questions.get(id)!;
  const first = able[0] === undefined ? undefined : q(able[0]);
  const { moderate } = room;
  const back = (what: (q: Question) => Promise<unknown>) => (_: string, result: unknown) => what(result as Question);
  switch (act) {
    case "approve":
      return desk.act(able, (id) => moderate.approve(q(id)), { done: w.approvedSaid });
    case "reject":
      return desk.act(able, (id) => moderate.reject(q(id), said), { done: w.rejectedSaid });
    case "now":
      return first?.state === "answering"
        ? desk.act([first.id], (id) => moderate.unhighlight(q(id)), { done: w.backSaid, undo: back(moderate.highlight) })
        : desk.act(able.slice(0, 1), (id) => moderate.highlight(q(id)), { done: w.nowSaid, undo: back(moderate.unhighlight) });
    case "next":
      return first?.next
        ? desk.act(able, (id) => moderate.unqueue(q(id)), { done: w.notNextSaid, undo: back(moderate.queue) })
        : desk.act(able, (id) => moderate.queue(q(id)), { done: w.nextSaid, undo: back(moderate.unqueue) });
    case "done":
      return desk.act(able, (id) => moderate.answer(q(id)), { done: w.answeredSaid });
    case "write":
      return desk.act(able.slice(0, 1), (id) => moderate.answer(q(id), said), { done: w.writtenSaid });
    case "archive":
      return desk.act(able, (id) => moderate.archive(q(id)), { done: w.archivedSaid, undo: back(moderate.restore) });
  }
}
