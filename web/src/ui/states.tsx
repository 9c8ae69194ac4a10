import type { ComponentChildren } from "preact";
import type { RoomState } from "../../client";
import { words } from "../lib/words";

/** Nothing here yet, or something went wrong: what it is and what to do next. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

/** The same, told to screen readers at once. */
export function Failure({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty failure" role="alert">
      <strong>{title}</strong>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

const widths = ["w1", "w2", "w3"] as const;

/** Grey rows that appear only when loading takes longer than 300 ms. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={words().loading}>
      {Array.from({ length: rows }, (_, i) => (
        <i key={i} class={widths[i % widths.length]} />
      ))}
    </div>
  );
}

/** LIVE with its dot; hollow and grey before and after. */
export function Live({ state }: { state: RoomState }) {
  const w = words();
  const word = state === "live" ? w.live : state === "scheduled" ? w.soon : state === "ended" ? w.ended : "";
  if (!word) return null;
  return (
    <span class={`live ${state === "live" ? "on" : "off"}`}>
      <i />
      {word}
    </span>
  );
}
