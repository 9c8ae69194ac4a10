// What can be taken back at this desk.
import type { Changed } from "../../client";

/** How an act is told, and taken back. */
export interface Doing {
  /** Said once all of it is done. */
  readonly done?: string;
  /** Called once any of it is done, with the lists as they are then. */
  readonly then?: () => void;
  /** Takes it back for one, given what the act answered. */
  readonly undo?: (id: string, result: unknown) => Promise<unknown>;
  /** Of such acts on an item only the last one can be taken back, as the server has it of a question's steps. */
  readonly onlyLast?: boolean;
  /** What of the room it changes, where the server takes back only the last act on that: modes, Calm and the end are one. It
   * answers what names the change, and there is nothing to take back where it changed nothing. */
  readonly lastOf?: "setting" | "terms" | "pin" | "air";
}

/** How long an act can be taken back. */
export const undoMs = 60_000;

export interface Undoable {
  readonly number: number;
  /** When it was done; Infinity before. */
  atMs: number;
  readonly onlyLast: boolean;
  readonly lastOf: Doing["lastOf"];
  /** What the act answered, by item. */
  readonly results: Map<string, unknown>;
  /** Settles once the act is done or refused. */
  over: Promise<unknown>;
  undo(id: string, result: unknown): Promise<unknown>;
}

/** What came of an act. */
interface Outcome {
  /** Whether any of it is done. */
  readonly any: boolean;
  /** Why some of it was refused. */
  readonly refused: unknown;
  /** What takes it back; undefined where nothing does. */
  readonly entry: Undoable | undefined;
}

/** Does what changes a thing of which the room has one, and answers what names the change; empty where it changed nothing. */
export async function naming(act: (changed: Changed) => Promise<unknown>): Promise<string> {
  let change = "";
  await act((made) => (change = made));
  return change;
}

export class Undos {
  #all: Undoable[] = [];
  #number = 0;

  /** Does something with each, and keeps what takes it back, at once: the key may come before the ack. */
  async act(ids: readonly string[], what: (id: string) => Promise<unknown>, how: Doing, arrived: (id: string) => void): Promise<Outcome> {
    const { undo, onlyLast = false, lastOf } = how;
    const results = new Map<string, unknown>();
    const entry: Undoable | undefined = undo && { number: ++this.#number, atMs: Infinity, onlyLast, lastOf, results, over: Promise.resolve(), undo };
    if (entry) this.#all.push(entry);
    let any = false;
    let refused: unknown;
    const one = (id: string) =>
      what(id)
        .then((result) => {
          any = true;
          if (!lastOf || result !== "") results.set(id, result);
        })
        .catch((error: unknown) => (refused = error))
        .finally(() => arrived(id));
    const over = Promise.all(ids.map(one)).then(() => entry && this.#done(entry));
    if (entry) entry.over = over;
    await over;
    return { any, refused, entry: results.size > 0 ? entry : undefined };
  }

  #done(entry: Undoable): void {
    const { number, onlyLast, lastOf, results } = entry;
    entry.atMs = performance.now();
    for (const before of this.#all) {
      if (before.number >= number) continue;
      if (onlyLast && before.onlyLast) for (const id of results.keys()) before.results.delete(id);
      if (lastOf && before.lastOf === lastOf && results.size > 0) before.results.clear();
    }
    this.#all = this.#all.filter((one) => one.results.size > 0 || one.atMs === Infinity);
  }

  /** What was done last and can still be taken back. */
  last(nowMs: number): Undoable | undefined {
    this.#all = this.#all.filter((one) => nowMs - one.atMs <= undoMs);
    return this.#all.at(-1);
  }

  /** Takes an act out, for its undo; false where it is too old, was taken back, or another act came in its place. */
  take(entry: Undoable, nowMs: number): boolean {
    const known = this.#all.includes(entry);
    this.#all = this.#all.filter((one) => one !== entry);
    return known && nowMs - entry.atMs <= undoMs;
  }
}
