// The gateway's few HTTP calls for pages: JSON of ovation.rooms.v1, the token in a header.

/** A refusal of the API; the same reasons as everywhere. */
export class ApiError extends Error {
  /** `reading` is whether something was only to be read. */
  constructor(
    readonly reason: string,
    message: string,
    readonly field: string,
    readonly reading = false,
  ) {
    super(message);
  }
}

/** What a server tells anyone. */
export interface Info {
  version: string;
  loopback: boolean;
  lan?: string[] | null;
  rooms?: { room: string; title: string; state: string }[];
}

export interface Settings {
  kinds?: string[];
  labels?: string[];
  guests?: boolean;
  displayBudget?: number;
  slowModeSeconds?: number;
  commentMode?: "COMMENT_MODE_UNSPECIFIED" | "COMMENT_MODE_MEMBERS" | "COMMENT_MODE_MODERATORS" | "COMMENT_MODE_FROZEN";
  questionRanking?: "QUESTION_RANKING_UNSPECIFIED" | "QUESTION_RANKING_NEWEST" | "QUESTION_RANKING_HOSTS";
  answeringSlots?: number;
  openQuestions?: boolean;
  anonymousQuestions?: boolean;
  heartCap?: number;
  tapsPerSecond?: number;
  source?: string;
}

export interface ApiRoom {
  room: string;
  title?: string;
  state?: "STATE_SCHEDULED" | "STATE_LIVE" | "STATE_ENDED";
  revision?: string;
  settings?: Settings;
  createTime?: string;
  startTime?: string;
  endTime?: string;
}

export interface ApiLink {
  role: string;
  /** Only where it was just made: it is stored nowhere. */
  token?: string;
  expireTime?: string;
  /** Lets nobody in; it names the link that is to be taken back. */
  link?: string;
  note?: string;
  /** The link that this one was made with; it goes with it. */
  maker?: string;
  createTime?: string;
  revokeTime?: string;
}

/** An entry of a room's audit trail. */
export interface ApiEntry {
  entry: string;
  person?: string;
  name?: string;
  role?: string;
  action: string;
  target?: string;
  reason?: string;
  time: string;
}

/** A moment at which more hearts came than around it. */
export interface ApiHighlight {
  startTime: string;
  peakTime: string;
  endTime: string;
  strength: number;
  hearts?: Record<string, string>;
  viewers?: string;
  rank: number;
}

/** The course of a show, in columns: one entry a point. */
export interface ApiSeries {
  startTime?: string;
  resolution?: string;
  viewers?: string[];
}

/** How a room fares, as the gateway that answered sees it. */
export interface Health {
  gateways: { gateway: string; viewers: number; here?: boolean }[];
  viewers: number;
  open: boolean;
  connected: boolean;
  lagMs: number;
  tickMs: number;
  shown: number;
  notShown: number;
  canaryMs?: number;
  canaryAtMs?: number;
}

/** What can be taken away of a room. */
export type FileName = "room.jsonl" | "questions.jsonl" | "questions.csv" | "comments.csv" | "audit.csv" | "chapters.vtt";

async function call<T>(method: string, path: string, token = "", body?: unknown): Promise<T> {
  const answer = await ask(method, path, token, body);
  return (await answer.json().catch(() => ({}))) as T;
}

/** Sends a request; what is refused is thrown. The token goes in a header, never in an address. */
async function ask(method: string, path: string, token: string, body?: unknown): Promise<Response> {
  const answer = await fetch(path, {
    method,
    cache: "no-store",
    credentials: "omit",
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError("OFFLINE", "The server cannot be reached. Is it running?", "");
  });
  if (answer.headers.get("Content-Type")?.startsWith("text/html")) { // a page is no answer of ours: a hotel's, or a proxy's error
    throw new ApiError(answer.ok ? "CAPTIVE_PORTAL" : "OFFLINE", "The network answered in the server's place.", "");
  }
  if (answer.ok) return answer;
  const json = (await answer.json().catch(() => ({}))) as { reason?: string; message?: string; field?: string };
  throw new ApiError(json.reason ?? "INTERNAL", json.message ?? `The server answered ${answer.status}.`, json.field ?? "", method === "GET");
}

