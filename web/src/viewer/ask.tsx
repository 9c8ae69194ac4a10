import type { Room } from "../../client";
import { useId, useState } from "preact/hooks";
import { draftOf, useDraft } from "../lib/draft";
import { graphemes } from "../lib/format";
import { words } from "../lib/words";
import { sentence } from "../lib/sentences";
import { Button, Dialog, toast, useSelected, useStatus } from "../ui";
import { mostTyped } from "../lib/typed";
import { Closed } from "./composer";
import { SimilarQuestions } from "./similar";

/** The bar under the questions, and the form it opens. What was typed stays until it is asked. */
export function Ask({ room }: { room: Room }) {
  const w = words();
  const state = useSelected(room, (v) => v.room.state);
  const paused = useSelected(room, (v) => v.room.questionsPaused);
  const [open, setOpen] = useState(false);
  if (state === "ended" || paused) return <Closed why={state === "ended" ? w.askEnded : w.questionsPaused} text={draftOf(room.id, "question")} />;
  return (
    <div class="ask-bar">
      <Button class="ask" onClick={() => setOpen(true)} disabled={state !== "live"}>
        {w.ask}
      </Button>
      <Dialog title={w.askTitle} open={open} onClose={() => setOpen(false)}>
        <AskForm room={room} onDone={() => setOpen(false)} />
      </Dialog>
    </div>
  );
}

function AskForm({ room, onDone }: { room: Room; onDone: () => void }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const status = useStatus(room);
  const [text, setText] = useDraft(room.id, "question");
  const [name, setName] = useState("");
  const [anonymous, setAnonymous] = useState(false);
  const [label, setLabel] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const id = useId();
  const left = (room.limits?.questionGraphemes ?? 280) - graphemes(text.trim());
  const nameless = !!room.you?.guest && !room.you.name && !anonymous;
  const ready = text.trim() !== "" && left >= 0 && !busy && (!nameless || name.trim() !== "");

  const ask = async () => {
    if (!ready) return;
    if (status.state !== "open") {
      setProblem(w.offlineKept);
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      if (nameless) await room.rename(name.trim());
      const q = await room.questions.ask(text.trim(), { anonymous, label });
      setText("");
      toast(q.state === "pending" ? w.asked : w.askedOpen);
      onDone();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  return (
    <form
      class="ask-form"
      onSubmit={(e) => {
        e.preventDefault();
        void ask();
      }}
    >
      <textarea
        class="field"
        rows={4}
        name="question"
        autofocus
        aria-label={w.askTitle}
        aria-describedby={`${id}-left`}
        aria-invalid={left < 0}
        placeholder={w.askPlaceholder}
        maxLength={mostTyped}
        value={text}
        readOnly={busy}
        onInput={(e) => {
          setText(e.currentTarget.value);
          setProblem("");
        }}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.metaKey || e.ctrlKey)) void ask();
        }}
      />
      <p class={`meta ${left < 0 ? "bad" : ""}`} id={`${id}-left`}>
        {left < 0 ? w.tooLong(-left) : w.left(left)}
      </p>
      <SimilarQuestions
        room={room}
        text={text}
        onVoted={() => {
          setText("");
          onDone();
        }}
      />
      {info.labels.length > 0 && (
        <label class="labelled">
          <span class="field-label">{w.label}</span>
          <select class="field" value={label} onChange={(e) => setLabel(e.currentTarget.value)}>
            <option value="">{w.noLabel}</option>
            {info.labels.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {info.anonymousQuestions && (
        <label class="check">
          <input type="checkbox" checked={anonymous} onChange={(e) => setAnonymous(e.currentTarget.checked)} />
          <span>
            {w.anonymous}
            <small>{w.anonymousNote}</small>
          </span>
        </label>
      )}
      {nameless && (
        <label class="labelled">
          <span class="field-label">{w.nameAsk}</span>
          <input class="field" name="name" autocomplete="nickname" value={name} readOnly={busy} onInput={(e) => setName(e.currentTarget.value)} />
        </label>
      )}
      <p class={`meta ${problem ? "bad" : ""}`} role="status">
        {problem || (info.openQuestions ? w.askOpenNote : w.askNote)}
      </p>
      <div class="choices">
        <Button look="quiet" onClick={onDone}>
          {w.cancel}
        </Button>
        <Button look="primary" type="submit" disabled={!ready}>
          {w.askGo}
        </Button>
      </div>
    </form>
  );
}
