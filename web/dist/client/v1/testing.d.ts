// Types of the server in memory of the Ovation client library, version 1, and of the frames that it speaks.
import type { SocketConstructor } from "./ovation.js";
/** A question with what its room alone knows. */
export interface FakeQuestion extends QuestionJson {
    question: string;
    state: string;
    asker: string;
    askerName: string;
    voters: Set<string>;
}
/** How the fake begins. */
export interface FakeOptions {
    room?: string;
    title?: string;
    state?: string;
    kinds?: string[];
    labels?: string[];
    /** Milliseconds between ticks; 0 leaves them to `tick()`. */
    tickMs?: number;
}
/** A room in memory, and what a test lets happen in it. */
export declare class FakeRoom {
    #private;
    readonly room: RoomJson;
    readonly hearts: Record<string, number>;
    readonly comments: CommentJson[];
    readonly questions: Map<string, FakeQuestion>;
    /** What people reported, in order. */
    readonly reports: {
        person: string;
        item: string;
        reason: string;
    }[];
    /** What is on the overlay. */
    onAir: OnAirJson | undefined;
    /** The pinned comment. */
    pinned: PinnedJson | undefined;
    notShown: number;
    constructor(o?: FakeOptions);
    /** A new life of the room: cursors of before mean nothing. */
    newEpoch(): void;
    /** Somebody else's comment. */
    comment(name: string, text: string, more?: CommentJson): CommentJson;
    /** Somebody else's question. */
    question(name: string, text: string, state?: string, more?: QuestionJson & {
        votes?: string;
    }): string;
    /** Somebody else's hearts. */
    heart(kind?: string, count?: number): void;
    /** Takes a comment away. */
    remove(id: string): void;
    /** Pins a comment, or takes the pin away with an empty id. */
    pin(id: string): void;
    /** Tells the room's audience of its new state. */
    become(state: string): void;
}
/** One visitor of the fake. */
export interface FakeVisitor {
    /** Sends a frame to the visitor. */
    deliver(frame: ServerFrameJson): void;
    /** Ends the visit. */
    end(code: number, reason: string): void;
}
/** A room in memory. Tokens say the role: `host-…`, `moderator-…`, anything else is a viewer; none makes a guest. */
export declare class FakeServer extends FakeRoom {
    #private;
    /** Every frame that clients sent, in order. */
    readonly received: ClientFrameJson[];
    extraViewers: number;
    /** Set to refuse every new visitor. */
    refuse: {
        code: number;
        reason: string;
        message?: string;
    } | undefined;
    /** Set to let frames vanish: a connection that is up but dead. */
    mute: boolean;
    constructor(o?: FakeOptions);
    /** Stops the ticks. */
    stop(): void;
    /** The constructor to hand to `connect`. */
    get WebSocket(): SocketConstructor;
    /** Takes a visitor in; hand its frames to `frame` and tell of its end by `gone`. */
    accept(visitor: FakeVisitor): {
        frame(text: string): void;
        gone(): void;
    };
    /** Cuts every connection, as a network does. */
    drop(code?: number, reason?: string): void;
    /** Says goodbye to everyone and closes. */
    goodbye(code: number, reason: string, reconnectAfterMs?: number, message?: string): void;
    /** Sends a frame to everyone, such as one that this version does not know. */
    broadcast(frame: object): void;
    /** Everything new since the last tick, to everyone. */
    tick(): void;
}
/**
 * ClientFrame is one frame from a client, at most 16 KiB: exactly one body.
 *
 * @generated from message ovation.gateway.v1.ClientFrame
 */
export type ClientFrameJson = {
    /**
     * Correlates the answer on this socket, at most 64 bytes. Without it a verb has no ack, and only faults are told.
     *
     * @generated from field: string id = 1;
     */
    id?: string;
    /**
     * Joins a room; the first frame.
     *
     * @generated from field: ovation.gateway.v1.Hello hello = 2;
     */
    hello?: HelloJson;
    /**
     * Adds hearts; never acknowledged.
     *
     * @generated from field: ovation.gateway.v1.Tap tap = 3;
     */
    tap?: TapJson;
    /**
     * Writes a comment. Ack: comment.
     *
     * @generated from field: ovation.gateway.v1.Post post = 4;
     */
    post?: PostJson;
    /**
     * Removes an own comment. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.Delete delete = 5;
     */
    delete?: DeleteJson;
    /**
     * Asks a question. Ack: question.
     *
     * @generated from field: ovation.gateway.v1.Ask ask = 6;
     */
    ask?: AskJson;
    /**
     * Takes back an own question. Ack: question.
     *
     * @generated from field: ovation.gateway.v1.Withdraw withdraw = 7;
     */
    withdraw?: WithdrawJson;
    /**
     * Gives or takes back a vote. Ack: vote.
     *
     * @generated from field: ovation.gateway.v1.VoteQuestion vote = 8;
     */
    vote?: VoteQuestionJson;
    /**
     * Asks for what is one's own. Answer: a mine frame, then the ack.
     *
     * @generated from field: ovation.gateway.v1.GetMine mine = 9;
     */
    mine?: GetMineJson;
    /**
     * Asks for the slow lane: ten ticks at once, or what comes in the time of ten. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.Pace pace = 10;
     */
    pace?: PaceJson;
    /**
     * Gives a fresh token for the same person, room and role. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.Auth auth = 11;
     */
    auth?: AuthJson;
    /**
     * A moderator's or host's act. Ack: question, room or empty.
     *
     * @generated from field: ovation.gateway.v1.Moderate moderate = 12;
     */
    moderate?: ModerateJson;
    /**
     * Changes an own comment. Ack: comment.
     *
     * @generated from field: ovation.gateway.v1.Edit edit = 25;
     */
    edit?: EditJson;
    /**
     * Brings back a comment that one removed oneself, within 60 s. Ack: comment.
     *
     * @generated from field: ovation.gateway.v1.Undelete undelete = 26;
     */
    undelete?: UndeleteJson;
    /**
     * Asks for questions like a text, while it is typed. Ack: similar.
     *
     * @generated from field: ovation.gateway.v1.FindSimilar similar = 50;
     */
    similar?: FindSimilarJson;
    /**
     * Asks for questions that a snapshot left out; moderators and hosts only. Ack: questions.
     *
     * @generated from field: ovation.gateway.v1.ListQuestions list_questions = 51;
     */
    listQuestions?: ListQuestionsJson;
    /**
     * Tells moderators of a comment or question; one report a person and item. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.Report report = 40;
     */
    report?: ReportJson;
};
/**
 * Cursor is where a client stands. It grants nothing: what a token may not see it does not get.
 *
 * @generated from message ovation.gateway.v1.Cursor
 */
export type CursorJson = {
    /**
     * Names one life of the room and its sequences; positions of another epoch mean nothing.
     *
     * @generated from field: string epoch = 1;
     */
    epoch?: string;
    /**
     * Position in the room's log: everything up to it was received or told of in not_shown.
     *
     * @generated from field: uint64 log = 2;
     */
    log?: string;
    /**
     * Position in the stream of state documents: everything up to it was received.
     *
     * @generated from field: uint64 state = 3;
     */
    state?: string;
};
/**
 * Hello joins a room.
 *
 * @generated from message ovation.gateway.v1.Hello
 */
export type HelloJson = {
    /**
     * Id of the room. Required.
     *
     * @generated from field: string room = 1;
     */
    room?: string;
    /**
     * Token: of the embedding product, of a link, or the guest token of an earlier welcome. Empty asks to be a new guest.
     *
     * @generated from field: string token = 2;
     */
    token?: string;
    /**
     * Name wanted by a guest, at most 40 grapheme clusters; ignored where the token has a name.
     *
     * @generated from field: string name = 3;
     */
    name?: string;
    /**
     * Where the client stands; unset asks for a snapshot.
     *
     * @generated from field: ovation.gateway.v1.Cursor cursor = 4;
     */
    cursor?: CursorJson;
    /**
     * Kind of client, for counts only: viewer (default), console, overlay, canary. Only viewers are counted.
     *
     * @generated from field: string client = 5;
     */
    client?: string;
};
/**
 * Tap adds hearts.
 *
 * @generated from message ovation.gateway.v1.Tap
 */
export type TapJson = {
    /**
     * Kind, one of the room's; another is fault UNKNOWN_KIND.
     *
     * @generated from field: string kind = 1;
     */
    kind?: string;
    /**
     * How many, 1 to 1,000; 0 or more than 1,000 is fault BAD_COUNT. What passes the person's budget is not counted.
     *
     * @generated from field: uint32 count = 2;
     */
    count?: number;
    /**
     * Wall clock of the live video frame it is for; 0 when unknown: then it belongs to the moment at which it is counted.
     * More than an hour ago or 10 s ahead of the server is fault CLOCK_OFF.
     *
     * @generated from field: int64 stream_time_ms = 3;
     */
    streamTimeMs?: string;
};
/**
 * Post writes a comment.
 *
 * @generated from message ovation.gateway.v1.Post
 */
export type PostJson = {
    /**
     * 8 to 64 characters of `[A-Za-z0-9_-]`, random, kept over reconnects for at most 90 s. Required.
     *
     * @generated from field: string request_id = 1;
     */
    requestId?: string;
    /**
     * Text: 1 to 300 grapheme clusters, at most 1,200 bytes.
     *
     * @generated from field: string text = 2;
     */
    text?: string;
    /**
     * Wall clock of the live video frame it belongs to; 0 when unknown.
     *
     * @generated from field: int64 stream_time_ms = 3;
     */
    streamTimeMs?: string;
    /**
     * Id of the comment that this one answers; empty when it answers nothing.
     *
     * @generated from field: string reply_to = 25;
     */
    replyTo?: string;
};
/**
 * Edit changes an own comment, within the room's edit window.
 *
 * @generated from message ovation.gateway.v1.Edit
 */
