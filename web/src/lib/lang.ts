// The language of a page: ?lang= where given, else what the browser prefers, else English. One catalogue a language; a key
// missing in one is a type error.
import { query } from "./session";
import { en, type Words } from "./words.en";
import { fr } from "./words.fr";

const catalogues: Readonly<Record<string, Words>> = { en, fr };

/** The language asked for, of those there are. */
export function pickLanguage(asked: string | null, preferred: readonly string[]): string {
  for (const tag of [asked ?? "", ...preferred]) {
    const code = tag.toLowerCase().split("-")[0] ?? "";
    if (Object.hasOwn(catalogues, code)) return code;
  }
  return "en";
}

const language = pickLanguage(query.get("lang"), typeof navigator === "undefined" ? [] : navigator.languages);

/** What this page says, in its language. */
export function words(): Words {
  return catalogues[language] ?? en;
}

/** Two letters, for Intl. */
export function languageCode(): string {
  return language;
}

/** Tells the document, for hyphens and screen readers. */
export function applyLanguage(): void {
  document.documentElement.lang = language;
}
