/** People whose comments this browser does not show; it is between a viewer and this browser only. */
export class HiddenPeople {
  readonly #key: string;
  #people: Set<string>;

  constructor(room: string, private readonly storage: Pick<Storage, "getItem" | "setItem"> | undefined = own()) {
    this.#key = `ovation.hidden.${room}`;
    this.#people = new Set(this.#read());
  }

  has(person: string): boolean {
    return this.#people.has(person);
  }

  get size(): number {
    return this.#people.size;
  }

  hide(person: string): void {
    this.#people.add(person);
    this.#write();
  }

  show(person: string): void {
    this.#people.delete(person);
    this.#write();
  }

  /** Shows everybody again. */
  clear(): void {
    this.#people.clear();
    this.#write();
  }

  #read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
    } catch {
      return [];
    }
  }

  #write(): void {
    try {
      this.storage?.setItem(this.#key, JSON.stringify([...this.#people].slice(-500)));
    } catch {
      // Storage is blocked or full: it holds for this visit.
    }
  }
}

function own(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
