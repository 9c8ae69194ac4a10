import type { Words } from "./words.en";

/** The French words of what hosts' pages share. */
export const fr: Words = {
  notRead: "Les salles ne peuvent être lues",
  noRooms: "Pas encore de salle",
  tryAgain: "Réessayer",
  copy: "Copier le lien",
  copyFor: (whom) => `Copier le lien : ${whom}`,
  copied: "Copié.",
  taken: "Enregistré là où votre navigateur garde les fichiers.",
  file: {
    "room.jsonl": "Tout (lignes JSON)",
    "comments.csv": "Commentaires (tableau)",
    "audit.csv": "Qui a fait quoi (tableau)",
    "chapters.vtt": "Temps forts (chapitres)",
    "questions.csv": "Questions (tableau)",
    "questions.jsonl": "Questions avec bulletins (lignes JSON)",
  },
  noLinks: "Aucun lien n’a encore été fait ici.",
  endsAt: (when) => `jusqu’au ${when}`,
  isTakenBack: "repris",
  leftGood: "repris, mais des liens qu’il a faits valent encore",
  takeBack: "Reprendre",
  takeBackRest: "Reprendre le reste",
  takeBackAsk: "Reprendre ce lien ?",
  takeBackText: "Qui s’en sert est dehors en cinq secondes, les invités venus par lui aussi. Personne ne peut l’annuler ; vous pouvez faire un autre lien.",
  keepLink: "Le laisser",
  olderLinks: "Liens plus anciens",
  takeBackOf: (role, note) => `Reprendre le lien : ${role} ${note}`.trim(),
  takeBackRestOf: (role, note) => `Reprendre le reste de ce qu’il a fait : ${role} ${note}`.trim(),
  takenBack: "Repris. Qui s’en servait est dehors en cinq secondes.",
  roles: { moderator: "Modération", host: "Hôte", overlay: "Incrustation", guest: "Invité", viewer: "Public" },
};
