import { languageCode } from "./lang";

const whole = new Intl.NumberFormat(languageCode());
const short = new Intl.NumberFormat(languageCode(), { notation: "compact", maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat(languageCode(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 1,204 up to 99,999; then 123K; as the page's language writes it. */
export function count(n: number): string {
  return (n < 100_000 ? whole : short).format(n);
}

/** 2.4 below ten, 18 above: how often something happens. */
export function rate(n: number): string {
  return n >= 10 ? count(Math.round(n)) : tenths.format(n);
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

const segments = typeof Intl.Segmenter === "undefined" ? undefined : new Intl.Segmenter("en", { granularity: "grapheme" });

/** Length as the server counts it: grapheme clusters, what a reader calls characters. */
export function graphemes(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length; // plain letters are one each
  if (!segments) return [...text].length;
  let n = 0;
  for (const _ of segments.segment(text)) n++;
  return n;
}
