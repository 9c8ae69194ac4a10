// Who this page is for: the room in the address, harmless settings in the query, the secret in the fragment. The token is
// moved into this tab's storage and out of the address before any request is made, so that no log, history entry, shared
// screen or bookmark holds it.

/** Takes the token of this page; empty when there is none. Call it first. */
export function takeToken(): string {
  const key = `ovation.token.${location.pathname}`;
  const given = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  try {
    if (given) sessionStorage.setItem(key, given);
    return given || (sessionStorage.getItem(key) ?? "");
  } catch {
    return given; // storage is blocked: the token lives as long as the page
  }
}

/** Forgets the token of this page. */
export function dropToken(): void {
  try {
    sessionStorage.removeItem(`ovation.token.${location.pathname}`);
  } catch {
    // There was nothing kept.
  }
}

/** Id of the room in the address. */
export function roomInAddress(): string {
  return location.pathname.split("/")[2] ?? "";
}

/** Settings in the query. */
export const query = new URLSearchParams(typeof location === "undefined" ? "" : location.search);

/** Applies ?theme=dark|light; anything else leaves it to the system. */
export function applyTheme(): void {
  const theme = query.get("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
}

/** What a token says of itself. It is only read, for words and buttons; the server verifies. */
export function readToken(token: string): { role: string; rooms: readonly string[] } {
  try {
    const body = atob(token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"));
    const claims = JSON.parse(body) as { role?: string; rooms?: string[]; room?: string };
    return { role: claims.role ?? "", rooms: claims.rooms ?? (claims.room ? [claims.room] : []) };
  } catch {
    return { role: "", rooms: [] };
  }
}

/** Address of a page with its token, to be given to somebody. */
export function linkTo(path: string, token = "", origin = location.origin): string {
  return origin + path + (token ? `#t=${token}` : "");
}
