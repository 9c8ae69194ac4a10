// The hearts' canvas away from the page: it draws while the page lays out comments, and the page's thread has none of its
// raster. The page sends a canvas first, then orders; nothing comes back but that this browser cannot draw here.
import { Rising, type Order } from "./rising";

/** The first message. */
export interface Start {
  readonly canvas: OffscreenCanvas;
  /** The page's `performance.timeOrigin`. */
  readonly originMs: number;
}

let rising: Rising | undefined;

self.addEventListener("message", ({ data }: MessageEvent<Start | Order>) => {
  if (!("canvas" in data)) {
    rising?.take(data);
    return;
  }
  try {
    rising = new Rising(data.canvas, performance.timeOrigin - data.originMs);
  } catch {
    self.postMessage("unable");
  }
});
