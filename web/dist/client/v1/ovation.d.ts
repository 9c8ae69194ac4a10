// Types of the Ovation client library, version 1.
/** Ends a subscription. Calling it twice is harmless. */
export type Unsubscribe = () => void;
/** Role of a person in a room, as the server verified it. */
export type Role = "viewer" | "moderator" | "host";
/** Where a room stands in its life. `""` before the first snapshot. */
export type RoomState = "" | "scheduled" | "live" | "ended" | "deleted";
/** Where a question stands. Viewers see open, answering and answered; its author and moderators the rest, too. */
export type QuestionState = "pending" | "open" | "answering" | "answered" | "rejected" | "archived" | "withdrawn" | "merged";
/** Who the server says this client is. */
export interface You {
    /** Own key in this room; the `person` of own comments. */
    readonly person: string;
    /** Own name; empty for a guest who gave none. */
    readonly name: string;
    readonly role: Role;
    readonly guest: boolean;
    /** Own hearts that still count. */
    readonly heartsLeft: number;
}
/** Limits of the room and the server. Lengths are in grapheme clusters, what a reader calls characters. */
export interface Limits {
    readonly commentGraphemes: number;
    readonly commentBytes: number;
    readonly questionGraphemes: number;
    readonly questionBytes: number;
    readonly nameGraphemes: number;
    readonly answerGraphemes: number;
    readonly reasonGraphemes: number;
    /** Bytes of a client frame. */
    readonly frameBytes: number;
    /** Milliseconds between two pings of the server. */
    readonly pingMs: number;
    /** Hearts of one person that count in the room's life. */
    readonly heartCap: number;
    /** Taps a second that count over time. */
    readonly tapsPerSecond: number;
    /** Taps that count at once. */
    readonly tapBurst: number;
    /** Reasons that a report may give. */
    readonly reportReasons: readonly string[];
}
/** Where a client stands; it grants nothing. */
export interface Cursor {
    readonly epoch: string;
    readonly log: string;
    readonly state: string;
}
/** A room as its audience sees it. */
export interface RoomInfo {
    readonly id: string;
    readonly title: string;
    readonly state: RoomState;
    /** Kinds of hearts, in the order to show. */
    readonly kinds: readonly string[];
    /** Topic labels for questions. */
    readonly labels: readonly string[];
    /** Seconds between two comments of one person; 0 without slow mode. */
    readonly slowModeSeconds: number;
    /** Who may write comments. */
    readonly commentMode: "everyone" | "members" | "moderators" | "frozen";
    /** True when repeated comments are refused. */
    readonly uniqueComments: boolean;
    /** True while hearts wait: taps are refused with HEARTS_PAUSED. */
    readonly heartsPaused: boolean;
    /** True while questions and votes wait: they are refused with QUESTIONS_PAUSED. */
    readonly questionsPaused: boolean;
    /** True when comments are of emoji only. */
    readonly emojiOnly: boolean;
    /** Who may write links. */
    readonly links: "everyone" | "members" | "moderators";
    /** Seconds in which an author may change a comment; 0 is never. */
    readonly editWindowSeconds: number;
    /** Whose comments wait for a moderator. */
    readonly holdComments: "nobody" | "first" | "everybody";
    /** Milliseconds by which viewers see comments later than moderators. */
    readonly previewDelayMs: number;
    /** Since when the room is calm, milliseconds since 1970; 0 when it is not. */
    readonly calmSinceMs: number;
    /** The order in which questions are shown. */
    readonly questionRanking: "votes" | "newest" | "hosts";
    /** Questions that may be answering at once. */
    readonly answeringSlots: number;
    /** True when guests' votes do not count in the ranking. */
    readonly ignoreGuestVotes: boolean;
    /** How viewers are told how many watch. */
    readonly viewerCount: "exact" | "rounded" | "hidden";
    /** Address of the picture on the stage; empty is none. */
    readonly source: string;
    readonly anonymousQuestions: boolean;
    /** True when questions open without approval. */
    readonly openQuestions: boolean;
    /** Milliseconds since 1970, 0 before. */
    readonly startedMs: number;
    readonly endedMs: number;
}
/** A comment. `text` and `name` are what strangers typed: show them as text, never as HTML. */
export interface Comment {
    readonly id: string;
    /** Author's key in this room: good for a colour, no identity. */
    readonly person: string;
    readonly name: string;
    readonly role: Role;
    readonly guest: boolean;
    readonly text: string;
    /** When it was accepted, milliseconds since 1970. */
    readonly atMs: number;
    /** Wall clock of the video frame it belongs to; 0 when unknown. */
    readonly streamTimeMs: number;
    /** How many comments the display budget held back just before this one. */
    readonly hiddenBefore: number;
    /** What it answers; null when it answers nothing. The comment named may be gone. */
    readonly reply: {
        readonly comment: string;
        readonly person: string;
        readonly name: string;
    } | null;
    /** When its text was changed last; 0 when it never was. */
    readonly editedMs: number;
    /** Position that orders comments among one another. */
    readonly place: number;
    /** True for an own comment that waits for a moderator; nobody else sees it yet. */
    readonly held: boolean;
}
/** An own comment that was held: waiting, or refused with a reason. */
export interface OwnHeld {
    /** Without its text where it was decided while its author was away. */
    readonly comment: Comment;
    readonly state: "held" | "rejected";
    readonly reason: string;
}
/** A comment that waits for a moderator. */
export interface HeldComment {
    readonly comment: Comment;
    /** all, first, filter, hook, hook_away, review, reports or calm. */
    readonly why: string;
    /** What the filter or the hook said, or which reasons the reports gave. */
    readonly detail: string;
    /** Its author is out of sight: released, this one is shown to everybody all the same. */
    readonly outOfSight: boolean;
}
/** One thing that moderators have taken against a person. */
export interface Measure {
    readonly fromMs: number;
    /** When it ends, milliseconds since 1970; 0 for the room's whole life. */
    readonly untilMs: number;
    /** Name of who took it. */
    readonly by: string;
    readonly reason: string;
}
/** What holds against a person. */
export interface Standing {
    readonly person: string;
    readonly name: string;
    readonly guest: boolean;
    /** Kept out. */
    readonly ban: Measure | null;
    /** Muted. */
    readonly timeout: Measure | null;
    /** Shown only to themselves and to moderators. */
    readonly shadow: Measure | null;
}
/** An item that people reported. */
export interface Reported {
    /** Id of the comment or question. */
    readonly item: string;
    /** comment or question. */
    readonly kind: string;
    /** True when it was taken away from viewers: a comment is among the held ones, a question waits again. */
    readonly held: boolean;
    readonly people: number;
    /** How many gave each reason. */
    readonly reasons: Readonly<Record<string, number>>;
    readonly lastMs: number;
}
/**
 * More people who voted for a question share one network than the votes for the room's other questions let expect: to be
 * looked at, since a school behind one address is a bloc, too. No vote was dropped for it.
 */
