import type { CommentJson } from "./gen/ovation/gateway/v1/gateway_pb";
import type { Comment } from "./types";
import { toComment } from "./wire";

/** A list with one more comment, where its place says; last where it has none. */
export function placed(list: readonly Comment[], c: Comment): readonly Comment[] {
  const before = c.place > 0 ? list.findIndex((known) => known.place > c.place) : -1;
  return before < 0 ? [...list, c] : [...list.slice(0, before), c, ...list.slice(before)];
}

/** Puts changed texts in the place of what is held; of two the one changed later stays. */
export function edited(list: readonly Comment[], told: readonly CommentJson[] | undefined): readonly Comment[] {
  let all = list;
  for (const json of told ?? []) {
    const c = toComment(json);
    all = all.map((known) => (known.id === c.id && known.editedMs <= c.editedMs ? { ...c, hiddenBefore: known.hiddenBefore } : known));
  }
  return all;
}

/** Puts comments back to where their place says. */
export function restored(list: readonly Comment[], told: readonly CommentJson[] | undefined): readonly Comment[] {
  let all = list; // the same list where nothing is told: whoever shows it sees that nothing changed
  for (const json of told ?? []) {
    const c = toComment(json);
    const older = all[0] !== undefined && all[0].place > c.place; // than all that is held: it would only be cut off again
    if (!older && !all.some((known) => known.id === c.id)) all = placed(all, c);
  }
  return all;
}
