import { useEffect, useRef, useState } from "preact/hooks";
import type { Room } from "../../client";
import { clock, count } from "../lib/format";
import { sentence, ending, waiting } from "../lib/words";
import { Button, Failure, Icon, Spotlight, toast, Toasts, useBeat, useMedia, useSelected, useStatus } from "../ui";
import { air, carryOut, clearAir, fits, onOverlay, shift, wordsOf } from "./acts";
import { all, useDesk, type Desk, type Pane, type Side } from "./desk";
import { Choose, Commands, Confirm, KeyMap, Merge, Reasons, WriteText } from "./dialogs";
import { actOf, type Act } from "./keys";
import { extend, mark, move } from "./lane";
import { Modes } from "./modes";
import { useOverlays } from "./overlays";
import { Column, CommentRow, NowCard, QuestionRow, whyHeld } from "./rows";
import { HeldRow, PersonCard, PersonRow, timeOuts } from "./people";
import { Insight, useHighlights, useSummary } from "./insight";
import { Pulse } from "./pulse";
import { Top, useWatch } from "./top";
import { words } from "./words";

/** The host console: what waits, what is live, what people write, and one key for each act. */
export function Console({ room, token, only }: { room: Room; token: string; only?: Pane | undefined }) {
  const status = useStatus(room);
  if (status.state === "closed") {
    const over = ending(status.reason, status.message);
    return (
      <main class="outside">
        <Spotlight />
        <Failure title={over.title} text={over.text}>
          <Button look="primary" onClick={() => location.reload()}>
            {words().reload}
          </Button>
        </Failure>
      </main>
    );
  }
  return <Desks room={room} token={token} only={only} />;
}

/** What a moderator chose for this browser; where storage is blocked it lasts as long as the page. */
const kept = {
  get letters(): boolean {
    try {
      return localStorage.getItem("ovation.console.letters") !== "off";
    } catch {
      return true;
    }
  },
  set letters(on: boolean) {
    try {
      localStorage.setItem("ovation.console.letters", on ? "on" : "off");
    } catch {
      // It is asked again on the next visit.
    }
  },
};

type Asking = { readonly what: (typeof asks)[number]; readonly ids: readonly string[] } | undefined;

/** Acts on questions that ask something before they are carried out. */
const asks = ["reject", "write", "edit", "label", "merge"] as const;
/** Acts on whoever wrote or asked what is selected. */
const onPeople: ReadonlySet<Act> = new Set(["timeout", "ban", "remove-all", "lift", "open"]);
const isAsking = (act: Act): act is (typeof asks)[number] => (asks as readonly string[]).includes(act);

/** A claim is renewed while somebody types, at most so often; it lasts 45 s. */
const renewMs = 15_000;

