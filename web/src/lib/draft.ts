import { useState } from "preact/hooks";

const keyOf = (room: string, what: string) => `ovation.draft.${room}.${what}`;
/** As long as the page lives, also where storage is blocked. */
const typed = new Map<string, string>();

/** What was typed and not sent in this tab; a reload, the way back to the page or a new link finds it again. */
export function draftOf(room: string, what: string): string {
  const key = keyOf(room, what);
  try {
    return typed.get(key) ?? sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Keeps what was typed; an empty text is forgotten. */
export function keepDraft(room: string, what: string, text: string): void {
  const key = keyOf(room, what);
  typed.set(key, text);
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // Blocked or full: the page still knows it.
  }
}

/** All that was typed in a room since the page opened, and not sent. */
export function unsent(room: string): readonly string[] {
  return [...typed].filter(([key, text]) => key.startsWith(keyOf(room, "")) && text.trim()).map(([, text]) => text);
}

/** A text that somebody types. What is no draft, such as an own comment that is being mended, is not kept. */
export function useDraft(room: string, what: string): [text: string, set: (text: string, kept?: boolean) => void] {
  const [text, set] = useState(() => draftOf(room, what));
  return [
    text,
    (next, kept = true) => {
      set(next);
      keepDraft(room, what, kept ? next : "");
    },
  ];
}
