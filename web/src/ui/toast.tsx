import { useEffect, useState } from "preact/hooks";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

let last = 0;
let shown: Toast | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function show(next: Toast | undefined): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Says one sentence at the foot of the page for a while; a newer one takes its place. */
export function toast(text: string, options: { action?: Toast["action"]; forMs?: number } = {}): void {
  clearTimeout(timer);
  show({ id: ++last, text, ...(options.action && { action: options.action }) });
  timer = setTimeout(() => show(undefined), options.forMs ?? 5000);
}

/** Where toasts appear; one a page. */
export function Toasts() {
  const [, again] = useState({});
  useEffect(() => {
    const look = () => again({});
    listeners.add(look);
    look(); // what was said before this stood
    return () => void listeners.delete(look);
  }, []);
  const action = shown?.action; // of what is read here: by the time of a click something else may be said
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <div class="snack" key={shown.id}>
          <span>{shown.text}</span>
          {action && (
            <button
              type="button"
              class="snack-action"
              onClick={() => {
                show(undefined);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
