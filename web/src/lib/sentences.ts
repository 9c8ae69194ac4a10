// What people read when something is refused or lost: one sentence and, where there is one, the next step.
import { words } from "./words";
import { languageCode } from "./lang";

export const refusals: Said<string> = {
  en: {
    ROOM_NOT_STARTED: "This opens when the show starts.",
    ROOM_ENDED: "The show has ended.",
    ROOM_BUSY: "Too many comments at once. Try again in a moment.",
    SLOW_MODE: "Slow mode is on. Wait a moment before the next comment.",
    COMMENTS_FROZEN: "Comments are paused by the host.",
    COMMENTS_MODERATORS_ONLY: "Only moderators can write just now.",
    TEXT_EMPTY: "Write something first.",
    TEXT_TOO_LONG: "That is too long.",
    VOTING_CLOSED: "Voting on this question is over.",
    QUESTION_NOT_FOUND: "This question is no longer there.",
    COMMENT_NOT_FOUND: "This comment is no longer there.",
    REVISION_MISMATCH: "Somebody else was faster. Look again.",
    WRONG_STATE: "Somebody else moved this question. Look again.",
    UNDO_EXPIRED: "It is too late to undo this.",
    QUESTION_CLAIMED: "Somebody else is at work on this question.",
    CLAIM_EXPIRED: "You were away from this question for a while. Look again, then send it.",
    SLOTS_FULL: "Another question is being answered. Finish it first.",
    TOO_MANY_LINKS: "There are too many links that have yet to end. Take some back.",
    OFFLINE: "The server cannot be reached. Is it running?",
    CAPTIVE_PORTAL: "This network wants you to sign in first. Open any page in a new tab, then try again.",
    STORE_UNAVAILABLE: "The server cannot save this just now. Try again in a moment.",
    STORE_FULL: "The server has no space left. Tell its operator.",
    TIMEOUT: "No answer came. Check your connection and try again.",
    TOO_MANY_REQUESTS: "That was a lot at once. Try again in a moment.",
    NO_SIGNING_KEY: "This server cannot make links: it has no signing key.",
  },
  fr: {
    ROOM_NOT_STARTED: "Cela s’ouvre au début du direct.",
    ROOM_ENDED: "Le direct est terminé.",
    ROOM_BUSY: "Trop de commentaires à la fois. Réessayez dans un instant.",
    SLOW_MODE: "Mode lent. Attendez un instant avant le prochain commentaire.",
    COMMENTS_FROZEN: "L’hôte a mis les commentaires en pause.",
    COMMENTS_MODERATORS_ONLY: "Seule la modération écrit en ce moment.",
    TEXT_EMPTY: "Écrivez d’abord quelque chose.",
    TEXT_TOO_LONG: "C’est trop long.",
    VOTING_CLOSED: "Le vote sur cette question est clos.",
    QUESTION_NOT_FOUND: "Cette question n’est plus là.",
    COMMENT_NOT_FOUND: "Ce commentaire n’est plus là.",
    REVISION_MISMATCH: "Quelqu’un a été plus rapide. Regardez encore.",
    WRONG_STATE: "Quelqu’un d’autre a déplacé cette question. Regardez encore.",
    UNDO_EXPIRED: "Il est trop tard pour revenir dessus.",
    QUESTION_CLAIMED: "Quelqu’un d’autre s’occupe de cette question.",
    CLAIM_EXPIRED: "Vous avez quitté cette question un moment. Regardez encore, puis envoyez.",
    SLOTS_FULL: "Une autre question est à l’antenne. Terminez-la d’abord.",
    TOO_MANY_LINKS: "Trop de liens ne sont pas encore finis. Reprenez-en.",
    OFFLINE: "Le serveur est injoignable. Tourne-t-il ?",
    CAPTIVE_PORTAL: "Ce réseau demande d’abord de se connecter. Ouvrez une page dans un nouvel onglet, puis réessayez.",
    NO_SIGNING_KEY: "Ce serveur ne peut pas faire de liens : il n’a pas de clé.",
    STORE_UNAVAILABLE: "Le serveur ne peut rien enregistrer pour l’instant. Réessayez.",
    STORE_FULL: "Le serveur n’a plus de place. Prévenez qui s’en occupe.",
    TIMEOUT: "Aucune réponse. Vérifiez votre connexion et réessayez.",
    TOO_MANY_REQUESTS: "C’était beaucoup d’un coup. Réessayez dans un instant.",
  },
};

/** Refusals that read otherwise where nothing was to be saved. */
const whenReading: Said<string> = {
  en: { STORE_UNAVAILABLE: "The server cannot reach what it has stored just now. Try again in a moment." },
  fr: { STORE_UNAVAILABLE: "Le serveur n’atteint pas ce qu’il a enregistré pour l’instant. Réessayez dans un moment." },
};

