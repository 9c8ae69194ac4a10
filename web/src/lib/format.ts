import { languageCode, words } from "./lang";

const numbers = new Map<string, { whole: Intl.NumberFormat; short: Intl.NumberFormat }>();

/** 1,204 up to 99,999; then 123K; as the page's language writes it. */
export function count(n: number): string {
  const language = languageCode();
  let written = numbers.get(language);
  if (!written) {
    written = { whole: new Intl.NumberFormat(language), short: new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }) };
    numbers.set(language, written);
  }
  return n < 100_000 ? written.whole.format(n) : written.short.format(n);
}

/** "1 question", "7 questions". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** 0:42, 12:05, 1:02:03. */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** How long ago, in the fewest letters: now, 40 s, 5 m, 2 h, 3 d. In French minutes are min and days j. */
export function ago(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const w = words().ago;
  if (s < 10) return w.now;
  if (s < 60) return `${s} ${w.seconds}`;
  if (s < 3600) return `${Math.floor(s / 60)} ${w.minutes}`;
  return s < 86_400 ? `${Math.floor(s / 3600)} ${w.hours}` : `${Math.floor(s / 86_400)} ${w.days}`;
}

const segments = typeof Intl.Segmenter === "undefined" ? undefined : new Intl.Segmenter("en", { granularity: "grapheme" });

/** Length as the server counts it: grapheme clusters, what a reader calls characters. */
export function graphemes(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length; // plain letters are one each
  if (!segments) return [...text].length;
  let n = 0;
  for (const _ of segments.segment(text)) n++;
  return n;
}
