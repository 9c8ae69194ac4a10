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

const spriteSize = 40 * 1.12;

/** All hearts of a page on one canvas. It draws only while some are alive, and keeps none in a hidden tab. */
export class Field {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #lane: () => Lane;
  readonly #random: () => number;
  readonly #spawner = new Spawner();
  readonly #pose: Pose = { x: 0, y: 0, scale: 1, alpha: 1, turn: 0 };
  #alive: Heart[] = [];
  #frame = 0;
  #sprites = new Sprites(1);
  #ratio = 1;
  #scale = 1;
  #lastMs = 0;
  #bounds: Bounds;
  readonly #watch: ResizeObserver;

  constructor(canvas: HTMLCanvasElement, lane: () => Lane, bounds: Bounds = desktop, random: () => number = Math.random) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#lane = lane;
    this.#bounds = bounds;
    this.#random = random;
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(canvas);
    this.#fit();
    document.addEventListener("visibilitychange", this.#hide);
  }

  /** Hearts on their way now. */
  get alive(): number {
    return this.#alive.length;
  }

  set bounds(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** The own heart, at the finger, in this frame. */
  own(kind: string, x: number, y: number): void {
    if (document.hidden) return;
    this.#add(born(kind, true, x, y, Math.max(y, this.#lane().stage * 0.6), performance.now(), this.#random));
    this.#draw(performance.now());
  }

  /** Hearts that a tick brought, spread over the time to the next one. */
  others(kind: string, added: number): void {
    if (document.hidden) return;
    const now = performance.now();
    const n = this.#spawner.take(added, now, this.#bounds);
    const overMs = Math.min(1000, Math.max(100, now - this.#lastMs));
    this.#lastMs = now;
    const lane = this.#lane(); // asks the page for its layout: once a tick, never in a frame
    this.#scale = lane.scale ?? 1;
    for (const later of scatter(n, overMs, this.#random)) {
      const x = lane.from + (lane.to - lane.from) * this.#random();
      this.#add(born(kind, false, x, lane.floor, lane.stage, now + later, this.#random));
    }
  }

  /** No heart stays, no frame is asked for, no listener is left. */
  close(): void {
    this.clear();
    this.#watch.disconnect();
    document.removeEventListener("visibilitychange", this.#hide);
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#alive = [];
    this.#spawner.reset();
    this.#context?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
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

  readonly #hide = (): void => {
    if (document.hidden) this.clear();
  };

  readonly #step = (nowMs: number): void => {
    this.#frame = 0;
    this.#draw(nowMs);
    if (this.#alive.length > 0) this.#frame = requestAnimationFrame(this.#step);
  };

  #draw(nowMs: number): void {
    const c = this.#context;
    if (!c) return;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
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

  #fit(): void {
    this.#ratio = Math.min(2, window.devicePixelRatio || 1); // a third pixel a point is not seen on what moves
    this.#canvas.width = Math.max(1, Math.round(this.#canvas.clientWidth * this.#ratio));
    this.#canvas.height = Math.max(1, Math.round(this.#canvas.clientHeight * this.#ratio));
  }
}
