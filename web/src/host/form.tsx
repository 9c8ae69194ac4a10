import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { api, ApiError, type ApiRoom } from "../lib/api";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { Button, toast } from "../ui";
import { words } from "./words";
import { changed, draftOf, NotANumber, paths, updateOf, type Draft } from "./settings";

/** The settings of a room. What was typed stays when a save is refused or somebody else was faster. */
export function SettingsForm({ token, room, onSaved }: { token: string; room: ApiRoom; onSaved: (room: ApiRoom) => void }) {
  const w = words();
  const [base, setBase] = useState(draftOf(room));
  const [draft, setDraft] = useState(base);
  const [refused, setRefused] = useState<{ field: string; text: string }>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const next = draftOf(room);
    const own = changed(base, draft);
    setBase(next);
    setDraft({ ...next, ...Object.fromEntries(own.map((field) => [field, draft[field]])) });
  }, [room]);
  const fields = changed(base, draft);
  const set = <K extends keyof Draft>(field: K, value: Draft[K]) => setDraft({ ...draft, [field]: value });
  const save = async () => {
    setBusy(true);
    setRefused(undefined);
    try {
      const saved = await api.update(token, updateOf(room, draft, fields), fields.map((field) => paths[field]));
      setBase(draftOf(saved));
      setDraft(draftOf(saved));
      onSaved(saved);
      toast(w.saved);
    } catch (error) {
      const field = error instanceof ApiError || error instanceof NotANumber ? error.field : "";
      setRefused({ field, text: error instanceof NotANumber ? w.notANumber : field === paths.kinds ? w.notKinds : sentence(error) });
      if (error instanceof ApiError && error.reason === "REVISION_MISMATCH") onSaved(await api.room(token, room.room));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof Draft, label: string, hint: string, input: (props: { id: string; describedBy: string; invalid: boolean }) => ComponentChildren) => (
    <Field label={label} hint={hint} refused={refused?.field === paths[name] ? refused.text : ""}>
      {input}
    </Field>
  );
  const text = (name: "title" | "kinds" | "labels" | "slowModeSeconds" | "displayBudget" | "heartCap" | "answeringSlots" | "source", kind: "text" | "numeric" | "url" = "text") =>
    function Input({ id, describedBy, invalid }: { id: string; describedBy: string; invalid: boolean }) {
      return (
        <input
          class="field"
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          inputMode={kind}
          maxLength={mostTyped}
          dir={kind === "url" ? "ltr" : undefined}
          spellcheck={kind !== "url"}
          value={draft[name]}
          onInput={(e) => set(name, e.currentTarget.value)}
        />
      );
    };
  const known = refused && Object.values(paths).includes(refused.field);
  return (
    <form
      class="settings"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      {field("title", w.title, w.titleHint, text("title"))}
      {field("source", w.source, w.sourceHint, text("source", "url"))}
      <div class="pair">
        {field("kinds", w.kinds, w.kindsHint, text("kinds"))}
        {field("labels", w.labels, w.labelsHint, text("labels"))}
      </div>
      <div class="pair">
        {field("commentMode", w.mode, w.modeHint, ({ id, describedBy }) => (
          <select
            class="field"
            id={id}
            aria-describedby={describedBy}
            value={draft.commentMode}
            onChange={(e) => set("commentMode", e.currentTarget.value as Draft["commentMode"])}
          >
            <option value="COMMENT_MODE_UNSPECIFIED">{w.everyone}</option>
            <option value="COMMENT_MODE_MEMBERS">{w.members}</option>
            <option value="COMMENT_MODE_MODERATORS">{w.moderators}</option>
            <option value="COMMENT_MODE_FROZEN">{w.frozen}</option>
          </select>
        ))}
        {field("slowModeSeconds", w.slow, w.slowHint, text("slowModeSeconds", "numeric"))}
      </div>
      <div class="pair">
        {field("displayBudget", w.budget, w.budgetHint, text("displayBudget", "numeric"))}
        {field("heartCap", w.cap, w.capHint, text("heartCap", "numeric"))}
      </div>
      <div class="pair">
        {field("questionRanking", w.ranking, w.rankingHint, ({ id, describedBy }) => (
          <select
            class="field"
            id={id}
            aria-describedby={describedBy}
            value={draft.questionRanking}
            onChange={(e) => set("questionRanking", e.currentTarget.value as Draft["questionRanking"])}
          >
            <option value="QUESTION_RANKING_UNSPECIFIED">{w.byVotes}</option>
            <option value="QUESTION_RANKING_NEWEST">{w.byNewest}</option>
            <option value="QUESTION_RANKING_HOSTS">{w.byHosts}</option>
          </select>
        ))}
        {field("answeringSlots", w.slots, w.slotsHint, text("answeringSlots", "numeric"))}
      </div>
      <Check on={draft.guests} set={(on) => set("guests", on)} label={w.guests} hint={w.guestsHint} />
      <Check on={draft.anonymousQuestions} set={(on) => set("anonymousQuestions", on)} label={w.anonymous} hint={w.anonymousHint} />
      <Check on={draft.openQuestions} set={(on) => set("openQuestions", on)} label={w.openAtOnce} hint={w.openAtOnceHint} />
      <div class="save">
        {refused && !known && (
          <p class="refused" role="alert">
            {refused.text}
          </p>
        )}
        <Button look="primary" type="submit" disabled={busy || fields.length === 0}>
          {busy ? w.saving : w.save}
        </Button>
        <Button look="quiet" disabled={busy || fields.length === 0} onClick={() => setDraft(base)}>
          {w.putBack}
        </Button>
      </div>
    </form>
  );
}

function Field({
  label,
  hint,
  refused,
  children,
}: {
  label: string;
  hint: string;
  refused: string;
  children: (props: { id: string; describedBy: string; invalid: boolean }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div>
      <label class="field-label" for={id}>
        {label}
      </label>
      {children({ id, describedBy: `${id}-hint`, invalid: refused !== "" })}
      <p id={`${id}-hint`} class={refused ? "meta refused" : "meta"} role={refused ? "alert" : undefined}>
        {refused || hint}
      </p>
    </div>
  );
}

function Check({ on, set, label, hint }: { on: boolean; set: (on: boolean) => void; label: string; hint: string }) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={(e) => set(e.currentTarget.checked)} />
      <span>
        {label}
        <small class="meta">{hint}</small>
      </span>
    </label>
  );
}
