import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../client";

/** Only what has been selected for so long is looked at: whoever runs down a list asks for nothing. */
const restMs = 300;

/** How many questions ask much the same as this one; 0 while nobody knows, and for none. */
export function useAlike(room: Room, question: string | undefined): number {
  const [found, setFound] = useState<{ readonly question: string; readonly n: number }>();
  useEffect(() => {
    if (!question) return undefined;
    let over = false;
    const timer = setTimeout(() => {
      room.moderate.similar(question).then(
        (all) => over || setFound({ question, n: all.filter((one) => one.id !== question).length }),
        () => undefined, // it is a hint: what cannot be had is not missed
      );
    }, restMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [room, question]);
  return found && found.question === question ? found.n : 0;
}
