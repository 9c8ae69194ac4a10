/** What a page holds after a forced collection. */
export interface Held {
  /** Bytes of its script's heap. */
  readonly heap: number;
  /** Nodes alive, in the page or not. */
  readonly nodes: number;
  readonly listeners: number;
}

export interface Sample extends Held {
  readonly seconds: number;
}

/** How a figure changed over the last half of its samples, by the straight line through them. */
export interface Growth {
  readonly what: keyof Held;
  readonly mean: number;
  /** Shares of the mean a minute, 0.01 is 1 %: the slope, and how far it may be off (four standard errors). */
  readonly perMinute: number;
  readonly give: number;
  readonly grows: boolean;
}

/** The most that is flat: 1 % a minute. */
const allowed = 0.01;

/**
 * Judges the last half of a soak; what comes before warms up. What is within the noise of the samples does not grow: the
 * longer a soak, the smaller a leak it finds. Four standard errors, since nine figures are judged by a dozen samples each: at two
 * one in five soaks of pages that are flat would fail.
 */
export function judge(samples: readonly Sample[]): Growth[] {
  const end = samples.at(-1)?.seconds ?? 0;
  const half = samples.filter((s) => s.seconds >= end / 2);
  if (half.length < 5) throw new Error(`${half.length} samples prove nothing`);
  const at = average(half.map((s) => s.seconds));
  const spread = half.reduce((sum, s) => sum + (s.seconds - at) ** 2, 0);
  return (["heap", "nodes", "listeners"] as const).map((what) => {
    const mean = average(half.map((s) => s[what]));
    const slope = half.reduce((sum, s) => sum + (s.seconds - at) * (s[what] - mean), 0) / spread;
    const off = half.reduce((sum, s) => sum + (s[what] - mean - slope * (s.seconds - at)) ** 2, 0);
    const share = mean > 0 ? 60 / mean : 0;
    const perMinute = slope * share;
    const give = 4 * Math.sqrt(off / (half.length - 2) / spread) * share;
    return { what, mean, perMinute, give, grows: perMinute - give > allowed };
  });
}

function average(all: readonly number[]): number {
  return all.reduce((sum, n) => sum + n, 0) / all.length;
}
