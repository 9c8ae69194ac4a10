import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Claim, Comment, ModeratorQuestion, OvationError, Room } from "../../client";
import { sentence } from "../lib/sentences";
import { toast, useSelected } from "../ui";
import { arrange, emptyLane, heed, lengthen, move, targets, type Lane } from "./lane";
import { nearEnd, stocks, useMore } from "./more";
import { holds, newest, oldest, panes } from "./order";
import { Undos, undoMs, type Doing, type Undoable } from "./undos";
import { words } from "./words";

export type { Doing } from "./undos";

/** The panes. The last four share a column; the last one is no list. */
export type Pane = "queue" | "live" | Side;
export type Side = "comments" | "held" | "people" | "pulse";
export const all: readonly Pane[] = ["queue", "live", "comments", "held", "people", "pulse"];

type Lanes = Readonly<Record<Pane, Lane>>;

/** What a moderator works at: the lists as they stand, what is selected, and what is on its way to the server. */
export interface Desk {
  readonly pane: Pane;
  readonly lanes: Lanes;
  readonly questions: ReadonlyMap<string, ModeratorQuestion>;
  readonly comments: ReadonlyMap<string, Comment>;
  /** Who is at work on which question. */
  readonly claims: ReadonlyMap<string, Claim>;
  readonly sending: ReadonlySet<string>;
  /** How many questions are done with. */
  readonly settled: number;
  /** How many wait; with a filter, of those that it lets through. */
  readonly waiting: number;
  /** The end of a list comes into sight: what it lacks is brought in. */
  reached(pane: Pane): void;
  go(pane: Pane): void;
  /** Changes the list in hand, or another one. */
  change(by: (lane: Lane) => Lane, pane?: Pane): void;
  /** Shows what waits. */
  refresh(pane?: Pane): void;
  /** What an act is for. */
  targets(): readonly string[];
  /** Does something with each; rows show that it is on its way. */
  act(ids: readonly string[], what: (id: string) => Promise<unknown>, how?: Doing): void;
  /** Takes the last act back, for all that it was for; without one at this desk the last of this person at any. */
  undo(): void;
}

/** How long the bar with Undo stands. */
const undoBarMs = 10_000;

