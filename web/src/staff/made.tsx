import { useEffect, useState } from "preact/hooks";
import { api, type ApiLink } from "../lib/api";
import { sentence } from "../lib/sentences";
import { Button, Dialog, toast } from "../ui";
import { unfinished } from "./chain";
import { useFetched, type Fetched } from "./fetched";
import { words } from "./words";
import "./made.css";

/** Links that were given away, as far as they were read. */
export interface Made {
  readonly links: readonly ApiLink[];
  readonly pages: number;
  readonly more: boolean;
}

/** Reads the links of a room, a page more each time that older ones are asked for. */
export function useMade(token: string, room: string): Fetched<Made> & { older(): void; readonly reading: boolean } {
  const [pages, setPages] = useState(1);
  const made = useFetched<Made>(() => api.made(token, room, pages), 15_000);
  useEffect(() => made.again(), [pages]);
  return { ...made, older: () => setPages(pages + 1), reading: made.value !== undefined && made.value.pages < pages };
}

/** The links of a room that were given away, each with the way to take it back: once that is asked, and is no slip. */
export function MadeLinks({ token, room, made, onTakenBack }: { token: string; room: string; made: ReturnType<typeof useMade>; onTakenBack: (link: string) => void }) {
  const w = words();
  const [asked, setAsked] = useState<ApiLink>();
  const [busy, setBusy] = useState("");
  const name = (l: ApiLink) => [w.roles[l.role] ?? l.role, l.note].filter(Boolean).join(" · ");
  const takeBack = async (link: string) => {
    setAsked(undefined);
    setBusy(link);
    try {
      await api.revoke(token, room, link);
      toast(w.takenBack);
      onTakenBack(link);
    } catch (error) {
      toast(sentence(error));
    } finally {
      made.again(); // also where it broke off: what was left is told
      setBusy("");
    }
  };
  const { links = [], more = false } = made.value ?? {};
  const left = unfinished(links);
  if (links.length === 0) return <p class="meta">{w.noLinks}</p>;
  return (
    <>
      <ul class="made">
        {links.map((l) => (
          <li key={l.link} class={l.revokeTime ? "past" : ""}>
            <p>
              <b>{w.roles[l.role] ?? l.role}</b> {l.note && <span class="kept">{l.note}</span>}
              <span class="meta">{l.revokeTime ? (left.has(l.link ?? "") ? w.leftGood : w.isTakenBack) : l.expireTime && w.endsAt(new Date(l.expireTime).toLocaleString([], { dateStyle: "short", timeStyle: "short" }))}</span>
            </p>
            {(!l.revokeTime || left.has(l.link ?? "")) && (
              <Button class="small" disabled={busy !== ""} aria-label={(l.revokeTime ? w.takeBackRestOf : w.takeBackOf)(w.roles[l.role] ?? l.role, l.note ?? "")} onClick={() => setAsked(l)}>
                {l.revokeTime ? w.takeBackRest : w.takeBack}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {more && (
        <Button disabled={made.reading} onClick={made.older}>
          {w.olderLinks}
        </Button>
      )}
      <Dialog title={w.takeBackAsk} open={asked !== undefined} onClose={() => setAsked(undefined)}>
        <p class="kept">{asked && name(asked)}</p>
        <p>{w.takeBackText}</p>
        <div class="choices">
          <Button look="quiet" onClick={() => setAsked(undefined)}>
            {w.keepLink}
          </Button>
          <Button look="danger" class="primary" onClick={() => void takeBack(asked?.link ?? "")}>
            {w.takeBack}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
