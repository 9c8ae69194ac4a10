import { useRef, useState } from "preact/hooks";
import type { Room } from "../../client";
import { unsent } from "../lib/draft";
import { count } from "../lib/format";
import { ending } from "../lib/sentences";
import { ago } from "../lib/words";
import { Button, Icon, Spotlight, Toasts, Unsent, useBeat, useMedia, useSelected, useStable, useStatus } from "../ui";
import { clearAir, onOverlay } from "./acts";
import { useAsking } from "./asking";
import { Away, Closing, Lost } from "./banners";
import { Calm } from "./calm";
import { Card } from "./card";
import { useDesk, type Pane, type Side } from "./desk";
import { Commands, KeyMap } from "./dialogs";
import { Filter } from "./filter";
import { Insight, useHighlights, useSummary } from "./insight";
import { useKeyboard, useLetters } from "./keyboard";
import type { Act } from "./keys";
import { select } from "./lane";
import { Modes } from "./modes";
import { HeldRow, PersonRow } from "./people";
import { enter, perform, type Shown } from "./perform";
import { Pulse } from "./pulse";
import { isBelow } from "./rank";
import { Column, CommentRow, NowCard, placeOf, QuestionRow, type Nothing } from "./rows";
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
        <div role="alert">
          <h1>{over.title}</h1>
          <p>{over.text}</p>
        </div>
        <Button look="primary" onClick={() => location.reload()}>
          {words().reload}
        </Button>
        {unsent(room.id).map((text) => (
          <Unsent key={text} text={text} />
        ))}
      </main>
    );
  }
  return <Desks room={room} token={token} only={only} />;
}