function Desks({ room, token, only }: { room: Room; token: string; only?: Pane | undefined }) {
  const w = words();
  const [filter, setFilter] = useState("");
  const [done, setDone] = useState(false);
  const desk = useDesk(room, filter, only, done);
  const watch = useWatch(room);
  const loaded = useSelected(room, (v) => v.loaded);
  const state = useSelected(room, (v) => v.room.state);
  const status = useStatus(room);
  const [asking, setAsking] = useState<Asking>();
  const [shown, setShown] = useState<"" | "map" | "commands" | "calm" | "modes">("");
  // A dialog tells that it closed a moment later: by then another one may be open, and stays so.
  const hide = (which: typeof shown) => () => setShown((now) => (now === which ? "" : now));
  const field = useRef<HTMLInputElement>(null);
  const narrow = useMedia("(max-width: 860px)");
  useBeat(5000); // ages
  const nowMs = room.nowMs;

  const [person, setPerson] = useState<Person>();
  const highlights = useHighlights(room, token);
  const summary = useSummary(room);
  const lastSide = useRef<Side>("comments");
  if (desk.pane !== "queue" && desk.pane !== "live") lastSide.current = desk.pane;
  const side = lastSide.current;
  const held = useSelected(room, (v) => v.held);
  const people = useSelected(room, (v) => v.people);
  const reports = useSelected(room, (v) => v.reports);
  const blocs = useSelected(room, (v) => v.blocs);
  const heldTotal = useSelected(room, (v) => v.heldTotal);
  const whoOf = (id: string): Pick<Person, "person" | "name"> | undefined => {
    const c = desk.comments.get(id) ?? held.get(id)?.comment;
    const q = desk.questions.get(id);
    const known = people.get(id);
    return c ? { person: c.person, name: c.name } : q ? { person: q.asker, name: q.askerName } : known && { person: id, name: known.name };
  };
  const [blocking, setBlocking] = useState("");
  const textOf = (id: string) => desk.comments.get(id)?.text ?? held.get(id)?.comment.text ?? "";
  const block = (word: string) => {
    const id = blocking;
    setBlocking("");
    desk.act([id], () => room.moderate.terms({ add: [word], comment: id }), { done: w.blockedSaid(word), undo: () => room.moderate.terms({ remove: [word] }) });
  };
  const measure = (what: () => Promise<unknown>, done: string) => desk.act([person?.person ?? ""], what, { done, undo: () => room.moderate.undoLast() });

  const run = (act: Act, ids: readonly string[]) => {
    if (ids.length === 0) return;
    if (onPeople.has(act)) {
      const who = whoOf(ids[0] ?? "");
      if (!who?.person) return;
      if (act === "lift") desk.act([who.person], (id) => room.moderate.unban(id), { done: w.liftedSaid });
      else setPerson({ ...who, what: act });
      return;
    }
    if (act === "block") {
      const [id = ""] = ids;
      if (wordsOf(textOf(id)).length > 0) setBlocking(id);
      return;
    }
    if (held.has(ids[0] ?? "")) {
      if (act === "approve") desk.act(ids, (id) => room.moderate.release(id), { done: w.releasedComment, undo: () => room.moderate.undoLast() });
      else if (act === "reject") setAsking({ what: "reject", ids });
      return;
    }
    if (act === "remove") {
      desk.act(ids, (id) => room.moderate.deleteComment(id), { done: w.removedSaid, undo: (id) => room.moderate.undelete(id) });
      return;
    }
    if (act === "air") {
      const [id = ""] = ids;
      const state = desk.questions.get(id)?.state;
      if (desk.comments.has(id) || state === "open" || state === "answering") air(room, desk, id);
      return;
    }
    if (act === "pin") {
      const [id = ""] = ids;
      if (room.view.pinned?.comment.id === id) desk.act([id], () => room.moderate.unpin(id), { done: w.unpinnedSaid, undo: () => room.moderate.pin(id) });
      else desk.act([id], () => room.moderate.pin(id), { done: w.pinnedSaid, undo: () => room.moderate.unpin(id) });
      return;
    }
    const able = ids.filter((id) => fits(desk.questions.get(id), act));
    if (able.length === 0) return;
    if (isAsking(act) && !(act === "merge" && desk.questions.get(able[0]!)?.state === "merged")) {
      if (act === "label" && room.view.room.labels.length === 0) return;
      setAsking({ what: act, ids: act === "reject" || act === "label" ? able : able.slice(0, 1) });
    } else carryOut(room, desk, act, able);
  };
  // Whoever is at work on a question says so, as long as keys are pressed; the others see the name.
  const renewed = useRef(0);
  const renew = (id: string) => {
    if (Date.now() - renewed.current < renewMs) return;
    renewed.current = Date.now();
    void room.moderate.claim(id).catch(() => undefined); // somebody else has it: the row says who
  };
  const working = asking && asking.what !== "reject" && asking.what !== "label" ? asking.ids[0] : undefined;
  useEffect(() => {
    if (!working) return undefined;
    renewed.current = 0;
    renew(working);
    return () => void room.moderate.claim(working, { release: true }).catch(() => undefined);
  }, [working]);
  const finish = (said: string) => {
    setAsking(undefined);
    if (asking && held.has(asking.ids[0] ?? "")) {
      desk.act(asking.ids, (id) => room.moderate.rejectHeld(id, said), { done: w.rejectedComment, undo: () => room.moderate.undoLast() });
    } else if (asking) carryOut(room, desk, asking.what, asking.ids, said);
  };
  const perform = (act: Act) => {
    switch (act) {
      case "down":
      case "up":
        return desk.change((l) => move(l, act === "down" ? 1 : -1));
      case "first":
      case "last":
        return desk.change((l) => move(l, act === "first" ? -l.shown.length : l.shown.length));
      case "extend-down":
      case "extend-up":
        return desk.change((l) => extend(l, act === "extend-down" ? 1 : -1));
      case "mark":
        return desk.change(mark);
      case "fresh":
        return desk.refresh();
      case "pane-1":
      case "pane-2":
        return enter(desk, all[Number(act.at(-1)) - 1]!);
      case "pane-3": // a second time: what is held back from there
        return enter(desk, desk.pane === "comments" ? "held" : "comments");
      case "pane-4":
        return enter(desk, "people");
      case "pane-5":
        return enter(desk, "pulse");
      case "region":
        return enter(desk, desk.pane === "queue" ? "live" : desk.pane === "live" ? side : "queue");
      case "filter":
        return field.current?.focus();
      case "undo":
        return desk.undo();
      case "up-order":
      case "down-order":
        return desk.pane === "live" ? desk.targets().slice(0, 1).forEach((id) => shift(room, desk, id, act === "up-order" ? -1 : 1)) : undefined;
      case "map":
      case "commands":
      case "calm":
      case "modes":
        return setShown(act);
      case "close":
        if (document.activeElement === field.current) {
          setFilter("");
          field.current?.blur();
        } else desk.change((l) => ({ ...l, marked: new Set() }));
        return;
      case "air":
        return run(act, desk.targets().slice(0, 1));
      case "air-clear":
        return clearAir(room, desk);
      case "block":
        return desk.pane === "comments" || desk.pane === "held" ? run(act, desk.targets().slice(0, 1)) : undefined;
      case "remove":
      case "pin":
        return desk.pane === "comments" ? run(act, desk.targets()) : undefined;
      case "archive":
        return run(desk.pane === "people" ? "lift" : act, desk.targets());
      default:
        return desk.pane === "comments" && !onPeople.has(act) ? undefined : run(act, desk.targets());
    }
  };
  const [letters, setLetters] = useState(kept.letters);
  const busy = asking !== undefined || person !== undefined || blocking !== "" || shown !== "";
  // One listener for the page's life, told of the latest by a reference: one that came and went with dialogs would miss a key
  // that is pressed in the moment when one closes, and take the next for an act.
  const latest = useRef({ perform, busy, letters });
  latest.current = { perform, busy, letters };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const { perform, busy, letters } = latest.current;
      if (busy) return;
      const at = e.target instanceof Element ? e.target : undefined;
      const act = actOf(e, at?.matches("input, textarea, select, [contenteditable]") ?? false, letters);
      if (!act || document.querySelector("dialog[open]")) return;
      if (act === "open" && at?.matches("button, a, [role=tab]")) return; // Enter presses what has the focus
      e.preventDefault();
      perform(act);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  const pinned = useSelected(room, (v) => v.pinned?.comment.id ?? "");
  const up = useSelected(room, onOverlay);
  const calm = useSelected(room, (v) => v.room.calmSinceMs > 0);
  const soothe = () =>
    room.moderate.calm(!calm).then(
      () => toast(calm ? w.restoredSaid : w.calmSaid),
      (error: unknown) => toast(sentence(error)),
    );
  const first = asking ? desk.questions.get(asking.ids[0] ?? "") : undefined;
  const queue = desk.lanes.queue.shown.length;
  const card = narrow ? desk.questions.get(desk.lanes.queue.selected || desk.lanes.queue.shown[0] || "") : undefined;
  return (
    <div class={`console show-${desk.pane} ${only || narrow ? "solo" : ""} ${status.state === "open" ? "" : "lost"}`}>
      <p class="sr" role="status">
        {summary}
      </p>
      <Top room={room} watch={watch} onMap={() => setShown("map")} onCalm={() => setShown("calm")} />
      <Lost room={room} />
      {state !== "ended" && <Away room={room} />}
      {state === "ended" && <Closing room={room} onTake={() => enter(desk, "pulse")} />}
      <main class="columns">
        <Column
          desk={desk}
          pane="queue"
          cards={card !== undefined}
          title={queue > 0 ? `${w.queue} · ${count(queue)}` : w.queue}
          loaded={loaded}
          empty={filter ? nothing(filter) : { title: w.queueEmpty, text: w.queueEmptyText }}
          head={
            <label class="filter">
              <Icon name="search" />
              <input ref={field} value={filter} onInput={(e) => setFilter(e.currentTarget.value)} placeholder={`${w.filter} ( / )`} aria-label={w.filter} aria-keyshortcuts="/" />
            </label>
          }
        >
          {(id) => {
            const q = desk.questions.get(id);
            if (!q || (card && id !== card.id)) return null;
            return card ? <Card key={id} desk={desk} id={id} nowMs={nowMs} left={queue} onAct={run} /> : <QuestionRow key={id} room={room} desk={desk} pane="queue" q={q} onAct={run} />;
          }}
        </Column>
        <Column
          desk={desk}
          pane="live"
          title={w.live}
          loaded={loaded}
          empty={filter ? nothing(filter) : { title: w.liveEmpty, text: w.liveEmptyText }}
          head={
            <>
              {(desk.settled > 0 || done) && (
                <Button look="quiet" class="small" aria-pressed={done} onClick={() => setDone(!done)}>
                  {w.doneWith(desk.settled)}
                </Button>
              )}
              <Button look="quiet" class="small" disabled={!up} title={`${w.airClear} (Shift+O)`} aria-keyshortcuts="Shift+O" onClick={() => clearAir(room, desk)}>
              {w.airClear}
            </Button>
            </>
          }
        >
          {(id) => {
            const q = desk.questions.get(id);
            if (!q) return null;
            return q.state === "answering" ? (
              <NowCard key={id} desk={desk} q={q} bloc={blocs.get(id)} up={up === id} nowMs={nowMs} onAct={run} />
            ) : (
              <QuestionRow key={id} room={room} desk={desk} pane="live" q={q} bloc={blocs.get(id)} up={up === id} onAct={run} />
            );
          }}
        </Column>
        <Column
          desk={desk}
          pane={side}
          tabs={[
            ["comments", w.comments, 0],
            ["held", w.held, heldTotal],
            ["people", w.people, people.size],
            ["pulse", w.insight, 0],
          ]}
          title={side === "pulse" ? w.insight : w[side]}
          loaded={loaded}
          empty={filter ? nothing(filter) : sideEmpty(side)}
          body={side === "pulse" && <Insight room={room} token={token} highlights={highlights} host={room.you?.role === "host"} />}
          head={
            <Button look="quiet" class="small" title={w.names.modes} aria-label={w.modes} onClick={() => setShown("modes")}>
              <Icon name="more" />
            </Button>
          }
        >
          {(id) => {
            const waits = held.get(id);
            const known = people.get(id);
            const c = desk.comments.get(id);
            if (side === "held") return waits && <HeldRow key={id} desk={desk} held={waits} nowMs={nowMs} onAct={run} />;
            if (side === "people") return known && <PersonRow key={id} desk={desk} standing={known} nowMs={nowMs} onAct={run} />;
            return c && <CommentRow key={id} desk={desk} c={c} pinned={pinned === id} up={up === id} reported={reports.get(id)?.people ?? 0} nowMs={nowMs} onAct={run} />;
          }}
        </Column>
      </main>
      <Pulse room={room} seen={watch.hearts} highlights={highlights.value ?? []} />
      <nav class="bottom" aria-label={w.panes}>
        {(["queue", "live", "comments", "people", "pulse"] as const).map((pane) => (
          <button key={pane} type="button" aria-current={desk.pane === pane || (pane === "comments" && desk.pane === "held") ? "true" : undefined} onClick={() => enter(desk, pane)}>
            <b class={pane === "comments" ? "late" : ""}>{pane === "pulse" ? "" : pane === "comments" ? heldTotal > 0 && count(heldTotal) : count(desk.lanes[pane].shown.length)}</b>
            {pane === "pulse" ? w.insight : w[pane]}
          </button>
        ))}
      </nav>
      {asking?.what === "reject" && <Reasons n={asking.ids.length} onCancel={() => setAsking(undefined)} onChoose={finish} />}
      <WriteText
        what={asking?.what === "edit" ? "edit" : "write"}
        q={asking?.what === "write" || asking?.what === "edit" ? desk.questions.get(asking.ids[0] ?? "") : undefined}
        limit={(asking?.what === "edit" ? room.limits?.questionGraphemes : room.limits?.answerGraphemes) ?? 280}
        onTyping={() => working && renew(working)}
        onClose={() => setAsking(undefined)}
        onSend={finish}
      />
      {asking?.what === "label" && (
        <Choose
          title={w.labelTitle}
          options={[...room.view.room.labels.map((name) => ({ id: name, name })), { id: "", name: w.noLabel }]}
          onClose={() => setAsking(undefined)}
          onChoose={finish}
        />
      )}
      {asking?.what === "merge" && first && <Merge room={room} q={first} onClose={() => setAsking(undefined)} onChoose={finish} />}
      {shown === "calm" && (
        <Confirm
          title={calm ? w.restoreAsk : w.calmAsk}
          text={calm ? w.restoreText : w.calmText}
          yes={calm ? w.restoreYes : w.calmYes}
          onYes={() => void soothe()}
          onClose={hide("calm")}
        />
      )}
      {person?.what === "open" && <PersonCard room={room} person={person.person} name={person.name} onClose={() => setPerson(undefined)} onAct={(what) => (what === "lift" ? (setPerson(undefined), run("lift", [person.person])) : setPerson({ ...person, what }))} />}
      {person?.what === "timeout" && (
        <Choose
          title={w.timeOutTitle(person.name || w.guest)}
          options={timeOuts.map((s, i) => ({ id: String(s), name: w.timeOuts[i] ?? "" }))}
          onClose={() => setPerson(undefined)}
          onChoose={(s) => {
            setPerson(undefined);
            measure(() => room.moderate.timeOut(person.person, Number(s)), w.timedOutSaid(person.name || w.guest));
          }}
        />
      )}
      {person?.what === "ban" && (
        <Confirm
          title={w.banTitle(person.name || w.guest)}
          text={w.banText}
          yes={w.ban}
          danger
          other={{ label: w.hideInstead, run: () => measure(() => room.moderate.ban(person.person, { hidden: true }), w.hiddenSaid(person.name || w.guest)) }}
          onYes={() => measure(() => room.moderate.ban(person.person), w.bannedSaid(person.name || w.guest))}
          onClose={() => setPerson(undefined)}
        />
      )}
      {person?.what === "remove-all" && (
        <Confirm
          title={w.removeAllTitle(person.name || w.guest)}
          text={w.removeAllText}
          yes={w.removeAll}
          danger
          onYes={() => measure(() => room.moderate.removeAll(person.person), w.removedAllSaid)}
          onClose={() => setPerson(undefined)}
        />
      )}
      {blocking && <Choose title={w.blockTitle} text={textOf(blocking)} options={wordsOf(textOf(blocking)).map((word) => ({ id: word, name: word }))} onClose={() => setBlocking("")} onChoose={block} />}
      {shown === "modes" && <Modes room={room} onClose={hide("modes")} />}
      <KeyMap
        open={shown === "map"}
        letters={letters}
        onLetters={(on) => {
          setLetters(on);
          kept.letters = on;
        }}
        onClose={hide("map")}
      />
      <Commands open={shown === "commands"} onClose={hide("commands")} onRun={perform} />
      <Toasts />
    </div>
  );
}