export type EditJson = {
    /**
     * Id of the comment.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * New text, under the rules of a new comment.
     *
     * @generated from field: string text = 2;
     */
    text?: string;
};
/**
 * Undelete brings back a comment that one removed oneself; within 60 s.
 *
 * @generated from message ovation.gateway.v1.Undelete
 */
export type UndeleteJson = {
    /**
     * Id of the comment.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
};
/**
 * Delete removes an own comment.
 *
 * @generated from message ovation.gateway.v1.Delete
 */
export type DeleteJson = {
    /**
     * Id of the comment.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
};
/**
 * Ask asks a question.
 *
 * @generated from message ovation.gateway.v1.Ask
 */
export type AskJson = {
    /**
     * 8 to 64 characters of `[A-Za-z0-9_-]`, random, kept over reconnects for at most 90 s. Required.
     *
     * @generated from field: string request_id = 1;
     */
    requestId?: string;
    /**
     * Text: 1 to 280 grapheme clusters, at most 1,120 bytes.
     *
     * @generated from field: string text = 2;
     */
    text?: string;
    /**
     * True hides the name from the audience.
     *
     * @generated from field: bool anonymous = 3;
     */
    anonymous?: boolean;
    /**
     * Topic label, one of the room's; empty for none.
     *
     * @generated from field: string label = 4;
     */
    label?: string;
    /**
     * Wall clock of the live video frame it belongs to; 0 when unknown.
     *
     * @generated from field: int64 stream_time_ms = 5;
     */
    streamTimeMs?: string;
};
/**
 * Withdraw takes back an own question.
 *
 * @generated from message ovation.gateway.v1.Withdraw
 */
export type WithdrawJson = {
    /**
     * 8 to 64 characters of `[A-Za-z0-9_-]`. Required.
     *
     * @generated from field: string request_id = 1;
     */
    requestId?: string;
    /**
     * Id of the question.
     *
     * @generated from field: string question = 2;
     */
    question?: string;
};
/**
 * VoteQuestion gives or takes back a vote.
 *
 * @generated from message ovation.gateway.v1.VoteQuestion
 */
export type VoteQuestionJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * True gives, false takes back.
     *
     * @generated from field: bool up = 2;
     */
    up?: boolean;
};
/**
 * GetMine asks for own questions and votes.
 *
 * @generated from message ovation.gateway.v1.GetMine
 */
export type GetMineJson = {};
/**
 * FindSimilar asks for questions that ask much the same, to vote for one of them instead of asking again.
 *
 * @generated from message ovation.gateway.v1.FindSimilar
 */
export type FindSimilarJson = {
    /**
     * Text as far as it is typed; fewer than 4 grapheme clusters find nothing.
     *
     * @generated from field: string text = 1;
     */
    text?: string;
    /**
     * For moderators, instead of text: the question to look for the likes of.
     *
     * @generated from field: string question = 2;
     */
    question?: string;
};
/**
 * ListQuestions asks for a page of the questions that moderators see.
 *
 * @generated from message ovation.gateway.v1.ListQuestions
 */
export type ListQuestionsJson = {
    /**
     * pending (the oldest first), open (Now, Next, then the others in the room's ranking) or settled (answered, rejected,
     * archived and merged ones, the last changed first). Required; another is fault FIELD_INVALID.
     *
     * @generated from field: string list = 1;
     */
    list?: string;
    /**
     * Id of the question after which the page begins: the last one of that list in a snapshot, or of the page before. Empty,
     * or the id of none, begins at the front. Votes that are cast meanwhile may move an open one past the end of a page:
     * where counts tell of more than came, begin at the front again.
     *
     * @generated from field: string after = 2;
     */
    after?: string;
};
/**
 * Pace chooses the lane.
 *
 * @generated from message ovation.gateway.v1.Pace
 */
export type PaceJson = {
    /**
     * True: ten ticks at once, or what comes in the time of ten, for hidden tabs; false: every tick.
     *
     * @generated from field: bool slow = 1;
     */
    slow?: boolean;
};
/**
 * Auth gives a fresh token.
 *
 * @generated from message ovation.gateway.v1.Auth
 */
export type AuthJson = {
    /**
     * Token for the same person, room and role; another is fault TOKEN_MISMATCH.
     *
     * @generated from field: string token = 1;
     */
    token?: string;
};
/**
 * Moderate is an act of a moderator or host; anyone else gets PERMISSION_DENIED.
 *
 * @generated from message ovation.gateway.v1.Moderate
 */
export type ModerateJson = {
    /**
     * 8 to 64 characters of `[A-Za-z0-9_-]`, random, kept over reconnects for at most 90 s. Required.
     *
     * @generated from field: string request_id = 1;
     */
    requestId?: string;
    /**
     * pending or rejected -> open.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep approve = 2;
     */
    approve?: QuestionStepJson;
    /**
     * pending or open -> rejected, with a reason to the asker.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep reject = 3;
     */
    reject?: QuestionStepJson;
    /**
     * open -> answering (Now).
     *
     * @generated from field: ovation.gateway.v1.QuestionStep highlight = 4;
     */
    highlight?: QuestionStepJson;
    /**
     * answering -> open.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep unhighlight = 5;
     */
    unhighlight?: QuestionStepJson;
    /**
     * open: marked Next.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep queue = 6;
     */
    queue?: QuestionStepJson;
    /**
     * open: no longer Next.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep unqueue = 7;
     */
    unqueue?: QuestionStepJson;
    /**
     * open or answering -> answered, with or without a written answer.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep answer = 8;
     */
    answer?: QuestionStepJson;
    /**
     * Put away with its votes.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep archive = 9;
     */
    archive?: QuestionStepJson;
    /**
     * Back as it was.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep restore = 10;
     */
    restore?: QuestionStepJson;
    /**
     * Removes a comment for everyone.
     *
     * @generated from field: ovation.gateway.v1.RemoveComment delete_comment = 11;
     */
    deleteComment?: RemoveCommentJson;
    /**
     * Takes the room live. Hosts only.
     *
     * @generated from field: ovation.gateway.v1.RoomStep start = 12;
     */
    start?: RoomStepJson;
    /**
     * Ends the room. Hosts only.
     *
     * @generated from field: ovation.gateway.v1.RoomStep end = 13;
     */
    end?: RoomStepJson;
    /**
     * Undoes the end within 60 s. Hosts only.
     *
     * @generated from field: ovation.gateway.v1.RoomStep reopen = 14;
     */
    reopen?: RoomStepJson;
    /**
     * Pins a comment for everyone. Ack: pinned.
     *
     * @generated from field: ovation.gateway.v1.PinComment pin = 25;
     */
    pin?: PinCommentJson;
    /**
     * Takes the pin away. Ack: change.
     *
     * @generated from field: ovation.gateway.v1.UnpinComment unpin = 26;
     */
    unpin?: UnpinCommentJson;
    /**
     * Brings back a removed comment within 60 s. Ack: comment.
     *
     * @generated from field: ovation.gateway.v1.Undelete undelete = 27;
     */
    undelete?: UndeleteJson;
    /**
     * Calms the room, or gives back what stood before. Ack: room.
     *
     * @generated from field: ovation.gateway.v1.SetCalm calm = 28;
     */
    calm?: SetCalmJson;
    /**
     * Changes the room's modes. Ack: room.
     *
     * @generated from field: ovation.gateway.v1.ChangeModes modes = 29;
     */
    modes?: ChangeModesJson;
    /**
     * Blocks and allows words. Ack: terms.
     *
     * @generated from field: ovation.gateway.v1.ChangeTerms terms = 30;
     */
    terms?: ChangeTermsJson;
    /**
     * Chooses what the overlay shows, or clears it. Ack: on_air.
     *
     * @generated from field: ovation.gateway.v1.PutOnAir on_air = 75;
     */
    onAir?: PutOnAirJson;
    /**
     * pending, open, answering or answered: another text, with typos mended. The original is kept.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep edit = 50;
     */
    edit?: QuestionStepJson;
    /**
     * pending, open, answering or answered: another topic label, or none.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep label = 51;
     */
    label?: QuestionStepJson;
    /**
     * open or answering: another place in the hosts' own order.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep reorder = 52;
     */
    reorder?: QuestionStepJson;
    /**
     * pending or open -> merged into another, which gets its votes.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep merge = 53;
     */
    merge?: QuestionStepJson;
    /**
     * merged -> as it was.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep unmerge = 54;
     */
    unmerge?: QuestionStepJson;
    /**
     * Takes back one's own last step on the question, for 60 s; a host takes back anybody's.
     *
     * @generated from field: ovation.gateway.v1.QuestionStep undo_question = 55;
     */
    undoQuestion?: QuestionStepJson;
    /**
     * Says that one is at work on a question: 45 s from the last one sent. Ack: claim. Needs no revision.
     *
     * @generated from field: ovation.gateway.v1.ClaimQuestion claim = 56;
     */
    claim?: ClaimQuestionJson;
    /**
     * Mutes a person: the socket stays, what they send is refused with TIMED_OUT.
     *
     * @generated from field: ovation.gateway.v1.PersonStep timeout = 40;
     */
    timeout?: PersonStepJson;
    /**
     * Keeps a person out, or with hidden out of sight.
     *
     * @generated from field: ovation.gateway.v1.PersonStep ban = 41;
     */
    ban?: PersonStepJson;
    /**
     * Lifts everything that holds against a person.
     *
     * @generated from field: ovation.gateway.v1.PersonStep unban = 42;
     */
    unban?: PersonStepJson;
    /**
     * Removes everything of a person: comments, held ones included, and questions. Ack: count of both.
     *
     * @generated from field: ovation.gateway.v1.PersonStep remove_all = 43;
     */
    removeAll?: PersonStepJson;
    /**
     * Posts a held comment, or lets a reported one stay. Ack: comment.
     *
     * @generated from field: ovation.gateway.v1.HeldStep release = 44;
     */
    release?: HeldStepJson;
    /**
     * Refuses a held comment, with a reason to its author.
     *
     * @generated from field: ovation.gateway.v1.HeldStep reject_held = 45;
     */
    rejectHeld?: HeldStepJson;
    /**
     * Takes back one's own last act of the last 60 s, whichever it is and wherever it was done: on comments, questions, people,
     * the pin, words, modes, calm or the overlay, or the end of the show. Ack: undone. Fault UNDO_EXPIRED when there is none, when
     * somebody acted on the same thing since, or when it is one that stays: start, reopen, or an undo. Sent again after a cut it
     * finds none: who knows what the act was says so, by one of those below, for which a second one within 60 s is a success.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo = 46;
     */
    undo?: RoomStepJson;
    /**
     * Takes back one's own release or reject_held of a comment within 60 s: it waits again, or the reports of one that was let
     * stay count again. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.HeldStep undo_held = 47;
     */
    undoHeld?: HeldStepJson;
    /**
     * Takes back one's own last timeout, ban or unban of a person within 60 s. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.PersonStep undo_person = 48;
     */
    undoPerson?: PersonStepJson;
    /**
     * Takes back one's own remove_all of a person within 60 s. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.PersonStep undo_remove_all = 49;
     */
    undoRemoveAll?: PersonStepJson;
    /**
     * Takes back one's own last modes or calm within 60 s, where it is the room's last change still. Ack: empty, as of the four
     * below.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo_setting = 90;
     */
    undoSetting?: RoomStepJson;
    /**
     * Takes back one's own last terms within 60 s, where it is the last change of them still.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo_terms = 91;
     */
    undoTerms?: RoomStepJson;
    /**
     * Takes back one's own last pin or unpin within 60 s, where it is the last change of the pin still.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo_pin = 92;
     */
    undoPin?: RoomStepJson;
    /**
     * Takes back one's own last on_air within 60 s, where it is the last choice still.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo_on_air = 93;
     */
    undoOnAir?: RoomStepJson;
    /**
     * Takes back one's own end within 60 s, where nobody changed the room since. Hosts only.
     *
     * @generated from field: ovation.gateway.v1.RoomStep undo_end = 94;
     */
    undoEnd?: RoomStepJson;
    /**
     * Takes back one's own delete_comment within 60 s; undelete also brings back what another moderator removed. Ack: empty.
     *
     * @generated from field: ovation.gateway.v1.HeldStep undo_delete = 95;
     */
    undoDelete?: HeldStepJson;
};
/**
 * PinComment pins a comment.
 *
 * @generated from message ovation.gateway.v1.PinComment
 */
export type PinCommentJson = {
    /**
     * Id of the comment.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Seconds it stays, 5 to 86,400; 0 is until it is unpinned.
     *
     * @generated from field: uint32 seconds = 2;
     */
    seconds?: number;
};
/**
 * UnpinComment takes the pin away.
 *
 * @generated from message ovation.gateway.v1.UnpinComment
 */
export type UnpinCommentJson = {
    /**
     * Id of the comment that is to be unpinned; empty for whichever is.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
};
/**
 * SetCalm calms a room: slow mode of at least 30 s, no links, guests' comments held; or ends that.
 *
 * @generated from message ovation.gateway.v1.SetCalm
 */
export type SetCalmJson = {
    /**
     * True calms it.
     *
     * @generated from field: bool on = 1;
     */
    on?: boolean;
};
/**
 * ChangeModes changes what is set and leaves the rest.
 *
 * @generated from message ovation.gateway.v1.ChangeModes
 */
export type ChangeModesJson = {
    /**
     * Seconds between two comments of one person, 0 to 3,600.
     *
     * @generated from field: optional uint32 slow_mode_seconds = 1;
     */
    slowModeSeconds?: number;
    /**
     * Who may write: everyone, members, moderators, frozen.
     *
     * @generated from field: optional string comment_mode = 2;
     */
    commentMode?: string;
    /**
     * True refuses repeats.
     *
     * @generated from field: optional bool unique_comments = 3;
     */
    uniqueComments?: boolean;
    /**
     * True takes emoji only.
     *
     * @generated from field: optional bool emoji_only = 4;
     */
    emojiOnly?: boolean;
    /**
     * Who may write links: everyone, members, moderators.
     *
     * @generated from field: optional string links = 5;
     */
    links?: string;
};
/**
 * ChangeTerms blocks words and allows them again. With nothing in it, it reads them.
 *
 * @generated from message ovation.gateway.v1.ChangeTerms
 */
export type ChangeTermsJson = {
    /**
     * Terms to block.
     *
     * @generated from field: repeated string add = 1;
     */
    add?: string[];
    /**
     * Terms to allow again.
     *
     * @generated from field: repeated string remove = 2;
     */
    remove?: string[];
    /**
     * Id of the comment that the first term was taken from; empty when there is none.
     *
     * @generated from field: string comment = 3;
     */
    comment?: string;
};
/**
 * PutOnAir chooses what the room's overlay shows: a comment that viewers see, or a question that is open, being answered
 * or answered. With neither everything that is on the overlay leaves it.
 *
 * @generated from message ovation.gateway.v1.PutOnAir
 */
export type PutOnAirJson = {
    /**
     * Id of the comment; either this or question.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Id of the question.
     *
     * @generated from field: string question = 2;
     */
    question?: string;
};
/**
 * QuestionStep names a question and the revision that the moderator saw.
 *
 * @generated from message ovation.gateway.v1.QuestionStep
 */
export type QuestionStepJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * Revision seen. Required: a step on an older one is fault REVISION_MISMATCH.
     *
     * @generated from field: uint64 revision = 2;
     */
    revision?: string;
    /**
     * reject: why, at most 200 grapheme clusters.
     *
     * @generated from field: string reason = 3;
     */
    reason?: string;
    /**
     * answer: the written answer, at most 4,000 grapheme clusters. edit: the new text, as ask takes it.
     *
     * @generated from field: string text = 4;
     */
    text?: string;
    /**
     * label: one of the room's topic labels; empty takes it away.
     *
     * @generated from field: string label = 5;
     */
    label?: string;
    /**
     * merge: id of the question it is merged into.
     *
     * @generated from field: string into = 6;
     */
    into?: string;
    /**
     * reorder: id of the question it is to stand before; empty puts it last.
     *
     * @generated from field: string before = 7;
     */
    before?: string;
    /**
     * True where the step was prepared under an own claim: fault CLAIM_EXPIRED when that no longer stands.
     *
     * @generated from field: bool claimed = 8;
     */
    claimed?: boolean;
    /**
     * highlight: wall clock of the live video frame at which answering begins; 0 when unknown.
     *
     * @generated from field: int64 stream_time_ms = 9;
     */
    streamTimeMs?: string;
};
/**
 * ClaimQuestion takes, renews or ends a claim.
 *
 * @generated from message ovation.gateway.v1.ClaimQuestion
 */
export type ClaimQuestionJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * True ends one's own claim.
     *
     * @generated from field: bool release = 2;
     */
    release?: boolean;
    /**
     * True takes it from whoever holds it.
     *
     * @generated from field: bool take_over = 3;
     */
    takeOver?: boolean;
};
/**
 * RemoveComment names a comment to remove.
 *
 * @generated from message ovation.gateway.v1.RemoveComment
 */
