/**
 * What a catalogue of words says, by the path to it, and whether it is a sentence or makes one: two languages are complete
 * when theirs are the same. What is empty, or makes no sentence of a number, is thrown.
 */
export function catalogue(words: object, before = ""): Record<string, string> {
  const said: Record<string, string> = {};
  for (const [name, value] of Object.entries(words).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = before + name;
    if (typeof value === "object" && value !== null) Object.assign(said, catalogue(value as object, `${key}.`));
    else {
      const speak = typeof value === "function" ? (value as (...given: unknown[]) => unknown) : () => value as unknown;
      for (const n of [1, 2, 1234]) {
        const text = speak(...Array.from({ length: speak.length }, () => n));
        if (typeof text !== "string" || text === "" || /undefined|NaN|\[object/.test(text)) throw new Error(`${key} says ${String(text)}`);
      }
      said[key] = typeof value;
    }
  }
  return said;
}
