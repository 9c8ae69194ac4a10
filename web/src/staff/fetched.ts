import { useEffect, useRef, useState } from "preact/hooks";

/** Something that is read again and again over HTTP. */
export interface Fetched<T> {
  /** Undefined until it was read once. */
  readonly value: T | undefined;
  /** Why the last reading failed; then the value is of `atMs`. */
  readonly error: unknown;
  /** When the value was read, by this computer's clock. */
  readonly atMs: number;
  /** Reads now. */
  again(): void;
}

/** Reads at once and then every so many milliseconds; a hidden page does not. What was read stays when a reading fails. */
export function useFetched<T>(read: () => Promise<T>, everyMs: number): Fetched<T> {
  const [state, setState] = useState<Omit<Fetched<T>, "again">>({ value: undefined, error: undefined, atMs: 0 });
  const latest = useRef(read);
  latest.current = read;
  const look = useRef<() => void>(() => undefined);
  useEffect(() => {
    let over = false;
    let under = false;
    look.current = () => {
      if (under || over) return;
      under = true;
      latest
        .current()
        .then(
          (value) => over || setState({ value, error: undefined, atMs: Date.now() }),
          (error: unknown) => over || setState((before) => ({ ...before, error })),
        )
        .finally(() => (under = false));
    };
    look.current();
    const timer = setInterval(() => document.visibilityState === "hidden" || look.current(), everyMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [everyMs]);
  return { ...state, again: () => look.current() };
}
