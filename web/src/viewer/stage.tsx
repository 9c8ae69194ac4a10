import { useMemo } from "preact/hooks";
import type { Room } from "../../client";
import { clock, count } from "../lib/format";
import { words } from "../lib/words";
import { useSelected, useView } from "../ui";
import { Picture, type Shown } from "./picture";

/** A row of heads against the light, the same on every visit. */
function crowd(baseline: number, size: number, step: number, seed: number): string {
  let path = `M-40 940V${baseline}`;
  let r = seed;
  const random = () => ((r = (r * 16807) % 2147483647) / 2147483647);
  for (let x = -40; x < 1660; x += step) {
    const wide = size * (0.9 + 0.25 * random());
    const middle = x + step / 2;
    const top = baseline - size * (0.6 + 1.1 * random());
    const neck = top + wide * 1.15;
    path +=
      `L${x} ${baseline + 8}C${x + step * 0.1} ${neck + wide * 0.5} ${middle - wide * 0.5} ${neck + wide * 0.25} ${middle - wide * 0.26} ${neck}` +
      `C${middle - wide * 0.72} ${neck - wide * 0.3} ${middle - wide * 0.66} ${top} ${middle} ${top}` +
      `C${middle + wide * 0.66} ${top} ${middle + wide * 0.72} ${neck - wide * 0.3} ${middle + wide * 0.26} ${neck}` +
      `C${middle + wide * 0.5} ${neck + wide * 0.25} ${x + step * 0.9} ${neck + wide * 0.5} ${x + step} ${baseline + 8}`;
  }
  return `${path}V940z`;
}

const back = crowd(818, 44, 78, 11);
const front = crowd(884, 66, 122, 5);

const beams = [
  { x: 250, tint: "violet", name: "b1" },
  { x: 520, tint: "rose", name: "b2" },
  { x: 800, tint: "white", name: "b3" },
  { x: 1080, tint: "rose", name: "b4" },
  { x: 1350, tint: "violet", name: "b5" },
] as const;

/** A quiet stage in light, where the picture of the stream would be: beams that sway, a microphone, a crowd. */
function Scene() {
  return (
    <svg class="scene" viewBox="0 0 1600 900" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#0d0c16" />
          <stop offset="0.55" stop-color="#1c1530" />
          <stop offset="1" stop-color="#0b0a12" />
        </linearGradient>
        <radialGradient id="glow" cx="0.5" cy="0.5" r="0.5">
          <stop offset="0" stop-color="#ff7d95" stop-opacity="0.75" />
          <stop offset="0.4" stop-color="#a24f9c" stop-opacity="0.36" />
          <stop offset="1" stop-color="#2a1c4a" stop-opacity="0" />
        </radialGradient>
        <radialGradient id="pool" cx="0.5" cy="0.5" r="0.5">
          <stop offset="0" stop-color="#ffe9df" stop-opacity="0.85" />
          <stop offset="0.35" stop-color="#ff9fae" stop-opacity="0.4" />
          <stop offset="1" stop-color="#7a3d8a" stop-opacity="0" />
        </radialGradient>
        {[
          ["violet", "#a58bff", 0.42],
          ["rose", "#ff7f9a", 0.36],
          ["white", "#ffe9dc", 0.3],
        ].map(([id, colour, strong]) => (
          <linearGradient key={id} id={String(id)} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color={String(colour)} stop-opacity={Number(strong)} />
            <stop offset="0.75" stop-color={String(colour)} stop-opacity={Number(strong) / 6} />
            <stop offset="1" stop-color={String(colour)} stop-opacity="0" />
          </linearGradient>
        ))}
        <linearGradient id="floor" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#3a2850" />
          <stop offset="1" stop-color="#0d0b14" />
        </linearGradient>
      </defs>
      <rect width="1600" height="900" fill="url(#wall)" />
      <ellipse class="lit" cx="800" cy="430" rx="760" ry="430" fill="url(#glow)" />
      <g class="halo" fill="none">
        <circle cx="800" cy="420" r="236" stroke="#ffb3c0" stroke-opacity="0.16" stroke-width="26" />
        <circle cx="800" cy="420" r="236" stroke="#ffd9de" stroke-opacity="0.75" stroke-width="5" />
        <circle cx="800" cy="420" r="292" stroke="#b79cff" stroke-opacity="0.16" stroke-width="2" />
      </g>
      <path d="M0 708C400 672 1200 672 1600 708V900H0z" fill="url(#floor)" />
      <ellipse class="lit" cx="800" cy="712" rx="400" ry="58" fill="url(#pool)" />
      {beams.map((b) => (
        <g key={b.name} class={`beam ${b.name}`}>
          <path d={`M${b.x - 9} -20L${b.x - 150} 760H${b.x + 150}L${b.x + 9} -20z`} fill={`url(#${b.tint})`} />
        </g>
      ))}
      <g class="rig" fill="#07060c">
        <path d="M0 0H1600V26H0z" />
        {beams.map((b) => (
          <path key={b.name} d={`M${b.x - 24} 22h48l-8 34h-32z`} />
        ))}
      </g>
      <g class="mic">
        <ellipse cx="800" cy="716" rx="66" ry="11" fill="#08070d" />
        <path d="M797 712V418h6v294z" fill="#0a0910" />
        <path d="M803 712V418" stroke="#ffc9cf" stroke-opacity="0.55" stroke-width="1.500" />
        <g transform="rotate(-24 800 408)">
          <path d="M789 404h22l-5 62h-12z" fill="#12101a" />
          <path d="M780 372a20 20 0 0 1 40 0v16a20 20 0 0 1-40 0z" fill="#2c2838" />
          <path d="M784 372h32M783 382h34M800 353v54M790 356v48M810 356v48" stroke="#0c0a12" stroke-opacity="0.7" stroke-width="2" />
          <path d="M817 366v24" stroke="#ffdadf" stroke-opacity="0.8" stroke-width="2.500" stroke-linecap="round" />
        </g>
      </g>
      <path d={back} fill="#120e1d" />
      <path d={front} fill="#08070d" />
    </svg>
  );
}

/** The stage and what stands on it: the room's picture while it is live, the drawn scene where none is to be seen. */
export function Stage({ room, shown, over, onShown }: { room: Room; shown: Shown; over: boolean; onShown: (shown: Shown) => void }) {
  const w = words();
  const state = useSelected(room, (v) => v.room.state);
  const source = useSelected(room, (v) => v.room.source);
  const scene = useMemo(() => <Scene />, []); // it never changes: drawn once
  return (
    <section class={`stage ${state}`} aria-label={w.stage}>
      {!shown.on && scene}
      {state === "live" && source !== "" && <Picture key={source} source={source} over={over} onShown={onShown} />}
      {state === "scheduled" && (
        <div class="card">
          <strong>{w.starts}</strong>
          <p>{w.startsText}</p>
        </div>
      )}
      {state === "ended" && <Closing room={room} />}
    </section>
  );
}

/** The numbers a show ends with. */
function Closing({ room }: { room: Room }) {
  const w = words();
  const view = useView(room);
  const { startedMs, endedMs } = view.room;
  const hearts = Object.values(view.hearts).reduce((a, b) => a + b, 0);
  const answered = [...view.questions.values()].filter((q) => q.state === "answered").length;
  const figures: [string, string][] = [
    [w.hearts, count(hearts)],
    [w.answered, count(answered)],
    ...(startedMs && endedMs ? [[w.lasted, clock(endedMs - startedMs)] as [string, string]] : []),
  ];
  return (
    <div class="card closing">
      <strong>{w.over}</strong>
      <p>{w.overText}</p>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
