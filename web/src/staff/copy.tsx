import { useEffect, useRef, useState } from "preact/hooks";
import { sentence } from "../lib/sentences";
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
