import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../client";
import { api, type ApiEntry } from "../lib/api";
import { sentence } from "../lib/sentences";
import { useFetched } from "../staff/fetched";
import { words as shared } from "../staff/words";
import { Button, toast } from "../ui";
import { Part } from "./part";
import { words } from "./words";

const trailMs = 5_000;

/** Who did what, newest first. */
export function Trail({ room, token }: { room: Room; token: string }) {
  const w = words();
  const { roles } = shared();
  const newest = useFetched(() => api.trail(token, room.id), trailMs);
  const [older, setOlder] = useState<{ entries: readonly ApiEntry[]; next: string }>();
  const [busy, setBusy] = useState(false);
  // What the newest page held stays when newer entries take its place in it; nothing is left out between the two.
  useEffect(() => {
    const page = newest.value?.entries;
    if (page) setOlder((before) => before && (meets(page, before.entries) ? { ...before, entries: joined(page, before.entries) } : undefined));
  }, [newest.value]);
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
                    <b class="kept">{e.name || (e.person === "system" ? w.system : (roles[e.role ?? ""] ?? w.somebody))}</b> <span>{w.did[e.action] ?? e.action.replace(/_/g, " ")}</span>
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

/** Whether a newest page reaches back to what is known of the trail. */
export function meets(newest: readonly ApiEntry[], known: readonly ApiEntry[]): boolean {
  return newest.some((e) => e.entry === known[0]?.entry);
}

/** What an entry is about, where this page knows it: the words of a question or a comment, the name of a person. */
function about(room: Room, e: ApiEntry): string {
  const { view } = room;
  const id = e.target ?? "";
  return view.moderation.get(id)?.text ?? view.comments.find((c) => c.id === id)?.text ?? view.people.get(id)?.name ?? (e.action === "denied" ? id : "");
}