export type RemoveCommentJson = {
    /**
     * Id of the comment.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Why, for the audit trail; at most 200 grapheme clusters.
     *
     * @generated from field: string reason = 2;
     */
    reason?: string;
};
/**
 * RoomStep is an act on the room of the socket.
 *
 * @generated from message ovation.gateway.v1.RoomStep
 */
export type RoomStepJson = {
    /**
     * undo_setting, undo_terms, undo_pin, undo_on_air, undo_end: takes back this change alone, as the ack of the act named it:
     * UNDO_EXPIRED where it is not the last one. 0 is one's own last.
     *
     * @generated from field: uint64 change = 90;
     */
    change?: string;
};
/**
 * ServerFrame is one frame from the server.
 *
 * @generated from message ovation.gateway.v1.ServerFrame
 */
export type ServerFrameJson = {
    /**
     * Answers the hello; personal.
     *
     * @generated from field: ovation.gateway.v1.Welcome welcome = 1;
     */
    welcome?: WelcomeJson;
    /**
     * Everything a newcomer needs; the same bytes for all.
     *
     * @generated from field: ovation.gateway.v1.Snapshot snapshot = 2;
     */
    snapshot?: SnapshotJson;
    /**
     * What is one's own; personal.
     *
     * @generated from field: ovation.gateway.v1.Mine mine = 3;
     */
    mine?: MineJson;
    /**
     * Everything new since the tick before; the same bytes for all.
     *
     * @generated from field: ovation.gateway.v1.Tick tick = 4;
     */
    tick?: TickJson;
    /**
     * A verb was carried out and stored.
     *
     * @generated from field: ovation.gateway.v1.Ack ack = 5;
     */
    ack?: AckJson;
    /**
     * A verb was refused and changed nothing.
     *
     * @generated from field: ovation.gateway.v1.Fault fault = 6;
     */
    fault?: FaultJson;
    /**
     * The client has missed what cannot be sent again: a snapshot follows.
     *
     * @generated from field: ovation.gateway.v1.Resync resync = 7;
     */
    resync?: ResyncJson;
    /**
     * The socket will close.
     *
     * @generated from field: ovation.gateway.v1.Goodbye goodbye = 8;
     */
    goodbye?: GoodbyeJson;
    /**
     * What became of an own held comment; personal.
     *
     * @generated from field: ovation.gateway.v1.Verdict verdict = 40;
     */
    verdict?: VerdictJson;
    /**
     * One's own time-out began, changed or ended; personal.
     *
     * @generated from field: ovation.gateway.v1.Muted muted = 41;
     */
    muted?: MutedJson;
};
/**
 * Welcome answers a hello.
 *
 * @generated from message ovation.gateway.v1.Welcome
 */
