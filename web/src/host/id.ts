/** Suggests a room's id from its title: `[a-z0-9][a-z0-9-]{0,62}`, or nothing where the title has no such letter. */
export function suggestId(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}
