import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { sentence } from "../lib/sentences";
import type { Fetched } from "../staff/fetched";
import { Button, Failure, Skeleton } from "../ui";
import { words } from "./words";

/** A part of the pane that is read over HTTP: loading, there, old, or not to be had. */
export function Part<T>({ title, of, children }: { title: string; of: Fetched<T>; children: (value: T) => ComponentChildren }) {
  const w = words();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {of.value !== undefined ? (
        <>
          {of.error !== undefined && (
            <p class="old">
              {w.old(new Date(of.atMs).toLocaleTimeString())}{" "}
              <button type="button" class="inline" onClick={of.again}>
                {w.tryAgain}
              </button>
            </p>
          )}
          {children(of.value)}
        </>
      ) : of.error !== undefined ? (
        <Failure title={w.notRead} text={sentence(of.error)}>
          <Button onClick={of.again}>{w.tryAgain}</Button>
        </Failure>
      ) : (
        <Skeleton rows={3} />
      )}
    </section>
  );
}
