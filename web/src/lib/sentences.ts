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
    WRONG_STATE: "It stands otherwise by now. Look again.",
    UNDO_EXPIRED: "This can no longer be undone.",
    QUESTION_CLAIMED: "Somebody else is at work on this question.",
    CLAIM_EXPIRED: "You were away from this question for a while. Look again, then send it.",
    SLOTS_FULL: "Another question is being answered. Finish it first.",
    TOO_MANY_LINKS: "This room has as many links as it may. Give links shorter lives, or one link to several people.",
    OFFLINE: "The server cannot be reached. Is it running?",
    CAPTIVE_PORTAL: "This network wants you to sign in first. Open any page in a new tab, then try again.",
    STORE_UNAVAILABLE: "The server cannot save this just now. Try again in a moment.",
    STORE_FULL: "The server has no space left. Tell its operator.",
    TIMEOUT: "No answer came. Check your connection and try again.",
    TOO_MANY_REQUESTS: "That was a lot at once. Try again in a moment.",
    NO_SIGNING_KEY: "This server cannot make links: it has no signing key.",
    TOO_MANY_REVOKED: "This room remembers as many links of other makers as it may. Ask whoever runs this server.",
    INTERNAL: "Something went wrong on the server. Try again.",
    DEADLINE_EXCEEDED: "No answer came in time. Try again.",
    UNKNOWN_VERB: "This server is older than this page and cannot do that yet.",
    FRAME_TOO_LARGE: "That is too long.",
    PAGE_TOKEN_INVALID: "This list has changed. Load it again.",
    TOKEN_MISSING: "This needs a link of your own. Ask for one and open it.",
    TOKEN_INVALID: "Your link does not work here. Ask for a new one.",
    TOKEN_EXPIRED: "Your link has expired. Ask for a new one and open it.",
    TOKEN_REVOKED: "Your link was taken back. Ask for a new one.",
    KEYS_UNAVAILABLE: "The server cannot check your link just now. Try again in a moment.",
    PERMISSION_DENIED: "Your role does not allow this.",
    GUESTS_NOT_ALLOWED: "This room is for invited people. Open it with your own link.",
    BANNED: "You were removed from this room.",
    TIMED_OUT: "A moderator has muted you for a while.",
    REJECTED: "This was not accepted. Write it in another way.",
    ROOM_NOT_FOUND: "This room is no longer there.",
    ROOM_EXISTS: "There is a room of that name already.",
    PERSON_NOT_FOUND: "This person left no trace in the room.",
    HEARTS_PAUSED: "Hearts are paused by the host.",
    QUESTIONS_PAUSED: "Questions and votes are paused by the host.",
    COMMENTS_MEMBERS_ONLY: "Guests cannot write just now.",
    ANONYMOUS_NOT_ALLOWED: "Questions are asked with a name here.",
    UNKNOWN_LABEL: "This topic is no longer there. Choose another one.",
    TEXT_INVALID: "There are characters in it that cannot be shown. Take them out.",
    TEXT_BLOCKED: "A word in it, or in your name, is blocked here. Say it otherwise.",
    TEXT_REPEATED: "Somebody wrote just this a moment ago. Write something else.",
    EMOJI_ONLY: "Only emoji are taken just now.",
    LINKS_NOT_ALLOWED: "You cannot write links here. Take the link out.",
    NAME_IMITATES: "That name looks like somebody’s who runs this room. Take another one.",
    EDIT_EXPIRED: "This can no longer be changed. Write a new comment.",
    CLOSED: "You have left this room. Reload the page to come back.",
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
    WRONG_STATE: "Ce n’est plus dans cet état. Regardez encore.",
    UNDO_EXPIRED: "Ce n’est plus annulable.",
    QUESTION_CLAIMED: "Quelqu’un d’autre s’occupe de cette question.",
    CLAIM_EXPIRED: "Vous avez quitté cette question un moment. Regardez encore, puis envoyez.",
    SLOTS_FULL: "Une autre question est à l’antenne. Terminez-la d’abord.",
    TOO_MANY_LINKS: "Cette salle a autant de liens que permis. Donnez-leur une vie plus courte, ou un seul lien à plusieurs personnes.",
    OFFLINE: "Le serveur est injoignable. Tourne-t-il ?",
    CAPTIVE_PORTAL: "Ce réseau demande d’abord de se connecter. Ouvrez une page dans un nouvel onglet, puis réessayez.",
    NO_SIGNING_KEY: "Ce serveur ne peut pas faire de liens : il n’a pas de clé.",
    STORE_UNAVAILABLE: "Le serveur ne peut rien enregistrer pour l’instant. Réessayez.",
    STORE_FULL: "Le serveur n’a plus de place. Prévenez qui s’en occupe.",
    TIMEOUT: "Aucune réponse. Vérifiez votre connexion et réessayez.",
    TOO_MANY_REQUESTS: "C’était beaucoup d’un coup. Réessayez dans un instant.",
    TOO_MANY_REVOKED: "Cette salle retient autant de liens faits ailleurs que permis. Demandez à qui s’occupe du serveur.",
    INTERNAL: "Cela n’a pas marché sur le serveur. Réessayez.",
    DEADLINE_EXCEEDED: "Aucune réponse à temps. Réessayez.",
    UNKNOWN_VERB: "Ce serveur est plus ancien que cette page et ne sait pas encore le faire.",
    FRAME_TOO_LARGE: "C’est trop long.",
    PAGE_TOKEN_INVALID: "Cette liste a changé. Rechargez-la.",
    TOKEN_MISSING: "Il faut un lien à vous. Demandez-en un et ouvrez-le.",
    TOKEN_INVALID: "Votre lien ne marche pas ici. Demandez-en un nouveau.",
    TOKEN_EXPIRED: "Votre lien a expiré. Demandez-en un nouveau et ouvrez-le.",
    TOKEN_REVOKED: "Votre lien a été repris. Demandez-en un nouveau.",
    KEYS_UNAVAILABLE: "Le serveur ne peut vérifier votre lien pour l’instant. Réessayez dans un moment.",
    PERMISSION_DENIED: "Votre rôle ne le permet pas.",
    GUESTS_NOT_ALLOWED: "Cette salle est sur invitation. Ouvrez-la avec votre propre lien.",
    BANNED: "Vous avez été retiré de cette salle.",
    TIMED_OUT: "La modération vous a fait taire pour un moment.",
    REJECTED: "Ce n’est pas accepté. Écrivez-le autrement.",
    ROOM_NOT_FOUND: "Cette salle n’est plus là.",
    ROOM_EXISTS: "Une salle de ce nom existe déjà.",
    PERSON_NOT_FOUND: "Cette personne n’a laissé aucune trace dans la salle.",
    HEARTS_PAUSED: "L’hôte a mis les cœurs en pause.",
    QUESTIONS_PAUSED: "L’hôte a mis les questions et les votes en pause.",
    COMMENTS_MEMBERS_ONLY: "Les invités n’écrivent pas en ce moment.",
    ANONYMOUS_NOT_ALLOWED: "Ici, on pose ses questions avec son nom.",
    UNKNOWN_LABEL: "Ce thème n’est plus là. Choisissez-en un autre.",
    TEXT_INVALID: "Il y a des caractères qui ne peuvent être montrés. Retirez-les.",
    TEXT_BLOCKED: "Un mot du texte, ou de votre nom, est bloqué ici. Dites-le autrement.",
    TEXT_REPEATED: "Quelqu’un vient d’écrire la même chose. Écrivez autre chose.",
    EMOJI_ONLY: "Seuls les émojis passent en ce moment.",
    LINKS_NOT_ALLOWED: "Vous ne pouvez pas écrire de liens ici. Retirez le lien.",
    NAME_IMITATES: "Ce nom ressemble à celui de quelqu’un qui tient cette salle. Prenez-en un autre.",
    EDIT_EXPIRED: "Ce n’est plus modifiable. Écrivez un nouveau commentaire.",
    CLOSED: "Vous avez quitté cette salle. Rechargez la page pour revenir.",
  },
};

/** Refusals that read otherwise where nothing was to be saved. */
const whenReading: Said<string> = {
  en: { STORE_UNAVAILABLE: "The server cannot reach what it has stored just now. Try again in a moment." },
  fr: { STORE_UNAVAILABLE: "Le serveur n’atteint pas ce qu’il a enregistré pour l’instant. Réessayez dans un moment." },
};

/** Refusals behind whose message, after a colon, a moderator or the operator's own service may say why. */
const tellWhy: ReadonlySet<string> = new Set(["BANNED", "TIMED_OUT", "REJECTED"]);

/** A sentence for a refusal; the server's own where we have none. */
export function sentence(error: unknown): string {
  const { reason = "", message = "", reading = false } = error as { reason?: string; message?: string; reading?: boolean };
  const own = (reading ? said(whenReading, reason) : undefined) ?? said(refusals, reason);
  const why = tellWhy.has(reason) ? message.replace(/^[^:]*:?\s*/, "") : "";
  if (own) return why ? `${own} ${upperFirst(why)}` : own;
  const usual = languageCode() === "fr" ? "Cela n’a pas marché. Réessayez." : "Something went wrong. Try again.";
  return message ? upperFirst(message) : usual;
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
