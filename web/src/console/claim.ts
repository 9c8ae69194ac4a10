import { useEffect, useRef } from "preact/hooks";
import type { Room } from "../../client";

/** A claim is renewed while somebody types, at most so often; it lasts 45 s. */
const renewMs = 15_000;

/**
 * Says who is at work on a question, as long as there is one: the others see the name. What it returns renews the claim and
 * is called with each key.
 */
export function useClaim(room: Room, question: string | undefined): () => void {
  const renewed = useRef(-Infinity);
  const renew = (id: string) => {
    if (performance.now() - renewed.current < renewMs) return;
    renewed.current = performance.now();
    void room.moderate.claim(id).catch(() => undefined); // somebody else has it: the row says who
  };
  useEffect(() => {
    if (!question) return undefined;
    renewed.current = -Infinity;
    renew(question);
    return () => void room.moderate.claim(question, { release: true }).catch(() => undefined);
  }, [question]);
  return () => question && renew(question);
}
