import { useEffect, useRef, useState } from "preact/hooks";
import { useFetched } from "../console/fetched";
import { MadeLinks } from "../console/made";
import { api } from "../lib/api";
import { sentence } from "../lib/sentences";
import { linkTo } from "../lib/session";
import { Button, Icon, toast } from "../ui";
import { words } from "./words";

/** Copies where the browser lets a page do so; elsewhere (plain http on a network) shows the text to be copied by hand. */
export function CopyLink({ link, label = words().copy, whom = "", onCopied }: { link: string | (() => Promise<string>); label?: string; whom?: string; onCopied?: () => void }) {
  const [byHand, setByHand] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), [byHand]);
  const copy = async () => {
    setBusy(true);
    try {
      const text = typeof link === "string" ? link : await link();
      try {
        await navigator.clipboard.writeText(text);
        toast(words().copied);
        onCopied?.();
      } catch {
        setByHand(text);
        onCopied?.();
      }
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  if (byHand) return <input ref={field} class="field" readOnly value={byHand} aria-label={label} onBlur={() => setByHand("")} />;
  return (
    <Button onClick={() => void copy()} disabled={busy} aria-label={whom ? words().copyFor(whom) : undefined}>
      <Icon name="copy" />
      {label}
    </Button>
  );
}

const madeMs = 15_000;
const invitations = [
  { role: "viewer", page: "", hours: 0 }, // anyone's: it holds no token
  { role: "moderator", page: "/host", hours: 12 },
  { role: "overlay", page: "/overlay", hours: 720 },
  { role: "host", page: "/host", hours: 12 },
] as const;

/** Links to be given away, each made when it is asked for; below them those that were made, to be taken back. */
export function Invitations({ token, room }: { token: string; room: string }) {
  const made = useFetched(() => api.made(token, room), madeMs);
  return (
    <>
      <ul class="invitations">
        {invitations.map((i) => (
          <li key={i.role}>
            <div>
              <strong>{words().invitations[i.role].title}</strong>
              <p class="meta">{words().invitations[i.role].text}</p>
            </div>
            <CopyLink
              whom={words().invitations[i.role].title}
              onCopied={made.again}
              link={
                i.role === "viewer"
                  ? linkTo(`/r/${room}`)
                  : async () => {
                      const [link] = await api.links(token, room, [i.role], i.hours);
                      return linkTo(`/r/${room}${i.page}`, link?.token ?? "");
                    }
              }
            />
          </li>
        ))}
      </ul>
      {made.value && made.value.length > 0 && <MadeLinks token={token} room={room} links={made.value} onTakenBack={made.again} />}
    </>
  );
}
