import type { Role, Room } from "../../client";

const ranks: readonly Role[] = ["viewer", "moderator", "host"];

/** Whether one may time out or ban somebody of this role: never oneself, and nobody of one's own rank or above. */
export function isBelow(you: Room["you"], person: string, role: Role): boolean {
  return you !== null && person !== you.person && ranks.indexOf(role) < ranks.indexOf(you.role);
}

/** The same of somebody known by what they wrote here. */
export function isBelowHere({ you, view }: Pick<Room, "you" | "view">, person: string): boolean {
  const said = [...view.comments, ...[...view.held.values()].map((h) => h.comment)].filter((c) => c.person === person);
  return isBelow(you, person, "viewer") && said.every((c) => isBelow(you, person, c.role));
}
