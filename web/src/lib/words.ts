// One catalogue a language; a key missing in one is a type error.
import { languageCode, type Language } from "./lang";
import { en, type Words } from "./words.en";
import { fr } from "./words.fr";

const catalogues: Readonly<Record<Language, Words>> = { en, fr };

/** What this page says, in its language. */
export function words(): Words {
  return catalogues[languageCode()];
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
