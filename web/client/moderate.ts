// What moderators and hosts can do in a room. The server judges who may; this only names the acts.
import type { AckJson, ChangeModesJson, ClientFrameJson, ModerateJson, QuestionPageJson } from "./gen/ovation/gateway/v1/gateway_pb";
import { requestId } from "./ids";
import type { AckOf } from "./state";
import type { Claim, Comment, Pinned, Question, QuestionList, RoomInfo, Similar } from "./types";
import { toClaim, toComment, toPinned, toQuestion, toRoom, toSimilar } from "./wire";

/** Names a question and the revision that was seen: a step on an older one is refused with REVISION_MISMATCH. */
export type QuestionRef = Pick<Question, "id" | "revision">;

/** Modes of a room's comments; what is left out stays as it is. */
export interface Modes {
  /** Seconds between two comments of one person, 0 to 3,600. */
  slowModeSeconds?: number;
  commentMode?: RoomInfo["commentMode"];
  /** True refuses repeats. */
  uniqueComments?: boolean;
  /** True takes emoji only. */
  emojiOnly?: boolean;
  links?: RoomInfo["links"];
}

/** How a step was prepared. */
export interface Prepared {
  /** True where it was prepared under an own claim: CLAIM_EXPIRED when that no longer stands. */
  claimed?: boolean;
}

/** Is told what names a change, for the undo of that one alone; empty where the act changed nothing, and nothing is to be undone. */
export type Changed = (change: string) => void;

