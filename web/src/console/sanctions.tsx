import type { Room } from "../../client";
import type { Desk } from "./desk";
import { Choose, Confirm } from "./dialogs";
import type { Act } from "./keys";
import { PersonCard, timeOuts } from "./people";
import { words } from "./words";

/** Acts on whoever wrote or asked what is selected. */
const onPeople: ReadonlySet<Act> = new Set(["timeout", "ban", "remove-all", "lift", "open"]);
export const isOnPerson = (act: Act): boolean => onPeople.has(act);

/** Whom an act is about to be for, and which. */
export interface Sanction {
  readonly person: string;
  readonly name: string;
  readonly what: Act;
}

/** Who wrote or asked what has this id, or the person of it. */
export function whoOf(room: Room, desk: Desk, id: string): Pick<Sanction, "person" | "name"> | undefined {
  const { held, people } = room.view;
  const c = desk.comments.get(id) ?? held.get(id)?.comment;
  const q = desk.questions.get(id);
  const known = people.get(id);
  return c ? { person: c.person, name: c.name } : q ? { person: q.asker, name: q.askerName } : known && { person: id, name: known.name };
}

/** Lets a person go again. */
export function lift(room: Room, desk: Desk, person: string): void {
  desk.act([person], (id) => room.moderate.unban(id), { done: words().liftedSaid });
}

/** The card of a person, and what is asked before something holds against them. */
export function Sanctions({ room, desk, on, onChange }: { room: Room; desk: Desk; on: Sanction; onChange: (next?: Sanction) => void }) {
  const w = words();
  const { person, what } = on;
  const name = on.name || w.guest;
  const close = () => onChange();
  const measure = (act: () => Promise<unknown>, done: string) => desk.act([person], act, { done, undo: () => room.moderate.undoLast() });
  const turn = (next: Act) => {
    if (next !== "lift") return onChange({ ...on, what: next });
    close();
    lift(room, desk, person);
  };
  switch (what) {
    case "open":
      return <PersonCard room={room} person={person} name={on.name} onClose={close} onAct={turn} />;
    case "timeout":
      return (
        <Choose
          title={w.timeOutTitle(name)}
          options={timeOuts.map((s, i) => ({ id: String(s), name: w.timeOuts[i] ?? "" }))}
          onClose={close}
          onChoose={(s) => {
            close();
            measure(() => room.moderate.timeOut(person, Number(s)), w.timedOutSaid(name));
          }}
        />
      );
    case "ban":
      return (
        <Confirm
          title={w.banTitle(name)}
          text={w.banText}
          yes={w.ban}
          danger
          other={{ label: w.hideInstead, run: () => measure(() => room.moderate.ban(person, { hidden: true }), w.hiddenSaid(name)) }}
          onYes={() => measure(() => room.moderate.ban(person), w.bannedSaid(name))}
          onClose={close}
        />
      );
    case "remove-all":
      return <Confirm title={w.removeAllTitle(name)} text={w.removeAllText} yes={w.removeAll} danger onYes={() => measure(() => room.moderate.removeAll(person), w.removedAllSaid)} onClose={close} />;
    default:
      return null;
  }
}