export interface Bloc {
    /** Id of the question. */
    readonly question: string;
    /** People of that network, at least. */
    readonly people: number;
    /** People whose network is known, with those who took their vote back. */
    readonly of: number;
    /** People of that network to be expected among them. */
    readonly expected: number;
}
/** A comment that stands above the others. */
export interface Pinned {
    readonly comment: Comment;
    /** When the pin goes by itself, milliseconds since 1970; 0 when it does not. */
    readonly untilMs: number;
}
/** What moderators chose last for the room's overlay. */
export interface OnAir {
    /** The comment, when one was chosen and still stands. */
    readonly comment: Comment | null;
    /** Id of the question, when one was chosen. */
    readonly question: string;
    /** When it was chosen or, with neither, when the overlay was cleared. */
    readonly atMs: number;
}
/** A round number that the room's hearts reached. */
export interface Milestone {
    readonly hearts: number;
    readonly atMs: number;
}
/** A list that moderators work with. settled: answered, rejected, archived and merged ones. */
export type QuestionList = "pending" | "open" | "settled";
/** A moderator is at work on a question. */
export interface Claim {
    readonly question: string;
    readonly person: string;
    readonly name: string;
    /** When it ends unless it is renewed. */
    readonly untilMs: number;
}
/** A question that asks much the same. */
export interface Similar {
    readonly id: string;
    readonly text: string;
    readonly votes: number;
    /** 1 is the same words; what is below 0.5 is not suggested. */
    readonly score: number;
    readonly state: QuestionState;
}
/** One second of a room's pulse. */
export interface PulsePoint {
    /** Unix time. */
    readonly second: number;
    /** Hearts by kind in this second. */
    readonly hearts: Readonly<Record<string, number>>;
    readonly viewers: number;
}
/** A question. `text`, `name`, `answer` and `reason` are what people typed: show them as text. */
export interface Question {
    readonly id: string;
    /** Asker's key; empty when anonymous. */
    readonly person: string;
    readonly name: string;
    readonly anonymous: boolean;
    readonly text: string;
    readonly state: QuestionState;
    /** Counts changes; a moderator's step names the revision it was decided on. */
    readonly revision: number;
    /** True while it is queued as Next. */
    readonly next: boolean;
    readonly label: string;
    /** Written answer. */
    readonly answer: string;
    readonly votes: number;
    /** Those of guests. */
    readonly guestVotes: number;
    /** Position of the votes: a lower one is older. */
    readonly votesUpto: number;
    readonly askedMs: number;
    /** When it was first open to all; 0 while it never was. */
    readonly openedMs: number;
    readonly answeringMs: number;
    readonly answeredMs: number;
    /** Why it was rejected; to its author and to moderators. */
    readonly reason: string;
    /** True when a moderator has edited its text. */
    readonly edited: boolean;
    /** Place in the hosts' own order, compared byte by byte; empty when it has none. */
    readonly place: string;
    /** Id of the question it was merged into; to its author and to moderators. */
    readonly mergedInto: string;
}
/** A question with what only moderators may know. */
export interface ModeratorQuestion extends Question {
    /** Asker's key, also when anonymous. */
    readonly asker: string;
    readonly askerName: string;
    readonly askerGuest: boolean;
    /** Text as it was asked, where a moderator has edited it. */
    readonly originalText: string;
    /** Key of the moderator who may take the last step back; empty when it cannot be. */
    readonly undoBy: string;
    /** Until when it can be taken back; 0 when it cannot be. */
    readonly undoUntilMs: number;
    /** While it waits, why it does beyond that the room has questions approved: filter, hook, hook_away, review, reports or calm. */
    readonly why: string;
    /** The blocked term, what the hook said, or which reasons the reports gave; may be empty. */
    readonly detail: string;
}
/** Everything a client knows of a room. Values are never changed, only replaced: compare them with `===`. */
export interface View {
    /** False until the first snapshot. */
    readonly loaded: boolean;
    readonly cursor: Cursor | null;
    readonly room: RoomInfo;
    /** Running totals by kind. */
    readonly hearts: Readonly<Record<string, number>>;
    /** Of the hearts, those found to be bots' afterwards, by kind. */
    readonly excluded: Readonly<Record<string, number>>;
    /** Viewers: connections, not people. */
    readonly viewers: number;
    /** The newest comments, oldest first. */
    readonly comments: readonly Comment[];
    /** What the audience sees, by id. */
    readonly questions: ReadonlyMap<string, Question>;
    /** Running total of comments that the display budget held back. */
    readonly notShown: number;
    /** True while the server cannot reach its store: what is sent is refused or late. */
    readonly degraded: boolean;
    /** Own questions of every state, by id. */
    readonly mine: ReadonlyMap<string, Question>;
    /** Ids of questions that carry the own vote. */
    readonly voted: ReadonlySet<string>;
    /** For moderators: questions of every state that they were told of, by id; `moderate.more` brings the others. */
    readonly moderation: ReadonlyMap<string, ModeratorQuestion>;
    /** The pinned comment; null when there is none. */
    readonly pinned: Pinned | null;
    /** What was chosen for the overlay; null when nothing ever was. */
    readonly onAir: OnAir | null;
    /** The newest milestone; null before the first. */
    readonly milestone: Milestone | null;
    /** For moderators: how many questions wait. */
    readonly pending: number;
    /** For moderators: how many questions there are in each state; those without any are left out. */
    readonly counts: Readonly<Record<string, number>>;
    /** Own comments that were held, by id: waiting, or refused. */
    readonly ownHeld: ReadonlyMap<string, OwnHeld>;
    /** When slow mode takes one's next comment, as far as the server told it after a reload, milliseconds since 1970; 0 when at once. */
    readonly turnMs: number;
    /** Until when what one sends is refused, milliseconds since 1970; 0 when it is not. */
    readonly mutedUntilMs: number;
    /** Why; may be empty. */
    readonly mutedReason: string;
    /** For moderators: comments that wait, by id; the oldest 200 at first. */
    readonly held: ReadonlyMap<string, HeldComment>;
    /** For moderators: how many comments wait in all. */
    readonly heldTotal: number;
    /** For moderators: people against whom something holds, by key. */
    readonly people: ReadonlyMap<string, Standing>;
    /** For moderators: reported items, by id. */
    readonly reports: ReadonlyMap<string, Reported>;
    /** For moderators: questions of whose votes one network holds an unlikely share, by id. */
    readonly blocs: ReadonlyMap<string, Bloc>;
    /** For moderators: overlays that came with a link of theirs and are connected now. */
    readonly overlays: number;
    /** For moderators: who is at work on which question, by its id. */
    readonly claims: ReadonlyMap<string, Claim>;
    /** For moderators: the room's pulse, oldest second first; seconds without hearts are left out. */
    readonly pulse: readonly PulsePoint[];
}
/** How the connection fares. */
export interface Status {
    /** connecting: on the way; open: in the room; waiting: lost, will come back; closed: over, by `close()` or by a stop code. */
    readonly state: "connecting" | "open" | "waiting" | "closed";
    /** When the room was last lost, milliseconds since 1970; 0 while open, start of the visit before the first welcome. */
    readonly lostMs: number;
    /**
     * Why: a close reason of docs/protocol.md, why a handshake is refused, or what the library finds itself: OFFLINE,
     * CAPTIVE_PORTAL, UPGRADE_BLOCKED, TIMEOUT, LOST, SILENT, RENAME, TOKEN_UNAVAILABLE, BAD_URL, CLOSED.
     */
    readonly reason: string;
    /** A sentence for a person, where the server gave one. */
    readonly message: string;
    /** When the next attempt is made, milliseconds since 1970; 0 when none is planned. */
    readonly retryMs: number;
    /** Round trip of the last answered request in milliseconds; 0 when unknown. */
    readonly roundTripMs: number;
}
/** New hearts of one kind. */
export interface HeartsEvent {
    readonly kind: string;
    readonly total: number;
    /** How many more than before. */
    readonly added: number;
    /** True when they are history (first snapshot, reconnect, slow lane): show the number, no burst. */
    readonly jump: boolean;
}
/** A refusal, by the server or by this library. Switch on `reason`; show `message` to a person. */
export declare class OvationError extends Error {
    /** One of the reasons of docs/protocol.md, or of this library: TIMEOUT, CLOSED or BAD_URL. */
    readonly reason: string;
    /** Milliseconds after which trying again makes sense; 0 when waiting does not help. */
    readonly retryAfterMs: number;
    /** Field that was wrong; empty when no single one was. */
    readonly field: string;
    /** REVISION_MISMATCH and WRONG_STATE, to moderators: the question as it stands, its id, state and revision alone. */
    readonly question?: Question | undefined;
    readonly name = "OvationError";
    constructor(
    /** One of the reasons of docs/protocol.md, or of this library: TIMEOUT, CLOSED or BAD_URL. */
    reason: string, message: string, 
    /** Milliseconds after which trying again makes sense; 0 when waiting does not help. */
    retryAfterMs?: number, 
    /** Field that was wrong; empty when no single one was. */
    field?: string, 
    /** REVISION_MISMATCH and WRONG_STATE, to moderators: the question as it stands, its id, state and revision alone. */
    question?: Question | undefined);
    /** Address of the words that explain the reason, and say what to do. */
    get doc(): string;
}
/** Where a guest's token and name are kept, so that a reload is the same person. Storage may be blocked: then it is not. */
export interface GuestStore {
    load(room: string): {
        token: string;
        name: string;
    };
    save(room: string, guest: {
        token: string;
        name: string;
    }): void;
}
/** localStorage, one entry a room; silent where the browser forbids it. */
export declare const browserGuests: GuestStore;
/** A store that forgets with the page: for tests, Node, and whoever wants no trace. */
export declare function memoryGuests(): GuestStore;
/** The part of the browser's WebSocket that is used; Node users hand in a constructor with it. */
export interface Socket {
    readonly readyState: number;
    /** Set to "arraybuffer" before anything comes. */
    binaryType?: string;
    onopen: ((event: never) => void) | null;
    onmessage: ((event: never) => void) | null;
    onclose: ((event: never) => void) | null;
    onerror: ((event: never) => void) | null;
    send(data: string | Uint8Array<ArrayBuffer>): void;
    close(code?: number, reason?: string): void;
}
/** Constructor of a socket, as the browser's `WebSocket`. */
export type SocketConstructor = new (url: string, protocols: string | string[]) => Socket;
/** A subprotocol of the socket: JSON by default, or `binary` of `@ovation/client/binary`. */
export interface Subprotocol {
    /** Its name in the handshake. */
    readonly name: string;
    /** A frame as the socket takes it. */
    encode(frame: object): string | Uint8Array<ArrayBuffer>;
    /** A frame from what the socket gave; throws for what is none. */
    decode(data: unknown): object;
}
/** Text frames of proto3 JSON: what every browser's own tools show as it passes. */
export declare const json: Subprotocol;
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
    claim(question: string, how?: {
        release?: boolean;
        takeOver?: boolean;
    }): Promise<Claim>;
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
    onAir(what?: {
        comment?: string;
        question?: string;
    }, changed?: Changed): Promise<void>;
    /** Calms the room (slow mode of at least 30 s, no links), or gives back what stood before. */
    calm(on: boolean, changed?: Changed): Promise<RoomInfo>;
    modes(modes: Modes, changed?: Changed): Promise<RoomInfo>;
    /** Blocks and allows words; with nothing in it, it reads them. `comment` is where the first word was taken from. */
    terms(change?: {
        add?: readonly string[];
        remove?: readonly string[];
        comment?: string;
    }, changed?: Changed): Promise<readonly string[]>;
    /** Mutes a person, 1 s to 7 days; 0 is for the room's whole life. */
    timeOut(person: string, seconds: number, reason?: string): Promise<void>;
    /** Keeps a person out, 1 s to 365 days, 0 for the room's whole life; `hidden` lets them stay, out of everybody's sight. */
    ban(person: string, how?: {
        seconds?: number;
        reason?: string;
        hidden?: boolean;
    }): Promise<void>;
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
/** How to connect. */
export interface ConnectOptions {
    /** Id of the room. */
    room: string;
    /** Address of the socket; the page's own server by default. */
    url?: string;
    /** Token of your product or of a link. Without one the visitor is a guest. */
    token?: string;
    /** Gives a fresh token when there is none or the last one ended; called once at a time. */
    getToken?: () => Promise<string>;
    /** Name wanted by a guest. */
    name?: string;
    /** Kind of client; only viewers are counted. */
    client?: "viewer" | "console" | "overlay" | "canary";
    /** Comments kept in the view, the newest; 150 by default. */
    maxComments?: number;
    /** Where a guest is remembered; localStorage by default, null for nowhere. */
    guests?: GuestStore | null;
    /** How frames travel; JSON by default. `binary` of `@ovation/client/binary` is the other one. */
    subprotocol?: Subprotocol;
    /** Constructor of sockets, for Node without one and for tests. */
    WebSocket?: SocketConstructor;
}
/** What a room tells. */
export interface RoomEvents {
    /** The connection changed. */
    status: Status;
    /** The server let us in. */
    welcome: {
        you: You;
        limits: Limits;
        recovered: boolean;
    };
    /** The view changed. */
    view: View;
    /** Hearts came. */
    hearts: HeartsEvent;
    /** Comments came, after the first snapshot. */
    comments: readonly Comment[];
    /** The room's hearts reached a round number, just now. */
    milestone: Milestone;
    /** A refusal that belongs to no call, such as of a name. */
    fault: OvationError;
}
/** A room one is in: what it looks like now, what it tells, and what one can do. */
export declare class Room {
    #private;
    /** Id of the room. */
    readonly id: string;
    constructor(o: ConnectOptions);
    /** Everything known of the room; replaced, never changed. */
    get view(): View;
    /** How the connection fares. */
    get status(): Status;
    /** Who we are; null before the first welcome. */
    get you(): You | null;
    /** Limits; null before the first welcome. */
    get limits(): Limits | null;
    /** The server's clock now, milliseconds since 1970: right also where the computer's own clock is not. */
    get nowMs(): number;
    /** Hears of events until the returned function is called. */
    on<K extends keyof RoomEvents>(event: K, listener: (value: RoomEvents[K]) => void): Unsubscribe;
    readonly hearts: {
        /** Adds hearts; they are merged, five frames a second at most, and never acknowledged. */
        tap: (kind?: string, count?: number) => void;
        subscribe: (listener: (hearts: HeartsEvent) => void) => Unsubscribe;
    };
    readonly comments: {
        /** Writes a comment; resolves with it once it is stored. `held` says that it waits for a moderator. */
        post: (text: string, how?: {
            replyTo?: string;
            streamTimeMs?: number;
        }) => Promise<Comment>;
        /** Tells moderators of a comment, with one of `limits.reportReasons`; one report a person and comment. */
        report: (comment: string, reason: string) => Promise<void>;
        /** Changes an own comment, within the room's `editWindowSeconds`. */
        edit: (comment: string, text: string) => Promise<Comment>;
        /** Brings back a comment that one removed oneself, within 60 s. */
        undelete: (comment: string) => Promise<Comment>;
        /** Removes an own comment. */
        delete: (comment: string) => Promise<void>;
        subscribe: (listener: (comments: readonly Comment[]) => void) => Unsubscribe;
    };
    readonly questions: {
        /** Asks a question; resolves with it once it is stored, waiting or open. */
        ask: (text: string, how?: {
            anonymous?: boolean;
            label?: string;
            streamTimeMs?: number;
        }) => Promise<Question>;
        /** At most 3 questions that ask much the same as a text, the most similar first; a text too short finds none. */
        similar: (text: string) => Promise<readonly Similar[]>;
        /** Tells moderators of a question. */
        report: (question: string, reason: string) => Promise<void>;
        /** Takes back an own question. */
        withdraw: (question: string) => Promise<Question>;
        /** Gives a vote or takes it back. */
        vote: (question: string, up?: boolean) => Promise<void>;
        /** Asks for own questions and votes anew; they stand in the view then. */
        mine: () => Promise<void>;
    };
    readonly moderate: Moderation;
    /** Takes a guest's name, by coming back with it. Resolves once the server took it, rejects with why it did not. */
    rename(name: string): Promise<void>;
    /** Asks the server for nothing but an answer; resolves with how many milliseconds it took. */
    ping(): Promise<number>;
    /** Leaves. No timer and no listener stays behind; what was unanswered is rejected with CLOSED. */
    close(): void;
}
/** Goes into a room. It comes back by itself after every interruption, until `close()` or the server says stop. */
export declare function connect(options: ConnectOptions): Room;