export type WelcomeJson = {
    /**
     * Who the server says the client is.
     *
     * @generated from field: ovation.gateway.v1.You you = 1;
     */
    you?: YouJson;
    /**
     * True: what follows continues the cursor without gap or duplicate. False: a snapshot follows that replaces everything.
     *
     * @generated from field: bool recovered = 2;
     */
    recovered?: boolean;
    /**
     * Limits of this room and server, for counters and for patience.
     *
     * @generated from field: ovation.gateway.v1.Limits limits = 3;
     */
    limits?: LimitsJson;
    /**
     * Server time, to know how far the client's clock is off.
     *
     * @generated from field: int64 now_ms = 4;
     */
    nowMs?: string;
    /**
     * Version of the server.
     *
     * @generated from field: string server = 5;
     */
    server?: string;
};
/**
 * You is who a client is.
 *
 * @generated from message ovation.gateway.v1.You
 */
export type YouJson = {
    /**
     * Own key in this room; the author of own comments.
     *
     * @generated from field: string person = 1;
     */
    person?: string;
    /**
     * Own name; may be empty for a guest.
     *
     * @generated from field: string name = 2;
     */
    name?: string;
    /**
     * viewer, moderator or host.
     *
     * @generated from field: string role = 3;
     */
    role?: string;
    /**
     * True for a guest.
     *
     * @generated from field: bool guest = 4;
     */
    guest?: boolean;
    /**
     * For a guest: a token that makes a reload the same person; keep it for this room. Good for 30 days.
     *
     * @generated from field: string guest_token = 5;
     */
    guestToken?: string;
    /**
     * Own hearts that still count, at this gateway.
     *
     * @generated from field: uint64 hearts_left = 6;
     */
    heartsLeft?: string;
};
/**
 * Limits are the figures a client needs to know.
 *
 * @generated from message ovation.gateway.v1.Limits
 */
export type LimitsJson = {
    /**
     * Grapheme clusters of a comment.
     *
     * @generated from field: uint32 comment_graphemes = 1;
     */
    commentGraphemes?: number;
    /**
     * Bytes of a comment.
     *
     * @generated from field: uint32 comment_bytes = 2;
     */
    commentBytes?: number;
    /**
     * Grapheme clusters of a question.
     *
     * @generated from field: uint32 question_graphemes = 3;
     */
    questionGraphemes?: number;
    /**
     * Bytes of a question.
     *
     * @generated from field: uint32 question_bytes = 4;
     */
    questionBytes?: number;
    /**
     * Grapheme clusters of a name.
     *
     * @generated from field: uint32 name_graphemes = 5;
     */
    nameGraphemes?: number;
    /**
     * Grapheme clusters of a written answer.
     *
     * @generated from field: uint32 answer_graphemes = 6;
     */
    answerGraphemes?: number;
    /**
     * Grapheme clusters of a reason.
     *
     * @generated from field: uint32 reason_graphemes = 7;
     */
    reasonGraphemes?: number;
    /**
     * Bytes of a client frame.
     *
     * @generated from field: uint32 frame_bytes = 8;
     */
    frameBytes?: number;
    /**
     * Milliseconds between pings of the server; silence of two of them means the socket is dead.
     *
     * @generated from field: uint32 ping_ms = 9;
     */
    pingMs?: number;
    /**
     * Hearts of one person that count in the room's life.
     *
     * @generated from field: uint64 heart_cap = 10;
     */
    heartCap?: string;
    /**
     * Taps a second that count over time.
     *
     * @generated from field: uint32 taps_per_second = 11;
     */
    tapsPerSecond?: number;
    /**
     * Taps that count at once.
     *
     * @generated from field: uint32 tap_burst = 12;
     */
    tapBurst?: number;
    /**
     * Grapheme clusters of a blocked term.
     *
     * @generated from field: uint32 term_graphemes = 25;
     */
    termGraphemes?: number;
    /**
     * Milliseconds that a claim lasts from the last key.
     *
     * @generated from field: uint32 claim_ms = 50;
     */
    claimMs?: number;
    /**
     * Milliseconds in which a moderator's step can be taken back.
     *
     * @generated from field: uint32 undo_ms = 51;
     */
    undoMs?: number;
    /**
     * What one person may do over all of its sockets, by verb; a verb that is missing has no limit of its own. More is
     * fault TOO_MANY_REQUESTS with the time to wait. Empty for moderators and hosts where they are exempt.
     *
     * @generated from field: repeated ovation.gateway.v1.VerbLimit verbs = 65;
     */
    verbs?: VerbLimitJson[];
    /**
     * Frames a second of one socket, over time; more are not carried out.
     *
     * @generated from field: uint32 frames_per_second = 66;
     */
    framesPerSecond?: number;
    /**
     * Frames of one socket at once.
     *
     * @generated from field: uint32 frame_burst = 67;
     */
    frameBurst?: number;
    /**
     * Frames that make no sense before the socket is closed with TOO_MANY_ERRORS; what was spent comes back over 10 minutes.
     *
     * @generated from field: uint32 errors = 68;
     */
    errors?: number;
    /**
     * Sockets of one person at a gateway; 0 for no limit.
     *
     * @generated from field: uint32 sockets = 69;
     */
    sockets?: number;
    /**
     * Bytes a second of the frames of one socket, over time; frames beyond are not carried out.
     *
     * @generated from field: uint32 bytes_per_second = 70;
     */
    bytesPerSecond?: number;
    /**
     * Bytes of the frames of one socket at once.
     *
     * @generated from field: uint32 byte_burst = 71;
     */
    byteBurst?: number;
    /**
     * Reasons that a report may give.
     *
     * @generated from field: repeated string report_reasons = 40;
     */
    reportReasons?: string[];
};
/**
 * VerbLimit is a bucket of one verb: burst at once, and as many again in per_ms.
 *
 * @generated from message ovation.gateway.v1.VerbLimit
 */
export type VerbLimitJson = {
    /**
     * Name of the verb's field in ClientFrame, such as post.
     *
     * @generated from field: string verb = 1;
     */
    verb?: string;
    /**
     * How many at once.
     *
     * @generated from field: uint32 burst = 2;
     */
    burst?: number;
    /**
     * Milliseconds in which an empty bucket is full again.
     *
     * @generated from field: uint32 per_ms = 3;
     */
    perMs?: number;
};
/**
 * Snapshot is everything a newcomer needs.
 *
 * @generated from message ovation.gateway.v1.Snapshot
 */
export type SnapshotJson = {
    /**
     * Where the client stands after it.
     *
     * @generated from field: ovation.gateway.v1.Cursor cursor = 1;
     */
    cursor?: CursorJson;
    /**
     * The room.
     *
     * @generated from field: ovation.gateway.v1.Room room = 2;
     */
    room?: RoomJson;
    /**
     * Running totals by kind.
     *
     * @generated from field: map<string, uint64> hearts = 3;
     */
    hearts?: {
        [key: string]: string;
    };
    /**
     * Viewers: connections over all gateways, not people; rounded, or 0, where the room says so.
     *
     * @generated from field: uint64 viewers = 4;
     */
    viewers?: string;
    /**
     * The last comments, at most 50, oldest first.
     *
     * @generated from field: repeated ovation.gateway.v1.Comment comments = 5;
     */
    comments?: CommentJson[];
    /**
     * Questions that the audience sees: answering, Next, then open ones in the room's ranking, at most 50 in all and fewer
     * where texts and names are so long that all questions would pass 46 KiB of JSON; then the last answered, at most 20
     * and 11 KiB. Empty for moderators: moderation.questions has them.
     *
     * @generated from field: repeated ovation.gateway.v1.Question questions = 6;
     */
    questions?: QuestionJson[];
    /**
     * Running total of comments that the display budget held back.
     *
     * @generated from field: uint64 not_shown = 7;
     */
    notShown?: string;
    /**
     * Wall clock of the gateway.
     *
     * @generated from field: int64 at_ms = 8;
     */
    atMs?: string;
    /**
     * How the room fares.
     *
     * @generated from field: ovation.gateway.v1.Status status = 9;
     */
    status?: StatusJson;
    /**
     * For moderators only.
     *
     * @generated from field: ovation.gateway.v1.Moderation moderation = 10;
     */
    moderation?: ModerationJson;
    /**
     * The newest milestone of hearts, unset before the first: to be shown, not to be celebrated again.
     *
     * @generated from field: ovation.gateway.v1.Milestone milestone = 20;
     */
    milestone?: MilestoneJson;
    /**
     * Of the heart totals, those found to be bots' after the fact, by kind; empty where there are none.
     *
     * @generated from field: map<string, uint64> excluded = 21;
     */
    excluded?: {
        [key: string]: string;
    };
    /**
     * The pinned comment; unset when there is none.
     *
     * @generated from field: ovation.gateway.v1.Pinned pinned = 25;
     */
    pinned?: PinnedJson;
    /**
     * What moderators chose for the overlay; unset when they never did.
     *
     * @generated from field: ovation.gateway.v1.OnAir on_air = 75;
     */
    onAir?: OnAirJson;
};
/**
 * Tick is everything new since the tick before.
 *
 * @generated from message ovation.gateway.v1.Tick
 */
