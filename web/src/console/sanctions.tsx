import type { Room } from "../../client";
import type { Desk } from "./desk";
import { Choose, Confirm } from "./dialogs";
import type { Act } from "./keys";
import { PersonCard, timeOuts } from "./people";
import { words } from "./words";

/** Acts on whoever wrote or asked what is selected. */
const onPeople: ReadonlySet<Act> = new Set(["timeout", "ban", "remove-all", "lift", "open"]);
export const isOnPerson = (act: Act): boolean => onPeople.has(act);

/** A person, by what they wrote or by what holds against them. */
interface Somebody {
  readonly person: string;
  readonly name: string;
}

/** Whom an act is about to be for, and which. */
export interface Sanction {
  readonly people: readonly Somebody[];
  readonly what: Act;
}

/** Who wrote or asked what has this id, or the person of it. */
function whoOf(room: Room, desk: Desk, id: string): Somebody | undefined {
  const { held, people } = room.view;
  const c = desk.comments.get(id) ?? held.get(id)?.comment;
  const q = desk.questions.get(id);
  const known = people.get(id);
  return c ? { person: c.person, name: c.name } : q ? { person: q.asker, name: q.askerName } : known && { person: id, name: known.name };
}

/** Who wrote or asked what has these ids, each person once. */
export function whoseAre(room: Room, desk: Desk, ids: readonly string[]): readonly Somebody[] {
  const all = ids.map((id) => whoOf(room, desk, id)).filter((who) => who !== undefined && who.person !== "") as Somebody[];
  return [...new Map(all.map((who) => [who.person, who])).values()];
}

/** Does something about people; of such acts on a person the server takes the last one back. */
function measure(room: Room, desk: Desk, people: readonly Somebody[], act: (person: string) => Promise<unknown>, done: string): void {
  desk.act(people.map((who) => who.person), act, { done, undo: (person) => room.moderate.undoPerson(person), onlyLast: true });
}

/** Lets people go again. */
export function lift(room: Room, desk: Desk, people: readonly Somebody[]): void {
  measure(room, desk, people, (id) => room.moderate.unban(id), words().liftedSaid);
}

/** The card of a person, and what is asked before something holds against people. */
export function Sanctions({ room, desk, on, onChange }: { room: Room; desk: Desk; on: Sanction; onChange: (next?: Sanction) => void }) {
  const w = words();
  const { people, what } = on;
  const [{ person, name: called } = { person: "", name: "" }] = people;
  const one = people.length === 1;
  const name = one ? called || w.guest : w.somePeople(people.length);
  const close = () => onChange();
  const turn = (next: Act) => {
    if (next !== "lift") return onChange({ ...on, what: next });
    close();
    lift(room, desk, people);
  };
  switch (what) {
    case "open":
      return <PersonCard room={room} person={person} name={called} onClose={close} onAct={turn} />;
    case "timeout":
      return (
        <Choose
          title={w.timeOutTitle(name)}
          options={timeOuts.map((s, i) => ({ id: String(s), name: w.timeOuts[i] ?? "" }))}
          onClose={close}
          onChoose={(s) => {
            close();
            measure(room, desk, people, (id) => room.moderate.timeOut(id, Number(s)), one ? w.timedOutSaid(name) : w.timedOutAll);
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
          other={{ label: w.hideInstead, run: () => measure(room, desk, people, (id) => room.moderate.ban(id, { hidden: true }), one ? w.hiddenSaid(name) : w.hiddenAll) }}
          onYes={() => measure(room, desk, people, (id) => room.moderate.ban(id), one ? w.bannedSaid(name) : w.bannedAll)}
          onClose={close}
        />
      );
    case "remove-all":
      return (
        <Confirm
          title={w.removeAllTitle(name)}
          text={one ? w.removeAllText : w.removeAllOfAll}
          yes={w.removeAll}
          danger
          onYes={() => desk.act(people.map((who) => who.person), (id) => room.moderate.removeAll(id), { done: w.removedAllSaid, undo: (id) => room.moderate.undoRemoveAll(id) })}
          onClose={close}
        />
      );
    default:
      return null;
  }
}
