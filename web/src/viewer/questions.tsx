import type { Question, Room } from "../../client";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { count } from "../lib/format";
import { sentence } from "../lib/sentences";
import { words } from "../lib/words";
import { Button, Empty, Icon, Marked, Name, Skeleton, toast, useSelected } from "../ui";
import { hold, sections } from "./order";
import { Reasons, reported } from "./report";

/** What is answered now, what comes next, what is open by votes, what was answered, and one's own. */
export function Questions({ room }: { room: Room }) {
  const w = words();
  const loaded = useSelected(room, (v) => v.loaded);
  const questions = useSelected(room, (v) => v.questions);
  const mine = useSelected(room, (v) => v.mine);
  const info = useSelected(room, (v) => v.room);
  const parts = useMemo(() => sections(questions.values(), info), [questions, info]);
  const over = info.state === "ended"; // nothing is now or next any more
  const fresh = [...parts.next, ...parts.open].map((q) => q.id);
  const box = useRef<HTMLDivElement>(null);
  const [still, setStill] = useState<readonly string[] | null>(null);
  const order = still ? hold(still, fresh) : { shown: fresh, moved: 0 };
  const shownNow = useRef(order.shown);
  shownNow.current = order.shown;

  // Nothing moves under a finger or away from the focus; the order follows once both have left.
  const pressed = useRef(false);
  useEffect(() => {
    const list = box.current;
    if (!list) return undefined;
    const stop = () => setStill((known) => known ?? shownNow.current);
    const press = () => {
      pressed.current = true;
      stop();
    };
    const go = () => {
      pressed.current = false;
      if (!list.contains(document.activeElement)) setStill(null);
    };
    const left = (e: FocusEvent) => {
      if (!list.contains(e.relatedTarget as Node | null)) setStill(null);
    };
    list.addEventListener("pointerdown", press);
    list.addEventListener("focusin", stop);
    list.addEventListener("focusout", left);
    document.addEventListener("pointerup", go);
    document.addEventListener("pointercancel", go);
    return () => {
      list.removeEventListener("pointerdown", press);
      list.removeEventListener("focusin", stop);
      list.removeEventListener("focusout", left);
      document.removeEventListener("pointerup", go);
      document.removeEventListener("pointercancel", go);
    };
  }, [loaded, fresh.length === 0]);
  useLayoutEffect(() => {
    if (still && !pressed.current && !box.current?.contains(document.activeElement)) setStill(null); // what had the focus is gone, and says nothing
  });

  if (!loaded) return <Skeleton rows={6} />;
  const own = [...mine.values()];
  const nothing = questions.size === 0 && own.length === 0;
  if (nothing) {
    if (info.state === "scheduled") return <Empty title={w.early} text={w.questionsBefore} />;
    return <Empty title={w.questionsEmpty} text={info.state === "live" && !info.questionsPaused ? w.questionsEmptyText : ""} />;
  }
  return (
    <div class="questions" tabIndex={0} role="group" aria-label={w.questions}>
      {own.length > 0 && <Own room={room} own={own} />}
      {parts.now.map((q) => (
        <Asked key={q.id} room={room} q={q} kind={over ? "open" : "now"} />
      ))}
      <div ref={box}>
        {order.shown.map((id) => {
          const q = questions.get(id);
          return q && <Asked key={id} room={room} q={q} kind={q.next && !over ? "next" : "open"} />;
        })}
        {order.moved > 0 && (
          <button
            type="button"
            class="new"
            onClick={() => {
              (document.activeElement as HTMLElement | null)?.blur();
              setStill(null);
            }}
          >
            {w.moved(order.moved)}
          </button>
        )}
      </div>
      {parts.answered.length > 0 && (
        <>
          <h3 class="divider">{w.answered}</h3>
          {parts.answered.map((q) => (
            <Asked key={q.id} room={room} q={q} kind="answered" />
          ))}
        </>
      )}
    </div>
  );
}

