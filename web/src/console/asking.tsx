import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ModeratorQuestion, Room } from "../../client";
import { keepDraft } from "../lib/draft";
import { toast } from "../ui";
import { air, carryOut, claim, claimOf, fits, pin, wordsOf } from "./acts";
import { useClaim } from "./claim";
import type { Desk } from "./desk";
import { Choose, Confirm, draftName, Merge, Reasons, WriteText } from "./dialogs";
import type { Act } from "./keys";
import { isBelowHere } from "./rank";
import { isOnPerson, lift, Sanctions, whoseAre, type Sanction } from "./sanctions";
import { naming } from "./undos";
import { words } from "./words";

/** Acts on questions that ask something before they are carried out. */
const asks = ["reject", "write", "edit", "label", "merge"] as const;
const isAsking = (act: Act): act is (typeof asks)[number] => (asks as readonly string[]).includes(act);

/** Acts that are for one item alone. */
const forOne: ReadonlySet<Act> = new Set(["now", "write", "edit", "merge", "pin", "air", "block", "open"]);

interface Question {
  readonly what: (typeof asks)[number];
  readonly ids: readonly string[];
  /** As they stood when it was asked. */
  readonly seen: ReadonlyMap<string, ModeratorQuestion>;
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
  const [taking, setTaking] = useState<readonly string[]>([]);
  const { held, reports } = room.view;
  const textOf = (id: string) => desk.comments.get(id)?.text ?? held.get(id)?.comment.text ?? "";

  const run = (act: Act, ids: readonly string[]) => {
    const [id] = ids;
    if (id === undefined) return;
    if (ids.length > 1 && forOne.has(act)) toast(w.onlyOne);
    else if (isOnPerson(act)) {
      const all = whoseAre(room, desk, ids);
      const able = act === "timeout" || act === "ban" ? all.filter(({ person }) => isBelowHere(room, person)) : all;
      if (able.length === 0) all.length > 0 && toast(w.notBelow);
      else if (act === "lift") lift(room, desk, able);
      else setPerson({ people: able, what: act });
    } else if (act === "block") {
      if (wordsOf(textOf(id)).length > 0) setBlocking(id);
    } else if (held.has(id)) {
      if (act === "approve") desk.act(ids, (one) => room.moderate.release(one), { done: w.releasedComment, undo: (one) => room.moderate.undoHeld(one) });
      else if (act === "reject") setAsked({ what: "reject", ids, seen: new Map() });
    } else if (act === "approve" && desk.comments.has(id)) {
      const stay = ids.filter((one) => (reports.get(one)?.people ?? 0) > 0); // of others there is nothing to let stay
      desk.act(stay, (one) => room.moderate.release(one), { done: w.staysSaid, undo: (one) => room.moderate.undoHeld(one) });
    } else if (act === "remove") {
      desk.act(ids, (one) => room.moderate.deleteComment(one), { done: w.removedSaid, undo: (one) => room.moderate.undoDelete(one) });
    } else if (act === "air") {
      const state = desk.questions.get(id)?.state;
      if (desk.comments.has(id) || state === "open" || state === "answering") air(room, desk, id);
    } else if (act === "pin") {
      pin(room, desk, id);
    } else onQuestions(act, ids.filter((one) => fits(desk.questions.get(one), act)));
  };
  const onQuestions = (act: Act, able: readonly string[]) => {
    const [id] = able;
    if (id === undefined) return;
    if (act === "claim") {
      const others = able.some((one) => ![undefined, room.you?.person].includes(claimOf(room, desk, one)?.person));
      return others ? setTaking(able) : claim(room, desk, able, false);
    }
    if (!isAsking(act) || (act === "merge" && desk.questions.get(id)?.state === "merged")) return carryOut(room, desk, act, able);
    if (act === "label" && room.view.room.labels.length === 0) return;
    setAsked({ what: act, ids: able, seen: new Map(able.map((one) => [one, desk.questions.get(one)!])) });
  };
  const finish = (said: string) => {
    setAsked(undefined);
    if (!asked) return;
    const { what, ids, seen } = asked;
    if (seen.size === 0) desk.act(ids, (id) => room.moderate.rejectHeld(id, said), { done: w.rejectedComment, undo: (id) => room.moderate.undoHeld(id) });
    else carryOut(room, desk, what, ids, { said, seen, ...(works && { hold }), then: () => ids.forEach((id) => forget(what, id)) });
  };
  // A text stays until the server has it: it may refuse it, or the way in may be gone.
  const forget = (what: Act, id: string) => (what === "write" || what === "edit") && keepDraft(room.id, draftName(what, id), "");
  const block = (word: string) => {
    setBlocking("");
    desk.act([blocking], () => naming((changed) => room.moderate.terms({ add: [word], comment: blocking }, changed)), {
      done: w.blockedSaid(word),
      undo: (_, change) => room.moderate.undoTerms(change as string),
      lastOf: "terms",
    });
  };

  // Whoever writes, mends or merges a question is at work on it.
  const works = asked !== undefined && asked.what !== "reject" && asked.what !== "label";
  const hold = useClaim(room, works ? asked.ids[0] : undefined);
  const close = () => setAsked(undefined);
  const first = asked && (desk.questions.get(asked.ids[0] ?? "") ?? asked.seen.get(asked.ids[0] ?? ""));
  const holder = taking.map((id) => claimOf(room, desk, id)).find((known) => known && known.person !== room.you?.person);
  return {
    run,
    open: asked !== undefined || person !== undefined || blocking !== "" || taking.length > 0,
    dialogs: (
      <>
        {asked?.what === "reject" && <Reasons n={asked.ids.length} onCancel={close} onChoose={finish} />}
        <WriteText
          room={room.id}
          what={asked?.what === "edit" ? "edit" : "write"}
          q={asked?.what === "write" || asked?.what === "edit" ? first : undefined}
          limit={(asked?.what === "edit" ? room.limits?.questionGraphemes : room.limits?.answerGraphemes) ?? 280}
          onTyping={hold.renew}
          onClose={close}
          onSend={finish}
        />
        {asked?.what === "label" && (
          <Choose title={w.labelTitle} options={[...room.view.room.labels.map((name) => ({ id: name, name })), { id: "", name: w.noLabel }]} onClose={close} onChoose={finish} />
        )}
        {asked?.what === "merge" && first && <Merge room={room} q={first} onClose={close} onChoose={finish} />}
        {person && <Sanctions room={room} desk={desk} on={person} onChange={setPerson} />}
        {taking.length > 0 && (
          <Confirm
            title={w.takeOverTitle(holder?.name || w.someModerator)}
            text={w.takeOverText}
            yes={w.takeOver}
            onYes={() => claim(room, desk, taking, true)}
            onClose={() => setTaking([])}
          />
        )}
        {blocking && <Choose title={w.blockTitle} text={textOf(blocking)} options={wordsOf(textOf(blocking)).map((word) => ({ id: word, name: word }))} onClose={() => setBlocking("")} onChoose={block} />}
      </>
    ),
  };
}
