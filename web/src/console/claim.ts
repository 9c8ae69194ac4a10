import { useEffect, useRef } from "preact/hooks";
import type { Room } from "../../client";

/** A claim is renewed while somebody types, at most so often; it lasts 45 s. */
const renewMs = 15_000;

/** One's own claim of the question that one is at work on. */
export interface Hold {
  /** Renews it; called with each key. */
  renew(): void;
  /** Whether the server gave it: what is prepared under it may not go on when it has ended meanwhile. */
  given(): boolean;
  /** Keeps it until a step that relies on it is answered. */
  during(step: Promise<unknown>): void;
}

/** Says who is at work on a question, as long as there is one: the others see the name. */
export function useClaim(room: Room, question: string | undefined): Hold {
  const renewed = useRef(-Infinity);
  const given = useRef("");
  const step = useRef<Promise<unknown>>(Promise.resolve());
  const renew = (id: string) => {
    if (performance.now() - renewed.current < renewMs) return;
    renewed.current = performance.now();
    void room.moderate.claim(id).then(
      () => (given.current = id),
      () => undefined, // somebody else has it: the row says who
    );
  };
  useEffect(() => {
    if (!question) return undefined;
    renewed.current = -Infinity;
    given.current = "";
    renew(question);
    return () => {
      const release = () => void room.moderate.claim(question, { release: true }).catch(() => undefined);
      void step.current.then(release, release);
      step.current = Promise.resolve();
    };
  }, [question]);
  return {
    renew: () => question && renew(question),
    given: () => question !== undefined && given.current === question,
    during: (one) => void (step.current = one),
  };
}
