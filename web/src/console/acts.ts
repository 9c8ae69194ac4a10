import type { Claim, ModeratorQuestion, Question, Room, View } from "../../client";
import { airing } from "../lib/air";
import { toast } from "../ui";
import type { Hold } from "./claim";
import type { Desk } from "./desk";
import type { Act } from "./keys";
import { naming } from "./undos";
import { words } from "./words";

/** A button of a row: what it does, by which key. */
export interface Offer {
  readonly act: Act;
  readonly label: string;
  readonly keys: string;
  readonly look?: "primary" | "danger";
}

/** What can be done with a question as it stands: the usual first. */
export function offers(q: ModeratorQuestion, labels = false, up = false): readonly Offer[] {
  const w = words();
  const air: Offer = { act: "air", label: up ? w.offAir : w.toAir, keys: "o" };
  const mend: Offer[] = [
    { act: "edit", label: w.edit, keys: "e" },
    ...(labels ? [{ act: "label", label: w.label, keys: "l" } as const] : []),
  ];
  const merge: Offer = { act: "merge", label: w.merge, keys: "m" };
  const claim: Offer = { act: "claim", label: w.claim, keys: "c" };
  switch (q.state) {
    case "pending":
      return [{ act: "approve", label: w.approve, keys: "a", look: "primary" }, { act: "reject", label: w.reject, keys: "r" }, ...mend, merge, claim];
    case "open":
      return [
        { act: "now", label: w.now, keys: "n", look: "primary" },
        { act: "next", label: q.next ? w.notNext : w.next, keys: "Shift+N" },
        { act: "done", label: w.answered, keys: "d" },
        air,
        { act: "archive", label: w.archive, keys: "z" },
        ...mend,
        merge,
      ];
    case "answering":
      return [
        { act: "done", label: w.answered, keys: "d", look: "primary" },
        { act: "write", label: w.write, keys: "w" },
        { act: "now", label: w.back, keys: "n" },
        air,
      ];
    case "answered":
      return [{ act: "archive", label: w.archive, keys: "z" }, ...mend];
    case "archived":
      return [{ act: "archive", label: w.bringBack, keys: "z", look: "primary" }];
    case "rejected":
      return [{ act: "approve", label: w.approve, keys: "a", look: "primary" }];
    case "merged":
      return [{ act: "merge", label: w.unmerge, keys: "m", look: "primary" }];
  }
  return [];
}

const steps: Partial<Record<Act, readonly string[]>> = {
  reject: ["pending", "open"],
  write: ["open", "answering"],
  edit: ["pending", "open", "answering", "answered"],
  label: ["pending", "open", "answering", "answered"],
  merge: ["pending", "open", "merged"],
  claim: ["pending", "open", "answering"],
};

/** Whether an act fits a question's state: a key that does not is silent. */
export function fits(q: ModeratorQuestion | undefined, act: Act): boolean {
  if (!q) return false;
  return steps[act]?.includes(q.state) ?? offers(q).some((o) => o.act === act);
}

/** What an act that asked first was prepared with. */
export interface Answered {
  /** What was answered: a reason, a text, another question. */
  readonly said: string;
  /** The questions as they stood when it was asked: one that somebody changed since is refused, and that is said. */
  readonly seen: ReadonlyMap<string, ModeratorQuestion>;
  /** The claim under which it was prepared. */
  readonly hold?: Hold;
  /** Called once it is done. */
  then?(): void;
}

/** Carries an act out on the questions it is for. */
export function carryOut(room: Room, desk: Desk, act: Act, ids: readonly string[], answered?: Answered): void {
  const w = words();
  const { said = "", seen, hold, then } = answered ?? {};
  const able = seen ? ids : ids.filter((id) => fits(desk.questions.get(id), act));
  const q = (id: string) => (seen ?? desk.questions).get(id)!;
  const first = able[0] === undefined ? undefined : q(able[0]);
  if (!first) return;
  const { moderate } = room;
  const how = { claimed: hold?.given() ?? false };
  const under = (step: Promise<unknown>) => {
    hold?.during(step);
    return step;
  };
  const undo = (_: string, result: unknown) => moderate.undo(result as Question);
  const each = (what: (q: ModeratorQuestion) => Promise<unknown>, done: string, of = able) => desk.act(of, (id) => what(q(id)), { done, undo, onlyLast: true, ...(then && { then }) });
  switch (act) {
    case "approve":
      return each(moderate.approve, w.approvedSaid);
    case "reject":
      return each((one) => moderate.reject(one, said), w.rejectedSaid);
    case "now":
      return first.state === "answering" ? each(moderate.unhighlight, w.backSaid, [first.id]) : each((one) => moderate.highlight(one), w.nowSaid, [first.id]);
    case "next":
      return first.next ? each(moderate.unqueue, w.notNextSaid) : each(moderate.queue, w.nextSaid);
    case "done":
      return each((one) => moderate.answer(one), w.answeredSaid);
    case "write":
      return each((one) => under(moderate.answer(one, said, how)), w.writtenSaid, [first.id]);
    case "archive":
      return first.state === "archived" ? each(moderate.restore, w.broughtBackSaid) : each(moderate.archive, w.archivedSaid);
    case "edit":
      return each((one) => under(moderate.edit(one, said, how)), w.editedSaid, [first.id]);
    case "label":
      return each((one) => moderate.label(one, said), said ? w.labelledSaid(said) : w.unlabelledSaid);
    case "merge":
      return first.state === "merged" ? each(moderate.unmerge, w.unmergedSaid, [first.id]) : each((one) => under(moderate.merge(one, said, how)), w.mergedSaid, [first.id]);
  }
}

