import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModeratorQuestion } from "../../client";
import { wordsOf } from "./acts";
import { actOf, digitOf, type Press } from "./keys";
import { arrange, emptyLane, extend, graceMs, heed, lengthen, mark, move, safeFrom, select, targets, type Lane } from "./lane";
import { nearEnd, stocks } from "./more";
import { panes } from "./order";
import type { ApiHighlight, Health } from "../lib/api";
import { catalogue } from "../lib/catalogue";
import { outline, verdict } from "./insight";
import { curve, marks } from "./pulse";
import { Rates } from "./rates";
import { joined, meets } from "./trail";
import { en } from "./words.en";
import { fr } from "./words.fr";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: /^[1-9]$/.test(key) ? `Digit${key}` : "",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

describe("keys", () => {
  test("letters act, and are dead while somebody types, composes or holds a modifier", () => {
    expect(actOf(press("a"), false)).toBe("approve");
    expect(actOf(press("N", { shiftKey: true }), false)).toBe("next");
    expect(actOf(press("o"), false)).toBe("air");
    expect(actOf(press("N"), false)).toBe("now"); // Caps Lock
    expect(actOf(press("n", { shiftKey: true }), false)).toBe("next"); // and Shift with it
    expect(actOf(press("A", { shiftKey: true }), false)).toBeUndefined();
    expect(actOf(press("ф", { code: "KeyA" }), false)).toBe("approve"); // a Russian keyboard
    expect(actOf(press("л", { code: "KeyK", ctrlKey: true }), true)).toBe("commands");
    expect(actOf(press("é", { code: "Digit2" }), false)).toBe("pane-2");
    expect(actOf(press("O", { shiftKey: true }), false)).toBe("air-clear");
    expect(actOf(press("a"), true)).toBeUndefined();
    expect(actOf(press("a", { isComposing: true }), false)).toBeUndefined();
    for (const modifier of ["ctrlKey", "metaKey", "altKey"] as const) expect(actOf(press("r", { [modifier]: true }), false)).toBeUndefined();
  });
  test("a held key moves but never acts", () => {
    expect(actOf(press("j", { repeat: true }), false)).toBe("down");
    expect(actOf(press("ArrowUp", { repeat: true, shiftKey: true }), false)).toBe("extend-up");
    expect(actOf(press("a", { repeat: true }), false)).toBeUndefined();
    expect(actOf(press("Delete", { repeat: true }), false)).toBeUndefined();
  });
  test("digits go by their place, whatever the layout says they are", () => {
    expect(actOf(press("&", { code: "Digit1" }), false)).toBe("pane-1");
    expect(actOf(press("2", { code: "Numpad2" }), false)).toBe("pane-2");
    expect(actOf(press("4"), false)).toBe("pane-4");
    expect(actOf(press("5"), false)).toBe("pane-5");
    expect(actOf(press("6"), false)).toBeUndefined();
    expect(digitOf({ code: "Digit6" })).toBe(6);
    expect(digitOf({ code: "KeyA" })).toBe(0);
  });
  test("Escape and the commands work while typing", () => {
    expect(actOf(press("Escape"), true)).toBe("close");
    expect(actOf(press("k", { metaKey: true }), true)).toBe("commands");
  });
  test("names of objects' own are no keys", () => expect(actOf(press("constructor"), false)).toBeUndefined());
});

const lane = (...shown: string[]): Lane => ({ ...emptyLane, shown });

test("a page of more goes behind what is shown, which stays where it is", () => {
  const longer = lengthen(select(lane("a", "b", "c"), "b"), ["new", "b", "a", "c", "d", "e"]);
  expect(longer.shown).toEqual(["a", "b", "c", "d", "e"]);
  expect(arrange(longer, ["new", "b", "a", "c", "d", "e"], true, 0)).toMatchObject({ shown: ["a", "b", "c", "d", "e"], fresh: 2, selected: "b" });
  expect(lengthen(lane(), ["a"]).shown).toEqual(["a"]);
});

test("more is wanted once the end comes near the selected row", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => String(i));
  expect([nearEnd(hundred, "0"), nearEnd(hundred, "85"), nearEnd(hundred.slice(0, 10), ""), nearEnd(hundred, "")]).toEqual([false, true, true, false]);
});

test("lists are counted by what the room has, whatever this page holds", () => {
  const held = ["pending", "open", "answering", "rejected", "withdrawn"].map((state) => ({ state }) as ModeratorQuestion);
  expect(stocks(held, { pending: 900, open: 40, answering: 1, answered: 7, rejected: 2, withdrawn: 9 })).toEqual({
    pending: { known: 1, total: 900 },
    open: { known: 2, total: 41 },
    settled: { known: 1, total: 9 },
  });
});

