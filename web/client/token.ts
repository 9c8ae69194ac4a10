/** How long the embedder's `getToken` may take. */
const patienceMs = 30_000;

/** Gives tokens one at a time: however many ask, the embedder's `getToken` runs once. */
export class Tokens {
  #get: (() => Promise<string>) | undefined;
  #token = "";
  /** When it ends, by this clock; 0 when unknown. */
  #endMs = 0;
  #flight: Promise<string> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string, get?: () => Promise<string>) {
    this.#take(token);
    this.#get = get;
  }

  /** Whether a refused token can be replaced. */
  get renewable(): boolean {
    return this.#get !== undefined;
  }

  /** The token at hand, else a new one. An unexpired token is kept over failed connections. */
  async current(): Promise<string> {
    if (this.#token && (this.#endMs === 0 || this.#endMs > Date.now())) return this.#token;
    return this.#get ? this.fresh() : this.#token;
  }

  /** A new one; calls at the same time share it. One that takes 30 s has failed, and what comes of it later is not heard. */
  fresh(): Promise<string> {
    this.#flight ??= new Promise<string>((resolve, reject) => {
      this.#late = setTimeout(() => reject(new Error("getToken has not settled for 30 s")), patienceMs);
      this.#get!().then(resolve, reject);
    })
      .then((token) => this.#take(token))
      .finally(() => {
        clearTimeout(this.#late);
        this.#flight = undefined;
      });
    return this.#flight;
  }

  /** Nobody waits for a token any more. */
  close(): void {
    clearTimeout(this.#late);
  }

  /** The server refused it. */
  forget(): void {
    this.#take("");
  }

  #take(token: string): string {
    this.#endMs = ending(token, Date.now());
    return (this.#token = token);
  }

  /** Milliseconds until four fifths of the remaining life have passed, with some spread; 0 when unknown. */
  refreshMs(now = Date.now()): number {
    return this.#endMs > now ? Math.min(2 ** 31 - 1, (this.#endMs - now) * (0.75 + Math.random() * 0.1)) : 0;
  }
}

/**
 * When a JWT ends by this clock; 0 when it cannot be told. It is only read, the server verifies. A clock that is hours wrong
 * would take a new token for an old one, and ask for another at each try: then its life counts from when it came.
 */
function ending(token: string, nowMs: number): number {
  try {
    const { exp = 0, iat = 0 } = JSON.parse(atob(token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"))) as { exp?: number; iat?: number };
    const left = exp * 1000 - nowMs;
    const life = (exp - iat) * 1000;
    return iat > 0 && life > 0 && (left <= 0 || left > life) ? nowMs + life : exp * 1000;
  } catch {
    return 0;
  }
}