/** What a moderator may do. Each act is done once, however often the connection breaks before its ack. */
export interface Moderation {
  approve(question: QuestionRef): Promise<Question>;
  /** Refuses with a reason to the asker, at most 200 grapheme clusters. */
  reject(question: QuestionRef, reason?: string): Promise<Question>;
  /** Answers it now; `streamTimeMs` is the wall clock of the video frame at which answering begins. */
  highlight(question: QuestionRef, streamTimeMs?: number): Promise<Question>;
  unhighlight(question: QuestionRef): Promise<Question>;
  queue(question: QuestionRef): Promise<Question>;
  unqueue(question: QuestionRef): Promise<Question>;
  /** Marks it answered, with a written answer of at most 4,000 grapheme clusters or without. */
  answer(question: QuestionRef, text?: string, how?: Prepared): Promise<Question>;
  archive(question: QuestionRef): Promise<Question>;
  restore(question: QuestionRef): Promise<Question>;
  /** Mends typos; the original is kept. */
  edit(question: QuestionRef, text: string, how?: Prepared): Promise<Question>;
  /** One of the room's topic labels; empty takes it away. */
  label(question: QuestionRef, label: string): Promise<Question>;
  /** Puts it before another one in the hosts' own order; empty puts it last. */
  reorder(question: QuestionRef, before: string): Promise<Question>;
  /** Merges it into another, which gets its votes: the union of people, not a sum. */
  merge(question: QuestionRef, into: string, how?: Prepared): Promise<Question>;
  unmerge(question: QuestionRef): Promise<Question>;
  /** Takes back one's own last step on the question, for 60 s; a host takes back anybody's. */
  undo(question: QuestionRef): Promise<Question>;
  /** Says that one is at work on a question: 45 s from the last time it is said. */
  claim(question: string, how?: { release?: boolean; takeOver?: boolean }): Promise<Claim>;
  /** At most 5 questions that ask much the same as this one. */
  similar(question: string): Promise<readonly Similar[]>;
  /** Brings the next page of a list into the view, which begins with its head alone; false when that was the last one, and
   * the next call begins at the front again. */
  more(list: QuestionList): Promise<boolean>;
  deleteComment(comment: string, reason?: string): Promise<void>;
  /** Brings back a removed comment within 60 s. */
  undelete(comment: string): Promise<Comment>;
  /** Pins a comment for 5 to 86,400 s; 0 is until it is unpinned. */
  pin(comment: string, seconds?: number, changed?: Changed): Promise<Pinned | null>;
  /** Takes a pin away; empty for whichever is. */
  unpin(comment?: string, changed?: Changed): Promise<void>;
  /** Puts a comment or a question on the overlay in the place of what is there; with neither it is cleared. */
  onAir(what?: { comment?: string; question?: string }, changed?: Changed): Promise<void>;
  /** Calms the room (slow mode of at least 30 s, no links), or gives back what stood before. */
  calm(on: boolean, changed?: Changed): Promise<RoomInfo>;
  modes(modes: Modes, changed?: Changed): Promise<RoomInfo>;
  /** Blocks and allows words; with nothing in it, it reads them. `comment` is where the first word was taken from. */
  terms(change?: { add?: readonly string[]; remove?: readonly string[]; comment?: string }, changed?: Changed): Promise<readonly string[]>;
  /** Mutes a person, 1 s to 7 days; 0 is for the room's whole life. */
  timeOut(person: string, seconds: number, reason?: string): Promise<void>;
  /** Keeps a person out, 1 s to 365 days, 0 for the room's whole life; `hidden` lets them stay, out of everybody's sight. */
  ban(person: string, how?: { seconds?: number; reason?: string; hidden?: boolean }): Promise<void>;
  /** Lifts everything that holds against a person. */
  unban(person: string): Promise<void>;
  /** Removes everything of a person, comments and questions; resolves with how many. */
  removeAll(person: string): Promise<number>;
  /** Posts a held comment. */
  release(comment: string): Promise<void>;
  /** Refuses a held comment, with a reason to its author. */
  rejectHeld(comment: string, reason?: string): Promise<void>;
  /** Takes back one's own release or refusal of a held comment, for 60 s: it waits again. */
  undoHeld(comment: string): Promise<void>;
  /** Takes back one's own last time-out, ban or lifting of one, for 60 s. */
  undoPerson(person: string): Promise<void>;
  /** Takes back one's own removal of everything of a person, for 60 s. */
  undoRemoveAll(person: string): Promise<void>;
  /** Takes back one's own removal of a comment, for 60 s; `undelete` also brings back what another moderator removed. */
  undoDelete(comment: string): Promise<void>;
  /** Takes back one's own last change of modes or calm, for 60 s and as long as nobody changed the room since. With `change`, as the
   * act told it, that one alone, as in the four below: UNDO_EXPIRED where it is not the last one. */
  undoSetting(change?: string): Promise<void>;
  /** Takes back one's own last change of the blocked words, for 60 s and as long as nobody changed them since. */
  undoTerms(change?: string): Promise<void>;
  /** Takes back one's own last pin, or unpin, for 60 s and as long as nobody pinned or unpinned since. */
  undoPin(change?: string): Promise<void>;
  /** Takes back one's own last choice for the overlay, for 60 s and as long as nobody made another since. */
  undoOnAir(change?: string): Promise<void>;
  /** Takes back one's own last act of the last 60 s, whichever it is and at whichever desk it was done; resolves with its name
   * in the audit trail. Who knows what the act was says so instead, by one of those above or `undoEnd`. */
  undoLast(): Promise<string>;
  /** Hosts only, as the three below. */
  start(): Promise<RoomInfo>;
  end(changed?: Changed): Promise<RoomInfo>;
  /** Undoes an end within 60 s, whoever ended the show. */
  reopen(): Promise<RoomInfo>;
  /** Takes back one's own end, for 60 s and as long as nobody changed the room since. */
  undoEnd(change?: string): Promise<void>;
}

type Step =
  | "approve"
  | "reject"
  | "highlight"
  | "unhighlight"
  | "queue"
  | "unqueue"
  | "answer"
  | "archive"
  | "restore"
  | "edit"
  | "label"
  | "reorder"
  | "merge"
  | "unmerge"
  | "undoQuestion";

/** @internal Where the lists stand in the view. */
interface Lists {
  after(list: QuestionList): string;
  take(list: QuestionList, page: QuestionPageJson): void;
}

