import { useEffect, useRef, useState } from "preact/hooks";
import type { Room, SocketConstructor } from "../../client";
import { query, takeToken } from "../lib/session";
import { Button, mount, toast, Toasts, useStatus } from "../ui";
import { recorder, type Passed } from "./recorder";
import { widget } from "./widget.js";
import source from "./widget.js?raw";
import { words } from "./words";
import "./playground.css";

const token = takeToken();
const shown = source.replace("../../client", `${location.origin}/client/v1/ovation.mjs`).trim();
const use = `widget(document.body, { room: "ROOM", url: "${location.origin.replace(/^http/, "ws")}/v1/ws" });`;

const asked = "Is this the playground?";

/** The client library as its user meets it: a widget that runs, the lines that make it, and the frames that pass. */
function Playground() {
  const w = words();
  const [id, setId] = useState(query.get("room") ?? "show");
  const [room, setRoom] = useState<Room>();
  const [frames, setFrames] = useState<readonly Passed[]>([]);
  const [answer, setAnswer] = useState("");
  const listening = useRef(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const into = place.current;
    if (!into) return undefined;
    into.replaceChildren();
    const WebSocket = recorder(globalThis.WebSocket as unknown as SocketConstructor, (passed) => {
      if (listening.current) setFrames((before) => [passed, ...before].slice(0, 100));
    });
    const entered = widget(into, { room: id, ...(token && { token }), WebSocket });
    setRoom(entered);
    return () => entered.close();
  }, [id]);
  const run = (what: string, call: () => Promise<unknown>) =>
    call().then(
      (result) => setAnswer(`${what}\n→ ${JSON.stringify(result ?? null, null, 2)}`),
      (error: { reason?: string; message?: string; doc?: string }) => setAnswer(`${what}\n✗ ${error.reason}: ${error.message}\n  ${error.doc ?? ""}`),
    );
  const code = `${shown}\n\n${use.replace("ROOM", id)}`;
  return (
    <main class="playground">
      <header>
        <h1>{w.title}</h1>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            setId(new FormData(e.currentTarget).get("room")?.toString().trim() || "show");
          }}
        >
          <label>
            <span class="field-label">{w.room}</span>
            <input class="field" name="room" defaultValue={id} autocomplete="off" spellcheck={false} />
          </label>
          <Button type="submit">{w.enter}</Button>
        </form>
      </header>
      <section class="try" aria-label={w.widget}>
        <div class="widget" ref={place} />
        {room && <Standing room={room} key={id} />}
        <div class="calls">
          <Button onClick={() => room && void run('room.comments.post("Hello")', () => room.comments.post("Hello"))}>{w.post}</Button>
          <Button onClick={() => room && void run(`room.questions.ask("${asked}")`, () => room.questions.ask(asked))}>{w.ask}</Button>
          <Button onClick={() => room && void run(`room.questions.similar("${asked}")`, () => room.questions.similar(asked))}>{w.similar}</Button>
        </div>
        <pre class="answer" role="status" tabIndex={0}>
          {answer || w.answers}
        </pre>
      </section>
      <section class="code" aria-label={w.code}>
        <pre tabIndex={0}>{code}</pre>
        <Button look="primary" onClick={() => navigator.clipboard.writeText(code).then(() => toast(w.copied), () => toast(w.noCopy))}>
          {w.copy}
        </Button>
      </section>
      <details class="frames" onToggle={(e) => (listening.current = e.currentTarget.open)}>
        <summary>{w.frames}</summary>
        <pre tabIndex={0}>{frames.map((f) => `${f.sent ? "→" : "←"} ${f.text}`).join("\n") || w.noFrames}</pre>
      </details>
      <Toasts />
    </main>
  );
}

function Standing({ room }: { room: Room }) {
  const status = useStatus(room);
  return (
    <p class="meta" role="status">
      status.state: {status.state}
      {status.reason && `, status.reason: ${status.reason}`} {status.message}
    </p>
  );
}

mount(<Playground />);