/** A sentence for a refusal; the server's own where we have none. */
export function sentence(error: unknown): string {
  const e = error as { reason?: string; message?: string; reading?: boolean };
  const usual = languageCode() === "fr" ? "Cela n’a pas marché. Réessayez." : "Something went wrong. Try again.";
  return (e.reading ? said(whenReading, e.reason ?? "") : undefined) ?? said(refusals, e.reason ?? "") ?? (e.message ? upperFirst(e.message) : usual);
}

export const endings: Said<{ title: string; text: string }> = {
  en: {
    ROOM_NOT_FOUND: { title: "There is no such room", text: "Check the address, or ask for a new link." },
    ROOM_DELETED: { title: "This room is gone", text: "It was deleted by its host." },
    BANNED: { title: "You were removed from this room", text: "A moderator decided so." },
    TOKEN_EXPIRED: { title: "This link has expired", text: "Ask for a new one and open it." },
    TOKEN_INVALID: { title: "This link does not work", text: "It may be incomplete or of another server. Ask for a new one." },
    TOKEN_REVOKED: { title: "This link was taken back", text: "Its host no longer lets it in. Ask for a new one." },
    PERMISSION_DENIED: { title: "This link is for another room", text: "Ask for a link to this room." },
    GUESTS_NOT_ALLOWED: { title: "This room is for invited people", text: "Open it with your own link." },
    ABUSE: { title: "Disconnected", text: "This browser sent far too much. Close other tabs of this room and reload later." },
  },
  fr: {
    ROOM_NOT_FOUND: { title: "Cette salle n’existe pas", text: "Vérifiez l’adresse ou demandez un nouveau lien." },
    ROOM_DELETED: { title: "Cette salle n’est plus là", text: "Son hôte l’a supprimée." },
    BANNED: { title: "Vous avez été retiré de cette salle", text: "La modération l’a décidé." },
    TOKEN_EXPIRED: { title: "Ce lien a expiré", text: "Demandez-en un nouveau et ouvrez-le." },
    TOKEN_INVALID: { title: "Ce lien ne marche pas", text: "Il est peut-être incomplet ou d’un autre serveur. Demandez-en un nouveau." },
    TOKEN_REVOKED: { title: "Ce lien a été repris", text: "L’hôte ne le laisse plus entrer. Demandez-en un nouveau." },
    PERMISSION_DENIED: { title: "Ce lien est pour une autre salle", text: "Demandez un lien pour celle-ci." },
    GUESTS_NOT_ALLOWED: { title: "Cette salle est sur invitation", text: "Ouvrez-la avec votre propre lien." },
    ABUSE: { title: "Déconnecté", text: "Ce navigateur a envoyé beaucoup trop. Fermez les autres onglets de cette salle et rechargez plus tard." },
  },
};

/** What a page says when its visit is over for good. */
export function ending(reason: string, message: string): { title: string; text: string } {
  const french = languageCode() === "fr";
  return (
    said(endings, reason) ?? {
      title: french ? "La connexion est terminée" : "The connection was ended",
      text: message ? upperFirst(message) : french ? "Rechargez la page pour réessayer." : "Reload the page to try again.",
    }
  );
}

export const waits: Said<string> = {
  en: {
    OFFLINE: "You seem to be offline. We keep trying.",
    CAPTIVE_PORTAL: "This network wants you to sign in first. Open any page in a new tab.",
    UPGRADE_BLOCKED: "This network blocks live connections. We keep trying.",
    BUSY: "It is crowded. You are in line.",
    FULL: "It is crowded. You are in line.",
  },
  fr: {
    OFFLINE: "Vous semblez hors ligne. Nous continuons d’essayer.",
    CAPTIVE_PORTAL: "Ce réseau demande d’abord de se connecter. Ouvrez une page dans un nouvel onglet.",
    UPGRADE_BLOCKED: "Ce réseau bloque les connexions en direct. Nous continuons d’essayer.",
    BUSY: "Il y a foule. Vous êtes dans la file.",
    FULL: "Il y a foule. Vous êtes dans la file.",
  },
};

/** One quiet line while the connection is away. */
export function waiting(reason: string): string {
  return said(waits, reason) ?? words().stale;
}

/** What is said of a reason, in the page's language, else in English. */
type Said<T> = Readonly<Record<"en" | "fr", Readonly<Record<string, T>>>>;

function said<T>(all: Said<T>, reason: string): T | undefined {
  const own = languageCode() === "fr" ? all.fr : all.en;
  return Object.hasOwn(own, reason) ? own[reason] : Object.hasOwn(all.en, reason) ? all.en[reason] : undefined;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}
