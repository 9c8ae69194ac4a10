// Our own vector shapes, 100 x 100 around the middle: emoji fonts are not everywhere. Each is drawn once a size and then
// only copied. Two tones and a light edge, so that a shape reads on dark, light and moving pictures.

interface Shape {
  readonly fill: string;
  readonly shade: string;
  /** The outline. */
  readonly path: string;
  /** Lines and spots on it, in the colour `ink`. */
  readonly marks?: string;
  readonly ink?: string;
}

const shapes: Readonly<Record<string, Shape>> = {
  heart: {
    fill: "#ff5c7a",
    shade: "#e0305a",
    path: "M50 90C44 85 12 63 8 37 5 20 17 9 30 9c9 0 16 5 20 13C54 14 61 9 70 9c13 0 25 11 22 28C88 63 56 85 50 90z",
  },
  clap: {
    fill: "#ffcf5c",
    shade: "#f0a020",
    path: "M34 92C20 88 10 74 12 60c1-8 8-10 12-5l2 3-3-30c-1-8 10-9 11-1l3 18 1-26c0-8 11-8 11 0l1 26 5-22c2-8 12-6 11 2l-3 23 7-14c4-7 13-3 10 5-5 14-7 28-12 38-7 14-20 19-34 15z",
    marks: "M74 12l5-8M86 22l8-5M90 36l9-1",
    ink: "#ffcf5c",
  },
  fire: {
    fill: "#ff8a3d",
    shade: "#e8502a",
    path: "M52 5c4 16 26 26 30 50 3 22-12 40-32 40S14 80 17 57c2-14 11-20 15-32 5 6 6 11 6 17C46 34 54 22 52 5z",
    marks: "M50 88c-11 0-18-7-17-17 1-9 9-13 13-23 10 8 20 13 20 24 0 10-7 16-16 16z",
    ink: "#ffe08a",
  },
  laugh: {
    fill: "#ffd84d",
    shade: "#f2a922",
    path: "M50 6a44 44 0 1 1 0 88 44 44 0 0 1 0-88z",
    marks: "M24 54h52c-1 17-12 27-26 27S25 71 24 54zM22 41c2-9 14-9 16 0l-4 1c-2-4-6-4-8 0zM62 41c2-9 14-9 16 0l-4 1c-2-4-6-4-8 0z",
    ink: "#5a3210",
  },
  wow: {
    fill: "#8ab8ff",
    shade: "#4f84e8",
    path: "M50 6a44 44 0 1 1 0 88 44 44 0 0 1 0-88z",
    marks: "M50 56c7 0 12 6 12 14s-5 14-12 14-12-6-12-14 5-14 12-14zM33 30c4 0 6 4 6 9s-2 9-6 9-6-4-6-9 2-9 6-9zM67 30c4 0 6 4 6 9s-2 9-6 9-6-4-6-9 2-9 6-9z",
    ink: "#13264d",
  },
  star: {
    fill: "#ffe066",
    shade: "#f0b020",
    path: "M50 6l13 28 31 4-23 21 6 31-27-15-27 15 6-31L6 38l31-4z",
  },
  spark: {
    fill: "#b79cff",
    shade: "#7d5be0",
    path: "M50 4c4 26 16 40 46 46-30 6-42 20-46 46-4-26-16-40-46-46 30-6 42-20 46-46z",
  },
};

/** The shape of a kind; one we have no drawing for is a spark. */
function shapeOf(kind: string): Shape {
  return (Object.hasOwn(shapes, kind) ? shapes[kind] : undefined) ?? shapes.spark!;
}

/** Colour of a kind, for rings and buttons. */
export function kindColour(kind: string): string {
  return shapeOf(kind).fill;
}

/** What an inline SVG of a kind draws, in a view box of 0 0 100 100. */
export function kindDrawing(kind: string): { path: string; fill: string; marks: string; ink: string; stroked: boolean } {
  const s = shapeOf(kind);
  return { path: s.path, fill: s.fill, marks: s.marks ?? "", ink: s.ink ?? "", stroked: kind === "clap" };
}

/** Pictures of kinds, all `px` device pixels wide, each drawn once. */
export class Sprites {
  readonly #drawn = new Map<string, CanvasImageSource>();

  constructor(readonly px: number) {}

  of(kind: string): CanvasImageSource {
    let known = this.#drawn.get(kind);
    if (!known) this.#drawn.set(kind, (known = picture(kind, this.px)));
    return known;
  }
}

/** A bitmap where the browser has them: of a canvas it takes a new picture each time that it is copied from. */
function picture(kind: string, px: number): CanvasImageSource {
  if (typeof OffscreenCanvas !== "undefined") {
    const canvas = new OffscreenCanvas(px, px);
    const c = canvas.getContext("2d");
    if (c) {
      paint(c, shapeOf(kind), px, kind === "clap");
      return canvas.transferToImageBitmap();
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = px;
  const c = canvas.getContext("2d");
  if (c) paint(c, shapeOf(kind), px, kind === "clap");
  return canvas;
}

function paint(c: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, s: Shape, px: number, stroked: boolean): void {
  c.scale(px / 112, px / 112);
  c.translate(6, 6);
  const outline = new Path2D(s.path);
  const tone = c.createLinearGradient(0, 0, 40, 100);
  tone.addColorStop(0, s.fill);
  tone.addColorStop(1, s.shade);
  c.lineJoin = "round";
  c.lineWidth = 7;
  c.strokeStyle = "rgb(0 0 0 / 0.22)";
  c.stroke(outline);
  c.fillStyle = tone;
  c.fill(outline);
  if (s.marks) {
    const marks = new Path2D(s.marks);
    if (stroked) {
      c.lineCap = "round";
      c.lineWidth = 6;
      c.strokeStyle = s.ink ?? "";
      c.stroke(marks);
    } else {
      c.fillStyle = s.ink ?? "";
      c.fill(marks);
    }
  }
  c.save();
  c.clip(outline);
  c.fillStyle = "rgb(255 255 255 / 0.28)"; // a light from the upper left
  c.beginPath();
  c.ellipse(32, 26, 15, 9, -0.7, 0, 2 * Math.PI);
  c.fill();
  c.restore();
}