const at = (room: string) => `/v1/rooms/${encodeURIComponent(room)}`;

export const api = {
  info: () => call<Info>("GET", "/v1/info"),
  rooms: async (token: string): Promise<ApiRoom[]> => {
    const all: ApiRoom[] = [];
    for (let page = ""; ; ) {
      const list = await call<{ rooms?: ApiRoom[]; nextPageToken?: string }>("GET", `/v1/rooms${page && `?pageToken=${encodeURIComponent(page)}`}`, token);
      all.push(...(list.rooms ?? []));
      page = list.nextPageToken ?? "";
      if (!page || all.length >= 1000) return all;
    }
  },
  room: async (token: string, room: string) => (await call<{ room: ApiRoom }>("GET", at(room), token)).room,
  create: async (token: string, room: string, title: string, scheduled: boolean) =>
    (await call<{ room: ApiRoom }>("POST", "/v1/rooms", token, { room, title, scheduled })).room,
  update: async (token: string, room: ApiRoom, mask: readonly string[]) =>
    (await call<{ room: ApiRoom }>("PATCH", `${at(room.room)}?updateMask=${mask.map(encodeURIComponent).join(",")}`, token, room)).room,
  step: async (token: string, room: string, step: "start" | "end" | "reopen") =>
    (await call<{ room: ApiRoom }>("POST", `${at(room)}/${step}`, token, {})).room,
  remove: (token: string, room: string) => call<object>("DELETE", at(room), token),
  links: async (token: string, room: string, roles: readonly string[], hours = 12, note = "") =>
    (await call<{ links?: ApiLink[] }>("POST", `${at(room)}/links`, token, { roles, lifetime: `${hours * 3600}s`, ...(note && { note }) })).links ?? [],
  /** The links that were made, newest first: so many pages of 50. */
  made: async (token: string, room: string, pages: number) => {
    const links: ApiLink[] = [];
    let next = "";
    for (let page = 0; page < pages && (page === 0 || next); page++) {
      const list = await call<{ links?: ApiLink[]; nextPageToken?: string }>("GET", `${at(room)}/links${next && `?pageToken=${encodeURIComponent(next)}`}`, token);
      links.push(...(list.links ?? []));
      next = list.nextPageToken ?? "";
    }
    return { links, pages, more: next !== "" };
  },
  revoke: (token: string, room: string, link: string) => call<object>("DELETE", `${at(room)}/links/${encodeURIComponent(link)}`, token),
  trail: async (token: string, room: string, page = "") => {
    const list = await call<{ entries?: ApiEntry[]; nextPageToken?: string }>("GET", `${at(room)}/audit?pageSize=50${page && `&pageToken=${encodeURIComponent(page)}`}`, token);
    return { entries: list.entries ?? [], next: list.nextPageToken ?? "" };
  },
  health: (token: string, room: string) => call<Health>("GET", `${at(room)}/health`, token),
  highlights: async (token: string, room: string) => (await call<{ highlights?: ApiHighlight[] }>("GET", `${at(room)}/hearts/highlights?limit=20`, token)).highlights ?? [],
  series: (token: string, room: string, resolution: string) => call<ApiSeries>("GET", `${at(room)}/hearts/series?resolution=${resolution}`, token),
  /** A file as bytes. One that breaks off is refused as a whole. */
  file: async (token: string, room: string, file: FileName) => {
    const answer = await ask("GET", `${at(room)}/${file === "chapters.vtt" ? "hearts" : "export"}/${file}`, token);
    return answer.blob().catch(() => {
      throw new ApiError("OFFLINE", "The file broke off on its way. Try again.", "");
    });
  },
};

/** Has the browser keep bytes as a file. */
export function keep(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may not have begun
}

/** scheduled, live or ended, of an API room. */
export function stateOf(room: ApiRoom): string {
  return (room.state ?? "").replace("STATE_", "").toLowerCase();
}