/** Whom an act is about to be for, and which. */
interface Person {
  readonly person: string;
  readonly name: string;
  readonly what: Act;
}

function sideEmpty(side: Side): { title: string; text: string } {
  const w = words();
  if (side === "held") return { title: w.heldEmpty, text: w.heldEmptyText };
  return side === "people" ? { title: w.peopleEmpty, text: w.peopleEmptyText } : { title: w.commentsEmpty, text: w.commentsEmptyText };
}

function nothing(filter: string): { title: string; text: string } {
  return { title: words().nothingFound, text: words().nothingFoundText(filter) };
}

function enter(desk: Desk, pane: Pane): void {
  desk.go(pane);
  if (!desk.lanes[pane].selected) desk.change((l) => move(l, 1), pane);
  requestAnimationFrame(() => { // it may only be drawn now, and somebody who is quick may be in the filter already
    if (!document.activeElement?.matches("input, textarea")) document.querySelector<HTMLElement>(`.in-${pane} .rows`)?.focus();
  });
}

/** One question at a time, for a thumb. */
function Card({ desk, id, nowMs, left, onAct }: { desk: Desk; id: string; nowMs: number; left: number; onAct: (act: Act, ids: readonly string[]) => void }) {
  const w = words();
  const q = desk.questions.get(id);
  if (!q) return null;
  const sending = desk.sending.has(id);
  return (
    <div class="card">
      <p class="meta">
        {q.askerName || w.guest} · {w.ago(clock(nowMs - q.askedMs))}
        {q.label && ` · ${q.label}`}
      </p>
      {q.why && <p class="meta late">{whyHeld(q)}</p>}
      <p class="said">{q.text}</p>
      <p class="meta">{w.after(left - 1)}</p>
      <div class="thumbs">
        <Button disabled={sending} onClick={() => onAct("reject", [id])}>
          {w.reject}
        </Button>
        <Button look="primary" disabled={sending} onClick={() => onAct("approve", [id])}>
          {sending ? w.sending : w.approve}
        </Button>
      </div>
    </div>
  );
}

