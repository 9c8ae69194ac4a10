/** At most one frame a kind and interval; the first tap of a quiet moment goes out at once. */
const everyMs = 200;
/** Taps that could not be sent for this long are dropped: a heart belongs to its moment. */
const staleMs = 2000;
/** The most one frame may carry. */
const most = 1000;

/** Merges taps: however fast a finger is, the server sees five frames a second. */
export class Taps {
  #waiting = new Map<string, { count: number; sinceMs: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastMs = 0;
  #send: (kind: string, count: number) => boolean;

  constructor(send: (kind: string, count: number) => boolean) {
    this.#send = send;
  }

  tap(kind: string, count: number): void {
    if (!Number.isInteger(count) || count < 1) return;
    const now = Date.now();
    const known = this.#waiting.get(kind);
    if (known && now - known.sinceMs < staleMs) known.count = Math.min(most, known.count + count);
    else this.#waiting.set(kind, { count: Math.min(most, count), sinceMs: now });
    if (this.#timer === undefined) {
      const wait = Math.max(0, Math.min(everyMs, this.#lastMs + everyMs - now));
      if (wait === 0) this.#flush();
      else this.#timer = setTimeout(() => this.#flush(), wait);
    }
  }

  #flush(): void {
    this.#timer = undefined;
    const now = Date.now();
    this.#lastMs = now;
    for (const [kind, waiting] of this.#waiting) {
      if (now - waiting.sinceMs >= staleMs || this.#send(kind, waiting.count)) this.#waiting.delete(kind);
    }
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#flush(), everyMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }
}