/** Who is at work on a question just now. */
export function claimOf(room: Room, desk: Desk, id: string): Claim | undefined {
  const known = desk.claims.get(id);
  return known && known.untilMs > room.nowMs ? known : undefined;
}

/** Claims questions, or lets them go where all are one's own; those of others only where they are to be taken over. */
export function claim(room: Room, desk: Desk, ids: readonly string[], takeOver: boolean): void {
  const w = words();
  const isMine = (id: string) => claimOf(room, desk, id)?.person === room.you?.person;
  if (ids.every(isMine)) return desk.act(ids, (id) => room.moderate.claim(id, { release: true }), { done: w.releasedSaid });
  desk.act(ids.filter((id) => !isMine(id)), (id) => room.moderate.claim(id, { takeOver }), { done: w.claimedSaid });
}

/** Pins a comment, or takes its pin away. */
export function pin(room: Room, desk: Desk, id: string): void {
  const w = words();
  const { moderate } = room;
  const undo = { undo: (_: string, change: unknown) => moderate.undoPin(change as string), lastOf: "pin" } as const;
  if (room.view.pinned?.comment.id === id) return desk.act([id], () => naming((changed) => moderate.unpin(id, changed)), { done: w.unpinnedSaid, ...undo });
  desk.act([id], () => naming((changed) => moderate.pin(id, 0, changed)), { done: w.pinnedSaid, ...undo });
}

/** What stands on the overlay: its id, empty for nothing. */
export function onOverlay(v: Pick<View, "onAir" | "questions">): string {
  const now = airing(v);
  return now?.comment?.id ?? now?.question?.id ?? "";
}

/** Puts an item on the overlay, or takes it off. */
export function air(room: Room, desk: Desk, id: string): void {
  const w = words();
  const up = onOverlay(room.view) === id;
  choose(room, desk, id, up ? {} : choice(desk, id), up ? w.offAirSaid : w.toAirSaid);
}

/** Takes off the overlay what stands there. */
export function clearAir(room: Room, desk: Desk): void {
  choose(room, desk, "air", {}, words().offAirSaid);
}

function choose(room: Room, desk: Desk, id: string, what: { comment?: string; question?: string }, done: string): void {
  const { moderate } = room;
  desk.act([id], () => naming((changed) => moderate.onAir(what, changed)), { done, undo: (_, change) => moderate.undoOnAir(change as string), lastOf: "air" });
}

function choice(desk: Desk, id: string): { comment?: string; question?: string } {
  return desk.questions.has(id) ? { question: id } : { comment: id };
}

/** Moves an open question one place up or down in the hosts' own order. */
export function shift(room: Room, desk: Desk, id: string, by: -1 | 1): void {
  const open = orderable(desk);
  const at = open.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= open.length) return;
  place(room, desk, id, (by < 0 ? open[to] : open[to + 1]) ?? "");
}

/** Open questions as they stand in the list. */
export function orderable(desk: Desk): readonly string[] {
  return desk.lanes.live.shown.filter((one) => desk.questions.get(one)?.state === "open");
}

/** Puts an open question before another one in the hosts' own order; empty is last. */
export function place(room: Room, desk: Desk, id: string, before: string): void {
  const q = desk.questions.get(id);
  if (!q || q.state !== "open") return;
  if (room.view.room.questionRanking !== "hosts") return toast(words().notByHosts);
  desk.act([id], () => room.moderate.reorder(q, before), { done: words().placedSaid, undo: (_, result) => room.moderate.undo(result as Question), onlyLast: true, then: () => desk.refresh("live") });
}

/** The words of a text that can be blocked, each once, in their order: nine at most, one for each digit. */
export function wordsOf(text: string): readonly string[] {
  const all = text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]+/gu) ?? [];
  return [...new Map(all.map((word) => [word.toLocaleLowerCase(), word])).values()].slice(0, 9);
}
