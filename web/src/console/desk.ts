import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Comment, ModeratorQuestion, OvationError, Room } from "../../client";
import { sentence } from "../lib/words";
import { toast, useSelected } from "../ui";
import { arrange, emptyLane, targets, type Lane } from "./lane";
import { newest, panes } from "./order";

/** The three lists. */
export type Pane = "queue" | "live" | "comments";
export const all: readonly Pane[] = ["queue", "live", "comments"];

type Lanes = Readonly<Record<Pane, Lane>>;

/** What a moderator works at: the lists as they stand, what is selected, and what is on its way to the server. */
export interface Desk {
  readonly pane: Pane;
  readonly lanes: Lanes;
  readonly questions: ReadonlyMap<string, ModeratorQuestion>;
  readonly comments: ReadonlyMap<string, Comment>;
  readonly sending: ReadonlySet<string>;
  go(pane: Pane): void;
  /** Changes the list in hand, or another one. */
  change(by: (lane: Lane) => Lane, pane?: Pane): void;
  /** Shows what waits. */
  refresh(pane?: Pane): void;
  /** What an act is for. */
  targets(): readonly string[];
  /** Does something with each; rows show that it is on its way. */
  act(ids: readonly string[], what: (id: string) => Promise<unknown>, done?: string): void;
}

export function useDesk(room: Room, filter: string): Desk {
  const moderation = useSelected(room, (v) => v.moderation);
  const shared = useSelected(room, (v) => v.questions);
  const comments = useSelected(room, (v) => v.comments);
  const [pane, setPane] = useState<Pane>("queue");
  const [lanes, setLanes] = useState<Lanes>({ queue: emptyLane, live: emptyLane, comments: emptyLane });
  const [sending, setSending] = useState<ReadonlySet<string>>(new Set());
  const free = useRef<ReadonlySet<Pane>>(new Set());

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
    const { queue, live } = panes(questions.values(), filter);
    return { queue: queue.map((q) => q.id), live: live.map((q) => q.id), comments: newest(comments, filter).map((c) => c.id) };
  }, [questions, comments, filter]);
  useEffect(() => {
    setLanes((before) => {
      const next = { ...before };
      for (const one of all) {
        // A list holds still once somebody works in it. The queue grows at its end, where nothing is in the way.
        const still = one !== "queue" && before[one].selected !== "" && one === pane && !free.current.has(one);
        next[one] = arrange(before[one], ids[one], still, Date.now());
      }
      free.current = new Set();
      return all.every((one) => next[one] === before[one]) ? before : next;
    });
  }, [ids, pane]);

  return {
    pane,
    lanes,
    questions,
    comments: useMemo(() => new Map(comments.map((c) => [c.id, c])), [comments]),
    sending,
    go: setPane,
    change: (by, which = pane) => setLanes((before) => ({ ...before, [which]: by(before[which]) })),
    refresh: (which = pane) => setLanes((before) => ({ ...before, [which]: arrange(before[which], ids[which], false, Date.now()) })),
    targets: () => targets(lanes[pane], Date.now()),
    act: (chosen, what, done) => {
      if (chosen.length === 0) return;
      setSending((before) => new Set([...before, ...chosen]));
      let refused: unknown;
      void Promise.all(
        chosen.map((id) =>
          what(id)
            .catch((error: OvationError) => (refused = error))
            .finally(() => setSending((before) => new Set([...before].filter((one) => one !== id)))),
        ),
      ).then(() => {
        if (refused) toast(sentence(refused));
        else if (done) toast(chosen.length === 1 ? done : `${done} (${chosen.length})`);
      });
      setLanes((before) => ({ ...before, [pane]: { ...before[pane], marked: new Set() } }));
    },
  };
}
