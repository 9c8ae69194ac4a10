import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../lib/api";
import { linkTo } from "../lib/session";
import { sentence } from "../lib/words";
import { Button, Icon, toast } from "../ui";

/** Copies where the browser lets a page do so; elsewhere (plain http on a network) shows the text to be copied by hand. */
export function CopyLink({ link, label = "Copy link" }: { link: string | (() => Promise<string>); label?: string }) {
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
        toast("Copied.");
      } catch {
        setByHand(text);
      }
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  if (byHand) return <input ref={field} class="field" readOnly value={byHand} aria-label={label} onBlur={() => setByHand("")} />;
  return (
    <Button onClick={() => void copy()} disabled={busy}>
      <Icon name="copy" />
      {label}
    </Button>
  );
}

const invitations = [
  { role: "", page: "", title: "Viewers", text: "Anyone may have it. Each browser becomes a guest of its own." },
  { role: "moderator", page: "/host", title: "Moderators", text: "Lets in to the console: questions and comments. Good for 12 hours." },
  { role: "viewer", page: "/overlay", title: "Overlay", text: "For OBS: a browser source of 1920 × 1080. Good for 30 days.", hours: 720 },
  { role: "host", page: "/host", title: "Another host", text: "May do everything in this room. Good for 12 hours." },
] as const;

/** Links to be given away, each made when it is asked for. */
export function Invitations({ token, room }: { token: string; room: string }) {
  return (
    <ul class="invitations">
      {invitations.map((i) => (
        <li key={i.title}>
          <div>
            <strong>{i.title}</strong>
            <p class="meta">{i.text}</p>
          </div>
          <CopyLink
            link={
              i.role === ""
                ? linkTo(`/r/${room}`)
                : async () => {
                    const [link] = await api.links(token, room, [i.role], "hours" in i ? i.hours : 12);
                    return linkTo(`/r/${room}${i.page}`, link?.token ?? "");
                  }
            }
          />
        </li>
      ))}
    </ul>
  );
}
