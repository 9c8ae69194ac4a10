// The keyboard of the console: letters by what they say, digits by where they are, so that every layout has them.

import type { Words } from "./words.en";

/** What a key asks for. */
export type Act =
  | "down"
  | "up"
  | "first"
  | "last"
  | "pane-1"
  | "pane-2"
  | "pane-3"
  | "pane-4"
  | "pane-5"
  | "region"
  | "filter"
  | "fresh"
  | "mark"
  | "extend-down"
  | "extend-up"
  | "approve"
  | "reject"
  | "now"
  | "next"
  | "done"
  | "write"
  | "archive"
  | "edit"
  | "label"
  | "merge"
  | "claim"
  | "up-order"
  | "down-order"
  | "pin"
  | "remove"
  | "timeout"
  | "ban"
  | "remove-all"
  | "lift"
  | "block"
  | "open"
  | "air"
  | "air-clear"
  | "calm"
  | "modes"
  | "undo"
  | "close"
  | "map"
  | "commands";

/** What of a key press matters. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

const moves: ReadonlySet<Act> = new Set(["down", "up", "extend-down", "extend-up"]);

const plain: Readonly<Record<string, Act>> = {
  j: "down",
  ArrowDown: "down",
  k: "up",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  F6: "region",
  "/": "filter",
  ".": "fresh",
  x: "mark",
  a: "approve",
  r: "reject",
  n: "now",
  d: "done",
  w: "write",
  z: "archive",
  e: "edit",
  l: "label",
  m: "merge",
  c: "claim",
  p: "pin",
  o: "air",
  t: "timeout",
  b: "ban",
  Enter: "open",
  u: "undo",
  Delete: "remove",
  Escape: "close",
  "?": "map",
};
/** With Shift. */
const shifted: Readonly<Record<string, Act>> = { n: "next", c: "calm", o: "air-clear", b: "block" };

/** The letter of a key, whatever Caps Lock says; of a keyboard without Latin letters the one that stands there. */
function letterOf({ key, code }: Press): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return key.length === 1 && key > "~" ? (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? "") : "";
}

/**
 * The act of a key, or none: dead while somebody types or composes, and a held key moves but never acts. Without letters
 * (WCAG 2.1.4) only keys act that type nothing.
 */
export function actOf(p: Press, typing: boolean, letters = true): Act | undefined {
  if (p.isComposing) return undefined;
  const act = !letters && p.key.length === 1 && !p.ctrlKey && !p.metaKey ? undefined : named(p, typing);
  return act && p.repeat && !moves.has(act) ? undefined : act;
}

function named(p: Press, typing: boolean): Act | undefined {
  const letter = letterOf(p);
  if ((p.ctrlKey || p.metaKey) && !p.altKey && letter === "k") return "commands";
  if (!typing && (p.ctrlKey || p.metaKey) && !p.altKey && !p.shiftKey && letter === "z") return "undo";
  if (p.key === "Escape") return "close";
  if (!typing && p.altKey && !p.ctrlKey && !p.metaKey && p.key === "ArrowUp") return "up-order";
  if (!typing && p.altKey && !p.ctrlKey && !p.metaKey && p.key === "ArrowDown") return "down-order";
  if (typing || p.ctrlKey || p.metaKey || p.altKey) return undefined;
  if (p.shiftKey && p.key === "ArrowDown") return "extend-down";
  if (p.shiftKey && p.key === "ArrowUp") return "extend-up";
  if (p.shiftKey && p.key === "Delete") return "remove-all";
  if (letter) return (p.shiftKey ? shifted : plain)[letter];
  const digit = digitOf(p);
  if (digit >= 1 && digit <= 5 && !p.shiftKey) return `pane-${digit}` as Act;
  return Object.hasOwn(plain, p.key) ? plain[p.key] : undefined;
}

/** 1 to 9 by the place of the key, on either block; 0 for none. */
export function digitOf(p: Pick<Press, "code">): number {
  const found = /^(?:Digit|Numpad)([1-9])$/.exec(p.code);
  return found ? Number(found[1]) : 0;
}

/** The map, as it is shown: keys, and the name of what they do. */
export const map: readonly (readonly [keys: string, does: keyof Words["map"]])[] = [
  ["j k ↓ ↑ Home End", "move"],
  ["1 2 3 4 5 · F6", "panes"],
  ["/", "filter"],
  ["x · Shift+↓ ↑", "mark"],
  [".", "fresh"],
  ["a", "approve"],
  ["r", "reject"],
  ["n", "now"],
  ["Shift+N", "next"],
  ["d", "done"],
  ["w", "write"],
  ["z", "archive"],
  ["e · l · m", "mend"],
  ["c", "claim"],
  ["Alt+↑ ↓", "order"],
  ["p", "pin"],
  ["o · Shift+O", "air"],
  ["Delete", "remove"],
  ["Shift+B", "block"],
  ["t · b · Shift+Delete", "person"],
  ["Enter", "card"],
  ["Shift+C", "calm"],
  ["u · Ctrl+Z", "undo"],
  ["Esc", "close"],
  ["? · Ctrl+K", "map"],
];