/** The panes, three beside one another or one alone, with what stands over and under them. */
function Desks({ room, token, only }: { room: Room; token: string; only?: Pane | undefined }) {
  const w = words();
  const [filter, setFilter] = useState("");
  const [done, setDone] = useState(false);
  const desk = useDesk(room, filter, only, done);
  const asking = useAsking(room, desk);
  const [shown, setShown] = useState<Shown>("");
  // A dialog tells that it closed a moment later: by then another one may be open, and stays so.
  const hide = (which: Shown) => () => setShown((now) => (now === which ? "" : now));
  const [letters, setLetters] = useLetters();

  const watch = useWatch(room);
  const highlights = useHighlights(room, token);
  const summary = useSummary(room);
  const loaded = useSelected(room, (v) => v.loaded);
  const info = useSelected(room, (v) => v.room);
  const held = useSelected(room, (v) => v.held);
  const people = useSelected(room, (v) => v.people);
  const reports = useSelected(room, (v) => v.reports);
  const blocs = useSelected(room, (v) => v.blocs);
  const heldTotal = useSelected(room, (v) => v.heldTotal);
  const pinned = useSelected(room, (v) => v.pinned?.comment.id ?? "");
  const up = useSelected(room, onOverlay);
  const status = useStatus(room);
  useBeat(5000); // ages
  const { nowMs } = room;
  const ended = info.state === "ended";

  const narrow = useMedia("(max-width: 860px)");
  const solo = only !== undefined || narrow;
  const lastSide = useRef<Side>("comments");
  if (desk.pane !== "queue" && desk.pane !== "live") lastSide.current = desk.pane;
  const side = lastSide.current;
  const field = useRef<HTMLInputElement>(null);
  // One field for all lists: beside the queue, or over the list that is alone.
  const search = <Filter field={field} value={filter} keys={!narrow} onChange={setFilter} />;
  const filtered = solo ? desk.pane : "queue";
  const all = { label: w.showAll, run: () => setFilter("") };
  const empty = (otherwise: Nothing): Nothing => (filter ? { title: w.nothingFound, text: w.nothingFoundText(filter.length > 30 ? `${filter.slice(0, 30)}…` : filter), next: all } : otherwise);

  const run = useStable(asking.run);
  const choose = useStable((id: string) => desk.change((l) => select(l, id), "comments"));
  const act = (what: Act) => perform(what, { room, desk, asking, side, field, clearFilter: () => setFilter(""), show: setShown });
  useKeyboard(act, asking.open || shown !== "", letters);

  const queue = desk.waiting;
  const card = narrow ? desk.questions.get(desk.lanes.queue.selected || desk.lanes.queue.shown[0] || "") : undefined;
  return (
    <div class={`console show-${desk.pane} ${solo ? "solo" : ""} ${status.state === "open" ? "" : "lost"}`}>
      <p class="sr" role="status">
        {summary}
      </p>
      <Top room={room} desk={desk} watch={watch} onMap={() => setShown("map")} onCalm={() => setShown("calm")} />
      <Lost room={room} />
      {ended ? <Closing room={room} onTake={() => enter(desk, "pulse")} /> : <Away room={room} />}
      <main class="columns">
        <Column
          desk={desk}
          pane="queue"
          cards={card !== undefined}
          title={queue > 0 ? `${w.queue} · ${count(queue)}` : w.queue}
          loaded={loaded}
          empty={empty({ title: w.queueEmpty, text: ended ? w.queueEmptyEnded : w.queueEmptyText })}
          head={(filtered === "queue" || !solo) && search}
        >
          {(id) => {
            const q = desk.questions.get(id);
            if (!q || (card && id !== card.id)) return null;
            return card ? <Card key={id} room={room} desk={desk} q={q} nowMs={nowMs} onAct={asking.run} /> : <QuestionRow key={id} room={room} desk={desk} pane="queue" q={q} onAct={asking.run} />;
          }}
        </Column>
        <Column
          desk={desk}
          pane="live"
          title={w.live}
          loaded={loaded}
          empty={empty({ title: w.liveEmpty, text: ended ? w.liveEmptyEnded : w.liveEmptyText })}
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
              {filtered === "live" && search}
            </>
          }
        >
          {(id) => {
            const q = desk.questions.get(id);
            if (!q) return null;
            return q.state === "answering" ? (
              <NowCard key={id} room={room} desk={desk} q={q} bloc={blocs.get(id)} up={up === id} onAct={asking.run} />
            ) : (
              <QuestionRow key={id} room={room} desk={desk} pane="live" q={q} bloc={blocs.get(id)} up={up === id} onAct={asking.run} />
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
          empty={empty(sideEmpty(side))}
          body={side === "pulse" && <Insight room={room} token={token} highlights={highlights} host={room.you?.role === "host"} />}
          head={
            <>
              <Button look="quiet" class="small" title={w.names.modes} aria-label={w.modes} onClick={() => setShown("modes")}>
                <Icon name="sliders" />
              </Button>
              {solo && filtered === side && side !== "pulse" && search}
            </>
          }
        >
          {(id) => {
            const waits = held.get(id);
            const known = people.get(id);
            const c = desk.comments.get(id);
            if (side === "held") return waits && <HeldRow key={id} room={room} desk={desk} held={waits} nowMs={nowMs} onAct={asking.run} />;
            if (side === "people") return known && <PersonRow key={id} desk={desk} standing={known} nowMs={nowMs} onAct={asking.run} />;
            return (
              c && (
                <CommentRow
                  key={id}
                  {...placeOf(desk, "comments", id)}
                  c={c}
                  pinned={pinned === id}
                  up={up === id}
                  reported={reports.get(id)?.people ?? 0}
                  below={isBelow(room.you, c.person, c.role)}
                  age={ago(nowMs - c.atMs)}
                  onAct={run}
                  onSelect={choose}
                />
              )
            );
          }}
        </Column>
      </main>
      <Pulse room={room} seen={watch.hearts} highlights={highlights.value ?? []} />
      <nav class="bottom" aria-label={w.panes}>
        {(["queue", "live", "comments", "people", "pulse"] as const).map((pane) => (
          <button key={pane} type="button" aria-current={desk.pane === pane || (pane === "comments" && desk.pane === "held") ? "true" : undefined} onClick={() => enter(desk, pane)}>
            {pane === "comments" ? heldTotal > 0 && <b class="late">{w.heldBadge(heldTotal)}</b> : pane !== "pulse" && <b>{count(pane === "queue" ? desk.waiting : desk.lanes[pane].shown.length)}</b>}
            {pane === "pulse" ? w.insight : w[pane]}
          </button>
        ))}
      </nav>
      {asking.dialogs}
      {shown === "calm" && <Calm room={room} desk={desk} onClose={hide("calm")} />}
      {shown === "modes" && <Modes room={room} desk={desk} onClose={hide("modes")} />}
      <KeyMap open={shown === "map"} letters={letters} onLetters={setLetters} onClose={hide("map")} />
      <Commands open={shown === "commands"} onClose={hide("commands")} onRun={act} />
      <Toasts />
    </div>
  );
}

function sideEmpty(side: Side): Nothing {
  const w = words();
  if (side === "held") return { title: w.heldEmpty, text: w.heldEmptyText };
  return side === "people" ? { title: w.peopleEmpty, text: w.peopleEmptyText } : { title: w.commentsEmpty, text: w.commentsEmptyText };
}
