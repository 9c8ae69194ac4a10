// What people read when something is refused or lost: one sentence and, where there is one, the next step.

const refusals: Record<string, string> = {
  ROOM_NOT_STARTED: "This opens when the show starts.",
  ROOM_ENDED: "The show has ended.",
  ROOM_BUSY: "Too many comments at once. Try again in a moment.",
  SLOW_MODE: "Slow mode is on. Wait a moment before the next comment.",
  COMMENTS_FROZEN: "Comments are paused by the host.",
  COMMENTS_MODERATORS_ONLY: "Only moderators can write just now.",
  TEXT_EMPTY: "Write something first.",
  TEXT_TOO_LONG: "That is too long.",
  VOTING_CLOSED: "Voting on this question is over.",
  QUESTION_NOT_FOUND: "This question is no longer there.",
  COMMENT_NOT_FOUND: "This comment is no longer there.",
  REVISION_MISMATCH: "Somebody else was faster. Look again.",
  WRONG_STATE: "Somebody else moved this question. Look again.",
  UNDO_EXPIRED: "It is too late to undo this.",
  STORE_UNAVAILABLE: "The server cannot save this just now. Try again in a moment.",
  STORE_FULL: "The server has no space left. Tell its operator.",
  TIMEOUT: "No answer came. Check your connection and try again.",
  TOO_MANY_REQUESTS: "That was a lot at once. Try again in a moment.",
  NO_SIGNING_KEY: "This server cannot make links: it has no signing key.",
};

/** A sentence for a refusal; the server's own where we have none. */
export function sentence(error: unknown): string {
  const e = error as { reason?: string; message?: string };
  return refusals[e.reason ?? ""] ?? (e.message ? upperFirst(e.message) : "Something went wrong. Try again.");
}

const endings: Record<string, { title: string; text: string }> = {
  ROOM_NOT_FOUND: { title: "There is no such room", text: "Check the address, or ask for a new link." },
  ROOM_DELETED: { title: "This room is gone", text: "It was deleted by its host." },
  BANNED: { title: "You were removed from this room", text: "A moderator decided so." },
  TOKEN_EXPIRED: { title: "This link has expired", text: "Ask for a new one and open it." },
  TOKEN_INVALID: { title: "This link does not work", text: "It may be incomplete or of another server. Ask for a new one." },
  PERMISSION_DENIED: { title: "This link is for another room", text: "Ask for a link to this room." },
  GUESTS_NOT_ALLOWED: { title: "This room is for invited people", text: "Open it with your own link." },
  ABUSE: { title: "Disconnected", text: "This browser sent far too much. Close other tabs of this room and reload later." },
};

/** What a page says when its visit is over for good. */
export function ending(reason: string, message: string): { title: string; text: string } {
  return endings[reason] ?? { title: "The connection was ended", text: message ? upperFirst(message) : "Reload the page to try again." };
}

/** One quiet line while the connection is away. */
export function waiting(reason: string): string {
  if (reason === "OFFLINE") return "You seem to be offline. We keep trying.";
  if (reason === "CAPTIVE_PORTAL") return "This network wants you to sign in first. Open any page in a new tab.";
  if (reason === "UPGRADE_BLOCKED") return "This network blocks live connections. We keep trying.";
  if (reason === "BUSY" || reason === "FULL") return "It is crowded. You are in line.";
  return "Reconnecting…";
}

/** Names of kinds of hearts. */
export function kindName(kind: string): string {
  const known: Record<string, string> = { heart: "Heart", clap: "Applause", fire: "Fire", laugh: "Laugh", wow: "Wow" };
  return known[kind] ?? upperFirst(kind.replace(/_/g, " "));
}

/** How a person's own question stands. */
export function questionState(state: string): string {
  const words: Record<string, string> = {
    pending: "Waiting", open: "Open", answering: "Now", answered: "Answered", rejected: "Not taken", archived: "Archived", withdrawn: "Taken back",
  };
  return words[state] ?? state;
}

/** Reasons a moderator gives with one key, 1 to 6. The asker reads them. */
export const rejectReasons = [
  "Asked already",
  "Off topic",
  "Not a question",
  "Too long or unclear",
  "Not for public answer",
  "Against the rules",
] as const;

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}
