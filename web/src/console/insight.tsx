import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Room } from "../../client";
import { api, keep, type ApiEntry, type ApiHighlight, type ApiSeries, type FileName, type Health } from "../lib/api";
import { clock, count } from "../lib/format";
import { sentence } from "../lib/words";
import { Button, Failure, Icon, Skeleton, toast } from "../ui";
import { useFetched, type Fetched } from "./fetched";
import { Invite } from "./invite";
import { words } from "./words";
import type { Words } from "./words.en";

const healthMs = 5_000;
const audienceMs = 30_000;
const trailMs = 5_000;

/** How the room fares and what happened in it: for the second screen, and for the morning after. */
export function Insight({ room, token, highlights, host }: { room: Room; token: string; highlights: Fetched<readonly ApiHighlight[]>; host: boolean }) {
  const w = words();
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
      <Files room={room} token={token} host={host} />
      {host && <Invite room={room} token={token} />}
    </div>
  );
}

/** A part of the pane that is read over HTTP: loading, there, old, or not to be had. */
export function Part<T>({ title, of, children }: { title: string; of: Fetched<T>; children: (value: T) => ComponentChildren }) {
  const w = words();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {of.value !== undefined ? (
        <>
          {of.error !== undefined && (
            <p class="old">
              {w.old(new Date(of.atMs).toLocaleTimeString())}{" "}
              <button type="button" class="inline" onClick={of.again}>
                {w.tryAgain}
              </button>
            </p>
          )}
          {children(of.value)}
        </>
      ) : of.error !== undefined ? (
        <Failure title={w.notRead} text={sentence(of.error)}>
          <Button onClick={of.again}>{w.tryAgain}</Button>
        </Failure>
      ) : (
        <Skeleton rows={3} />
      )}
    </section>
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

/** Who did what, newest first. */
function Trail({ room, token }: { room: Room; token: string }) {
  const w = words();
  const newest = useFetched(() => api.trail(token, room.id), trailMs);
  const [older, setOlder] = useState<{ entries: readonly ApiEntry[]; next: string }>();
  const [busy, setBusy] = useState(false);
  const next = older ? older.next : (newest.value?.next ?? "");
  const more = async () => {
    setBusy(true);
    try {
      const page = await api.trail(token, room.id, next);
      setOlder({ entries: [...(older?.entries ?? newest.value?.entries ?? []), ...page.entries], next: page.next });
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Part title={w.trail} of={newest}>
      {(first) => {
        const entries = joined(first.entries, older?.entries ?? []);
        if (entries.length === 0) return <p class="meta">{w.noTrail}</p>;
        return (
          <>
            <ol class="trail">
              {entries.map((e) => (
                <li key={e.entry}>
                  <time class="meta" dateTime={e.time}>
                    {new Date(e.time).toLocaleTimeString()}
                  </time>
                  <p>
                    <b class="kept">{e.name || (e.person === "system" ? w.system : w.somebody)}</b> <span>{w.did[e.action] ?? e.action.replace(/_/g, " ")}</span>
                    {about(room, e) && <q class="line">{about(room, e)}</q>}
                    {e.reason && <span class="meta kept">{e.reason}</span>}
                  </p>
                </li>
              ))}
            </ol>
            {next && (
              <Button disabled={busy} onClick={() => void more()}>
                {w.older}
              </Button>
            )}
          </>
        );
      }}
    </Part>
  );
}

/** Two stretches of a trail as one, without repeats: the newest page is read again while older ones stay. */
export function joined(newest: readonly ApiEntry[], older: readonly ApiEntry[]): readonly ApiEntry[] {
  const known = new Set(newest.map((e) => e.entry));
  return [...newest, ...older.filter((e) => !known.has(e.entry))];
}

/** What an entry is about, where this page knows it: the words of a question or a comment, the name of a person. */
function about(room: Room, e: ApiEntry): string {
  const { view } = room;
  const id = e.target ?? "";
  return view.moderation.get(id)?.text ?? view.comments.find((c) => c.id === id)?.text ?? view.people.get(id)?.name ?? (e.action === "denied" ? id : "");
}

const files: readonly (readonly [file: FileName, hosts: boolean])[] = [
  ["room.jsonl", false],
  ["comments.csv", false],
  ["audit.csv", false],
  ["chapters.vtt", false],
  ["questions.csv", true],
  ["questions.jsonl", true],
];

/** What can be taken away, each as a file that the browser keeps. */
function Files({ room, token, host }: { room: Room; token: string; host: boolean }) {
  const w = words();
  const id = useId();
  const [busy, setBusy] = useState<FileName>();
  const take = async (file: FileName) => {
    setBusy(file);
    try {
      keep(await api.file(token, room.id, file), `${room.id}-${file}`);
      toast(w.taken);
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{w.takeAway}</h3>
      <ul class="files">
        {files
          .filter(([, hosts]) => host || !hosts)
          .map(([file]) => (
            <li key={file}>
              <Button disabled={busy !== undefined} onClick={() => void take(file)}>
                <Icon name="down" />
                {w.file[file]}
              </Button>
            </li>
          ))}
      </ul>
    </section>
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
