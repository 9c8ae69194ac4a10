import type { Comment } from "../../client";

/**
 * Spreads the comments of one tick over the time to the next: they enter one by one, in their order, and each still within
 * a second. One that entered above another would push what is being read down.
 */
export class Pacer {
  #due = new Map<string, number>();
  #started = false;
  #lastMs = 0;

  /** What is shown at `nowMs`, and when to look again (0: nothing waits). Own comments never wait, and bring in what is before them. */
  show(all: readonly Comment[], nowMs: number, me: string): { shown: readonly Comment[]; nextMs: number } {
    if (!this.#started) {
      if (all.length === 0) return { shown: all, nextMs: 0 };
      this.#started = true;
      for (const c of all) this.#due.set(c.id, 0);
    }
    const present = new Set(all.map((c) => c.id));
    for (const id of this.#due.keys()) if (!present.has(id)) this.#due.delete(id);
    const fresh = all.filter((c) => !this.#due.has(c.id));
    if (fresh.length > 0) {
      const untilMs = nowMs + Math.min(1000, nowMs - this.#lastMs);
      this.#lastMs = nowMs;
      // Ticks that were late come close upon one another: those of the one before go first.
      const fromMs = Math.max(nowMs, ...this.#due.values());
      const eachMs = Math.max(0, untilMs - fromMs) / fresh.length;
      fresh.forEach((c, i) => this.#due.set(c.id, c.person === me ? 0 : fromMs + eachMs * i));
    }
    const due = (c: Comment) => this.#due.get(c.id) ?? 0;
    const shown = all.slice(0, all.findLastIndex((c) => due(c) <= nowMs) + 1);
    const next = all[shown.length];
    return next ? { shown, nextMs: due(next) } : { shown: all, nextMs: 0 };
  }
}

/** Ids that left the list otherwise than by falling off its old end: somebody removed them. */
export function vanished(before: readonly Comment[], after: readonly Comment[], most: number): string[] {
  const present = new Set(after.map((c) => c.id));
  const full = after.length >= most;
  const first = full ? before.findIndex((c) => present.has(c.id)) : 0;
  return before.filter((c, i) => !present.has(c.id) && i >= first && first >= 0).map((c) => c.id);
}

/** How many came after what is held still. */
export function newer(held: readonly Comment[], all: readonly Comment[]): number {
  const last = held.at(-1)?.id;
  const at = all.findIndex((c) => c.id === last);
  return all.length - at - 1;
}
