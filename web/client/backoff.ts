const least = 500;
const most = 20_000;

/**
 * Milliseconds to wait before attempt n (from 0): full jitter between 0.5 s and a bound that doubles up to 20 s, so that
 * a crowd that was cut off together does not come back together.
 */
export function backoff(n: number, random: () => number = Math.random): number {
  const bound = Math.min(most, 1000 * 2 ** Math.min(n, 10));
  return Math.round(least + random() * (bound - least));
}

/** Whether a close code says to stay away: 4500-4999. Every other code means come back. */
export function isStop(code: number): boolean {
  return code >= 4500 && code <= 4999;
}
