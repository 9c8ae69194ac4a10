import { away } from "./away";
import { Rising, type Lane, type Order } from "./rising";
import { desktop, type Bounds } from "./spawn";

/** Who draws: a worker, or this thread. */
interface Drawer {
  take(order: Order): void;
  close(): void;
}

export interface FieldOptions {
  readonly bounds?: Bounds;
  /** Draws in a worker where the browser can, so that neither waits for the other. */
  readonly away?: boolean;
}

/** All hearts of a page on one canvas, which it makes inside `box`. It keeps none in a hidden tab. */
export class Field {
  readonly #box: HTMLElement;
  readonly #lane: () => Lane;
  readonly #sized: ResizeObserver;
  #canvas: HTMLCanvasElement;
  #drawer: Drawer;
  #bounds: Bounds;
  #density: MediaQueryList | undefined;

  constructor(box: HTMLElement, lane: () => Lane, { bounds = desktop, away: wanted = false }: FieldOptions = {}) {
    this.#box = box;
    this.#lane = lane;
    this.#bounds = bounds;
    this.#canvas = this.#fresh();
    this.#drawer = (wanted && away(this.#canvas, () => this.#comeHome())) || here(this.#canvas);
    this.#drawer.take({ bounds });
    this.#sized = new ResizeObserver(() => this.#fit());
    this.#sized.observe(box);
    this.#fit();
    this.#watchDensity();
    document.addEventListener("visibilitychange", this.#hide);
  }

  /** How many hearts there may be, by the device. */
  set bounds(bounds: Bounds) {
    this.#bounds = bounds;
    this.#drawer.take({ bounds });
  }

  /** The own heart, at the finger, in this frame. */
  own(kind: string, x: number, y: number): void {
    if (document.hidden) return;
    this.#drawer.take({ own: { kind, x, y, stage: Math.max(y, this.#lane().stage * 0.6), atMs: performance.now() } });
  }

  /** Hearts that a tick brought, spread over the time to the next one. */
  others(kind: string, added: number): void {
    if (document.hidden) return;
    // Asks the page for its layout: once a tick, never in a frame.
    this.#drawer.take({ others: { kind, added, lane: this.#lane(), atMs: performance.now() } });
  }

  /** No heart stays, no frame is asked for, no listener, worker or canvas is left. */
  close(): void {
    this.#drawer.close();
    this.#sized.disconnect();
    this.#density?.removeEventListener("change", this.#denser);
    document.removeEventListener("visibilitychange", this.#hide);
    this.#canvas.remove();
  }

  /** A canvas that was given away cannot be had back: another one takes its place, and this thread draws on it. */
  #comeHome(): void {
    this.#drawer.close();
    this.#canvas.remove();
    this.#canvas = this.#fresh();
    this.#drawer = here(this.#canvas);
    this.#drawer.take({ bounds: this.#bounds });
    this.#fit();
  }

  #fresh(): HTMLCanvasElement {
    return this.#box.appendChild(document.createElement("canvas"));
  }

  readonly #hide = (): void => {
    if (document.hidden) this.#drawer.take({ clear: true });
  };

  #fit(): void {
    this.#drawer.take({ fit: { wide: this.#box.clientWidth, high: this.#box.clientHeight, ratio: window.devicePixelRatio } });
  }

  /** A window that moves to another screen may keep its size: the condition holds for one density only. */
  #watchDensity(): void {
    this.#density = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this.#density.addEventListener("change", this.#denser, { once: true });
  }

  readonly #denser = (): void => {
    this.#fit();
    this.#watchDensity();
  };
}

/** This thread draws; nobody does where there is no canvas to draw on. */
function here(canvas: HTMLCanvasElement): Drawer {
  try {
    const rising = new Rising(canvas);
    return { take: (order) => rising.take(order), close: () => rising.clear() };
  } catch {
    return { take: () => undefined, close: () => undefined };
  }
}
