import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Room } from "../../client";
import { keepDraft } from "../lib/draft";
import { toast } from "../ui";
import { air, carryOut, fits, wordsOf } from "./acts";
import { useClaim } from "./claim";
import type { Desk } from "./desk";
import { Choose, draftName, Merge, Reasons, WriteText } from "./dialogs";
import type { Act } from "./keys";
import { isBelowHere } from "./rank";
import { isOnPerson, lift, Sanctions, whoOf, type Sanction } from "./sanctions";
import { words } from "./words";

/** Acts on questions that ask something before they are carried out. */
const asks = ["reject", "write", "edit", "label", "merge"] as const;
const isAsking = (act: Act): act is (typeof asks)[number] => (asks as readonly string[]).includes(act);

interface Question {
  readonly what: (typeof asks)[number];
  readonly ids: readonly string[];
}

/** Acts on what is selected: some are carried out at once, some ask first. */
export interface Asking {
  /** Begins an act on the items with these ids; one that does not fit them does nothing. */
  run(act: Act, ids: readonly string[]): void;
  /** Whether something is asked just now: then no key acts. */
  readonly open: boolean;
  /** What is asked. */
  readonly dialogs: ComponentChildren;
}

export function useAsking(room: Room, desk: Desk): Asking {
  const w = words();
  const [asked, setAsked] = useState<Question>();
  const [person, setPerson] = useState<Sanction>();
  const [blocking, setBlocking] = useState("");
  const { held } = room.view;
  const textOf = (id: string) => desk.comments.get(id)?.text ?? held.get(id)?.comment.text ?? "";

  const run = (act: Act, ids: readonly string[]) => {
    const [id] = ids;
    if (id === undefined) return;
    if (isOnPerson(act)) {
      const who = whoOf(room, desk, id);
      if (!who?.person) return;
      if (act === "lift") lift(room, desk, who.person);
      else if ((act === "timeout" || act === "ban") && !isBelowHere(room, who.person)) toast(w.notBelow);
      else setPerson({ ...who, what: act });
    } else if (act === "block") {
      if (wordsOf(textOf(id)).length > 0) setBlocking(id);
    } else if (held.has(id)) {
      if (act === "approve") desk.act(ids, (one) => room.moderate.release(one), { done: w.releasedComment, undo: () => room.moderate.undoLast() });
      else if (act === "reject") setAsked({ what: "reject", ids });
    } else if (act === "remove") {
      desk.act(ids, (one) => room.moderate.deleteComment(one), { done: w.removedSaid, undo: (one) => room.moderate.undelete(one) });
    } else if (act === "air") {
      const state = desk.questions.get(id)?.state;
      if (desk.comments.has(id) || state === "open" || state === "answering") air(room, desk, id);
    } else if (act === "pin") {
      if (room.view.pinned?.comment.id === id) desk.act([id], () => room.moderate.unpin(id), { done: w.unpinnedSaid, undo: () => room.moderate.pin(id) });
      else desk.act([id], () => room.moderate.pin(id), { done: w.pinnedSaid, undo: () => room.moderate.unpin(id) });
    } else onQuestions(act, ids.filter((one) => fits(desk.questions.get(one), act)));
  };
  const onQuestions = (act: Act, able: readonly string[]) => {
    const [id] = able;
    if (id === undefined) return;
    if (!isAsking(act) || (act === "merge" && desk.questions.get(id)?.state === "merged")) return carryOut(room, desk, act, able);
    if (act === "label" && room.view.room.labels.length === 0) return;
    setAsked({ what: act, ids: act === "reject" || act === "label" ? able : [id] });
  };
  const finish = (said: string) => {
    setAsked(undefined);
    if (!asked) return;
    if (held.has(asked.ids[0] ?? "")) desk.act(asked.ids, (id) => room.moderate.rejectHeld(id, said), { done: w.rejectedComment, undo: () => room.moderate.undoLast() });
    else carryOut(room, desk, asked.what, asked.ids, said, () => asked.ids.forEach((id) => forget(asked.what, id)));
  };
  // A text stays until the server has it: it may refuse it, or the way in may be gone.
  const forget = (what: Act, id: string) => (what === "write" || what === "edit") && keepDraft(room.id, draftName(what, id), "");
  const block = (word: string) => {
    setBlocking("");
    desk.act([blocking], () => room.moderate.terms({ add: [word], comment: blocking }), { done: w.blockedSaid(word), undo: () => room.moderate.terms({ remove: [word] }) });
  };

  // Whoever writes, mends or merges a question is at work on it.
  const renew = useClaim(room, asked && asked.what !== "reject" && asked.what !== "label" ? asked.ids[0] : undefined);
  const close = () => setAsked(undefined);
  const first = asked && desk.questions.get(asked.ids[0] ?? "");
  return {
    run,
    open: asked !== undefined || person !== undefined || blocking !== "",
    dialogs: (
      <>
        {asked?.what === "reject" && <Reasons n={asked.ids.length} onCancel={close} onChoose={finish} />}
        <WriteText
          room={room.id}
          what={asked?.what === "edit" ? "edit" : "write"}
          q={asked?.what === "write" || asked?.what === "edit" ? first : undefined}
          limit={(asked?.what === "edit" ? room.limits?.questionGraphemes : room.limits?.answerGraphemes) ?? 280}
          onTyping={renew}
          onClose={close}
          onSend={finish}
        />
        {asked?.what === "label" && (
          <Choose title={w.labelTitle} options={[...room.view.room.labels.map((name) => ({ id: name, name })), { id: "", name: w.noLabel }]} onClose={close} onChoose={finish} />
        )}
        {asked?.what === "merge" && first && <Merge room={room} q={first} onClose={close} onChoose={finish} />}
        {person && <Sanctions room={room} desk={desk} on={person} onChange={setPerson} />}
        {blocking && <Choose title={w.blockTitle} text={textOf(blocking)} options={wordsOf(textOf(blocking)).map((word) => ({ id: word, name: word }))} onClose={() => setBlocking("")} onChoose={block} />}
      </>
    ),
  };
}
