/** How long the server may take to tell an own tap back. */
const memoryMs = 4000;

/** Own taps come back in the room's total; this tells them from those of others, so that each is drawn once. */
export class Echo {
  #own = new Map<string, { count: number; atMs: number }[]>();

  tapped(kind: string, nowMs: number): void {
    const taps = this.#own.get(kind) ?? [];
    taps.push({ count: 1, atMs: nowMs });
    this.#own.set(kind, taps);
  }

  /** Hearts of others among those added. */
  others(kind: string, added: number, nowMs: number): number {
    const taps = (this.#own.get(kind) ?? []).filter((t) => t.atMs > nowMs - memoryMs);
    const own = Math.min(added, taps.length);
    this.#own.set(kind, taps.slice(own));
    return added - own;
  }
}

/** What of the own taps counts: as the server counts them, a bucket and a cap. It drives the ring around the heart. */
export class Budget {
  #left: number;
  #cap: number;
  #tokens: number;
  #perSecond: number;
  #burst: number;
  #atMs: number;

  constructor(left: number, limits: { heartCap: number; tapsPerSecond: number; tapBurst: number }, nowMs: number) {
    this.#cap = Math.max(1, limits.heartCap);
    this.#left = Math.min(left, this.#cap);
    this.#perSecond = limits.tapsPerSecond;
    this.#burst = limits.tapBurst;
    this.#tokens = limits.tapBurst;
    this.#atMs = nowMs;
  }

  /** Takes one tap; false when it does not count. */
  tap(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1 || this.#tokens < 1) return false;
    this.#tokens--;
    this.#left--;
    return true;
  }

  get spent(): boolean {
    return this.#left < 1;
  }

  /** 0 to 1, given of what one may give. */
  get share(): number {
    return 1 - this.#left / this.#cap;
  }
}
