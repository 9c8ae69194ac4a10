import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ModeratorQuestion, Room, Similar } from "../../client";
import { draftOf, keepDraft } from "../lib/draft";
import { graphemes } from "../lib/format";
import { mostTyped } from "../lib/typed";
import { Button, Dialog, Skeleton } from "../ui";
import { digitOf, map, type Act } from "./keys";
import { words } from "./words";
import type { Words } from "./words.en";

/** Asks why: one key is enough. */
export function Reasons({ n, onChoose, onCancel }: { n: number; onChoose: (reason: string) => void; onCancel: () => void }) {
  const w = words();
  useLayoutEffect(() => { // as soon as the question is there, so that no answer to it is lost
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

/** Under what a text about a question is kept until the server has it. */
export const draftName = (what: "write" | "edit", id: string) => `${what}.${id}`;

/** Asks for a text about a question: its written answer, or its own words mended. */
export function WriteText({
  room,
  what,
  q,
  limit,
  onSend,
  onTyping,
  onClose,
}: {
  room: string;
  what: "write" | "edit";
  q: ModeratorQuestion | undefined;
  limit: number;
  onSend: (text: string) => void;
  onTyping: () => void;
  onClose: () => void;
}) {
  const w = words();
  const name = draftName(what, q?.id ?? "");
  const [text, setText] = useState("");
  useLayoutEffect(() => setText(draftOf(room, name) || ((what === "edit" ? q?.text : q?.answer) ?? "")), [name]);
  const left = limit - graphemes(text);
  const send = () => {
    if (left < 0 || !text.trim()) return;
    onSend(text.trim());
  };
  const note = what === "edit" ? w.editNote : w.writeNote;
  return (
    <Dialog title={what === "edit" ? w.editTitle : w.writeTitle} open={q !== undefined} onClose={onClose}>
      {what === "write" && <p class="kept">{q?.text}</p>}
      <textarea
        class="field"
        rows={6}
        maxLength={mostTyped}
        autofocus
        aria-label={what === "edit" ? w.editTitle : w.answer}
        value={text}
        onInput={(e) => {
          setText(e.currentTarget.value);
          keepDraft(room, name, e.currentTarget.value);
          onTyping();
        }}
        onKeyDown={(e) => (e.ctrlKey || e.metaKey) && e.key === "Enter" && !e.isComposing && send()}
      />
      <p class={`meta ${left < 0 ? "refused" : ""}`}>{left < 0 ? w.tooMany(-left) : left < 200 ? `${note} ${w.left(left)}` : note}</p>
      <div class="choices">
        <Button look="quiet" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button look="primary" disabled={left < 0 || !text.trim()} onClick={send}>
          {what === "edit" ? w.sendEdit : w.sendAnswer}
        </Button>
      </div>
    </Dialog>
  );
}

/** One of a few, by click or by the digit before it. */
export function Choose({ title, text, options, onChoose, onClose }: { title: string; text?: string; options: readonly { id: string; name: string; more?: string }[] | undefined; onChoose: (id: string) => void; onClose: () => void }) {
  const w = words();
  const latest = useRef({ options, onChoose });
  latest.current = { options, onChoose };
  useLayoutEffect(() => {
    const press = (e: KeyboardEvent) => { // wherever the focus is: options may come after the dialog
      const chosen = latest.current.options?.[digitOf(e) - 1];
      if (!chosen || e.repeat || e.isComposing) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      latest.current.onChoose(chosen.id);
    };
    addEventListener("keydown", press, true);
    return () => removeEventListener("keydown", press, true);
  }, []);
  return (
    <Dialog title={title} open onClose={onClose}>
      {text && <p class="kept">{text}</p>}
      <div class="options">
        {options === undefined && <Skeleton rows={3} />}
        {options?.length === 0 && <p class="meta">{w.nothingAlike}</p>}
        {options?.map((one, i) => (
          <button key={one.id} type="button" autofocus={i === 0} aria-keyshortcuts={`${i + 1}`} onClick={() => onChoose(one.id)}>
            <kbd>{i + 1}</kbd>
            <span class="kept">{one.name}</span>
            {one.more && <span class="meta">{one.more}</span>}
          </button>
        ))}
      </div>
      <div class="choices">
        <Button look="quiet" autofocus={!options?.length} onClick={onClose}>
          {w.cancel}
        </Button>
      </div>
    </Dialog>
  );
}

/** Questions that ask much the same as one, to merge it into. */
export function Merge({ room, q, onChoose, onClose }: { room: Room; q: ModeratorQuestion; onChoose: (into: string) => void; onClose: () => void }) {
  const w = words();
  const [found, setFound] = useState<readonly Similar[]>();
  useEffect(() => {
    let stale = false;
    room.moderate.similar(q.id).then(
      (all) => stale || setFound(all.filter((one) => one.id !== q.id)),
      () => stale || setFound([]),
    );
    return () => void (stale = true);
  }, [room, q.id]);
  return <Choose title={w.mergeTitle} text={q.text} options={found?.map((one) => ({ id: one.id, name: one.text, more: w.votes(one.votes) }))} onChoose={onChoose} onClose={onClose} />;
}

/** Asks before something that everyone notices; Enter says yes. */
export function Confirm({ title, text, yes, other, danger = false, onYes, onClose }: { title: string; text: string; yes: string; other?: { label: string; run: () => void }; danger?: boolean; onYes: () => void; onClose: () => void }) {
  return (
    <Dialog title={title} open onClose={onClose}>
      <p>{text}</p>
      <div class="choices">
        <Button look="quiet" onClick={onClose}>
          {words().cancel}
        </Button>
        {other && (
          <Button
            onClick={() => {
              onClose();
              other.run();
            }}
          >
            {other.label}
          </Button>
        )}
        <Button
          look={danger ? "danger" : "primary"}
          class={danger ? "primary" : ""}
          autofocus
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {yes}
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
      <label class="check">
        <input type="checkbox" checked={letters} onChange={(e) => onLetters(e.currentTarget.checked)} />
        <span>
          {w.letters}
          <small>{w.lettersNote}</small>
        </span>
      </label>
      <dl class="map">
        {map.map(([keys, does]) => (
          <div key={keys}>
            <dt>{does === "reject" ? w.keysReject : keys}</dt>
            <dd>{w.map[does]}</dd>
          </div>
        ))}
      </dl>
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
  ["edit", "e"],
  ["label", "l"],
  ["merge", "m"],
  ["claim", "c"],
  ["up-order", "Alt+↑"],
  ["down-order", "Alt+↓"],
  ["pin", "p"],
  ["air", "o"],
  ["air-clear", "Shift+O"],
  ["remove", "Delete"],
  ["timeout", "t"],
  ["ban", "b"],
  ["remove-all", "Shift+Delete"],
  ["block", "Shift+B"],
  ["open", "Enter"],
  ["calm", "Shift+C"],
  ["modes", ""],
  ["undo", "u"],
  ["fresh", "."],
  ["pane-1", "1"],
  ["pane-2", "2"],
  ["pane-3", "3"],
  ["pane-4", "4"],
  ["pane-5", "5"],
  ["filter", "/"],
  ["map", "?"],
];

/** All commands by name. */
export function Commands({ open, onClose, onRun }: { open: boolean; onClose: () => void; onRun: (act: Act) => void }) {
  const w = words();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  useLayoutEffect(() => {
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
        maxLength={mostTyped}
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
              {keys && <kbd>{keys}</kbd>}
            </button>
          </li>
        ))}
        {found.length === 0 && <li class="meta">{w.noCommand}</li>}
      </ul>
    </Dialog>
  );
}
