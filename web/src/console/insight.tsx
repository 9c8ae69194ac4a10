import { useEffect, useId, useState } from "preact/hooks";
import type { Room } from "../../client";
import { api, type ApiHighlight, type ApiSeries, type Health } from "../lib/api";
import { clock, count } from "../lib/format";
import { useFetched, type Fetched } from "../staff/fetched";
import { Files } from "../staff/files";
import { Invite } from "./invite";
import { Part } from "./part";
import { Trail } from "./trail";
import { words } from "./words";
import type { Words } from "./words.en";

const healthMs = 5_000;
const audienceMs = 30_000;

/** How the room fares and what happened in it: for the second screen, and for the morning after. */
export function Insight({ room, token, highlights, host }: { room: Room; token: string; highlights: Fetched<readonly ApiHighlight[]>; host: boolean }) {
  const w = words();
  const id = useId();
  const health = useFetched(() => api.health(token, room.id), healthMs);
  const audience = useFetched(() => api.series(token, room.id, "10s").catch(() => api.series(token, room.id, "60s")), audienceMs); // a long show is coarser
  return (
    <div class="insight">
      <Part title={w.health} of={health}>
        {(h) => <HealthFigures h={h} />}
      </Part>
      <Part title={w.audience} of={audience}>
        {(s) => <Audience series={s} />}
      </Part>
      <Part title={w.highlights} of={highlights}>
        {(all) => <Highlights room={room} all={all} />}
      </Part>
      <Trail room={room} token={token} />
      <section aria-labelledby={id}>
        <h3 id={id}>{w.takeAway}</h3>
        <Files room={room.id} token={token} host={host} />
      </section>
      {host && <Invite room={room} token={token} />}
    </div>
  );
}

/** One word for how a room fares, and whether it is a good one. */
export function verdict(h: Health, w: Words): { text: string; look: "ok" | "warn" | "bad" } {
  if (!h.connected) return { text: w.storeAway, look: "bad" };
  if (h.canaryMs === -1) return { text: w.canaryLost, look: "bad" };
  if (h.lagMs > 1000 || (h.canaryMs ?? 0) > 1000) return { text: w.slow, look: "warn" };
  return { text: w.well, look: "ok" };
}

function HealthFigures({ h }: { h: Health }) {
  const w = words();
  const said = verdict(h, w);
  const figures: (readonly [name: string, value: string])[] = [
    ...(h.canaryMs !== undefined ? ([[w.canary, h.canaryMs < 0 ? w.lost : w.ms(h.canaryMs)]] as const) : []),
    ...(h.open
      ? ([
          [w.lag, w.ms(h.lagMs)],
          [w.tick, w.ms(h.tickMs)],
          [w.shown, count(h.shown)],
          [w.heldBack, count(h.notShown)],
        ] as const)
      : []),
  ];
  return (
    <>
      <p class={`verdict ${said.look}`}>
        <i aria-hidden="true" />
        {said.text}
      </p>
      <dl class="pairs">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {h.gateways.map((g) => (
          <div key={g.gateway}>
            <dt>
              {w.gateway} <code>{g.gateway.slice(-6)}</code>
              {g.here && ` · ${w.here}`}
            </dt>
            <dd>
              {count(g.viewers)} {w.viewers}
            </dd>
          </div>
        ))}
      </dl>
      {h.gateways.length === 0 && <p class="meta">{w.nobodyWatches}</p>}
    </>
  );
}

/** The audience of the whole show as a curve, with its most and its last figure. */
export function outline(viewers: readonly number[], width: number, height: number): string {
  if (viewers.length === 0) return "";
  const most = Math.max(1, ...viewers);
  const step = viewers.length > 1 ? width / (viewers.length - 1) : 0;
  const points = viewers.length > 1 ? viewers : [viewers[0]!, viewers[0]!];
  return points.map((n, i) => `${(viewers.length > 1 ? i * step : i * width).toFixed(1)},${(height - (n / most) * height).toFixed(1)}`).join(" ");
}

function Audience({ series }: { series: ApiSeries }) {
  const w = words();
  const viewers = (series.viewers ?? []).map(Number);
  if (viewers.length === 0 || !series.startTime) return <p class="meta">{w.noAudience}</p>;
  const seconds = parseFloat(series.resolution ?? "10");
  const start = Date.parse(series.startTime);
  const most = Math.max(...viewers);
  const at = (i: number) => new Date(start + i * seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const said = w.audienceSaid(most, at(viewers.indexOf(most)), viewers.at(-1)!);
  return (
    <>
      <svg class="outline" viewBox="0 0 300 64" preserveAspectRatio="none" role="img" aria-label={said}>
        <polyline points={outline(viewers, 300, 62)} />
      </svg>
      <p class="ends meta" aria-hidden="true">
        <span>{at(0)}</span>
        <span>{at(viewers.length - 1)}</span>
      </p>
      <p class="meta">{said}</p>
    </>
  );
}

function Highlights({ room, all }: { room: Room; all: readonly ApiHighlight[] }) {
  const w = words();
  if (all.length === 0) return <p class="meta">{w.noHighlights}</p>;
  const start = room.view.room.startedMs;
  return (
    <ol class="highlights">
      {all.map((h) => {
        const hearts = Object.values(h.hearts ?? {}).reduce((sum, n) => sum + Number(n), 0);
        return (
          <li key={h.peakTime}>
            <b>{clock(Date.parse(h.peakTime) - start)}</b>
            <span>{w.strength(h.strength)}</span>
            <span class="meta">
              {w.heartsOf(hearts)} · {count(Number(h.viewers ?? 0))} {w.viewers}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** The highlights of the show, for the list and for the pulse. */
export function useHighlights(room: Room, token: string): Fetched<readonly ApiHighlight[]> {
  return useFetched(() => api.highlights(token, room.id), audienceMs);
}

/** Says once in a while, to those who do not see it, what happened: one sentence instead of a flood. */
export function useSummary(room: Room, everyMs = 10_000): string {
  const [said, setSaid] = useState("");
  useEffect(() => {
    let hearts = 0;
    let comments = 0;
    let waiting = room.view.pending;
    const off = [room.on("hearts", (h) => void (h.jump || (hearts += h.added))), room.on("comments", (c) => void (comments += c.length))];
    const timer = setInterval(() => {
      const fresh = Math.max(0, room.view.pending - waiting);
      if (hearts + comments + fresh > 0) setSaid(words().summary(hearts, comments, fresh));
      hearts = 0;
      comments = 0;
      waiting = room.view.pending;
    }, everyMs);
    return () => {
      clearInterval(timer);
      off.forEach((stop) => stop());
    };
  }, [room, everyMs]);
  return said;
}
