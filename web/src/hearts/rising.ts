import { Sprites } from "./shapes";
import { born, desktop, pose, scatter, Spawner, type Bounds, type Heart, type Pose } from "./spawn";

/** Where hearts rise, in CSS pixels of the canvas. */
export interface Lane {
  /** Hearts of others start between these. */
  readonly from: number;
  readonly to: number;
  /** Height at which they start. */
  readonly floor: number;
  /** Height of the way up, of which they rise 60 to 80 %. */
  readonly stage: number;
  /** How much larger than the design's 18 to 40 px; 1 by default. */
  readonly scale?: number;
}

/** What a canvas of hearts is told. Times are milliseconds of the page's `performance.now()`. */
export type Order =
  /** The size of the picture in CSS pixels, and device pixels to one of them. */
  | { readonly fit: { readonly wide: number; readonly high: number; readonly ratio: number } }
  | { readonly bounds: Bounds }
  /** The own heart, at the finger, at once. */
  | { readonly own: { readonly kind: string; readonly x: number; readonly y: number; readonly stage: number; readonly atMs: number } }
  /** Hearts that a tick brought, spread over the time to the next one. */
  | { readonly others: { readonly kind: string; readonly added: number; readonly lane: Lane; readonly atMs: number } }
  | { readonly clear: true };

const spriteSize = 40 * 1.12;

/** The hearts that rise on one canvas, in the page or in a worker. It draws only while some are alive. */
export class Rising {
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  readonly #aheadMs: number;
  readonly #random: () => number;
  readonly #spawner = new Spawner();
  readonly #pose: Pose = { x: 0, y: 0, scale: 1, alpha: 1, turn: 0 };
  #alive: Heart[] = [];
  #frame = 0;
  #sprites = new Sprites(1);
  #ratio = 1;
  #scale = 1;
  #lastMs = 0;
  #bounds: Bounds = desktop;

  /** `aheadMs` is by how much the page's clock is ahead of the one here. Throws where the canvas cannot be drawn on. */
  constructor(canvas: HTMLCanvasElement | OffscreenCanvas, aheadMs = 0, random: () => number = Math.random) {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
    if (!context) throw new Error("This canvas cannot be drawn on.");
    this.#canvas = canvas;
    this.#context = context;
    this.#aheadMs = aheadMs;
    this.#random = random;
    // What a graphics process held is gone with it, the pictures of the kinds too.
    canvas.addEventListener("contextrestored", () => (this.#sprites = new Sprites(1)));
  }

  take(order: Order): void {
    if ("own" in order) {
      const { kind, x, y, stage, atMs } = order.own;
      this.#add(born(kind, true, x, y, stage, atMs, this.#random));
      this.#draw(this.#nowMs);
    } else if ("others" in order) this.#others(order.others.kind, order.others.added, order.others.lane, order.others.atMs);
    else if ("fit" in order) this.#fit(order.fit.wide, order.fit.high, order.fit.ratio);
    else if ("bounds" in order) this.#bounds = order.bounds;
    else this.clear();
  }

  /** No heart stays and no frame is asked for. */
  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#alive = [];
    this.#spawner.reset();
    this.#wipe();
  }

  get #nowMs(): number {
    return performance.now() + this.#aheadMs;
  }

  #others(kind: string, added: number, lane: Lane, atMs: number): void {
    const n = this.#spawner.take(added, atMs, this.#bounds);
    const overMs = Math.min(1000, Math.max(100, atMs - this.#lastMs));
    this.#lastMs = atMs;
    this.#scale = lane.scale ?? 1;
    for (const later of scatter(n, overMs, this.#random)) {
      const x = lane.from + (lane.to - lane.from) * this.#random();
      this.#add(born(kind, false, x, lane.floor, lane.stage, atMs + later, this.#random));
    }
  }

  #add(heart: Heart): void {
    if (this.#alive.length >= this.#bounds.alive) {
      if (!heart.own) return;
      const other = this.#alive.findIndex((h) => !h.own);
      this.#alive.splice(Math.max(0, other), 1); // the own one is always seen
    }
    this.#alive.push(heart);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#step);
  }

  readonly #step = (nowMs: number): void => {
    this.#frame = 0;
    this.#draw(nowMs + this.#aheadMs);
    if (this.#alive.length > 0) this.#frame = requestAnimationFrame(this.#step);
  };

  #wipe(): void {
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #draw(nowMs: number): void {
    const c = this.#context;
    this.#wipe();
    const larger = this.#ratio * this.#scale;
    const px = Math.ceil(spriteSize * larger);
    if (this.#sprites.px !== px) this.#sprites = new Sprites(px);
    const at = this.#pose;
    let kept = 0;
    for (const h of this.#alive) {
      if (h.bornMs <= nowMs + 20) {
        if (!pose(h, nowMs, at)) continue;
        const scale = ((h.size * larger) / px) * at.scale * 1.12;
        const cos = Math.cos(at.turn) * scale;
        const sin = Math.sin(at.turn) * scale;
        c.setTransform(cos, sin, -sin, cos, at.x * this.#ratio, at.y * this.#ratio);
        c.globalAlpha = at.alpha;
        c.drawImage(this.#sprites.of(h.kind), -px / 2, -px / 2);
      }
      this.#alive[kept++] = h;
    }
    this.#alive.length = kept;
    c.globalAlpha = 1;
  }

  #fit(wide: number, high: number, ratio: number): void {
    this.#ratio = Math.min(2, ratio || 1); // a third pixel a point is not seen on what moves
    this.#canvas.width = Math.max(1, Math.round(wide * this.#ratio)); // which empties it
    this.#canvas.height = Math.max(1, Math.round(high * this.#ratio));
    if (this.#alive.length > 0) this.#draw(this.#nowMs);
  }
}
