/** One of 12 hues by person, the same on every page. */
export function hue(person: string): number {
  let h = 2166136261;
  for (let i = 0; i < person.length; i++) h = Math.imul(h ^ person.charCodeAt(i), 16777619);
  return ((h >>> 0) % 12) * 30 + 10;
}

/** Colour of a name, readable on every surface of both themes. */
export function nameColour(person: string): string {
  return `oklch(var(--name-lightness) var(--name-chroma) ${hue(person)})`;
}

/** Up to two letters for a disc. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = (word: string | undefined) => [...(word ?? "")][0] ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toUpperCase() || "·";
}
