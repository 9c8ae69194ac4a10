/**
 * Tells how high the rows of a list are. The browser says so itself once it has laid them out, in the same frame and before
 * it paints: whoever asks right after a change makes it lay out the page at once, and once more for the frame.
 */
export class Measure {
  readonly #rows = new Set<Element>();
  readonly #observer: ResizeObserver;
  #box: HTMLElement | undefined;

  /** `laidOut` hears of the list, with the heights of those rows that have another one than before, by their `data-entry`. */
  constructor(laidOut: (box: HTMLElement, rows: ReadonlyMap<string, number>) => void) {
    this.#observer = new ResizeObserver((changes) => {
      const box = this.#box;
      if (!box?.clientHeight) return; // behind another tab nothing has a height
      const rows = new Map<string, number>();
      for (const { target, borderBoxSize } of changes) {
        if (target instanceof HTMLElement && target.dataset.entry && target.isConnected) rows.set(target.dataset.entry, borderBoxSize[0]?.blockSize ?? target.offsetHeight);
      }
      laidOut(box, rows);
    });
  }

  /** Looks at the list and the rows that are in it now, and no more at those that are gone. */
  look(box: HTMLElement): void {
    if (box !== this.#box) {
      this.close();
      this.#box = box;
      this.#observer.observe(box);
    }
    const now = new Set<Element>(box.querySelectorAll("[data-entry], .away")); // and what is kept empty for others
    for (const row of this.#rows) {
      if (now.has(row)) continue;
      this.#observer.unobserve(row);
      this.#rows.delete(row);
    }
    for (const row of now) {
      if (this.#rows.has(row)) continue;
      this.#observer.observe(row);
      this.#rows.add(row);
    }
  }

  close(): void {
    this.#observer.disconnect();
    this.#rows.clear();
    this.#box = undefined;
  }
}
