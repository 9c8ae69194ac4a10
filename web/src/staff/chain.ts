import type { ApiLink } from "../lib/api";

/** Links that were taken back while a link that was made with them, or with what they made, is still good: their chain was left. */
export function unfinished(links: readonly ApiLink[]): ReadonlySet<string> {
  const known = new Map(links.map((l) => [l.link, l]));
  const found = new Set<string>();
  for (const good of links) {
    if (good.revokeTime) continue;
    const seen = new Set<ApiLink>();
    for (let l = known.get(good.maker ?? ""); l?.link && !seen.has(l); l = known.get(l.maker ?? "")) {
      seen.add(l);
      if (l.revokeTime) found.add(l.link);
    }
  }
  return found;
}
