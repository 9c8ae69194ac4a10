import { useEffect, useState } from "preact/hooks";
import type { Modes as Change, Room } from "../../client";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { Button, Dialog, Icon, useSelected } from "../ui";
import type { Desk } from "./desk";
import { naming } from "./undos";
import { words } from "./words";

const waits = [0, 5, 10, 30, 60, 120, 300];

/** How comments are written in this room, changed while it is live; and the words that are blocked in it. */
export function Modes({ room, desk, onClose }: { room: Room; desk: Desk; onClose: () => void }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const [chosen, setChosen] = useState<Change>({});
  const [said, setSaid] = useState("");
  const busy = desk.sending.has("modes");
  // What was chosen shows while it is on its way; then what the room has, also after a refusal.
  const now = { ...info, ...chosen };
  const change = (modes: Change) => {
    const send = () =>
      naming((changed) => room.moderate.modes(modes, changed))
        .then(
          (made) => {
            setSaid(w.modesSaid);
            return made;
          },
          (error: unknown) => {
            setSaid(sentence(error));
            throw error;
          },
        )
        .finally(() => setChosen({}));
    setChosen(modes);
    setSaid("");
    desk.act(["modes"], send, { done: w.modesSaid, undo: (_, made) => room.moderate.undoSetting(made as string), lastOf: "setting" });
  };
  return (
    <Dialog title={w.modesTitle} open onClose={onClose}>
      <div class="modes">
        <label>
          <span class="field-label">{w.slowMode}</span>
          <select class="field" disabled={busy} value={String(now.slowModeSeconds)} onChange={(e) => change({ slowModeSeconds: Number(e.currentTarget.value) })}>
            {[...new Set([...waits, now.slowModeSeconds])].sort((a, b) => a - b).map((n) => (
              <option key={n} value={String(n)}>
                {w.seconds(n)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="field-label">{w.who}</span>
          <select class="field" disabled={busy} value={now.commentMode} onChange={(e) => change({ commentMode: e.currentTarget.value as NonNullable<Change["commentMode"]> })}>
            {(["everyone", "members", "moderators", "frozen"] as const).map((who) => (
              <option key={who} value={who}>
                {w.whoIs[who]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="field-label">{w.links}</span>
          <select class="field" disabled={busy} value={now.links} onChange={(e) => change({ links: e.currentTarget.value as NonNullable<Change["links"]> })}>
            {(["everyone", "members", "moderators"] as const).map((who) => (
              <option key={who} value={who}>
                {w.whoIs[who]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" disabled={busy} checked={now.uniqueComments} onChange={(e) => change({ uniqueComments: e.currentTarget.checked })} />
          <span>{w.unique}</span>
        </label>
        <label class="check">
          <input type="checkbox" disabled={busy} checked={now.emojiOnly} onChange={(e) => change({ emojiOnly: e.currentTarget.checked })} />
          <span>{w.emojiOnly}</span>
        </label>
        <p class="meta" role="status">
          {said}
        </p>
        <Terms room={room} desk={desk} />
      </div>
      <div class="choices">
        <Button look="primary" onClick={onClose}>
          {w.close}
        </Button>
      </div>
    </Dialog>
  );
}

/** What a change of the blocked words is. */
interface Blocking {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

function Terms({ room, desk }: { room: Room; desk: Desk }) {
  const w = words();
  const [terms, setTerms] = useState<readonly string[]>([]);
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState("");
  const busy = desk.sending.has("terms");
  const send = (what: Blocking) =>
    naming((changed) => room.moderate.terms(what, changed).then(setTerms)).then(
      (made) => {
        setProblem("");
        return made;
      },
      (error: unknown) => {
        setProblem(sentence(error));
        throw error;
      },
    );
  const undo = { undo: (_: string, made: unknown) => room.moderate.undoTerms(made as string), lastOf: "terms" } as const;
  const add = async (term: string) => {
    const made = await send({ add: [term] });
    setNext("");
    return made;
  };
  const block = (term: string) => desk.act(["terms"], () => add(term), { done: w.blockedSaid(term), ...undo });
  const allow = (term: string) => desk.act(["terms"], () => send({ remove: [term] }), { done: w.allowedSaid(term), ...undo });
  useEffect(() => void send({}).catch(() => undefined), [room]); // the problem is told
  return (
    <form
      class="terms"
      onSubmit={(e) => {
        e.preventDefault();
        if (next.trim() && !busy) block(next.trim());
      }}
    >
      <label>
        <span class="field-label">{w.terms}</span>
        <span class="add">
          <input class="field" value={next} maxLength={mostTyped} placeholder={w.addTerm} autocomplete="off" onInput={(e) => setNext(e.currentTarget.value)} />
          <Button type="submit" disabled={busy || !next.trim()}>
            {w.add}
          </Button>
        </span>
      </label>
      <p class={`meta ${problem ? "refused" : ""}`} role="status">
        {problem || (terms.length === 0 ? w.noTerms : w.termsNote)}
      </p>
      <ul>
        {terms.map((term) => (
          <li key={term}>
            <span class="kept">{term}</span>
            <button type="button" class="fold" disabled={busy} aria-label={w.allow(term)} title={w.allow(term)} onClick={() => allow(term)}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}