describe("a list", () => {
  test("held still, only loses rows; what is new is counted and waits", () => {
    const l = arrange(select(lane("a", "b", "c"), "b"), ["z", "c", "b"], true, 0);
    expect(l.shown).toEqual(["b", "c"]);
    expect(l.fresh).toBe(2);
    expect(l.selected).toBe("b");
    expect(arrange(l, ["z", "c", "b"], false, 0).shown).toEqual(["z", "c", "b"]);
  });
  test("the selection follows its item, not its row", () => {
    expect(arrange(select(lane("a", "b", "c"), "c"), ["c", "a", "b"], false, 0).selected).toBe("c");
  });
  test("when its item leaves, the next one is selected, and is safe for a moment", () => {
    const l = arrange(select(lane("a", "b", "c"), "b"), ["a", "c"], true, 1000);
    expect(l.selected).toBe("c");
    expect(targets(l, 1000 + graceMs - 1)).toEqual([]);
    expect(targets(l, 1000 + graceMs)).toEqual(["c"]);
    expect(targets(select(l, "c"), 1001)).toEqual(["c"]); // chosen by hand
    expect([safeFrom(l, "c"), safeFrom(l, "d"), safeFrom(select(l, "c"), "c")]).toEqual([1000 + graceMs, -Infinity, -Infinity]); // its buttons, too
    expect(arrange(select(lane("a", "b"), "b"), ["a"], true, 0).selected).toBe("a");
    expect(arrange(select(lane("a"), "a"), [], true, 0).selected).toBe("");
  });
  test("an item that somebody else takes in hand is safe for a moment, one's own is not", () => {
    const l = select(lane("a", "b"), "a");
    const none = new Map<string, { person: string }>();
    const theirs = new Map([["a", { person: "bo" }]]);
    const safe = heed(l, none, theirs, "me", 1000);
    expect(targets(safe, 1000 + graceMs - 1)).toEqual([]);
    expect(targets(safe, 1000 + graceMs)).toEqual(["a"]);
    expect(heed(l, theirs, theirs, "me", 1000)).toBe(l); // it was seen before
    expect(heed(l, none, theirs, "bo", 1000)).toBe(l);
    expect(heed(l, none, new Map([["b", { person: "bo" }]]), "me", 1000)).toBe(l);
  });
  test("marks are for all of them, and leave with their items", () => {
    let l = extend(extend(select(lane("a", "b", "c", "d"), "b"), 1), 1);
    expect(targets(l, 0)).toEqual(["b", "c", "d"]);
    l = arrange(l, ["a", "c", "d"], true, 0);
    expect(targets(l, 0)).toEqual(["c", "d"]);
    expect(targets(mark(mark(select(lane("a"), "a"))), 0)).toEqual(["a"]);
  });
  test("the ends are ends", () => {
    expect(move(move(lane("a", "b"), 1), -1).selected).toBe("a");
    expect(move(select(lane("a", "b"), "b"), 1).selected).toBe("b");
    expect(move(lane(), 1).selected).toBe("");
  });
  test("whatever happens, it shows only what there is, once, and selects only what it shows", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"));
    const steps = fc.array(fc.oneof(fc.record({ ids, still: fc.boolean() }), fc.constantFrom(1, -1, "mark" as const)), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        let l = emptyLane;
        let there: readonly string[] = [];
        for (const step of all) {
          if (step === "mark") l = mark(l);
          else if (typeof step === "number") l = move(l, step);
          else l = arrange(l, (there = step.ids), step.still, 0);
          expect(new Set(l.shown).size).toBe(l.shown.length);
          expect(l.shown.every((id) => there.includes(id))).toBe(true);
          expect(l.selected === "" || l.shown.includes(l.selected)).toBe(true);
          expect(targets(l, 1e9).every((id) => l.shown.includes(id))).toBe(true);
        }
      }),
    );
  });
});

const byVotes = { questionRanking: "votes", ignoreGuestVotes: false } as const;
const question = (id: string, more: Partial<ModeratorQuestion>): ModeratorQuestion =>
  ({ id, state: "open", text: id, name: "", askerName: "", label: "", votes: 0, askedMs: 0, next: false, ...more }) as ModeratorQuestion;

test("Now stands before Next, Next before the rest, and the rest goes by votes with ties in the order of asking", () => {
  const { queue, live } = panes(
    [
      question("late", { votes: 3, askedMs: 9 }),
      question("early", { votes: 3, askedMs: 1 }),
      question("few", { votes: 1 }),
      question("next", { next: true }),
      question("now", { state: "answering" }),
      question("second", { state: "pending", askedMs: 5 }),
      question("first", { state: "pending", askedMs: 4 }),
      question("gone", { state: "rejected" }),
    ],
    "",
    byVotes,
  );
  expect(live.map((q) => q.id)).toEqual(["now", "next", "early", "late", "few"]);
  expect(queue.map((q) => q.id)).toEqual(["first", "second"]);
});

