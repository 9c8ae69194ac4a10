import { Component, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Bloc, Comment, ModeratorQuestion, Room } from "../../client";
import { clock, count } from "../lib/format";
import { ago } from "../lib/words";
import { Badge, Button, Disc, Empty, Name, nameOf, Skeleton, useBeat } from "../ui";
import { offers, type Offer } from "./acts";
import { useAlike } from "./alike";
import { Grip } from "./grip";
import type { Desk, Pane } from "./desk";
import type { Act } from "./keys";
import { useGrace } from "./grace";
import { safeFrom, select } from "./lane";
import { words } from "./words";

/** How long a question may wait before its age turns amber. */
export const longMs = 120_000;

/** What a list says that has nothing in it, and the next step where there is one. */
export interface Nothing {
  readonly title: string;
  readonly text: string;
  readonly next?: { readonly label: string; run(): void };
}

function None({ title, text, next }: Nothing) {
  return (
    <Empty title={title} text={text}>
      {next && <Button onClick={next.run}>{next.label}</Button>}
    </Empty>
  );
}

/** One list with its head, its rows, and what it says when it has none. */
export function Column({
  desk,
  pane,
  title,
  tabs,
  loaded,
  empty,
  head,
  cards = false,
  body,
  children,
}: {
  desk: Desk;
  pane: Pane;
  /** Lists that share this column, with how much is in them. */
  tabs?: readonly (readonly [pane: Pane, name: string, n: number])[];
  title: string;
  loaded: boolean;
  empty: Nothing;
  head?: ComponentChildren;
  /** One large card at a time instead of rows. */
  cards?: boolean;
  /** What is shown instead of rows. */
  body?: ComponentChildren;
  children: (id: string) => ComponentChildren;
}) {
  const w = words();
  const lane = desk.lanes[pane];
  const here = desk.pane === pane;
  const box = useRef<HTMLDivElement>(null);
  const grid = !cards && loaded && lane.shown.length > 0; // rows with buttons in them: a list box may not have any
  useEffect(() => {
    if (here && lane.selected) document.getElementById(`${pane}-${lane.selected}`)?.scrollIntoView({ block: "nearest" });
  }, [here, lane.selected, lane.shown]);
  // A list that was not worked in selects something by itself: the row under the finger, or it would move away from the finger.
  const press = (at: Element) => {
    if (at.closest("header")) return;
    desk.go(pane);
    const id = at.closest(".item")?.id.slice(pane.length + 1);
    if (id && !lane.selected) desk.change((l) => select(l, id), pane);
  };
  return (
    <section class={`column in-${pane} ${here ? "here" : ""}`} aria-labelledby={`${pane}-title`} onPointerDown={(e) => press(e.target as Element)}>
      <header>
        {tabs ? (
          <>
            <h2 class="sr" id={`${pane}-title`}>
              {title}
            </h2>
            <span class="side-tabs">
              {tabs.map(([one, name, n]) => (
                <button key={one} type="button" aria-pressed={one === pane} onClick={() => desk.go(one)}>
                  {name}
                  {n > 0 && <b>{count(n)}</b>}
                </button>
              ))}
            </span>
          </>
        ) : (
          <h2 id={`${pane}-title`}>{title}</h2>
        )}
        {head}
        {lane.marked.size > 0 && <span class="meta">{w.marked(lane.marked.size)}</span>}
        {lane.fresh > 0 && (
          <button type="button" class="fresh" title={w.freshTitle} aria-keyshortcuts="." onClick={() => desk.refresh(pane)}>
            {w.fresh(lane.fresh)}
          </button>
        )}
      </header>
      <div
        ref={box}
        class="rows"
        tabIndex={0}
        aria-label={title}
        {...(grid
          ? { role: "grid", "aria-multiselectable": "true", "aria-activedescendant": lane.selected ? `${pane}-${lane.selected}` : undefined }
          : { role: "group" })}
        onFocus={() => desk.go(pane)}
        onScroll={({ currentTarget: rows }) => rows.scrollHeight - rows.scrollTop < 3 * rows.clientHeight && desk.reached(pane)}
      >
        {!loaded ? <Skeleton rows={8} /> : body ? body : lane.shown.length === 0 ? <None {...empty} /> : lane.shown.map(children)}
      </div>
    </section>
  );
}

