// How many hearts are drawn for how many were given, and where one is at any moment of its life. Pure: random numbers and
// time are handed in. Ten times the taps looks denser until the cap; above it the number tells.

export interface Bounds {
  /** Hearts that may start in a second. */
  readonly perSecond: number;
  /** Hearts alive at once. */
  readonly alive: number;
}

export const desktop: Bounds = { perSecond: 110, alive: 240 };
export const phone: Bounds = { perSecond: 60, alive: 130 };

/** Hearts to start in a second when `rate` a second are given. */
export function spawn(rate: number, bounds: Bounds = desktop): number {
  if (!(rate > 0)) return 0;
  const wanted = rate <= 12 ? rate : 12 * (1 + Math.log2(rate / 12));
  return Math.min(bounds.perSecond, wanted);
}

/**
 * Turns what each tick adds into how many to start. The rate is that of the last second, so that a tick which comes late or
 * early changes nothing; fractions are carried, so that two of three hearts are drawn and not none or all.
 */
export class Spawner {
  #past: { atMs: number; added: number }[] = [];
  #carry = 0;

  take(added: number, nowMs: number, bounds: Bounds = desktop): number {
    this.#past = this.#past.filter((p) => p.atMs > nowMs - 1000);
    this.#past.push({ atMs: nowMs, added });
    const rate = this.#past.reduce((sum, p) => sum + p.added, 0);
    if (rate <= 0) return 0;
    const wanted = (added * spawn(rate, bounds)) / rate + this.#carry;
    const whole = Math.floor(wanted);
    this.#carry = wanted - whole;
    return whole;
  }

  /** Forgets the second that was: after a pause nothing is owed. */
  reset(): void {
    this.#past = [];
    this.#carry = 0;
  }
}

/** Moments within the time to the next tick, at random: never a clump. */
export function scatter(n: number, overMs: number, random: () => number): number[] {
  return Array.from({ length: n }, () => random() * overMs);
}

/** One heart on its way; lengths in CSS pixels, times in milliseconds. */
export interface Heart {
  readonly kind: string;
  readonly own: boolean;
  readonly bornMs: number;
  readonly lifeMs: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly rise: number;
  readonly sway: number;
  readonly hertz: number;
  readonly phase: number;
  readonly tilt: number;
}

/** A heart of a stage so high, within the ranges of the design. */
export function born(kind: string, own: boolean, x: number, y: number, stage: number, nowMs: number, random: () => number): Heart {
  const between = (from: number, to: number) => from + (to - from) * random();
  return {
    kind,
    own,
    bornMs: nowMs,
    lifeMs: between(1900, 2700),
    x,
    y,
    size: own ? 40 : between(18, 34),
    rise: stage * between(0.6, 0.8),
    sway: between(6, 22) * (random() < 0.5 ? -1 : 1),
    hertz: between(0.5, 0.9),
    phase: own ? 0 : between(0, 2 * Math.PI),
    tilt: between(-0.22, 0.22),
  };
}

/** Where and how a heart is drawn. */
export interface Pose {
  x: number;
  y: number;
  scale: number;
  alpha: number;
  turn: number;
}

const popMs = 220;
const popPeakMs = 140;

/** The pose at a moment, into `to` (no garbage in a frame); false once its life is over. */
export function pose(h: Heart, nowMs: number, to: Pose): boolean {
  const age = nowMs - h.bornMs;
  const p = age / h.lifeMs;
  if (p >= 1) return false;
  const swing = Math.sin(h.phase + (2 * Math.PI * h.hertz * Math.max(0, age)) / 1000);
  to.x = h.x + h.sway * swing * Math.min(1, Math.max(0, p) * 4); // it begins where the finger is
  to.y = h.y - h.rise * (1 - (1 - Math.max(0, p)) ** 1.7);
  to.alpha = p < 0.7 ? 1 : (1 - p) / 0.3;
  to.turn = h.tilt * swing;
  to.scale = popped(age);
  return true;
}

/** 0.3 to 1.12 to 1 in 220 ms. */
function popped(age: number): number {
  if (age >= popMs) return 1;
  if (age <= 0) return 0.3;
  if (age < popPeakMs) {
    const t = age / popPeakMs;
    return 0.3 + 0.82 * (1 - (1 - t) ** 2);
  }
  const t = (age - popPeakMs) / (popMs - popPeakMs);
  return 1.12 - 0.12 * t * t * (3 - 2 * t);
}