export type TickJson = {
    /**
     * Where the client stands after it.
     *
     * @generated from field: ovation.gateway.v1.Cursor cursor = 1;
     */
    cursor?: CursorJson;
    /**
     * Wall clock of the gateway.
     *
     * @generated from field: int64 at_ms = 2;
     */
    atMs?: string;
    /**
     * Running totals of the kinds that changed.
     *
     * @generated from field: map<string, uint64> hearts = 3;
     */
    hearts?: {
        [key: string]: string;
    };
    /**
     * Viewers; unset when it did not change.
     *
     * @generated from field: optional uint64 viewers = 4;
     */
    viewers?: string;
    /**
     * New comments, in the room's one order.
     *
     * @generated from field: repeated ovation.gateway.v1.Comment comments = 5;
     */
    comments?: CommentJson[];
    /**
     * Ids of comments that are gone.
     *
     * @generated from field: repeated string removed = 6;
     */
    removed?: string[];
    /**
     * Questions that are new or changed.
     *
     * @generated from field: repeated ovation.gateway.v1.Question questions = 7;
     */
    questions?: QuestionJson[];
    /**
     * Ids of questions that the audience may no longer see.
     *
     * @generated from field: repeated string gone = 8;
     */
    gone?: string[];
    /**
     * Votes that changed, where the question itself did not.
     *
     * @generated from field: repeated ovation.gateway.v1.Votes votes = 9;
     */
    votes?: VotesJson[];
    /**
     * Running total of comments that the display budget held back; unset when it did not change.
     *
     * @generated from field: optional uint64 not_shown = 10;
     */
    notShown?: string;
    /**
     * The room; unset when it did not change.
     *
     * @generated from field: ovation.gateway.v1.Room room = 11;
     */
    room?: RoomJson;
    /**
     * How the room fares; unset when it did not change.
     *
     * @generated from field: ovation.gateway.v1.Status status = 12;
     */
    status?: StatusJson;
    /**
     * For moderators only.
     *
     * @generated from field: ovation.gateway.v1.Moderation moderation = 13;
     */
    moderation?: ModerationJson;
    /**
     * Milestones of hearts that were reached, each once; a client that comes back is told those it missed.
     *
     * @generated from field: repeated ovation.gateway.v1.Milestone milestones = 20;
     */
    milestones?: MilestoneJson[];
    /**
     * Running totals of the excluded hearts of the kinds for which they changed.
     *
     * @generated from field: map<string, uint64> excluded = 21;
     */
    excluded?: {
        [key: string]: string;
    };
    /**
     * Comments whose text changed: each takes the place of the one with its id; one that is not held is passed over.
     *
     * @generated from field: repeated ovation.gateway.v1.Comment edited = 25;
     */
    edited?: CommentJson[];
    /**
     * Comments that are back after a removal, to stand where their place says.
     *
     * @generated from field: repeated ovation.gateway.v1.Comment restored = 26;
     */
    restored?: CommentJson[];
    /**
     * The pinned comment, without a comment when there is none; unset when it did not change.
     *
     * @generated from field: ovation.gateway.v1.Pinned pinned = 27;
     */
    pinned?: PinnedJson;
    /**
     * What moderators chose for the overlay; unset when it did not change.
     *
     * @generated from field: ovation.gateway.v1.OnAir on_air = 75;
     */
    onAir?: OnAirJson;
};
/**
 * OnAir is what moderators chose last for the room's overlay. A question whose answering begins later than at_ms goes on
 * air by itself and takes its place; one that began before shows only when it is chosen.
 *
 * @generated from message ovation.gateway.v1.OnAir
 */
export type OnAirJson = {
    /**
     * The comment, when one was chosen and still stands.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 1;
     */
    comment?: CommentJson;
    /**
     * Id of the question, when one was chosen.
     *
     * @generated from field: string question = 2;
     */
    question?: string;
    /**
     * When it was chosen, or cleared.
     *
     * @generated from field: int64 at_ms = 3;
     */
    atMs?: string;
};
/**
 * Pinned is the comment that a room has pinned.
 *
 * @generated from message ovation.gateway.v1.Pinned
 */
export type PinnedJson = {
    /**
     * The comment; unset when none is pinned.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 1;
     */
    comment?: CommentJson;
    /**
     * When the pin goes by itself; 0 when it does not.
     *
     * @generated from field: int64 until_ms = 2;
     */
    untilMs?: string;
};
/**
 * Room is a room as its audience sees it.
 *
 * @generated from message ovation.gateway.v1.Room
 */
export type RoomJson = {
    /**
     * Id.
     *
     * @generated from field: string room = 1;
     */
    room?: string;
    /**
     * Title.
     *
     * @generated from field: string title = 2;
     */
    title?: string;
    /**
     * scheduled, live, ended or deleted.
     *
     * @generated from field: string state = 3;
     */
    state?: string;
    /**
     * Kinds of hearts, in the order to show.
     *
     * @generated from field: repeated string kinds = 4;
     */
    kinds?: string[];
    /**
     * Topic labels for questions.
     *
     * @generated from field: repeated string labels = 5;
     */
    labels?: string[];
    /**
     * Seconds between two comments of one person; 0 when there is no slow mode.
     *
     * @generated from field: uint32 slow_mode_seconds = 6;
     */
    slowModeSeconds?: number;
    /**
     * Who may write comments: everyone, members, moderators, frozen.
     *
     * @generated from field: string comment_mode = 7;
     */
    commentMode?: string;
    /**
     * True when questions may be asked without a name.
     *
     * @generated from field: bool anonymous_questions = 8;
     */
    anonymousQuestions?: boolean;
    /**
     * True when questions open without approval.
     *
     * @generated from field: bool open_questions = 9;
     */
    openQuestions?: boolean;
    /**
     * When it went live; 0 before.
     *
     * @generated from field: int64 started_ms = 10;
     */
    startedMs?: string;
    /**
     * When it ended; 0 before.
     *
     * @generated from field: int64 ended_ms = 11;
     */
    endedMs?: string;
    /**
     * True when repeated comments are refused.
     *
     * @generated from field: bool unique_comments = 25;
     */
    uniqueComments?: boolean;
    /**
     * True when comments are of emoji only.
     *
     * @generated from field: bool emoji_only = 26;
     */
    emojiOnly?: boolean;
    /**
     * Who may write links: everyone, members, moderators.
     *
     * @generated from field: string links = 27;
     */
    links?: string;
    /**
     * Seconds in which an author may change a comment; 0 is never.
     *
     * @generated from field: uint32 edit_window_seconds = 28;
     */
    editWindowSeconds?: number;
    /**
     * Since when the room is calm; 0 when it is not. Then slow mode and links are stricter for a while, for everyone, and
     * guests' comments wait for a moderator.
     *
     * @generated from field: int64 calm_since_ms = 29;
     */
    calmSinceMs?: string;
    /**
     * The order in which questions are shown: votes, newest or hosts.
     *
     * @generated from field: string question_ranking = 50;
     */
    questionRanking?: string;
    /**
     * Questions that may be answering at once.
     *
     * @generated from field: uint32 answering_slots = 51;
     */
    answeringSlots?: number;
    /**
     * True when guests' votes do not count in the ranking.
     *
     * @generated from field: bool ignore_guest_votes = 52;
     */
    ignoreGuestVotes?: boolean;
    /**
     * How viewers are told how many watch: exact, rounded or hidden.
     *
     * @generated from field: string viewer_count = 12;
     */
    viewerCount?: string;
    /**
     * Address of the picture on the stage; empty is the drawn scene.
     *
     * @generated from field: string source = 13;
     */
    source?: string;
    /**
     * True while hearts wait: taps get HEARTS_PAUSED.
     *
     * @generated from field: bool hearts_paused = 70;
     */
    heartsPaused?: boolean;
    /**
     * True while questions wait: asks and votes get QUESTIONS_PAUSED.
     *
     * @generated from field: bool questions_paused = 71;
     */
    questionsPaused?: boolean;
    /**
     * Whose comments wait for a moderator: nobody, first (a person's first one) or everybody.
     *
     * @generated from field: string hold_comments = 40;
     */
    holdComments?: string;
    /**
     * Milliseconds by which viewers see comments later than moderators.
     *
     * @generated from field: uint32 preview_delay_ms = 41;
     */
    previewDelayMs?: number;
};
/**
 * Comment is a comment as its audience sees it.
 *
 * @generated from message ovation.gateway.v1.Comment
 */
