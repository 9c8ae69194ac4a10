import type { OvationError, Room } from "../../client";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { graphemes } from "../lib/format";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { words } from "../lib/words";
import { Button, Icon, nameOf, Unsent, useSelected, useStatus } from "../ui";
import type { Writing } from "./said";
import { useMuted } from "./waiting";

/** The counter is quiet until so few characters are left. */
const tellFrom = 60;

/** Where one writes. The text stays until the server has stored it; a name is asked at the first comment, not at the door. */
export function Composer({
  room,
  draft,
  onDraft,
  writing,
  onWriting,
}: {
  room: Room;
  draft: string;
  onDraft: (text: string) => void;
  writing: Writing;
  onWriting: (writing: Writing) => void;
}) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const status = useStatus(room);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [naming, setNaming] = useState(false);
  const [untilMs, setUntil] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const note = useId();
  const turnMs = useSelected(room, (v) => v.turnMs); // of a comment from before a reload
  const waitS = useCountdown(info.slowModeSeconds > 0 ? Math.max(untilMs, performance.now() + Math.min(turnMs - room.nowMs, info.slowModeSeconds * 1000)) : untilMs);
  const limit = room.limits?.commentGraphemes ?? 300;
  const left = limit - graphemes(draft.trim());
  const staff = room.you?.role === "host" || room.you?.role === "moderator";
  const muted = useMuted(room);
  const closed =
    muted ??
    (info.state === "ended"
      ? w.modeEnded
      : info.state === "scheduled"
        ? w.commentsBefore
        : info.commentMode === "frozen"
          ? w.modeFrozen
          : info.commentMode === "moderators" && !staff
            ? w.modeModerators
            : info.commentMode === "members" && room.you?.guest
              ? w.modeMembers
              : "");
  useEffect(() => {
    if (writing) field.current?.focus({ preventScroll: true });
  }, [writing]);
  const stop = () => {
    if (writing?.what === "edit") onDraft("");
    onWriting(null);
  };

  const post = async () => {
    const text = draft.trim();
    setBusy(true);
    setProblem("");
    try {
      if (writing?.what === "edit") await room.comments.edit(writing.comment.id, text);
      else await room.comments.post(text, writing ? { replyTo: writing.comment.id } : {});
      onDraft("");
      onWriting(null);
      if (info.slowModeSeconds > 0 && !staff) setUntil(performance.now() + info.slowModeSeconds * 1000);
    } catch (error) {
      const e = error as OvationError;
      if (e.reason === "SLOW_MODE" && e.retryAfterMs > 0) setUntil(performance.now() + e.retryAfterMs);
      setProblem(sentence(error));
    } finally {
      setBusy(false);
      field.current?.focus({ preventScroll: true });
    }
  };
  const submit = () => {
    if (busy || waitS > 0 || left < 0 || !draft.trim()) return;
    if (status.state !== "open") setProblem(w.offlineKept);
    else if (room.you?.guest && !room.you.name) setNaming(true);
    else void post();
  };

  if (closed) return <Closed why={closed} text={draft} />;
  if (naming) {
    return (
      <NameForm
        room={room}
        onCancel={() => setNaming(false)}
        onNamed={() => {
          setNaming(false);
          void post();
        }}
      />
    );
  }
  const hint = problem || (waitS > 0 ? w.slowWait(waitS) : info.slowModeSeconds > 0 && draft ? w.slow(info.slowModeSeconds) : info.emojiOnly ? w.emojiOnly : "");
  return (
    <form
      class="composer"
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <p class={`hint ${problem ? "bad" : ""}`} id={note} role="status">
        {hint}
      </p>
      {writing && (
        <p class="writing">
          <span class="line">{writing.what === "edit" ? w.editing : w.replying(nameOf(writing.comment))}</span>
          <button type="button" class="fold" aria-label={w.cancel} title={w.cancel} onClick={stop}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <div class="write">
        <textarea
          ref={field}
          class="field"
          rows={1}
          name="comment"
          aria-label={w.say}
          aria-describedby={note}
          aria-invalid={left < 0}
          placeholder={w.say}
          value={draft}
          readOnly={busy}
          maxLength={mostTyped}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(e) => {
            setProblem("");
            onDraft(e.currentTarget.value);
          }}
          onKeyDown={(e) => {
            const composing = e.isComposing || e.keyCode === 229; // Safari ends a composition before its Enter is told
            if (e.key === "Escape" && writing && !composing) stop();
            if (e.key !== "Enter" || e.shiftKey || composing) return;
            e.preventDefault();
            submit();
          }}
        />
        {left < tellFrom && (
          <span class={`counter ${left < 0 ? "bad" : ""}`} title={left < 0 ? w.tooLong(-left) : w.left(left)}>
            {left}
          </span>
        )}
        {draft.trim() && (
          <button type="submit" class="send" aria-label={w.send} title={w.send} disabled={busy || waitS > 0 || left < 0}>
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}

/** Stands where one would write, and cannot. */
export function Closed({ why, text }: { why: string; text: string }) {
  return (
    <div class="closed-note">
      <p>{why}</p>
      {text.trim() && <Unsent text={text} />}
    </div>
  );
}

/** Asks a guest's name, once. */
export function NameForm({ room, onNamed, onCancel }: { room: Room; onNamed: () => void; onCancel: () => void }) {
  const w = words();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const most = room.limits?.nameGraphemes ?? 40;
  const tooLong = graphemes(name.trim()) > most;
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  return (
    <form
      class="naming"
      onKeyDown={(e) => e.key === "Escape" && onCancel()}
      onSubmit={(e) => {
        e.preventDefault();
        if (!name.trim() || tooLong || busy) return;
        setBusy(true);
        setProblem("");
        room.rename(name.trim()).then(onNamed, (error: unknown) => {
          setBusy(false);
          setProblem(sentence(error));
        });
      }}
    >
      <label class="field-label" for={id}>
        {w.nameAsk}
      </label>
      <input ref={field} id={id} class="field" name="name" placeholder={w.yourName} autocomplete="nickname" value={name} readOnly={busy} aria-invalid={tooLong || problem !== ""} aria-describedby={`${id}-note`} onInput={(e) => setName(e.currentTarget.value)} />
      <p class={`meta ${problem ? "bad" : ""}`} id={`${id}-note`} role="status">
        {problem || (tooLong ? w.tooLong(graphemes(name.trim()) - most) : w.nameNote)}
      </p>
      <div class="choices">
        <Button look="quiet" onClick={onCancel}>
          {w.cancel}
        </Button>
        <Button look="primary" type="submit" disabled={busy || !name.trim() || tooLong}>
          {w.nameGo}
        </Button>
      </div>
    </form>
  );
}

/** Whole seconds until a moment of `performance.now()`; renders while they run. */
function useCountdown(untilMs: number): number {
  const [, again] = useState({});
  const left = Math.max(0, Math.ceil((untilMs - performance.now()) / 1000));
  useEffect(() => {
    if (left === 0) return undefined;
    const timer = setTimeout(() => again({}), 250);
    return () => clearTimeout(timer);
  });
  return left;
}
