/** Gives tokens one at a time: however many ask, the embedder's `getToken` runs once. */
export class Tokens {
  #get: (() => Promise<string>) | undefined;
  #token: string;
  #flight: Promise<string> | undefined;

  constructor(token: string, get?: () => Promise<string>) {
    this.#token = token;
    this.#get = get;
  }

  /** Whether a refused token can be replaced. */
  get renewable(): boolean {
    return this.#get !== undefined;
  }

  /** The token at hand, else a new one. An unexpired token is kept over failed connections. */
  async current(): Promise<string> {
    if (this.#token && !expired(this.#token)) return this.#token;
    return this.#get ? this.fresh() : this.#token;
  }

  /** A new one; calls at the same time share it. */
  fresh(): Promise<string> {
    this.#flight ??= this.#get!()
      .then((token) => (this.#token = token))
      .finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  /** The server refused it. */
  forget(): void {
    this.#token = "";
  }

  /** Milliseconds until four fifths of the remaining life have passed, with some spread; 0 when unknown. */
  refreshMs(now = Date.now()): number {
    const end = expiry(this.#token);
    return end > now ? Math.min(2 ** 31 - 1, (end - now) * (0.75 + Math.random() * 0.1)) : 0;
  }
}

/** When a JWT ends, milliseconds since 1970; 0 when it cannot be told. It is only read, the server verifies. */
function expiry(token: string): number {
  try {
    const claims = JSON.parse(atob(token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"))) as { exp?: number };
    return Number(claims.exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}

function expired(token: string): boolean {
  const end = expiry(token);
  return end > 0 && end < Date.now();
}