function Asked({ room, q, kind }: { room: Room; q: Question; kind: "now" | "next" | "open" | "answered" }) {
  const w = words();
  const voted = useSelected(room, (v) => v.voted.has(q.id));
  const [wish, setWish] = useState<boolean | null>(null);
  const [open, setOpen] = useState(false);
  const info = useSelected(room, (v) => v.room);
  const own = useSelected(room, (v) => v.mine.has(q.id));
  const reportable = !own && info.state === "live" && (room.limits?.reportReasons.length ?? 0) > 0;
  const up = wish ?? voted;
  const votes = q.votes + (wish === null || wish === voted ? 0 : wish ? 1 : -1);
  const votable = (kind === "open" || kind === "next") && info.state === "live" && !info.questionsPaused;
  const asked = useRef(0);
  const vote = () => {
    const next = !up;
    const turn = ++asked.current;
    const settle = () => turn === asked.current && setWish(null); // of two answers the last one holds
    setWish(next);
    room.questions.vote(q.id, next).then(settle, (error: unknown) => {
      settle();
      toast(sentence(error));
    });
  };
  return (
    <article class={`question ${kind}`} data-question={q.id}>
      {votable ? (
        <button type="button" class="vote" aria-pressed={up} aria-label={up ? w.voted(votes) : w.vote(votes)} onClick={vote}>
          <Icon name="up" />
          <b>{count(votes)}</b>
        </button>
      ) : (
        <span class="vote done" title={w.votes(votes)}>
          <Icon name={kind === "now" ? "chat" : kind === "answered" ? "check" : "up"} />
          <b>{count(votes)}</b>
          <span class="sr">{w.votes(votes)}</span>
        </span>
      )}
      <div class="asked">
        <p class="meta">
          {(kind === "now" || kind === "next") && <span class={`tag ${kind}`}>{kind === "now" ? w.now : w.next}</span>}
          {q.label && <span class="tag">{q.label}</span>}
          <Asker q={q} />
        </p>
        {reportable && (
          <button type="button" class="question-more" aria-expanded={open} aria-label={w.moreQuestion} title={w.moreQuestion} onClick={() => setOpen(!open)}>
            <Icon name="more" />
          </button>
        )}
        <p class="kept text">{q.text}</p>
        {q.answer && (
          <div class="answer">
            <b>{w.answer}</b> <Marked text={q.answer} />
          </div>
        )}
        {open && (
          <>
            <p class="meta">{w.reportWhy}</p>
            <Reasons
              room={room}
              onReason={(reason) => {
                setOpen(false);
                reported(room.questions.report(q.id, reason));
              }}
            />
          </>
        )}
      </div>
    </article>
  );
}

/** Who asked, as far as the audience may know. */
export function Asker({ q }: { q: Question }) {
  return q.anonymous ? <span>{words().anonymousBy}</span> : <Name person={q.person} name={q.name} />;
}

/** One's own questions: where each stands, why it was not taken, and the way to take it back. */
function Own({ room, own }: { room: Room; own: readonly Question[] }) {
  const w = words();
  const live = useSelected(room, (v) => v.room.state === "live");
  const open = own.some((q) => q.state === "pending" || q.state === "rejected");
  return (
    <details class="own" open={open}>
      <summary>
        {w.mine} · {own.length}
      </summary>
      {own.map((q) => (
        <div key={q.id} class="own-row" data-state={q.state}>
          <p class="kept">{q.text}</p>
          <p class="meta">
            <b class="standing">{w.state(q.state)}</b>
            {q.state === "rejected" && q.reason && (
              <>
                {" "}
                · {w.reason}: <span class="kept">{q.reason}</span>
              </>
            )}
          </p>
          {live && (q.state === "pending" || q.state === "open") && (
            <Button
              look="quiet"
              onClick={() => {
                room.questions.withdraw(q.id).then(
                  () => toast(w.withdrawn),
                  (error: unknown) => toast(sentence(error)),
                );
              }}
            >
              {w.withdraw}
            </Button>
          )}
        </div>
      ))}
    </details>
  );
}

/** What is being answered, above both lists. */
export function NowBanner({ room, onOpen }: { room: Room; onOpen: () => void }) {
  const w = words();
  const q = useSelected(room, (v) => {
    if (v.room.state === "ended") return undefined;
    let latest: Question | undefined;
    for (const one of v.questions.values()) if (one.state === "answering" && one.answeringMs >= (latest?.answeringMs ?? 0)) latest = one;
    return latest;
  });
  return (
    <div aria-live="polite">
      {q && (
        <button type="button" class="banner" onClick={onOpen} key={q.id}>
          <span class="tag now">{w.now}</span>
          <span class="kept">{q.text}</span>
        </button>
      )}
    </div>
  );
}
