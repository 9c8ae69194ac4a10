/** What stands between a page and its socket, found by asking the socket's address over plain HTTP. */
export interface Diagnosis {
  readonly reason: string;
  readonly message: string;
}

/**
 * Browsers hide why a handshake failed. The server tells it at the same address without Upgrade, as 426 and JSON; a
 * captive portal answers with a page of its own, and nothing at all means the network is away.
 */
export async function diagnose(socketUrl: string, ask: typeof fetch = fetch): Promise<Diagnosis> {
  try {
    const answer = await ask(socketUrl.replace(/^ws/, "http"), { cache: "no-store", credentials: "omit" });
    if (answer.status !== 426) return { reason: "CAPTIVE_PORTAL", message: "Something on this network answers in the server's place. Open any page in a new tab and sign in to the network." };
    const body = (await answer.json()) as { reason?: string; message?: string };
    if (body.reason === "UPGRADE_REQUIRED") return { reason: "UPGRADE_BLOCKED", message: "The server is there, but something on this network blocks live connections (WebSocket)." };
    return { reason: body.reason ?? "", message: body.message ?? "" };
  } catch {
    return { reason: "OFFLINE", message: "The server cannot be reached." };
  }
}
