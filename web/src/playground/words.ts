import { languageCode } from "../lib/lang";

/** What the playground says around the code, which is the same in all languages. */
export const en = {
  title: "Ten lines to a live room",
  room: "Room",
  enter: "Enter",
  widget: "Widget",
  code: "Code",
  post: "Post a comment",
  ask: "Ask a question",
  similar: "Find similar ones",
  answers: "What a call answers stands here.",
  copy: "Copy",
  copied: "Copied.",
  noCopy: "The browser does not let this page copy. Select the code instead.",
  frames: "Frames as they pass",
  noFrames: "Nothing yet.",
};

export const fr: typeof en = {
  title: "Dix lignes pour une salle en direct",
  room: "Salle",
  enter: "Entrer",
  widget: "Widget",
  code: "Code",
  post: "Publier un commentaire",
  ask: "Poser une question",
  similar: "Trouver les semblables",
  answers: "La réponse d’un appel s’affiche ici.",
  copy: "Copier",
  copied: "Copié.",
  noCopy: "Le navigateur ne laisse pas cette page copier. Sélectionnez le code.",
  frames: "Les trames qui passent",
  noFrames: "Rien encore.",
};

/** The words in the page's language. */
export function words(): typeof en {
  return languageCode() === "fr" ? fr : en;
}
