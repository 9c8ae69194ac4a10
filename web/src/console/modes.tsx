import { useEffect, useState } from "preact/hooks";
import type { Modes as Change, Room } from "../../client";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { Button, Dialog, Icon, toast, useSelected } from "../ui";
import { words } from "./words";

const waits = [0, 5, 10, 30, 60, 120, 300];

/** How comments are written in this room, changed while it is live; and the words that are blocked in it. */
export function Modes({ room, onClose }: { room: Room; onClose: () => void }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const change = (modes: Change) => void room.moderate.modes(modes).catch((error: unknown) => toast(sentence(error)));
  return (
    <Dialog title={w.modesTitle} open onClose={onClose}>
      <div class="modes">
        <label>
          <span class="field-label">{w.slowMode}</span>
          <select class="field" value={String(info.slowModeSeconds)} onChange={(e) => change({ slowModeSeconds: Number(e.currentTarget.value) })}>
            {[...new Set([...waits, info.slowModeSeconds])].sort((a, b) => a - b).map((n) => (
              <option key={n} value={String(n)}>
                {w.seconds(n)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="field-label">{w.who}</span>
          <select class="field" value={info.commentMode} onChange={(e) => change({ commentMode: e.currentTarget.value as NonNullable<Change["commentMode"]> })}>
            {(["everyone", "members", "moderators", "frozen"] as const).map((who) => (
              <option key={who} value={who}>
                {w.whoIs[who]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="field-label">{w.links}</span>
          <select class="field" value={info.links} onChange={(e) => change({ links: e.currentTarget.value as NonNullable<Change["links"]> })}>
            {(["everyone", "members", "moderators"] as const).map((who) => (
              <option key={who} value={who}>
                {w.whoIs[who]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" checked={info.uniqueComments} onChange={(e) => change({ uniqueComments: e.currentTarget.checked })} />
          <span>{w.unique}</span>
        </label>
        <label class="check">
          <input type="checkbox" checked={info.emojiOnly} onChange={(e) => change({ emojiOnly: e.currentTarget.checked })} />
          <span>{w.emojiOnly}</span>
        </label>
        <Terms room={room} />
      </div>
      <div class="choices">
        <Button look="primary" onClick={onClose}>
          {w.close}
        </Button>
      </div>
    </Dialog>
  );
}

function Terms({ room }: { room: Room }) {
  const w = words();
  const [terms, setTerms] = useState<readonly string[]>([]);
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState("");
  const change = (what: { add?: readonly string[]; remove?: readonly string[] }) =>
    room.moderate.terms(what).then(
      (all) => {
        setTerms(all);
        setProblem("");
        if (what.add) setNext("");
      },
      (error: unknown) => setProblem(sentence(error)),
    );
  useEffect(() => void change({}), [room]);
  return (
    <form
      class="terms"
      onSubmit={(e) => {
        e.preventDefault();
        if (next.trim()) void change({ add: [next.trim()] });
      }}
    >
      <label>
        <span class="field-label">{w.terms}</span>
        <span class="add">
          <input class="field" value={next} maxLength={mostTyped} placeholder={w.addTerm} autocomplete="off" onInput={(e) => setNext(e.currentTarget.value)} />
          <Button type="submit" disabled={!next.trim()}>
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
            <button type="button" class="fold" aria-label={w.allow(term)} title={w.allow(term)} onClick={() => void change({ remove: [term] })}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}