export function useDesk(room: Room, filter: string, first: Pane = "queue", done = false): Desk {
  const moderation = useSelected(room, (v) => v.moderation);
  const shared = useSelected(room, (v) => v.questions);
  const comments = useSelected(room, (v) => v.comments);
  const claims = useSelected(room, (v) => v.claims);
  const held = useSelected(room, (v) => v.held);
  const people = useSelected(room, (v) => v.people);
  const info = useSelected(room, (v) => v.room);
  const counts = useSelected(room, (v) => v.counts);
  const [pane, setPane] = useState<Pane>(first);
  const [lanes, setLanes] = useState<Lanes>({ queue: emptyLane, live: emptyLane, comments: emptyLane, held: emptyLane, people: emptyLane, pulse: emptyLane });
  const [sending, setSending] = useState<ReadonlySet<string>>(new Set());
  const [undos] = useState(() => new Undos());
  const underway = useRef<Promise<unknown>>(Promise.resolve());
  const tookBackMs = useRef(-undoMs);

  // Votes come with what the audience sees; the rest with what only moderators see.
  const questions = useMemo(() => {
    const merged = new Map<string, ModeratorQuestion>();
    for (const [id, q] of moderation) {
      const seen = shared.get(id);
      merged.set(id, seen && seen.votesUpto > q.votesUpto ? { ...q, votes: seen.votes, guestVotes: seen.guestVotes, votesUpto: seen.votesUpto } : q);
    }
    return merged;
  }, [moderation, shared]);
  const ids = useMemo(() => {
    const { queue, live, settled } = panes(questions.values(), filter, info, done);
    return {
      settled,
      queue: queue.map((q) => q.id),
      live: live.map((q) => q.id),
      comments: newest(comments, filter).map((c) => c.id),
      held: oldest([...held.values()].map((h) => h.comment).filter((c) => holds(filter, c.text, c.name))).map((c) => c.id),
      people: [...people.values()].filter((p) => holds(filter, p.name)).map((p) => p.person),
      pulse: [],
    };
  }, [questions, comments, held, people, filter, info, done]);
  // A page begins with the heads of the lists. The rest comes as one gets there, and all of it while one looks for something.
  const stock = useMemo(() => stocks(moderation.values(), counts), [moderation, counts]);
  const came = useRef(false);
  const looks = filter.trim() !== "";
  const near = (one: "queue" | "live") => looks || nearEnd(lanes[one].shown, lanes[one].selected);
  const open = stock.open.known < stock.open.total;
  const more = {
    queue: useMore(room, "pending", stock.pending, near("queue"), () => undefined),
    open: useMore(room, "open", stock.open, near("live"), () => (came.current = true)),
    settled: useMore(room, "settled", stock.settled, done && !open && near("live"), () => (came.current = true)),
  };
  const latest = useRef(ids);
  latest.current = ids;
  const whole = useRef(done);
  useEffect(() => {
    const asked = whole.current !== done; // for another list: then it does not hold still
    whole.current = done;
    const page = came.current;
    came.current = false;
    setLanes((before) => {
      const next = { ...before };
      for (const one of all) {
        // A list holds still once somebody works in it. The queue grows at its end, where nothing is in the way.
        const still = one !== "queue" && one !== "held" && before[one].selected !== "" && one === pane && !(asked && one === "live");
        const longer = one === "live" && still && page ? lengthen(before[one], ids[one]) : before[one];
        const lane = arrange(longer, ids[one], still, performance.now());
        // Something is always selected where one works, so that the first key acts; it is as safe as one that arrived.
        next[one] = one === pane && lane.selected === "" && lane.shown.length > 0 ? { ...move(lane, 1), arrivedMs: performance.now() } : lane;
      }
      return all.every((one) => next[one] === before[one]) ? before : next;
    });
  }, [ids, pane]);

  // Somebody else took the item in hand: nothing acts on it for a moment, so that one sees it.
  const taken = useRef(claims);
  useLayoutEffect(() => {
    const before = taken.current;
    taken.current = claims;
    setLanes((all) => {
      const lane = heed(all[pane], before, claims, room.you?.person ?? "", performance.now());
      return lane === all[pane] ? all : { ...all, [pane]: lane };
    });
  }, [claims]);

  // What was done before this page was opened, or at another desk, the server knows. Not what was taken back here a moment ago: an
  // act of its own may have done that.
  const takeBackLast = async () => {
    await underway.current;
    if (performance.now() - tookBackMs.current < undoMs) return toast(words().nothingToUndo);
    await room.moderate.undoLast().then(
      (act) => toast(words().undoneAct(words().did[act] ?? act)),
      (error: OvationError) => toast(error.reason === "UNDO_EXPIRED" ? words().nothingToUndo : sentence(error)),
    );
  };

  const takeBack = async (last: Undoable) => {
    if (!undos.take(last, performance.now())) return toast(words().nothingToUndo);
    await last.over; // it may be on its way still
    const ids = [...last.results.keys()];
    if (ids.length === 0) return; // refused, which was said, or it changed nothing
    setSending((before) => new Set([...before, ...ids]));
    await Promise.all([...last.results].map(([id, result]) => last.undo(id, result)))
      .then(
        () => {
          tookBackMs.current = performance.now();
          toast(words().undone);
        },
        (error: unknown) => toast(sentence(error)),
      )
      .finally(() => setSending((before) => new Set([...before].filter((id) => !ids.includes(id)))));
  };
  const startTakingBack = (last: Undoable) => void (underway.current = Promise.all([underway.current, takeBack(last)]));

  return {
    pane,
    lanes,
    questions,
    comments: useMemo(() => new Map(comments.map((c) => [c.id, c])), [comments]),
    claims,
    sending,
    go: setPane,
    change: (by, which = pane) => setLanes((before) => ({ ...before, [which]: by(before[which]) })),
    refresh: (which = pane) => setLanes((before) => ({ ...before, [which]: arrange(before[which], latest.current[which], false, performance.now()) })),
    settled: looks ? ids.settled : Math.max(ids.settled, stock.settled.total),
    waiting: looks ? ids.queue.length : Math.max(ids.queue.length, stock.pending.total),
    reached: (which) => {
      if (which === "queue") more.queue();
      if (which === "live") (open ? more.open : done ? more.settled : () => undefined)();
    },
    targets: () => targets(lanes[pane], performance.now()),
    act: (chosen, what, how = {}) => {
      if (chosen.length === 0) return;
      const { done, then } = how;
      setSending((before) => new Set([...before, ...chosen]));
      const arrived = (id: string) => setSending((before) => new Set([...before].filter((one) => one !== id)));
      void undos.act(chosen, what, how, arrived).then(({ any, refused, entry }) => {
        if (then && any) setTimeout(then); // after what the acks changed is drawn
        if (refused) toast(sentence(refused));
        else if (done) {
          const text = chosen.length === 1 ? done : `${done} ${words().several(chosen.length)}`;
          toast(text, entry ? { action: { label: words().undo, run: () => startTakingBack(entry) }, forMs: undoBarMs } : {});
        }
      });
      setLanes((before) => ({ ...before, [pane]: { ...before[pane], marked: new Set() } }));
    },
    undo: () => {
      const last = undos.last(performance.now());
      if (last) startTakingBack(last);
      else void takeBackLast();
    },
  };
}
