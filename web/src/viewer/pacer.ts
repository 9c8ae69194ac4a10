import type { Comment } from "../../client";

/** Spreads the comments of one tick over the time to the next: they enter one by one, and each still within a second. */
export class Pacer {
  #due = new Map<string, number>();
  #started = false;
  #lastMs = 0;

  /** What is shown at `nowMs`, and when to look again (0: nothing waits). Own comments never wait. */
  show(all: readonly Comment[], nowMs: number, me: string): { shown: readonly Comment[]; nextMs: number } {
    if (!this.#started) {
      if (all.length === 0) return { shown: all, nextMs: 0 };
      this.#started = true;
      for (const c of all) this.#due.set(c.id, 0);
    }
    const fresh = all.filter((c) => !this.#due.has(c.id));
    if (fresh.length > 0) {
      const overMs = Math.min(1000, nowMs - this.#lastMs);
      this.#lastMs = nowMs;
      fresh.forEach((c, i) => this.#due.set(c.id, c.person === me ? 0 : nowMs + (fresh.length > 1 ? (overMs * i) / fresh.length : 0)));
    }
    const present = new Set(all.map((c) => c.id));
    for (const id of this.#due.keys()) if (!present.has(id)) this.#due.delete(id);
    const waiting = all.map((c) => this.#due.get(c.id) ?? 0).filter((due) => due > nowMs);
    return {
      shown: waiting.length === 0 ? all : all.filter((c) => (this.#due.get(c.id) ?? 0) <= nowMs),
      nextMs: waiting.length === 0 ? 0 : Math.min(...waiting),
    };
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
