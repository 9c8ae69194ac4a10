/** The part of a list that is drawn, as positions in it, with the pixels of what stands before and after it. */
export interface Window {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

/**
 * What has to be drawn of a list whose rows have these heights, while it is scrolled to `top` and `view` pixels of it are
 * seen: these and `spare` pixels on either side, so that a flick finds rows there.
 */
export function windowOf(heights: readonly number[], top: number, view: number, spare: number): Window {
  let from = 0;
  let above = 0;
  while (from < heights.length && above + heights[from]! < top - spare) above += heights[from++]!;
  let to = from;
  let seen = above;
  while (to < heights.length && seen < top + view + spare) seen += heights[to++]!;
  let below = 0;
  for (let i = to; i < heights.length; i++) below += heights[i]!;
  return { from, to, above, below };
}

/** The end of the list: where it is while somebody follows it. */
export function endOf(heights: readonly number[], view: number, spare: number): Window {
  const all = heights.reduce((sum, height) => sum + height, 0);
  return windowOf(heights, Math.max(0, all - view), view, spare);
}

/** The same window with one more row in it, such as the one that holds the focus. */
export function including(w: Window, heights: readonly number[], at: number): Window {
  let { from, to, above, below } = w;
  if (at < 0 || at >= heights.length) return w;
  while (from > at) above -= heights[--from]!;
  while (to <= at) below -= heights[to++]!;
  return { from, to, above, below };
}
