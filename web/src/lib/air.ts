import type { Comment, Question, View } from "../../client";

/** What stands on the overlay. */
export type Airing = { readonly comment: Comment; readonly question?: undefined } | { readonly question: Question; readonly comment?: undefined };

/**
 * The card on the overlay: what moderators chose last, be it by choosing it for the overlay or by beginning to answer a
 * question. What was on air when something else was chosen, or when the overlay was cleared, does not come back by itself.
 */
export function airing(view: Pick<View, "onAir" | "questions">): Airing | null {
  let latest: Question | undefined;
  for (const q of view.questions.values()) if (q.answeringMs > (latest?.answeringMs ?? 0)) latest = q;
  const chosen = view.onAir;
  if (latest && latest.answeringMs > (chosen?.atMs ?? 0)) return latest.state === "answering" ? { question: latest } : null;
  if (chosen?.comment) return { comment: chosen.comment };
  const question = view.questions.get(chosen?.question ?? "");
  return question ? { question } : null;
}

/** When the overlay was cleared last, milliseconds since 1970; 0 when it was not, or something was chosen since. */
export function clearedMs(view: Pick<View, "onAir">): number {
  return view.onAir && !view.onAir.comment && !view.onAir.question ? view.onAir.atMs : 0;
}
