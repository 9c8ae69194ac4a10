// The keyboard of the console: letters by what they say, digits by where they are, so that every layout has them.

/** What a key asks for. */
export type Act =
  | "down"
  | "up"
  | "first"
  | "last"
  | "pane-1"
  | "pane-2"
  | "pane-3"
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
  | "remove"
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
  Delete: "remove",
  Escape: "close",
  "?": "map",
};

/** The act of a key, or none: dead while somebody types or composes, and a held key moves but never acts. */
export function actOf(p: Press, typing: boolean): Act | undefined {
  if (p.isComposing) return undefined;
  const act = named(p, typing);
  return act && p.repeat && !moves.has(act) ? undefined : act;
}

function named(p: Press, typing: boolean): Act | undefined {
  if ((p.ctrlKey || p.metaKey) && !p.altKey && p.key.toLowerCase() === "k") return "commands";
  if (p.key === "Escape") return "close";
  if (typing || p.ctrlKey || p.metaKey || p.altKey) return undefined;
  if (p.shiftKey && p.key === "ArrowDown") return "extend-down";
  if (p.shiftKey && p.key === "ArrowUp") return "extend-up";
  if (p.key === "N") return "next";
  const digit = digitOf(p);
  if (digit >= 1 && digit <= 3 && !p.shiftKey) return `pane-${digit}` as Act;
  return Object.hasOwn(plain, p.key) ? plain[p.key] : undefined;
}

/** 1 to 9 by the place of the key, on either block; 0 for none. */
export function digitOf(p: Pick<Press, "code">): number {
  const found = /^(?:Digit|Numpad)([1-9])$/.exec(p.code);
  return found ? Number(found[1]) : 0;
}

/** The map, as it is shown: keys and what they do. */
export const map: readonly (readonly [string, string])[] = [
  ["j k ↓ ↑ Home End", "Move"],
  ["1 2 3 · F6", "Queue, Live, Comments · next region"],
  ["/", "Filter"],
  ["x · Shift+↓ ↑", "Mark this one · mark on"],
  [".", "Show what is new"],
  ["a", "Approve"],
  ["r, then 1–6 or Enter", "Reject, with a reason or without"],
  ["n", "Now, or back from it"],
  ["Shift+N", "Next, or no longer"],
  ["d", "Answered"],
  ["w", "Write the answer"],
  ["z", "Put away, or back"],
  ["Delete", "Remove the comment"],
  ["Esc", "Close, unmark"],
  ["? · Ctrl+K", "This map · all commands"],
];