test("what is done with stands at the end where it is wanted, the last answered first", () => {
  const all = [question("open", {}), question("old", { state: "answered", answeredMs: 1 }), question("new", { state: "answered", answeredMs: 9 }), question("merged", { state: "merged", askedMs: 5 })];
  expect(panes(all, "", byVotes).live.map((q) => q.id)).toEqual(["open"]);
  expect(panes(all, "", byVotes).settled).toBe(3);
  expect(panes(all, "", byVotes, true).live.map((q) => q.id)).toEqual(["open", "new", "merged", "old"]);
});

test("words that can be blocked are those of the text, each once, nine at most", () => {
  expect(wordsOf("Free COINS, coins! l’été шахматы 42")).toEqual(["Free", "coins", "l’été", "шахматы", "42"]);
  expect(wordsOf("👏 ! a")).toEqual([]);
  expect(wordsOf("ab ac ad ae af ag ah ai aj ak").length).toBe(9);
});

test("a filter looks at text, name and topic, in any case", () => {
  const all = [question("1", { text: "Which CLOCK?" }), question("2", { askerName: "Klok" }), question("3", { label: "clocks" })];
  expect(panes(all, " clock ", byVotes).live.map((q) => q.id)).toEqual(["1", "3"]);
});

describe("rates", () => {
  test("are whole seconds, and old ones leave", () => {
    const r = new Rates(10);
    r.add(5, 1_000_100);
    r.add(5, 1_000_900);
    r.add(3, 1_001_500);
    expect(r.series(1_002_000).slice(-2)).toEqual([10, 3]);
    expect(r.perSecond(1_002_999)).toBeCloseTo(13 / 5);
    expect(r.series(1_060_000)).toEqual(new Array(9).fill(0));
    r.add(7, 1_000_000);
    expect(r.series(1_060_000)).toEqual(new Array(9).fill(0));
  });
  test("lose and invent nothing within the window", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4000), fc.nat(100)), { maxLength: 50 }), (steps) => {
        const r = new Rates(600);
        let now = 5_000_000;
        let sum = 0;
        for (const [later, n] of steps) {
          r.add(n, (now += later));
          sum += n;
        }
        const total = r.series(now + 1000).reduce((a, b) => a + b, 0);
        expect(total).toBe(sum);
      }),
    );
  });
});

describe("the pulse", () => {
  const point = (second: number, hearts: number, viewers: number) => ({ second, hearts: { heart: hearts, clap: 1 }, viewers });
  test("seconds that are missing had no hearts, and the audience that was there before", () => {
    expect(curve([point(100, 4, 9), point(103, 0, 7)], 104, 5)).toEqual({ hearts: [5, 0, 0, 1, 0], viewers: [9, 9, 9, 7, 7] });
  });
  test("what is before the window says only how many watched", () => {
    expect(curve([point(10, 99, 3)], 104, 3)).toEqual({ hearts: [0, 0, 0], viewers: [3, 3, 3] });
    expect(curve([], 104, 2)).toEqual({ hearts: [0, 0], viewers: [0, 0] });
  });
});

test("both catalogues of the console say the same things, all of them in words", () => {
  expect(catalogue(fr)).toEqual(catalogue(en));
});

describe("the fifth pane", () => {
  const entry = (id: string) => ({ entry: id, action: "calm_room", time: "2026-01-01T00:00:00Z" });
  const fine: Health = { gateways: [], viewers: 0, open: true, connected: true, lagMs: 3, tickMs: 100, shown: 0, notShown: 0 };
  test("has a word for what is worst", () => {
    expect(verdict(fine, en).look).toBe("ok");
    expect(verdict({ ...fine, canaryMs: 40 }, en).look).toBe("ok");
    expect(verdict({ ...fine, lagMs: 1001 }, en).look).toBe("warn");
    expect(verdict({ ...fine, canaryMs: -1, lagMs: 1001 }, en).text).toBe(en.canaryLost);
    expect(verdict({ ...fine, canaryMs: -1, connected: false }, en).text).toBe(en.storeAway);
  });
  test("keeps older entries of the trail when the newest are read again, each once", () => {
    expect(joined([entry("c"), entry("b")], [entry("b"), entry("a")]).map((e) => e.entry)).toEqual(["c", "b", "a"]);
  });
  test("knows whether the newest entries reach back to those that are kept, or some are missing between", () => {
    expect(meets([entry("d"), entry("c")], [entry("c"), entry("b")])).toBe(true);
    expect(meets([entry("f"), entry("e")], [entry("c"), entry("b")])).toBe(false);
  });
  test("draws an audience from its least to its most", () => {
    expect(outline([0, 5, 10], 100, 50)).toBe("0.0,50.0 50.0,25.0 100.0,0.0");
    expect(outline([7], 100, 50)).toBe("0.0,0.0 100.0,0.0");
    expect(outline([], 100, 50)).toBe("");
  });
  test("marks the highlights that the strip still shows", () => {
    const at = (second: number) => ({ peakTime: new Date(second * 1000).toISOString() }) as ApiHighlight;
    expect(marks([at(1000), at(1600), at(900), at(1300)], 1600, 601)).toEqual([0, 1, 0.5]);
  });
});