/** Said at once when the room is lost: what is seen may be old, and what is done is kept. */
function Lost({ room }: { room: Room }) {
  const status = useStatus(room);
  useBeat(status.state === "open" ? 0 : 1000);
  if (status.state === "open" || !room.view.loaded) return null;
  return (
    <div class="banner" role="alert">
      <strong>{words().lostSince(new Date(status.lostMs).toLocaleTimeString())}</strong> {waiting(status.reason)} {words().lostText}
    </div>
  );
}

/** Said once an overlay has been gone for so long that nothing of it is on air. */
function Away({ room }: { room: Room }) {
  const w = words();
  const { away, sinceMs, accept } = useOverlays(room);
  if (away === 0) return null;
  return (
    <div class="banner away" role="alert">
      <strong>{w.overlayAway(away, new Date(sinceMs).toLocaleTimeString())}</strong> {w.overlayAwayText}{" "}
      <button type="button" class="inline" onClick={accept}>
        {w.overlayAccept}
      </button>
    </div>
  );
}

function Closing({ room, onTake }: { room: Room; onTake: () => void }) {
  const hearts = useSelected(room, (v) => v.hearts);
  const info = useSelected(room, (v) => v.room);
  const total = Object.values(hearts).reduce((a, b) => a + b, 0);
  return (
    <div class="banner calm">
      <strong>{words().ended}</strong> {words().endedText(total, clock(info.endedMs - info.startedMs))}{" "}
      <button type="button" class="inline" onClick={onTake}>
        {words().takeAway}
      </button>
    </div>
  );
}
