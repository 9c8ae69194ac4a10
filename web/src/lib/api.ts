// The gateway's few HTTP calls for pages: JSON of ovation.rooms.v1, the token in a header.

/** A refusal of the API; the same reasons as everywhere. */
export class ApiError extends Error {
  constructor(
    readonly reason: string,
    message: string,
    readonly field: string,
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
  commentMode?: "COMMENT_MODE_UNSPECIFIED" | "COMMENT_MODE_MODERATORS" | "COMMENT_MODE_FROZEN";
  openQuestions?: boolean;
  anonymousQuestions?: boolean;
  heartCap?: number;
  tapsPerSecond?: number;
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
  token: string;
  expireTime?: string;
}

async function call<T>(method: string, path: string, token = "", body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    cache: "no-store",
    credentials: "omit",
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError("OFFLINE", "The server cannot be reached. Is it running?", "");
  });
  const json = (await answer.json().catch(() => ({}))) as { reason?: string; message?: string; field?: string };
  if (!answer.ok) throw new ApiError(json.reason ?? "INTERNAL", json.message ?? `The server answered ${answer.status}.`, json.field ?? "");
  return json as T;
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
  links: async (token: string, room: string, roles: readonly string[], hours = 12) =>
    (await call<{ links?: ApiLink[] }>("POST", `${at(room)}/links`, token, { roles, lifetime: `${hours * 3600}s` })).links ?? [],
};

/** scheduled, live or ended, of an API room. */
export function stateOf(room: ApiRoom): string {
  return (room.state ?? "").replace("STATE_", "").toLowerCase();
}
