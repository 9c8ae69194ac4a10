import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Rising, type Lane, type Order } from "./rising";

/** A canvas that notes what is drawn on it. */
function paper() {
  const drawn: string[] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (known, name: string) => known[name] ?? ((...args: unknown[]) => void drawn.push(`${name} ${args.filter((a) => typeof a === "number").join(" ")}`)),
  });
  const canvas = Object.assign(new EventTarget(), { width: 300, height: 150, getContext: () => context });
  return { canvas: canvas as unknown as OffscreenCanvas, drawn };
}

/** Numbers that look random, the same each time. */
function numbers(): () => number {
  let seed = 7;
  return () => ((seed = (seed * 16807) % 2147483647) / 2147483647);
}

let nowMs = 0;
let frames: FrameRequestCallback[] = [];
let pictures = 0;
beforeEach(() => {
  [nowMs, frames, pictures] = [1000, [], 0];
  vi.stubGlobal("performance", { now: () => nowMs });
  vi.stubGlobal("requestAnimationFrame", (run: FrameRequestCallback) => frames.push(run));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
  vi.stubGlobal("OffscreenCanvas", class {
    getContext = () => null;
  });
  const sprite = () => (pictures++, { getContext: () => null });
  vi.stubGlobal("document", { createElement: sprite });
});
afterEach(() => vi.unstubAllGlobals());

function frame(ms: number): void {
  nowMs = ms;
  for (const run of frames.splice(0)) run(ms);
}

const lane: Lane = { from: 10, to: 40, floor: 700, stage: 700 };
const fit: Order = { fit: { wide: 148, high: 844, ratio: 3 } };
const own: Order = { own: { kind: "heart", x: 60, y: 700, stage: 700, atMs: 1000 } };
const hearts = (drawn: readonly string[]) => drawn.filter((line) => line.startsWith("drawImage")).length;

test("a worker, whose clock began later, draws what the page would have drawn", () => {
  const orders: Order[] = [fit, own, { others: { kind: "fire", added: 30, lane, atMs: 1000 } }, { others: { kind: "heart", added: 30, lane, atMs: 1100 } }];
  const play = (laterMs: number) => {
    const { canvas, drawn } = paper();
    nowMs = 1000 - laterMs;
    const rising = new Rising(canvas, laterMs, numbers());
    for (const order of orders) rising.take(order);
    for (let ms = 1100; ms < 5000; ms += 16) frame(ms - laterMs);
    return { drawn, left: frames.length };
  };
  const [page, worker] = [play(0), play(640)];
  expect(hearts(page.drawn)).toBeGreaterThan(1000);
  const rounded = (all: readonly string[]) => all.map((line) => line.replace(/-?\d+\.\d+(e-\d+)?/g, (n) => Number(n).toFixed(6)));
  expect(rounded(worker.drawn)).toEqual(rounded(page.drawn));
  expect([page.left, worker.left]).toEqual([0, 0]); // none alive, no frame asked for
});

test("the own heart is drawn at once, and there is room for it among any number", () => {
  const { canvas, drawn } = paper();
  const rising = new Rising(canvas, 0, numbers());
  rising.take(fit);
  rising.take({ bounds: { perSecond: 60, alive: 5 } });
  rising.take({ others: { kind: "heart", added: 60, lane, atMs: 1000 } });
  frame(1200);
  const before = hearts(drawn);
  expect(before).toBeLessThanOrEqual(5);
  drawn.length = 0;
  rising.take({ own: { kind: "star", x: 60, y: 700, stage: 700, atMs: 1200 } });
  expect(hearts(drawn)).toBeGreaterThan(0);
  expect(drawn.some((line) => line.endsWith(" 120 1400"))).toBe(true); // at the finger, two device pixels a point at most
  drawn.length = 0;
  rising.take({ clear: true });
  frame(1300);
  expect(drawn.filter((line) => line.startsWith("draw"))).toEqual([]);
});

test("a size keeps what rises, and pictures that went with a graphics process are drawn anew", () => {
  const { canvas, drawn } = paper();
  const rising = new Rising(canvas, 0, numbers());
  rising.take(fit);
  expect([canvas.width, canvas.height]).toEqual([296, 1688]);
  rising.take(own);
  const made = pictures;
  frame(1016);
  expect(pictures).toBe(made);
  drawn.length = 0;
  rising.take({ fit: { wide: 200, high: 500, ratio: 1 } });
  expect([canvas.width, canvas.height]).toEqual([200, 500]);
  expect(hearts(drawn)).toBe(1);
  const smaller = pictures;
  canvas.dispatchEvent(new Event("contextrestored"));
  frame(1032);
  expect(pictures).toBe(smaller + 1);
});

test("where a canvas cannot be drawn on it says so", () => {
  expect(() => new Rising({ getContext: () => null } as unknown as OffscreenCanvas)).toThrow();
});
