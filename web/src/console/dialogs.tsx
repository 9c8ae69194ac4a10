import { useEffect, useState } from "preact/hooks";
import type { ModeratorQuestion } from "../../client";
import { graphemes } from "../lib/format";
import { Button, Dialog } from "../ui";
import { digitOf, map, type Act } from "./keys";
import { words } from "./words";
import type { Words } from "./words.en";

/** Asks why: one key is enough. */
export function Reasons({ n, onChoose, onCancel }: { n: number; onChoose: (reason: string) => void; onCancel: () => void }) {
  const w = words();
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const reason = w.reasons[digitOf(e) - 1];
      if (e.repeat || e.isComposing) return;
      if (reason) onChoose(reason);
      else if (e.key === "Enter") onChoose("");
      else if (e.key === "Escape") onCancel();
      else return;
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    addEventListener("keydown", press, true);
    return () => removeEventListener("keydown", press, true);
  }, [onChoose, onCancel, w]);
  return (
    <div class="reasons" role="dialog" aria-label={w.reason}>
      <strong>{w.why(n)}</strong>
      <div>
        {w.reasons.map((reason, i) => (
          <Button key={reason} onClick={() => onChoose(reason)} aria-keyshortcuts={`${i + 1}`}>
            <kbd>{i + 1}</kbd>
            {reason}
          </Button>
        ))}
        <Button onClick={() => onChoose("")} aria-keyshortcuts="Enter">
          <kbd>↵</kbd>{w.noReason}
        </Button>
        <Button look="quiet" onClick={onCancel} aria-keyshortcuts="Escape">
          <kbd>Esc</kbd>{w.cancel}
        </Button>
      </div>
    </div>
  );
}

const drafts = new Map<string, string>(); // what was typed stays until it is sent

/** Asks for the written answer. */
export function WriteAnswer({ q, limit, onSend, onClose }: { q: ModeratorQuestion | undefined; limit: number; onSend: (text: string) => void; onClose: () => void }) {
  const w = words();
  const [text, setText] = useState("");
  useEffect(() => setText(drafts.get(q?.id ?? "") ?? q?.answer ?? ""), [q?.id]);
  const left = limit - graphemes(text);
  const send = () => {
    if (left < 0 || !text.trim()) return;
    drafts.delete(q?.id ?? "");
    onSend(text.trim());
  };
  return (
    <Dialog title={w.writeTitle} open={q !== undefined} onClose={onClose}>
      <p class="kept">{q?.text}</p>
      <textarea
        class="field"
        rows={6}
        aria-label={w.answer}
        value={text}
        onInput={(e) => {
          setText(e.currentTarget.value);
          drafts.set(q?.id ?? "", e.currentTarget.value);
        }}
        onKeyDown={(e) => (e.ctrlKey || e.metaKey) && e.key === "Enter" && !e.isComposing && send()}
      />
      <p class={`meta ${left < 0 ? "refused" : ""}`}>{left < 0 ? w.tooMany(-left) : left < 200 ? `${w.writeNote} ${w.left(left)}` : w.writeNote}</p>
      <div class="choices">
        <Button look="quiet" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button look="primary" disabled={left < 0 || !text.trim()} onClick={send}>
          {w.sendAnswer}
        </Button>
      </div>
    </Dialog>
  );
}

/** The keyboard map, and the switch for those whose voice or helper types letters by accident. */
export function KeyMap({ open, letters, onLetters, onClose }: { open: boolean; letters: boolean; onLetters: (on: boolean) => void; onClose: () => void }) {
  const w = words();
  return (
    <Dialog title={w.keys} open={open} onClose={onClose}>
      <dl class="map">
        {map.map(([keys, does]) => (
          <div key={keys}>
            <dt>{does === "reject" ? w.keysReject : keys}</dt>
            <dd>{w.map[does]}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={letters} onChange={(e) => onLetters(e.currentTarget.checked)} />
        <span>
          {w.letters}
          <small>{w.lettersNote}</small>
        </span>
      </label>
    </Dialog>
  );
}

const commands: readonly (readonly [act: keyof Words["names"], keys: string])[] = [
  ["approve", "a"],
  ["reject", "r"],
  ["now", "n"],
  ["next", "Shift+N"],
  ["done", "d"],
  ["write", "w"],
  ["archive", "z"],
  ["remove", "Delete"],
  ["undo", "u"],
  ["fresh", "."],
  ["pane-1", "1"],
  ["pane-2", "2"],
  ["pane-3", "3"],
  ["filter", "/"],
  ["map", "?"],
];

/** All commands by name. */
export function Commands({ open, onClose, onRun }: { open: boolean; onClose: () => void; onRun: (act: Act) => void }) {
  const w = words();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => {
    setWanted("");
    setAt(0);
  }, [open]);
  const found = commands.filter(([act]) => w.names[act].toLowerCase().includes(wanted.trim().toLowerCase()));
  const run = (act: Act | undefined) => {
    if (!act) return;
    onClose();
    setTimeout(() => onRun(act)); // the dialog gives the focus back first
  };
  return (
    <Dialog title={w.commands} open={open} onClose={onClose}>
      <input
        class="field"
        aria-label={w.command}
        placeholder={w.commandAsk}
        value={wanted}
        onInput={(e) => {
          setWanted(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.isComposing) return;
          if (e.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (e.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (e.key === "Enter") run(found[at]?.[0]);
          else return;
          e.preventDefault();
        }}
      />
      <ul class="commands">
        {found.map(([act, keys], i) => (
          <li key={act}>
            <button type="button" class={i === at ? "on" : ""} onClick={() => run(act)}>
              <span>{w.names[act]}</span>
              <kbd>{keys}</kbd>
            </button>
          </li>
        ))}
        {found.length === 0 && <li class="meta">{w.noCommand}</li>}
      </ul>
    </Dialog>
  );
}
