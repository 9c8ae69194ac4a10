import type { Room } from "../../client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Shape } from "../hearts/shape";
import { draftOf, useDraft } from "../lib/draft";
import { count } from "../lib/format";
import { ending, waiting } from "../lib/sentences";
import { query } from "../lib/session";
import { words } from "../lib/words";
import { Button, Failure, Icon, Live, Spotlight, Toasts, Unsent, useLasting, useMedia, useSelected, useStatus } from "../ui";
import { Ask } from "./ask";
import { Comments } from "./comments";
import { Composer } from "./composer";
import { Hearts } from "./heart";
import { NowBanner, Questions } from "./questions";
import { Milestones, PinnedComment } from "./pinned";
import type { Writing } from "./said";
import { dark } from "./picture";
import { Stage } from "./stage";
import { OwnWaiting } from "./waiting";

type Tab = "comments" | "questions";

/** The viewer page: the stage, one line about the room, what people say and ask, and the heart. In a frame without the stage. */
export function Viewer({ room, stage = true }: { room: Room; stage?: boolean }) {
  const w = words();
  const status = useStatus(room);
  const [shown, setShown] = useState(dark);
  const over = useMedia("(max-width: 899px) and (orientation: portrait)") && shown.upright;
  useKeyboardRoom();
  if (status.state === "closed") {
    const over = ending(status.reason, status.message);
    const unsent = [draftOf(room.id, "comment"), draftOf(room.id, "question")].filter((text) => text.trim());
    return (
      <main class="stopped">
        <Spotlight />
        <Failure title={over.title} text={over.text}>
          <Button look="primary" onClick={() => location.reload()}>
            {w.reload}
          </Button>
        </Failure>
        {unsent.map((text) => (
          <Unsent key={text} text={text} />
        ))}
      </main>
    );
  }
  return (
    <main class={`viewer ${stage ? "" : "bare"} ${over ? "over-picture" : ""}`}>
      {stage && <Stage room={room} shown={shown} over={over} onShown={setShown} />}
      <Milestones room={room} />
      <Bar room={room} />
      <Panel room={room} />
      <Hearts room={room} />
      <Toasts />
    </main>
  );
}

/** Title, LIVE, hearts, viewers: one line of 44 px. */
function Bar({ room }: { room: Room }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const viewers = Math.max(1, useSelected(room, (v) => v.viewers)); // who reads this is one, told or not yet
  const title = info.title || info.id;
  useEffect(() => {
    if (title) document.title = `${title} · Ovation`;
  }, [title]);
  return (
    <header class="bar">
      <Live state={info.state} />
      <h1 class="line" title={title}>{title || " "}</h1>
      <Total room={room} />
      {info.state !== "" && (
        <span class="figure" title={w.watching(viewers)}>
          <Icon name="eye" />
          <span aria-hidden="true">{count(viewers)}</span>
          <span class="sr">{w.watching(viewers)}</span>
        </span>
      )}
    </header>
  );
}

/** All hearts given. Where motion is unwanted the number's short pulse is all that tells of them. */
function Total({ room }: { room: Room }) {
  const w = words();
  const total = useSelected(room, (v) => Object.values(v.hearts).reduce((a, b) => a + b, 0));
  const loaded = useSelected(room, (v) => v.loaded);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const [beat, setBeat] = useState(false);
  const first = useRef(true);
  useEffect(() => {
    if (!loaded || !still) return undefined;
    if (first.current) {
      first.current = false;
      return undefined;
    }
    setBeat(true);
    const timer = setTimeout(() => setBeat(false), 300);
    return () => clearTimeout(timer);
  }, [total, loaded, still]);
  if (!loaded) return null;
  return (
    <span class={`figure total ${beat ? "beat" : ""}`} title={w.hearts}>
      <Shape kind="heart" size={16} />
      <span data-total={total}>{count(total)}</span>
      <span class="sr">{w.hearts}</span>
    </span>
  );
}