export type CommentJson = {
    /**
     * Id.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Author's key in this room: a colour, a filter; not an identity.
     *
     * @generated from field: string person = 2;
     */
    person?: string;
    /**
     * Author's name; may be empty.
     *
     * @generated from field: string name = 3;
     */
    name?: string;
    /**
     * viewer, moderator or host.
     *
     * @generated from field: string role = 4;
     */
    role?: string;
    /**
     * True when a guest wrote it.
     *
     * @generated from field: bool guest = 5;
     */
    guest?: boolean;
    /**
     * Text, to be shown as text.
     *
     * @generated from field: string text = 6;
     */
    text?: string;
    /**
     * When it was accepted.
     *
     * @generated from field: int64 at_ms = 7;
     */
    atMs?: string;
    /**
     * Stream time; 0 when unknown.
     *
     * @generated from field: int64 stream_time_ms = 8;
     */
    streamTimeMs?: string;
    /**
     * What it answers; unset when it answers nothing.
     *
     * @generated from field: ovation.gateway.v1.Reply reply = 25;
     */
    reply?: ReplyJson;
    /**
     * When its text was changed last; 0 when it never was.
     *
     * @generated from field: int64 edited_ms = 26;
     */
    editedMs?: string;
    /**
     * Position of its first posting in the room's log, which orders comments among one another.
     *
     * @generated from field: uint64 place = 27;
     */
    place?: string;
};
/**
 * Reply names the comment that another one answers: a mention with a link.
 *
 * @generated from message ovation.gateway.v1.Reply
 */
export type ReplyJson = {
    /**
     * Id of the comment that is answered; it may be gone.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Its author's key.
     *
     * @generated from field: string person = 2;
     */
    person?: string;
    /**
     * Its author's name then; may be empty.
     *
     * @generated from field: string name = 3;
     */
    name?: string;
};
/**
 * Question is a question as its audience sees it.
 *
 * @generated from message ovation.gateway.v1.Question
 */
export type QuestionJson = {
    /**
     * Id.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * Asker's key; empty when anonymous.
     *
     * @generated from field: string person = 2;
     */
    person?: string;
    /**
     * Asker's name; empty when anonymous.
     *
     * @generated from field: string name = 3;
     */
    name?: string;
    /**
     * True when the asker chose not to be named.
     *
     * @generated from field: bool anonymous = 4;
     */
    anonymous?: boolean;
    /**
     * Text, to be shown as text.
     *
     * @generated from field: string text = 5;
     */
    text?: string;
    /**
     * open, answering or answered; to its author and to moderators also pending, rejected, archived, withdrawn, merged.
     *
     * @generated from field: string state = 6;
     */
    state?: string;
    /**
     * Revision; the highest wins.
     *
     * @generated from field: uint64 revision = 7;
     */
    revision?: string;
    /**
     * True while it is queued as Next.
     *
     * @generated from field: bool next = 8;
     */
    next?: boolean;
    /**
     * Topic label.
     *
     * @generated from field: string label = 9;
     */
    label?: string;
    /**
     * Written answer: text with a small part of Markdown (paragraphs, lists, strong, emphasis, code, links), to be shown as
     * text or parsed to nodes, never as HTML; only http and https links are links.
     *
     * @generated from field: string answer = 10;
     */
    answer?: string;
    /**
     * Votes.
     *
     * @generated from field: uint64 votes = 11;
     */
    votes?: string;
    /**
     * Those of guests.
     *
     * @generated from field: uint64 guest_votes = 12;
     */
    guestVotes?: string;
    /**
     * Position of the votes: a lower one is older.
     *
     * @generated from field: uint64 votes_upto = 13;
     */
    votesUpto?: string;
    /**
     * When it was asked.
     *
     * @generated from field: int64 asked_ms = 14;
     */
    askedMs?: string;
    /**
     * When answering began last.
     *
     * @generated from field: int64 answering_ms = 15;
     */
    answeringMs?: string;
    /**
     * When it was answered.
     *
     * @generated from field: int64 answered_ms = 16;
     */
    answeredMs?: string;
    /**
     * Why it was rejected; to its author and to moderators.
     *
     * @generated from field: string reason = 17;
     */
    reason?: string;
    /**
     * When it was first opened; 0 before.
     *
     * @generated from field: int64 opened_ms = 18;
     */
    openedMs?: string;
    /**
     * True when a moderator has edited its text.
     *
     * @generated from field: bool edited = 19;
     */
    edited?: boolean;
    /**
     * Place in the hosts' own order, compared byte by byte; empty when it has none.
     *
     * @generated from field: string place = 20;
     */
    place?: string;
    /**
     * Wall clock of the live video frame at which answering began last; 0 when unknown.
     *
     * @generated from field: int64 answering_stream_ms = 21;
     */
    answeringStreamMs?: string;
    /**
     * Id of the question it was merged into; to its author and to moderators.
     *
     * @generated from field: string merged_into = 22;
     */
    mergedInto?: string;
};
/**
 * Votes is the tally of one question.
 *
 * @generated from message ovation.gateway.v1.Votes
 */
export type VotesJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * Votes, guests included.
     *
     * @generated from field: uint64 votes = 2;
     */
    votes?: string;
    /**
     * Those of guests.
     *
     * @generated from field: uint64 guest_votes = 3;
     */
    guestVotes?: string;
    /**
     * Position: a lower one is older.
     *
     * @generated from field: uint64 upto = 4;
     */
    upto?: string;
};
/**
 * Status says how the room fares.
 *
 * @generated from message ovation.gateway.v1.Status
 */
export type StatusJson = {
    /**
     * True while the gateway cannot reach the store: what people send is refused or late, what they see may be old.
     *
     * @generated from field: bool degraded = 1;
     */
    degraded?: boolean;
};
/**
 * Moderation is what only moderators and hosts receive.
 *
 * @generated from message ovation.gateway.v1.Moderation
 */
export type ModerationJson = {
    /**
     * Questions of every state with their askers: changed ones in a tick. In a snapshot the oldest of those that wait (at most
     * 500), the first of the open ones in the room's order (at most 50, 22 KiB of JSON) and the last changed of the settled
     * ones (at most 20, 6 KiB), each in the order of its list and together at most 46 KiB: list_questions gives the others.
     *
     * @generated from field: repeated ovation.gateway.v1.ModeratorQuestion questions = 1;
     */
    questions?: ModeratorQuestionJson[];
    /**
     * How many wait in all.
     *
     * @generated from field: uint64 pending = 2;
     */
    pending?: string;
    /**
     * The room's pulse: in a tick the seconds whose hearts changed, in a snapshot the last 300 s with hearts. A second that
     * comes again replaces what was known of it; one that is missing had none.
     *
     * @generated from field: repeated ovation.gateway.v1.PulsePoint pulse = 20;
     */
    pulse?: PulsePointJson[];
    /**
     * Claims: changed ones in a tick, all in a snapshot.
     *
     * @generated from field: repeated ovation.gateway.v1.Claim claims = 50;
     */
    claims?: ClaimJson[];
    /**
     * How many questions there are in each state; unset when it did not change.
     *
     * @generated from field: ovation.gateway.v1.QuestionCounts counts = 51;
     */
    counts?: QuestionCountsJson;
    /**
     * Comments that wait for a moderator, the oldest of them (at most 200, 96 KiB of JSON): all in a snapshot; in a tick those that
     * came to be among them, because they are new or because older ones were decided.
     *
     * @generated from field: repeated ovation.gateway.v1.HeldComment held = 40;
     */
    held?: HeldCommentJson[];
    /**
     * Ids of comments that wait no more.
     *
     * @generated from field: repeated string held_gone = 41;
     */
    heldGone?: string[];
    /**
     * How many comments wait in all.
     *
     * @generated from field: uint64 held_total = 42;
     */
    heldTotal?: string;
    /**
     * People against whom something holds: changed ones in a tick, in a snapshot the latest (at most 500, 128 KiB of JSON). One
     * without any measure is free again.
     *
     * @generated from field: repeated ovation.gateway.v1.Standing people = 43;
     */
    people?: StandingJson[];
    /**
     * Reported items that wait for a moderator's look, the last reported of them (at most 200, 96 KiB of JSON): all in a snapshot;
     * in a tick those that changed or came to be among them, and settled ones.
     *
     * @generated from field: repeated ovation.gateway.v1.Reported reports = 44;
     */
    reports?: ReportedJson[];
    /**
     * Questions of whose votes one network holds an unlikely share: changed ones in a tick, all in a snapshot (at most 200).
     *
     * @generated from field: repeated ovation.gateway.v1.Bloc blocs = 53;
     */
    blocs?: BlocJson[];
    /**
     * Overlays that came with a link of theirs, over all gateways; unset when it did not change.
     *
     * @generated from field: optional uint64 overlays = 75;
     */
    overlays?: string;
};
/**
 * Bloc says that more people who voted for a question share one network than the votes for the room's other questions let
 * expect: for a moderator to look at, since a school behind one address is a bloc, too. No vote was dropped for it.
 *
 * @generated from message ovation.gateway.v1.Bloc
 */
export type BlocJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * People of that network, at least; 0 when it is a bloc no more.
     *
     * @generated from field: uint64 people = 2;
     */
    people?: string;
    /**
     * People whose network is known, with those who took their vote back.
     *
     * @generated from field: uint64 of = 3;
     */
    of?: string;
    /**
     * People of that network to be expected among them.
     *
     * @generated from field: uint64 expected = 4;
     */
    expected?: string;
};
/**
 * Claim says that a moderator is at work on a question.
 *
 * @generated from message ovation.gateway.v1.Claim
 */