/** The acts, over a way to send them. */
export function moderation(request: (body: ClientFrameJson, of?: AckOf) => Promise<AckJson>, lists: Lists): Moderation {
  const act = (body: Omit<ModerateJson, "requestId">, of: AckOf = "moderate") => request({ moderate: { requestId: requestId(), ...body } }, of);
  const step = async (name: Step, q: QuestionRef, more: object = {}): Promise<Question> => {
    const ack = await act({ [name]: { question: q.id, revision: String(q.revision), ...more } });
    return toQuestion(ack.question ?? {});
  };
  const change = async (body: Omit<ModerateJson, "requestId">, changed?: Changed) => {
    const ack = await act(body);
    changed?.(ack.change ?? "");
    return ack;
  };
  const room = async (body: Omit<ModerateJson, "requestId">, changed?: Changed) => toRoom((await change(body, changed)).room ?? {});
  const of = (named?: string) => (named ? { change: named } : {});
  return {
    approve: (q) => step("approve", q),
    reject: (q, reason = "") => step("reject", q, { reason }),
    highlight: (q, streamTimeMs = 0) => step("highlight", q, streamTimeMs > 0 ? { streamTimeMs: String(streamTimeMs) } : {}),
    unhighlight: (q) => step("unhighlight", q),
    queue: (q) => step("queue", q),
    unqueue: (q) => step("unqueue", q),
    answer: (q, text = "", how) => step("answer", q, { text, ...how }),
    archive: (q) => step("archive", q),
    restore: (q) => step("restore", q),
    edit: (q, text, how) => step("edit", q, { text, ...how }),
    label: (q, label) => step("label", q, { label }),
    reorder: (q, before) => step("reorder", q, { before }),
    merge: (q, into, how) => step("merge", q, { into, ...how }),
    unmerge: (q) => step("unmerge", q),
    undo: (q) => step("undoQuestion", q),
    claim: async (question, { release = false, takeOver = false } = {}) => toClaim((await act({ claim: { question, release, takeOver } })).claim ?? {}),
    similar: async (question) => ((await request({ similar: { question } })).similar?.questions ?? []).map(toSimilar),
    more: async (list) => {
      const page = (await request({ listQuestions: { list, after: lists.after(list) } })).questions ?? {};
      lists.take(list, page);
      return page.more ?? false;
    },
    deleteComment: async (comment, reason = "") => void (await act({ deleteComment: { comment, reason } })),
    undelete: async (comment) => toComment((await act({ undelete: { comment } }, "undelete")).comment ?? {}),
    pin: async (comment, seconds = 0, changed) => toPinned((await change({ pin: { comment, seconds } }, changed)).pinned),
    unpin: async (comment = "", changed) => void (await change({ unpin: { comment } }, changed)),
    onAir: async ({ comment = "", question = "" } = {}, changed) => void (await change({ onAir: { comment, question } }, changed)),
    calm: (on, changed) => room({ calm: { on } }, changed),
    modes: (modes: ChangeModesJson, changed) => room({ modes }, changed),
    terms: async ({ add = [], remove = [], comment = "" } = {}, changed) =>
      (await change({ terms: { add: [...add], remove: [...remove], comment } }, changed)).terms?.terms ?? [],
    timeOut: async (person, seconds, reason = "") => void (await act({ timeout: { person, seconds, reason } })),
    ban: async (person, { seconds = 0, reason = "", hidden = false } = {}) => void (await act({ ban: { person, seconds, reason, hidden } })),
    unban: async (person) => void (await act({ unban: { person } })),
    removeAll: async (person) => (await act({ removeAll: { person } })).count ?? 0,
    release: async (comment) => void (await act({ release: { comment } })),
    rejectHeld: async (comment, reason = "") => void (await act({ rejectHeld: { comment, reason } })),
    undoHeld: async (comment) => void (await act({ undoHeld: { comment } })),
    undoPerson: async (person) => void (await act({ undoPerson: { person } })),
    undoRemoveAll: async (person) => void (await act({ undoRemoveAll: { person } })),
    undoDelete: async (comment) => void (await act({ undoDelete: { comment } })),
    undoSetting: async (named) => void (await act({ undoSetting: of(named) })),
    undoTerms: async (named) => void (await act({ undoTerms: of(named) })),
    undoPin: async (named) => void (await act({ undoPin: of(named) })),
    undoOnAir: async (named) => void (await act({ undoOnAir: of(named) })),
    undoLast: async () => (await act({ undo: {} })).undone ?? "",
    start: () => room({ start: {} }),
    end: (changed) => room({ end: {} }, changed),
    reopen: () => room({ reopen: {} }),
    undoEnd: async (named) => void (await act({ undoEnd: of(named) })),
  };
}
