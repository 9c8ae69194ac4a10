// The overlay's parameters, from its address. Unknown ones are ignored and refused values fall back to the default: on air
// there is never an error. With preview=1 the page lists what it did not take.

export const parts = ["hearts", "comments", "question", "goal"] as const;
export type Part = (typeof parts)[number];

export interface Look {
  readonly show: ReadonlySet<Part>;
  /** Where hearts rise. */
  readonly side: "left" | "right";
  /** 0.5 to 3 times the size designed for 1080 lines. */
  readonly scale: number;
  /** Comments at once, 1 to 4. */
  readonly lines: number;
  /** Hearts to reach; 0 shows no meter. */
  readonly goal: number;
  /** CSS colour behind everything; empty is transparent. */
  readonly bg: string;
  /** Per cent of the picture kept free at its edges, 0 to 15. */
  readonly safe: number;
}

const known = new Set(["show", "side", "scale", "lines", "goal", "bg", "safe", "lang", "theme", "preview"]);

/** Reads what is understood; `refused` names the rest, with its value. */
export function readLook(query: URLSearchParams): { look: Look; refused: string[] } {
  const refused: string[] = [];
  const refuse = (name: string) => refused.push(`${name}=${query.get(name) ?? ""}`);
  for (const name of new Set(query.keys())) if (!known.has(name)) refuse(name);

  const number = (name: string, usual: number, from: number, to: number, whole = false): number => {
    const given = query.get(name);
    if (given === null) return usual;
    const n = Number(given);
    if (given.trim() !== "" && n >= from && n <= to && (!whole || Number.isInteger(n))) return n;
    refuse(name);
    return usual;
  };

  const goal = number("goal", 0, 1, 1e12, true);
  let show: Part[] = ["hearts", "comments", "question", ...(goal > 0 ? (["goal"] as const) : [])];
  const asked = query.get("show");
  if (asked !== null) {
    const names = asked.split(",").map((s) => s.trim());
    show = parts.filter((p) => names.includes(p));
    if (names.some((n) => !(parts as readonly string[]).includes(n))) refuse("show");
  }

  const side = query.get("side") ?? "right";
  if (side !== "left" && side !== "right") refuse("side");

  const ground = query.get("bg") ?? "none";
  const plain = /^#?[0-9a-f]{6}$/i.test(ground);
  if (!plain && ground !== "none" && ground !== "dark") refuse("bg");

  return {
    look: {
      show: new Set(show),
      side: side === "left" ? "left" : "right",
      scale: number("scale", 1, 0.5, 3),
      lines: number("lines", 4, 1, 4, true),
      goal,
      bg: ground === "dark" ? "#0e0f13" : plain ? `#${ground.replace("#", "")}` : "",
      safe: number("safe", 5, 0, 15),
    },
    refused,
  };
}
