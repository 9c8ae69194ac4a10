import { useEffect, useRef } from "preact/hooks";
import type { PulsePoint, Room } from "../../client";
import type { ApiHighlight } from "../lib/api";
import { count } from "../lib/format";
import type { Rates } from "./rates";
import { words } from "./words";

/** Height of the line of words on top of the strip; nothing is drawn over it. */
const legend = 22;

/** How far back the strip looks. */
const seconds = 600;

/** Hearts a second of the last ten minutes as the server counted them, the audience as a line over it. */
export function Pulse({ room, seen, highlights }: { room: Room; seen: Rates; highlights: readonly ApiHighlight[] }) {
  const w = words();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = () => {
      if (!canvas.current) return;
      const until = Math.floor(room.nowMs / 1000) - 1;
      const told = curve(room.view.pulse, until, seconds);
      // An older server tells no pulse: then what this page saw itself has to do.
      paint(canvas.current, room.view.pulse.length > 0 ? told : { hearts: seen.series(performance.now()), viewers: [] }, marks(highlights, until, seconds));
    };
    draw();
    const timer = setInterval(draw, 1000);
    addEventListener("resize", draw);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", draw);
    };
  }, [room, seen, highlights]);
  return (
    <section class="pulse" aria-label={w.pulseTitle}>
      <span class="meta">
        {w.pulseTitle} <i class="key hearts" /> {w.heartsRate} <i class="key viewers" /> {w.viewers} <i class="key flag" /> {w.highlights}
      </span>
      <canvas ref={canvas} role="img" aria-label={w.pulseLabel} />
    </section>
  );
}

/** A pulse second by second: hearts of all kinds, and the audience, which stays what it was where nobody sent a heart. */
export interface Curve {
  readonly hearts: readonly number[];
  readonly viewers: readonly number[];
}

/** The last so many seconds of a pulse, up to and with a moment. */
export function curve(pulse: readonly PulsePoint[], until: number, span: number): Curve {
  const hearts = new Array<number>(span).fill(0);
  const viewers = new Array<number>(span).fill(0);
  const start = until - span + 1;
  let audience = 0;
  let at = 0;
  for (let i = 0; i < span; i++) {
    for (let p = pulse[at]; p && p.second <= start + i; p = pulse[++at]) {
      audience = p.viewers;
      if (p.second === start + i) hearts[i] = Object.values(p.hearts).reduce((a, b) => a + b, 0);
    }
    viewers[i] = audience;
  }
  return { hearts, viewers };
}

/** Where highlights stand in the last so many seconds: 0 is their beginning, 1 their end. */
export function marks(highlights: readonly ApiHighlight[], until: number, span: number): readonly number[] {
  return highlights.map((h) => (Math.floor(Date.parse(h.peakTime) / 1000) - (until - span + 1)) / (span - 1)).filter((at) => at >= 0 && at <= 1);
}

function paint(c: HTMLCanvasElement, { hearts, viewers }: Curve, marked: readonly number[]): void {
  const g = c.getContext("2d");
  if (!g) return;
  const { clientWidth: width, clientHeight: height } = c;
  c.width = width * devicePixelRatio;
  c.height = height * devicePixelRatio;
  g.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(c);
  const colour = (name: string) => style.getPropertyValue(name);
  const foot = height - 1;
  const top = Math.max(8, ...hearts);
  const at = (n: number, most: number) => foot - (n / most) * (height - legend - 2);
  const step = width / (hearts.length - 1);
  g.font = style.font;
  for (const share of [0.5, 1]) {
    const y = Math.round(at(top * share, top)) + 0.5;
    g.strokeStyle = colour("--line");
    g.beginPath();
    g.moveTo(0, y);
    g.lineTo(width, y);
    g.stroke();
    g.fillStyle = colour("--muted");
    g.fillText(`${count(Math.round(top * share))}/s`, 4, y - 3);
  }
  const line = (series: readonly number[], most: number) => series.forEach((n, i) => (i === 0 ? g.moveTo(0, at(n, most)) : g.lineTo(i * step, at(n, most))));
  g.beginPath();
  line(hearts, top);
  g.lineTo(width, foot);
  g.lineTo(0, foot);
  g.globalAlpha = 0.18;
  g.fillStyle = colour("--accent");
  g.fill();
  g.globalAlpha = 1;
  g.lineWidth = 1.5;
  g.beginPath();
  line(hearts, top);
  g.strokeStyle = colour("--accent");
  g.stroke();
  g.beginPath();
  line(viewers, Math.max(1, ...viewers) * 1.1);
  g.strokeStyle = colour("--link");
  g.setLineDash([4, 3]);
  g.stroke();
  g.setLineDash([]);
  for (const share of marked) { // a flag at each highlight
    const x = Math.round(share * width);
    g.strokeStyle = g.fillStyle = colour("--warn");
    g.beginPath();
    g.moveTo(x, legend);
    g.lineTo(x, foot);
    g.stroke();
    g.beginPath();
    g.moveTo(x, legend);
    g.lineTo(x + 9, legend + 4);
    g.lineTo(x, legend + 8);
    g.fill();
  }
}