/** Comments and questions: behind tabs, or side by side where there is room for both. */
function Panel({ room }: { room: Room }) {
  const w = words();
  const both = useMedia("(min-width: 1440px)");
  const [tab, setTab] = useState<Tab>(query.get("tab") === "questions" ? "questions" : "comments");
  const [draft, setDraft] = useDraft(room.id, "comment");
  const [writing, setWriting] = useState<Writing>(null);
  const [shown, setShown] = useState(false);
  const asked = useSelected(room, (v) => {
    let n = 0;
    for (const q of v.questions.values()) if (q.state === "open" || q.state === "answering") n++;
    return n;
  });
  const tabs = useRef<HTMLDivElement>(null);
  const choose = (next: Tab, focus = false) => {
    setTab(next);
    if (focus) tabs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  const names: Record<Tab, string> = { comments: w.comments, questions: asked > 0 ? `${w.questions} · ${count(asked)}` : w.questions };
  const pane = (which: Tab) => ({
    class: `pane ${which}-pane`,
    ...(both ? { "aria-label": w[which], role: "region" as const } : { role: "tabpanel" as const, "aria-labelledby": `tab-${which}`, id: `pane-${which}`, hidden: tab !== which }),
  });
  return (
    <>
      <button type="button" class="button aside-toggle" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <Icon name="chat" />
        {w.comments}
      </button>
      <section class={`panel ${both ? "both" : ""} ${shown ? "shown" : ""}`} aria-label={`${w.comments}, ${w.questions}`}>
        <Quiet room={room} />
        {!both && tab === "comments" && <NowBanner room={room} onOpen={() => choose("questions", true)} />}
        {!both && (
          <div
            ref={tabs}
            class="tabs"
            role="tablist"
            onKeyDown={(e) => {
              if (e.key === "ArrowLeft" || e.key === "ArrowRight") choose(tab === "comments" ? "questions" : "comments", true);
            }}
          >
            {(["comments", "questions"] as const).map((name) => (
              <button key={name} type="button" role="tab" id={`tab-${name}`} aria-controls={`pane-${name}`} aria-selected={tab === name} tabIndex={tab === name ? 0 : -1} onClick={() => choose(name)}>
                {names[name]}
              </button>
            ))}
          </div>
        )}
        <div class="panes">
          <div {...pane("comments")}>
            {both && <h2>{names.comments}</h2>}
            <PinnedComment room={room} />
            <Comments
              room={room}
              onWrite={(next) => {
                setWriting(next);
                if (next?.what === "edit") setDraft(next.comment.text, false);
              }}
            />
            <OwnWaiting room={room} />
            <Composer room={room} draft={draft} onDraft={(text) => setDraft(text, writing?.what !== "edit")} writing={writing} onWriting={setWriting} />
          </div>
          <div {...pane("questions")}>
            {both && <h2>{names.questions}</h2>}
            <Questions room={room} />
            <Ask room={room} />
          </div>
        </div>
      </section>
    </>
  );
}

/** One quiet line once the connection has been away for two seconds, or while the server cannot save. */
function Quiet({ room }: { room: Room }) {
  const w = words();
  const status = useStatus(room);
  const degraded = useSelected(room, (v) => v.degraded);
  const calm = useSelected(room, (v) => v.room.calmSinceMs > 0 && v.room.state === "live");
  const away = useLasting(status.state === "waiting" || status.state === "connecting", 2000);
  return (
    <div role="status">
      {away && (
        <p class="quiet-line">
          <i class="pulse-dot" /> {waiting(status.reason)}
        </p>
      )}
      {!away && !degraded && calm && <p class="quiet-line">{w.calm}</p>}
      {!away && degraded && <p class="quiet-line">{w.degraded}</p>}
    </div>
  );
}

/** Where the on-screen keyboard covers the page instead of shrinking it, the page follows what is left to see. */
function useKeyboardRoom(): void {
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return undefined;
    let tallest = seen.height;
    const fit = () => {
      if (seen.scale > 1.01) return; // somebody looks closer: nothing is to move
      tallest = Math.max(tallest, seen.height);
      const root = document.documentElement;
      root.style.setProperty("--seen", `${seen.height}px`);
      root.classList.toggle("typing", seen.height < tallest * 0.75 && document.activeElement?.matches("input, textarea") === true);
    };
    const turned = () => {
      tallest = 0;
      fit();
    };
    fit();
    seen.addEventListener("resize", fit);
    window.addEventListener("orientationchange", turned);
    return () => {
      seen.removeEventListener("resize", fit);
      window.removeEventListener("orientationchange", turned);
    };
  }, []);
}
