import type { Order } from "./rising";
import type { Start } from "./worker";
import address from "./worker?worker&url";

/** What the page says to the worker. */
interface Far {
  take(order: Order): void;
  close(): void;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}
let policy: { createScriptURL(url: string): string } | undefined;

/** The worker's script. A page's policy allows this name once, and whatever it is asked for it gives this one address. */
function script(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types?.createPolicy("hearts", { createScriptURL: () => address });
  return policy?.createScriptURL(address) ?? address;
}

/**
 * Gives the canvas to a worker that draws on it; undefined where the browser cannot, and the canvas is untouched then.
 * `failed` is told when the worker did not come to be: the canvas is lost by then.
 */
export function away(canvas: HTMLCanvasElement, failed: () => void): Far | undefined {
  if (typeof Worker === "undefined" || !("transferControlToOffscreen" in canvas)) return undefined;
  let worker: Worker;
  try {
    if (!new OffscreenCanvas(1, 1).getContext("2d")) return undefined;
    worker = new Worker(script(), { type: "module", name: "hearts" });
  } catch {
    return undefined; // such as in a frame that may have no workers
  }
  const lost = () => {
    worker.onerror = worker.onmessage = null;
    failed();
  };
  worker.onerror = lost;
  worker.onmessage = lost; // all that it ever says is that it cannot
  const start: Start = { canvas: canvas.transferControlToOffscreen(), originMs: performance.timeOrigin };
  worker.postMessage(start, [start.canvas]);
  return { take: (order) => worker.postMessage(order), close: () => worker.terminate() };
}
