import { useEffect, useState } from "preact/hooks";
import type { ModeratorQuestion } from "../../client";
import { count, graphemes } from "../lib/format";
import { rejectReasons } from "../lib/words";
import { Button, Dialog } from "../ui";
import { digitOf, map, type Act } from "./keys";

/** Asks why: one key is enough. */
export function Reasons({ n, onChoose, onCancel }: { n: number; onChoose: (reason: string) => void; onCancel: () => void }) {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const reason = rejectReasons[digitOf(e) - 1];
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
  }, [onChoose, onCancel]);
  return (
    <div class="reasons" role="dialog" aria-label="Reason">
      <strong>{n > 1 ? `Reject ${n} questions. Why?` : "Reject. Why?"}</strong>
      <div>
        {rejectReasons.map((reason, i) => (
          <Button key={reason} onClick={() => onChoose(reason)} aria-keyshortcuts={`${i + 1}`}>
            <kbd>{i + 1}</kbd>
            {reason}
          </Button>
        ))}
        <Button onClick={() => onChoose("")} aria-keyshortcuts="Enter">
          <kbd>↵</kbd>No reason
        </Button>
        <Button look="quiet" onClick={onCancel} aria-keyshortcuts="Escape">
          <kbd>Esc</kbd>Cancel
        </Button>
      </div>
    </div>
  );
}

const drafts = new Map<string, string>(); // what was typed stays until it is sent

/** Asks for the written answer. */
export function WriteAnswer({ q, limit, onSend, onClose }: { q: ModeratorQuestion | undefined; limit: number; onSend: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState("");
  useEffect(() => setText(drafts.get(q?.id ?? "") ?? q?.answer ?? ""), [q?.id]);
  const left = limit - graphemes(text);
  const send = () => {
    if (left < 0 || !text.trim()) return;
    drafts.delete(q?.id ?? "");
    onSend(text.trim());
  };
  return (
    <Dialog title="Write the answer" open={q !== undefined} onClose={onClose}>
      <p class="kept">{q?.text}</p>
      <textarea
        class="field"
        rows={6}
        aria-label="Answer"
        value={text}
        onInput={(e) => {
          setText(e.currentTarget.value);
          drafts.set(q?.id ?? "", e.currentTarget.value);
        }}
        onKeyDown={(e) => (e.ctrlKey || e.metaKey) && e.key === "Enter" && !e.isComposing && send()}
      />
      <p class={`meta ${left < 0 ? "refused" : ""}`}>{left < 0 ? `${count(-left)} too many` : `Everyone can read it. Ctrl+Enter sends.${left < 200 ? ` ${left} left.` : ""}`}</p>
      <div class="choices">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={left < 0 || !text.trim()} onClick={send}>
          Send and mark answered
        </Button>
      </div>
    </Dialog>
  );
}

/** The keyboard map. */
export function KeyMap({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title="Keys" open={open} onClose={onClose}>
      <dl class="map">
        {map.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

const commands: readonly (readonly [Act, string, string])[] = [
  ["approve", "Approve the question", "a"],
  ["reject", "Reject the question", "r"],
  ["now", "Answer the question now, or put it back", "n"],
  ["next", "Mark as Next, or no longer", "Shift+N"],
  ["done", "Mark as answered", "d"],
  ["write", "Write the answer", "w"],
  ["archive", "Put the question away", "z"],
  ["remove", "Remove the comment", "Delete"],
  ["fresh", "Show what is new", "."],
  ["pane-1", "Go to the queue", "1"],
  ["pane-2", "Go to live questions", "2"],
  ["pane-3", "Go to comments", "3"],
  ["filter", "Filter", "/"],
  ["map", "Show all keys", "?"],
];

/** All commands by name. */
export function Commands({ open, onClose, onRun }: { open: boolean; onClose: () => void; onRun: (act: Act) => void }) {
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => {
    setWanted("");
    setAt(0);
  }, [open]);
  const found = commands.filter(([, name]) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const run = (act: Act | undefined) => {
    if (!act) return;
    onClose();
    setTimeout(() => onRun(act)); // the dialog gives the focus back first
  };
  return (
    <Dialog title="Commands" open={open} onClose={onClose}>
      <input
        class="field"
        aria-label="Command"
        placeholder="What would you like to do?"
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
        {found.map(([act, name, keys], i) => (
          <li key={act}>
            <button type="button" class={i === at ? "on" : ""} onClick={() => run(act)}>
              <span>{name}</span>
              <kbd>{keys}</kbd>
            </button>
          </li>
        ))}
        {found.length === 0 && <li class="meta">No command has that name.</li>}
      </ul>
    </Dialog>
  );
}
