/** Counts by second, for the last so many seconds. */
export class Rates {
  readonly #counts: number[];
  #second = 0;

  constructor(readonly seconds: number) {
    this.#counts = new Array<number>(seconds).fill(0);
  }

  /** Adds what came at a moment, in milliseconds of a clock that never goes back. What is older than the window is not counted. */
  add(n: number, atMs: number): void {
    const second = Math.floor(atMs / 1000);
    this.#turn(second);
    if (second <= this.#second - this.seconds) return;
    const i = second % this.seconds;
    this.#counts[i] = (this.#counts[i] ?? 0) + n;
  }

  /** What came a second, on average over the last five whole seconds. */
  perSecond(nowMs: number): number {
    return this.series(nowMs).slice(-5).reduce((sum, n) => sum + n, 0) / 5;
  }

  /** Counts of whole seconds, the oldest first; the running one is left out. */
  series(nowMs: number): number[] {
    const now = Math.floor(nowMs / 1000);
    this.#turn(now);
    return Array.from({ length: this.seconds - 1 }, (_, i) => this.#counts[(now - this.seconds + 1 + i) % this.seconds] ?? 0);
  }

  #turn(to: number): void {
    if (to <= this.#second) return;
    for (let s = Math.max(this.#second + 1, to - this.seconds + 1); s <= to; s++) this.#counts[s % this.seconds] = 0;
    this.#second = to;
  }
}
