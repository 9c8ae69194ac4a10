import { useEffect, useState } from "preact/hooks";
import type { Room, Similar } from "../../client";
import { count, graphemes } from "../lib/format";
import { sentence } from "../lib/sentences";
import { words } from "../lib/words";
import { Button, Icon, toast, useSelected } from "../ui";

/** A pause in typing after which it is worth asking, and the fewest characters that say something. */
const pauseMs = 250;
const least = 4;

/** Questions that ask much the same as what is being typed: a vote for one of them does more than asking again. */
export function SimilarQuestions({ room, text, onVoted }: { room: Room; text: string; onVoted: () => void }) {
  const w = words();
  const [found, setFound] = useState<readonly Similar[]>([]);
  const voted = useSelected(room, (v) => v.voted);
  useEffect(() => {
    if (graphemes(text.trim()) < least) {
      setFound([]);
      return undefined;
    }
    let stale = false;
    const timer = setTimeout(() => {
      room.questions.similar(text.trim()).then(
        (questions) => stale || setFound(questions),
        () => stale || setFound([]), // a help that fails is no help, and no trouble
      );
    }, pauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [room, text]);
  const vote = (q: Similar) =>
    room.questions.vote(q.id).then(
      () => {
        toast(w.votedInstead);
        onVoted();
      },
      (error: unknown) => toast(sentence(error)),
    );
  return (
    <div role="status">
      {found.length > 0 && (
        <section class="similar" aria-label={w.similar}>
          <p class="meta">{w.similar}</p>
          {found.map((q) => (
            <p key={q.id}>
              <span class="kept">{q.text}</span>
              <Button disabled={voted.has(q.id)} onClick={() => void vote(q)} aria-label={`${w.voteInstead}: ${q.text}`}>
                <Icon name={voted.has(q.id) ? "check" : "up"} />
                {count(q.votes)}
              </Button>
            </p>
          ))}
        </section>
      )}
    </div>
  );
}
