import { languageCode } from "../lib/lang";
import { en, type Words } from "./words.en";
import { fr } from "./words.fr";

/** What the rooms' page says, in the page's language. */
export function words(): Words {
  return languageCode() === "fr" ? fr : en;
}
