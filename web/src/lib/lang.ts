// The language of a page: ?lang= where given, else what the browser prefers, else English.
import { query } from "./session";

const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

/** The language asked for, of those there are. */
export function pickLanguage(asked: string | null, preferred: readonly string[]): Language {
  for (const tag of [asked ?? "", ...preferred]) {
    const code = tag.toLowerCase().split("-")[0];
    const found = languages.find((one) => one === code);
    if (found) return found;
  }
  return "en";
}

const language = pickLanguage(query.get("lang"), typeof navigator === "undefined" ? [] : navigator.languages);

/** Two letters, for Intl. */
export function languageCode(): Language {
  return language;
}

/** Tells the document, for hyphens and screen readers. */
export function applyLanguage(): void {
  document.documentElement.lang = language;
}