export type ClaimJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * Key of the moderator in the room; empty when the claim has ended.
     *
     * @generated from field: string person = 2;
     */
    person?: string;
    /**
     * Name of the moderator.
     *
     * @generated from field: string name = 3;
     */
    name?: string;
    /**
     * When it ends unless it is renewed.
     *
     * @generated from field: int64 until_ms = 4;
     */
    untilMs?: string;
};
/**
 * QuestionCounts is how many questions there are in each state.
 *
 * @generated from message ovation.gateway.v1.QuestionCounts
 */
export type QuestionCountsJson = {
    /**
     * Waiting for a moderator.
     *
     * @generated from field: uint32 pending = 1;
     */
    pending?: number;
    /**
     * Open for votes.
     *
     * @generated from field: uint32 open = 2;
     */
    open?: number;
    /**
     * Being answered.
     *
     * @generated from field: uint32 answering = 3;
     */
    answering?: number;
    /**
     * Answered.
     *
     * @generated from field: uint32 answered = 4;
     */
    answered?: number;
    /**
     * Refused.
     *
     * @generated from field: uint32 rejected = 5;
     */
    rejected?: number;
    /**
     * Put away.
     *
     * @generated from field: uint32 archived = 6;
     */
    archived?: number;
    /**
     * Taken back.
     *
     * @generated from field: uint32 withdrawn = 7;
     */
    withdrawn?: number;
    /**
     * Merged into another.
     *
     * @generated from field: uint32 merged = 8;
     */
    merged?: number;
};
/**
 * PulsePoint is one second of a room's pulse, as this gateway saw it: by when hearts were counted.
 *
 * @generated from message ovation.gateway.v1.PulsePoint
 */
export type PulsePointJson = {
    /**
     * The second, Unix time.
     *
     * @generated from field: int64 second = 1;
     */
    second?: string;
    /**
     * Hearts by kind in this second.
     *
     * @generated from field: map<string, uint64> hearts = 2;
     */
    hearts?: {
        [key: string]: string;
    };
    /**
     * Viewers in this second.
     *
     * @generated from field: uint64 viewers = 3;
     */
    viewers?: string;
};
/**
 * Milestone is a round number that the room's hearts reached, of all kinds together.
 *
 * @generated from message ovation.gateway.v1.Milestone
 */
export type MilestoneJson = {
    /**
     * The number: 100, 250, 500, 1,000, 2,500, 5,000 and so on.
     *
     * @generated from field: uint64 hearts = 1;
     */
    hearts?: string;
    /**
     * When it was reached.
     *
     * @generated from field: int64 at_ms = 2;
     */
    atMs?: string;
};
/**
 * ModeratorQuestion is a question with what only moderators may know.
 *
 * @generated from message ovation.gateway.v1.ModeratorQuestion
 */
export type ModeratorQuestionJson = {
    /**
     * The question, its asker's name and reason included.
     *
     * @generated from field: ovation.gateway.v1.Question question = 1;
     */
    question?: QuestionJson;
    /**
     * Asker's key, also when anonymous.
     *
     * @generated from field: string asker = 2;
     */
    asker?: string;
    /**
     * Asker's name, also when anonymous.
     *
     * @generated from field: string asker_name = 3;
     */
    askerName?: string;
    /**
     * True when a guest asked.
     *
     * @generated from field: bool asker_guest = 4;
     */
    askerGuest?: boolean;
    /**
     * Text as it was asked, where a moderator has edited it.
     *
     * @generated from field: string original_text = 5;
     */
    originalText?: string;
    /**
     * Key of the moderator who may take the last step back; empty when it cannot be.
     *
     * @generated from field: string undo_by = 6;
     */
    undoBy?: string;
    /**
     * Until when it can be taken back; 0 when it cannot be.
     *
     * @generated from field: int64 undo_until_ms = 7;
     */
    undoUntilMs?: string;
    /**
     * Why it waits, beyond that the room has questions approved: filter, hook, hook_away, review, reports or calm; empty when
     * for nothing else.
     *
     * @generated from field: string why = 50;
     */
    why?: string;
    /**
     * The blocked term, what the moderation hook said, or which reasons the reports gave; may be empty.
     *
     * @generated from field: string detail = 51;
     */
    detail?: string;
};
/**
 * Mine is what is one's own.
 *
 * @generated from message ovation.gateway.v1.Mine
 */
export type MineJson = {
    /**
     * Own questions of every state, newest first, at most 100.
     *
     * @generated from field: repeated ovation.gateway.v1.Question questions = 1;
     */
    questions?: QuestionJson[];
    /**
     * Ids of the questions that carry the own vote.
     *
     * @generated from field: repeated string voted = 2;
     */
    voted?: string[];
    /**
     * Own comments that stand and that ticks and snapshots do not give to their author, newest first, at most 20 of the last
     * 2,000 entries of the log: those that the display budget left out, those that wait for the preview delay, and those of
     * somebody who is out of sight. They are shown as they were from their ack. Which of it is the reason is not told.
     *
     * @generated from field: repeated ovation.gateway.v1.Comment comments = 3;
     */
    comments?: CommentJson[];
    /**
     * Own comments that wait for a moderator, and what became of those of the last hour, newest first, at most 20. One that is
     * not told of stays as the client knows it.
     *
     * @generated from field: repeated ovation.gateway.v1.OwnHeld held = 4;
     */
    held?: OwnHeldJson[];
    /**
     * How long slow mode has one wait on before the next comment, in milliseconds; 0 when it does not, or it is not known.
     *
     * @generated from field: int64 wait_ms = 5;
     */
    waitMs?: string;
};
/**
 * OwnHeld is an own comment that waits for a moderator, or waited.
 *
 * @generated from message ovation.gateway.v1.OwnHeld
 */
export type OwnHeldJson = {
    /**
     * The comment. Once it is decided its text is erased, and empty here.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 1;
     */
    comment?: CommentJson;
    /**
     * held, released or rejected.
     *
     * @generated from field: string state = 2;
     */
    state?: string;
    /**
     * rejected: why; may be empty.
     *
     * @generated from field: string reason = 3;
     */
    reason?: string;
};
/**
 * Ack says that a verb was carried out and what it made is stored.
 *
 * @generated from message ovation.gateway.v1.Ack
 */
export type AckJson = {
    /**
     * Id of the client's frame.
     *
     * @generated from field: string id = 1;
     */
    id?: string;
    /**
     * post: the stored comment; its author sees it from here.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 2;
     */
    comment?: CommentJson;
    /**
     * ask, withdraw, moderate: the question as its author or moderator sees it.
     *
     * @generated from field: ovation.gateway.v1.Question question = 3;
     */
    question?: QuestionJson;
    /**
     * vote: what stands now.
     *
     * @generated from field: ovation.gateway.v1.VoteQuestion vote = 4;
     */
    vote?: VoteQuestionJson;
    /**
     * moderate start, end, reopen: the room.
     *
     * @generated from field: ovation.gateway.v1.Room room = 5;
     */
    room?: RoomJson;
    /**
     * moderate terms: all blocked terms of the room.
     *
     * @generated from field: ovation.gateway.v1.Terms terms = 25;
     */
    terms?: TermsJson;
    /**
     * moderate pin: what is pinned.
     *
     * @generated from field: ovation.gateway.v1.Pinned pinned = 26;
     */
    pinned?: PinnedJson;
    /**
     * moderate claim: what stands.
     *
     * @generated from field: ovation.gateway.v1.Claim claim = 50;
     */
    claim?: ClaimJson;
    /**
     * moderate on_air: what was chosen.
     *
     * @generated from field: ovation.gateway.v1.OnAir on_air = 75;
     */
    onAir?: OnAirJson;
    /**
     * similar: what was found.
     *
     * @generated from field: ovation.gateway.v1.SimilarQuestions similar = 51;
     */
    similar?: SimilarQuestionsJson;
    /**
     * list_questions: a page of them.
     *
     * @generated from field: ovation.gateway.v1.QuestionPage questions = 52;
     */
    questions?: QuestionPageJson;
    /**
     * post: stored, and waiting for a moderator.
     *
     * @generated from field: ovation.gateway.v1.Held held = 40;
     */
    held?: HeldJson;
    /**
     * moderate remove_all: how many comments and questions were removed.
     *
     * @generated from field: uint32 count = 41;
     */
    count?: number;
    /**
     * moderate undo: the act that was taken back, as in the audit trail.
     *
     * @generated from field: string undone = 42;
     */
    undone?: string;
    /**
     * moderate pin, unpin, on_air, terms, calm, modes, end: names the change for its undo; 0 where the act changed nothing.
     *
     * @generated from field: uint64 change = 90;
     */
    change?: string;
};
/**
 * QuestionPage is a part of a moderators' list: at most 100 questions, fewer where they would pass 46 KiB of JSON.
 *
 * @generated from message ovation.gateway.v1.QuestionPage
 */
export type QuestionPageJson = {
    /**
     * Questions in the list's order.
     *
     * @generated from field: repeated ovation.gateway.v1.ModeratorQuestion questions = 1;
     */
    questions?: ModeratorQuestionJson[];
    /**
     * True when the list goes on behind the last one.
     *
     * @generated from field: bool more = 2;
     */
    more?: boolean;
};
/**
 * SimilarQuestions are the questions most like a text, the most similar first: at most 3 to viewers, 5 to moderators.
 *
 * @generated from message ovation.gateway.v1.SimilarQuestions
 */
