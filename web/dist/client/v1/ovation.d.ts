// Types of the Ovation client library, version 1.
/** Ends a subscription. Calling it twice is harmless. */
export type Unsubscribe = () => void;
/** Role of a person in a room, as the server verified it. */
export type Role = "viewer" | "moderator" | "host";
/** Where a room stands in its life. `""` before the first snapshot. */
export type RoomState = "" | "scheduled" | "live" | "ended" | "deleted";
/** Where a question stands. Viewers see open, answering and answered; its author and moderators the rest, too. */
export type QuestionState = "pending" | "open" | "answering" | "answered" | "rejected" | "archived" | "withdrawn";
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
    readonly commentMode: "everyone" | "moderators" | "frozen";
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
    readonly answeringMs: number;
    readonly answeredMs: number;
    /** Why it was rejected; to its author and to moderators. */
    readonly reason: string;
}
/** A question with what only moderators may know. */
export interface ModeratorQuestion extends Question {
    /** Asker's key, also when anonymous. */
    readonly asker: string;
    readonly askerName: string;
    readonly askerGuest: boolean;
}
/** Everything a client knows of a room. Values are never changed, only replaced: compare them with `===`. */
export interface View {
    /** False until the first snapshot. */
    readonly loaded: boolean;
    readonly cursor: Cursor | null;
    readonly room: RoomInfo;
    /** Running totals by kind. */
    readonly hearts: Readonly<Record<string, number>>;
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
    /** For moderators: questions of every state that they were told of, by id. */
    readonly moderation: ReadonlyMap<string, ModeratorQuestion>;
    /** For moderators: how many questions wait. */
    readonly pending: number;
}
/** How the connection fares. */
export interface Status {
    /** connecting: on the way; open: in the room; waiting: lost, will come back; closed: over, by `close()` or by a stop code. */
    readonly state: "connecting" | "open" | "waiting" | "closed";
    /** When the room was last lost, milliseconds since 1970; 0 while open, start of the visit before the first welcome. */
    readonly lostMs: number;
    /** Why: a close reason of docs/protocol.md, or OFFLINE, CAPTIVE_PORTAL, UPGRADE_BLOCKED. */
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
    /** One of the reasons of docs/protocol.md, or TIMEOUT, CLOSED, TOKEN_UNAVAILABLE from this library. */
    readonly reason: string;
    /** Milliseconds after which trying again makes sense; 0 when waiting does not help. */
    readonly retryAfterMs: number;
    /** Field that was wrong; empty when no single one was. */
    readonly field: string;
    /** REVISION_MISMATCH and WRONG_STATE: the question as it stands, to moderators. */
    readonly question?: Question | undefined;
    readonly name = "OvationError";
    constructor(
    /** One of the reasons of docs/protocol.md, or TIMEOUT, CLOSED, TOKEN_UNAVAILABLE from this library. */
    reason: string, message: string, 
    /** Milliseconds after which trying again makes sense; 0 when waiting does not help. */
    retryAfterMs?: number, 
    /** Field that was wrong; empty when no single one was. */
    field?: string, 
    /** REVISION_MISMATCH and WRONG_STATE: the question as it stands, to moderators. */
    question?: Question | undefined);
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
    onopen: ((event: never) => void) | null;
    onmessage: ((event: never) => void) | null;
    onclose: ((event: never) => void) | null;
    onerror: ((event: never) => void) | null;
    send(data: string): void;
    close(code?: number, reason?: string): void;
}
/** Constructor of a socket, as the browser's `WebSocket`. */
export type SocketConstructor = new (url: string, protocols: string | string[]) => Socket;
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
    /** A refusal that belongs to no call, such as of a name. */
    fault: OvationError;
}
/** What a moderator may do. Steps on questions name the revision that was seen: a step on an older one is refused. */
export interface Moderation {
    approve(question: Pick<Question, "id" | "revision">): Promise<Question>;
    reject(question: Pick<Question, "id" | "revision">, reason?: string): Promise<Question>;
    highlight(question: Pick<Question, "id" | "revision">): Promise<Question>;
    unhighlight(question: Pick<Question, "id" | "revision">): Promise<Question>;
    queue(question: Pick<Question, "id" | "revision">): Promise<Question>;
    unqueue(question: Pick<Question, "id" | "revision">): Promise<Question>;
    answer(question: Pick<Question, "id" | "revision">, text?: string): Promise<Question>;
    archive(question: Pick<Question, "id" | "revision">): Promise<Question>;
    restore(question: Pick<Question, "id" | "revision">): Promise<Question>;
    deleteComment(comment: string, reason?: string): Promise<void>;
    /** Hosts only, as the two below. */
    start(): Promise<RoomInfo>;
    end(): Promise<RoomInfo>;
    /** Undoes an end within 60 s. */
    reopen(): Promise<RoomInfo>;
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
        /** Writes a comment; resolves with it once it is stored. */
        post: (text: string, streamTimeMs?: number) => Promise<Comment>;
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
