import type { ModeratorQuestion, Room } from "../../client";
import type { Desk } from "./desk";
import type { Act } from "./keys";

/** A button of a row: what it does, by which key. */
export interface Offer {
  readonly act: Act;
  readonly label: string;
  readonly keys: string;
  readonly look?: "primary" | "danger";
}

/** What can be done with a question as it stands. */
export function offers(q: ModeratorQuestion): readonly Offer[] {
  switch (q.state) {
    case "pending":
      return [
        { act: "approve", label: "Approve", keys: "a", look: "primary" },
        { act: "reject", label: "Reject", keys: "r" },
      ];
    case "open":
      return [
        { act: "now", label: "Now", keys: "n", look: "primary" },
        { act: "next", label: q.next ? "Not next" : "Next", keys: "Shift+N" },
        { act: "done", label: "Answered", keys: "d" },
        { act: "archive", label: "Put away", keys: "z" },
      ];
    case "answering":
      return [
        { act: "done", label: "Answered", keys: "d", look: "primary" },
        { act: "write", label: "Write answer", keys: "w" },
        { act: "now", label: "Back", keys: "n" },
      ];
  }
  return [];
}

/** Whether an act fits a question's state: a key that does not is silent. */
export function fits(q: ModeratorQuestion | undefined, act: Act): boolean {
  if (!q) return false;
  if (act === "reject" || act === "write") return q.state === "pending" ? act === "reject" : q.state === "open" || (q.state === "answering" && act === "write");
  return offers(q).some((o) => o.act === act);
}

/** Carries an act out on the questions it is for. Rejecting and writing ask first; see the callers. */
export function carryOut(room: Room, desk: Desk, act: Act, ids: readonly string[], words = ""): void {
  const able = ids.filter((id) => fits(desk.questions.get(id), act));
  const q = (id: string) => desk.questions.get(id)!;
  const { moderate } = room;
  switch (act) {
    case "approve":
      return desk.act(able, (id) => moderate.approve(q(id)), "Approved. Everyone can vote for it.");
    case "reject":
      return desk.act(able, (id) => moderate.reject(q(id), words), "Rejected. The asker is told.");
    case "now":
      return desk.act(able.slice(0, 1), (id) => (q(id).state === "answering" ? moderate.unhighlight(q(id)) : moderate.highlight(q(id))));
    case "next":
      return desk.act(able, (id) => (q(id).next ? moderate.unqueue(q(id)) : moderate.queue(q(id))));
    case "done":
      return desk.act(able, (id) => moderate.answer(q(id)), "Answered.");
    case "write":
      return desk.act(able.slice(0, 1), (id) => moderate.answer(q(id), words), "Answered. Everyone can read it.");
    case "archive":
      return desk.act(able, (id) => moderate.archive(q(id)), "Put away with its votes.");
  }
}