/** A question, two lines of it; with its buttons while it is selected. */
export function QuestionRow({ room, desk, pane, q, bloc, up = false, onAct }: { room: Room; desk: Desk; pane: Pane; q: ModeratorQuestion; bloc?: Bloc; up?: boolean; onAct: (act: Act, ids: readonly string[]) => void }) {
  const w = words();
  const age = room.nowMs - q.askedMs;
  const selected = desk.lanes[pane].selected === q.id;
  const alike = useAlike(room, selected && q.state === "pending" ? q.id : undefined);
  return (
    <Row desk={desk} pane={pane} id={q.id} state={q.next && q.state === "open" ? "next" : q.state} offers={offers(q, room.view.room.labels.length > 0, up)} onAct={onAct}>
      {pane === "live" && q.state === "open" && room.view.room.questionRanking === "hosts" && <Grip room={room} desk={desk} id={q.id} />}
      <p class="text">
        {up && <b class="on-air">{w.onAir}</b>}
        {q.next && q.state === "open" && <b class="tag">{w.next}</b>}
        {w.settled[q.state] && <b class="settled">{w.settled[q.state]}</b>}
        <span>{q.text}</span>
      </p>
      <p class="meta">
        {q.state !== "pending" && <b class="votes">{words().votes(q.votes)}</b>}
        <OneNetwork bloc={bloc} />
        <span class="line">{q.askerName || words().guest}</span>
        {q.anonymous && <span>{w.anonymous}</span>}
        {q.label && <span class="line">{q.label}</span>}
        {q.edited && <span>{w.edited}</span>}
        {alike > 0 && <b class="alike">{w.alike(alike)}</b>}
        {q.state === "pending" && q.why && <b class="late line">{whyHeld(q)}</b>}
        <Claimed room={room} desk={desk} id={q.id} />
        <span class={q.state === "pending" && age > longMs ? "late" : ""}>{ago(age)}</span>
      </p>
      {selected && <Originally q={q} />}
      {selected && <OneNetworkMeans bloc={bloc} />}
    </Row>
  );
}

/** That many votes come from one network, for a moderator to judge; what it means stands below once the row is selected. */
function OneNetwork({ bloc }: { bloc: Bloc | undefined }) {
  return bloc ? <b class="late">{words().bloc(bloc.people, bloc.of)}</b> : null;
}

function OneNetworkMeans({ bloc }: { bloc: Bloc | undefined }) {
  return bloc ? <p class="meta note">{words().blocMeans(bloc.expected)}</p> : null;
}

/** How a question was asked, before a moderator mended it. */
export function Originally({ q }: { q: ModeratorQuestion }) {
  return q.edited && q.originalText ? (
    <p class="meta note">
      {words().originally} <bdi class="kept">{q.originalText}</bdi>
    </p>
  ) : null;
}

/** Why something waits, in words, and what the rule said to it. */
export function whyHeld({ why, detail }: { why: string; detail: string }): string {
  const said = words().heldWhy[why] ?? why;
  return detail ? `${said}: ${detail}` : said;
}

/** Who is at work on a question. */
export function Claimed({ room, desk, id }: { room: Room; desk: Desk; id: string }) {
  const claim = desk.claims.get(id);
  if (!claim || claim.untilMs <= room.nowMs) return null;
  const mine = claim.person === room.you?.person;
  return (
    <span class={`claim ${mine ? "mine" : ""}`}>
      <Disc person={claim.person} name={claim.name || words().someModerator} />
      {mine ? words().claimedByMe : words().claimedBy(claim.name || words().someModerator)}
    </span>
  );
}

/** A clock second by second, until the show ends. */
function Running({ room, sinceMs }: { room: Room; sinceMs: number }) {
  const { state, endedMs } = room.view.room;
  useBeat(state === "ended" ? 0 : 1000);
  return <b class="timer">{clock((state === "ended" ? endedMs : room.nowMs) - sinceMs)}</b>;
}

/** The question that is answered now, large, with its clock. */
export function NowCard({ room, desk, q, bloc, up, onAct }: { room: Room; desk: Desk; q: ModeratorQuestion; bloc?: Bloc; up: boolean; onAct: (act: Act, ids: readonly string[]) => void }) {
  return (
    <Row desk={desk} pane="live" id={q.id} state="answering" offers={offers(q, false, up)} onAct={onAct} always>
      <p class="meta">
        <b class="now-tag">{words().now}</b>
        {up && <b class="on-air">{words().onAir}</b>}
        <Running room={room} sinceMs={q.answeringMs} />
        <span>{words().votes(q.votes)}</span>
        <OneNetwork bloc={bloc} />
        <span class="line">{q.askerName || words().guest}</span>
      </p>
      <p class="said">{q.text}</p>
      <OneNetworkMeans bloc={bloc} />
    </Row>
  );
}

