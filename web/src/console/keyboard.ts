import { useEffect, useRef, useState } from "preact/hooks";
import { actOf, type Act } from "./keys";

/** Listens to the keys of the whole page and does what they ask for. While it is busy, what has opened takes the keys. */
export function useKeyboard(perform: (act: Act) => void, busy: boolean, letters: boolean): void {
  // One listener for the page's life, told of the latest by a reference: one that came and went with dialogs would miss a key
  // that is pressed in the moment when one closes, and take the next for an act.
  const latest = useRef({ perform, busy, letters });
  latest.current = { perform, busy, letters };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const { perform, busy, letters } = latest.current;
      if (busy) return;
      const at = e.target instanceof Element ? e.target : undefined;
      const act = actOf(e, at?.matches("input, textarea, select, [contenteditable]") ?? false, letters);
      if (!act || document.querySelector("dialog[open]")) return;
      if (act === "open" && at?.matches("button, a, [role=tab]")) return; // Enter presses what has the focus
      e.preventDefault();
      perform(act);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const key = "ovation.console.letters";

/** Whether letters act, as a moderator chose for this browser; where storage is blocked it lasts as long as the page. */
export function useLetters(): [on: boolean, set: (on: boolean) => void] {
  const [on, setOn] = useState(kept);
  return [
    on,
    (next) => {
      setOn(next);
      try {
        localStorage.setItem(key, next ? "on" : "off");
      } catch {
        // It is asked again on the next visit.
      }
    },
  ];
}

function kept(): boolean {
  try {
    return localStorage.getItem(key) !== "off";
  } catch {
    return true;
  }
}