export type SimilarQuestionsJson = {
    /**
     * What was found; empty where nothing is like it.
     *
     * @generated from field: repeated ovation.gateway.v1.SimilarQuestion questions = 1;
     */
    questions?: SimilarQuestionJson[];
};
/**
 * SimilarQuestion is a question that asks much the same.
 *
 * @generated from message ovation.gateway.v1.SimilarQuestion
 */
export type SimilarQuestionJson = {
    /**
     * Id of the question.
     *
     * @generated from field: string question = 1;
     */
    question?: string;
    /**
     * Its text.
     *
     * @generated from field: string text = 2;
     */
    text?: string;
    /**
     * Its votes.
     *
     * @generated from field: uint64 votes = 3;
     */
    votes?: string;
    /**
     * How similar: 1 is the same words; what is below 0.5 is not suggested.
     *
     * @generated from field: double score = 4;
     */
    score?: number | "NaN" | "Infinity" | "-Infinity";
    /**
     * Its state.
     *
     * @generated from field: string state = 5;
     */
    state?: string;
};
/**
 * Terms are the words that are blocked in a room.
 *
 * @generated from message ovation.gateway.v1.Terms
 */
export type TermsJson = {
    /**
     * Terms, in the order of their words.
     *
     * @generated from field: repeated string terms = 1;
     */
    terms?: string[];
};
/**
 * Fault says that a verb was refused and changed nothing.
 *
 * @generated from message ovation.gateway.v1.Fault
 */
export type FaultJson = {
    /**
     * Id of the client's frame; empty when it had none.
     *
     * @generated from field: string id = 1;
     */
    id?: string;
    /**
     * One of the reasons of docs/protocol.md, the same words as gRPC's ErrorInfo.
     *
     * @generated from field: string reason = 2;
     */
    reason?: string;
    /**
     * A sentence for a person: what was wrong and what would be right.
     *
     * @generated from field: string message = 3;
     */
    message?: string;
    /**
     * When trying again makes sense; 0 when waiting does not help.
     *
     * @generated from field: int64 retry_after_ms = 4;
     */
    retryAfterMs?: string;
    /**
     * Field that was wrong, where one was.
     *
     * @generated from field: string field = 5;
     */
    field?: string;
    /**
     * REVISION_MISMATCH, WRONG_STATE: the question as it stands, to moderators.
     *
     * @generated from field: ovation.gateway.v1.Question question = 6;
     */
    question?: QuestionJson;
};
/**
 * Resync says that a snapshot follows, which replaces everything the client holds.
 *
 * @generated from message ovation.gateway.v1.Resync
 */
export type ResyncJson = {};
/**
 * Goodbye says that the socket will close.
 *
 * @generated from message ovation.gateway.v1.Goodbye
 */
export type GoodbyeJson = {
    /**
     * DRAIN, BUSY, ROOM_DELETED, ROLE_CHANGED, TOKEN_EXPIRED, SLOW and the other reasons of docs/protocol.md.
     *
     * @generated from field: string reason = 1;
     */
    reason?: string;
    /**
     * When to come back; 0 with a stop code means never.
     *
     * @generated from field: int64 reconnect_after_ms = 2;
     */
    reconnectAfterMs?: string;
    /**
     * A sentence for a person.
     *
     * @generated from field: string message = 3;
     */
    message?: string;
};
/**
 * Report tells moderators of a comment or question.
 *
 * @generated from message ovation.gateway.v1.Report
 */
export type ReportJson = {
    /**
     * Id of the comment; either this or question.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * Id of the question.
     *
     * @generated from field: string question = 2;
     */
    question?: string;
    /**
     * spam, harassment, hate, sexual, violence, self_harm or other. Required; welcome.limits lists them.
     *
     * @generated from field: string reason = 3;
     */
    reason?: string;
};
/**
 * PersonStep is an act on a person.
 *
 * @generated from message ovation.gateway.v1.PersonStep
 */
export type PersonStepJson = {
    /**
     * Key of the person, as comments and moderators' questions carry it. Required.
     *
     * @generated from field: string person = 1;
     */
    person?: string;
    /**
     * How long: timeout 1 s to 7 days, ban 1 s to 365 days; 0 is for the room's whole life.
     *
     * @generated from field: uint32 seconds = 2;
     */
    seconds?: number;
    /**
     * Why, at most 200 grapheme clusters: told to who is timed out or banned.
     *
     * @generated from field: string reason = 3;
     */
    reason?: string;
    /**
     * ban: true lets the person stay and write without anybody but moderators seeing it.
     *
     * @generated from field: bool hidden = 4;
     */
    hidden?: boolean;
};
/**
 * HeldStep is an act on a held comment.
 *
 * @generated from message ovation.gateway.v1.HeldStep
 */
export type HeldStepJson = {
    /**
     * Id of the comment. Required.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * reject_held: why, told to its author; at most 200 grapheme clusters.
     *
     * @generated from field: string reason = 2;
     */
    reason?: string;
};
/**
 * HeldComment is a comment that waits for a moderator.
 *
 * @generated from message ovation.gateway.v1.HeldComment
 */
export type HeldCommentJson = {
    /**
     * The comment.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 1;
     */
    comment?: CommentJson;
    /**
     * all, first, filter, hook, hook_away, review, reports or calm.
     *
     * @generated from field: string why = 2;
     */
    why?: string;
    /**
     * What the filter or the hook said, or which reasons the reports gave.
     *
     * @generated from field: string detail = 3;
     */
    detail?: string;
    /**
     * True when its author is out of sight: what else they write only moderators see, and this one everybody once it is released.
     *
     * @generated from field: bool out_of_sight = 4;
     */
    outOfSight?: boolean;
};
/**
 * Standing is what holds against a person.
 *
 * @generated from message ovation.gateway.v1.Standing
 */
export type StandingJson = {
    /**
     * Key of the person.
     *
     * @generated from field: string person = 1;
     */
    person?: string;
    /**
     * Name; may be empty.
     *
     * @generated from field: string name = 2;
     */
    name?: string;
    /**
     * True for a guest.
     *
     * @generated from field: bool guest = 3;
     */
    guest?: boolean;
    /**
     * Kept out; unset when not.
     *
     * @generated from field: ovation.gateway.v1.Measure ban = 4;
     */
    ban?: MeasureJson;
    /**
     * Muted; unset when not.
     *
     * @generated from field: ovation.gateway.v1.Measure timeout = 5;
     */
    timeout?: MeasureJson;
    /**
     * Shown only to themselves and moderators; unset when not.
     *
     * @generated from field: ovation.gateway.v1.Measure shadow = 6;
     */
    shadow?: MeasureJson;
};
/**
 * Measure is one thing that moderators have taken against a person.
 *
 * @generated from message ovation.gateway.v1.Measure
 */
export type MeasureJson = {
    /**
     * When it began.
     *
     * @generated from field: int64 from_ms = 1;
     */
    fromMs?: string;
    /**
     * When it ends; 0 for the room's whole life.
     *
     * @generated from field: int64 until_ms = 2;
     */
    untilMs?: string;
    /**
     * Name of who took it.
     *
     * @generated from field: string by = 3;
     */
    by?: string;
    /**
     * Why.
     *
     * @generated from field: string reason = 4;
     */
    reason?: string;
};
/**
 * Reported is an item that people reported.
 *
 * @generated from message ovation.gateway.v1.Reported
 */
export type ReportedJson = {
    /**
     * Id of the comment or question.
     *
     * @generated from field: string item = 1;
     */
    item?: string;
    /**
     * How many people did; 0 when nothing is to be decided any more: a moderator let it stay, or it is gone.
     *
     * @generated from field: uint32 people = 2;
     */
    people?: number;
    /**
     * How many gave each reason.
     *
     * @generated from field: map<string, uint32> reasons = 3;
     */
    reasons?: {
        [key: string]: number;
    };
    /**
     * When the last one came.
     *
     * @generated from field: int64 last_ms = 4;
     */
    lastMs?: string;
    /**
     * comment or question.
     *
     * @generated from field: string kind = 40;
     */
    kind?: string;
    /**
     * True when it was taken away from viewers: a comment is among the held ones, a question waits for approval again.
     *
     * @generated from field: bool held = 41;
     */
    held?: boolean;
    /**
     * The comment, where this gateway holds it and viewers see it.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 42;
     */
    comment?: CommentJson;
};
/**
 * Verdict is what became of an own held comment.
 *
 * @generated from message ovation.gateway.v1.Verdict
 */
export type VerdictJson = {
    /**
     * Id of the comment, as the ack gave it.
     *
     * @generated from field: string comment = 1;
     */
    comment?: string;
    /**
     * released, rejected, or held when a moderator took a verdict back.
     *
     * @generated from field: string state = 2;
     */
    state?: string;
    /**
     * rejected: why; may be empty.
     *
     * @generated from field: string reason = 3;
     */
    reason?: string;
};
/**
 * Muted is one's own time-out.
 *
 * @generated from message ovation.gateway.v1.Muted
 */
export type MutedJson = {
    /**
     * Until when what one sends is refused; 0 when it ended.
     *
     * @generated from field: int64 until_ms = 1;
     */
    untilMs?: string;
    /**
     * Why; may be empty.
     *
     * @generated from field: string reason = 2;
     */
    reason?: string;
};
/**
 * Held says that what was written waits for a moderator.
 *
 * @generated from message ovation.gateway.v1.Held
 */
export type HeldJson = {
    /**
     * The comment as it would be shown; nobody else sees it yet.
     *
     * @generated from field: ovation.gateway.v1.Comment comment = 1;
     */
    comment?: CommentJson;
};