function commentOffers(pinned: boolean, up: boolean, below: boolean, reported: boolean): readonly Offer[] {
  const w = words();
  return [
    ...(reported ? [{ act: "approve", label: w.letStay, keys: "a", look: "primary" } as const] : []),
    { act: "pin", label: pinned ? w.unpin : w.pin, keys: "p" },
    { act: "air", label: up ? w.offAir : w.toAir, keys: "o" },
    ...(below ? [{ act: "timeout", label: w.timeOut, keys: "t" } as const, { act: "ban", label: w.ban, keys: "b" } as const] : []),
    { act: "open", label: w.card, keys: "Enter" },
    { act: "block", label: w.blockWord, keys: "Shift+B" },
    { act: "remove", label: w.remove, keys: "Delete", look: "danger" },
  ];
}

/** What a comment's row shows, in plain values. */
interface CommentProps extends Place {
  readonly c: Comment;
  readonly pinned: boolean;
  readonly up: boolean;
  /** How many people reported it. */
  readonly reported: number;
  /** Whether its author is of a lower role. */
  readonly below: boolean;
  /** How long ago it came, in words. */
  readonly age: string;
  onAct(act: Act, ids: readonly string[]): void;
  onSelect(id: string): void;
}

/** A comment; removing it takes it from everyone. There are many, and the list is drawn with each tick: a row for which everything is as it was is not. */
export class CommentRow extends Component<CommentProps> {
  override shouldComponentUpdate(next: CommentProps): boolean {
    return (Object.keys(next) as (keyof CommentProps)[]).some((key) => !Object.is(next[key], this.props[key]));
  }

  override render(props: CommentProps) {
    return <Written {...props} />;
  }
}

function Written({ c, pinned, up, reported, below, age, onAct, onSelect, ...place }: CommentProps) {
  return (
    <Line place={place} pane="comments" id={c.id} state="comment" offers={commentOffers(pinned, up, below, reported > 0)} onAct={onAct} onSelect={onSelect}>
      <Disc person={c.person} name={nameOf(c)} />
      <p class="text">
        <Name person={c.person} name={c.name} role={c.role} /> <Badge role={c.role} /> {pinned && <b class="tag">{words().pinned}</b>}
        {up && <b class="on-air">{words().onAir}</b>}
        {c.reply && <span class="meta">↪ {c.reply.name || words().guest} </span>}
        <span>{c.text}</span> {c.editedMs > 0 && <span class="meta">{words().edited}</span>}
        {reported > 0 && <b class="meta late"> {words().reported(reported)}</b>}
      </p>
      <span class="meta">{age}</span>
    </Line>
  );
}

/** How a row stands in its list. */
export interface Place {
  readonly selected: boolean;
  readonly marked: boolean;
  readonly sending: boolean;
  /** From when on its buttons act, by `performance.now()`. */
  readonly safeMs: number;
}

export function placeOf(desk: Pick<Desk, "lanes" | "sending">, pane: Pane, id: string): Place {
  const lane = desk.lanes[pane];
  return { selected: lane.selected === id, marked: lane.marked.has(id), sending: desk.sending.has(id), safeMs: safeFrom(lane, id) };
}

interface RowProps {
  readonly pane: Pane;
  readonly id: string;
  readonly state: string;
  readonly offers: readonly Offer[];
  /** Whether its buttons are there without its being selected. */
  readonly always?: boolean;
  readonly children: ComponentChildren;
  onAct(act: Act, ids: readonly string[]): void;
}

/** A row: selectable, with its buttons while it is. */
export function Row({ desk, ...row }: RowProps & { desk: Desk }) {
  return <Line {...row} place={placeOf(desk, row.pane, row.id)} onSelect={(id) => desk.change((l) => select(l, id), row.pane)} />;
}

function Line({ place, pane, id, state, offers: offered, always = false, children, onAct, onSelect }: RowProps & { place: Place; onSelect: (id: string) => void }) {
  const { selected, marked, sending, safeMs } = place;
  const safe = useGrace(safeMs);
  return (
    <div
      id={`${pane}-${id}`}
      class={`item ${state} ${selected ? "selected" : ""} ${marked ? "marked" : ""} ${sending ? "sending" : ""}`}
      role="row"
      aria-selected={selected || marked}
      onClick={() => onSelect(id)}
    >
      <div class="what" role="gridcell">
        {children}
      </div>
      {sending && (
        <span class="meta way" role="gridcell">
          {words().sending}
        </span>
      )}
      {(selected || always) && !sending && (
        <div class="acts" role="gridcell">
          {offered.map((o) => (
            <Button
              key={o.act}
              look={o.look === "danger" ? "danger" : o.look === "primary" ? "primary" : "plain"}
              title={`${o.label} (${o.keys})`}
              aria-keyshortcuts={o.keys}
              aria-disabled={!safe.now() || undefined}
              onClick={(e: Event) => {
                e.stopPropagation();
                if (safe.now()) onAct(o.act, [id]);
              }}
            >
              <span class="line">{o.label}</span>
              <kbd>{o.keys.replace("Shift+", "⇧").replace("Delete", "Del")}</kbd>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
