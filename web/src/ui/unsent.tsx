import { words } from "../lib/words";

/** What was typed and can no longer be sent from here: it can be read and copied. */
export function Unsent({ text }: { text: string }) {
  return (
    <p class="unsent">
      <b>{words().unsent}</b> <span class="kept">{text}</span>
    </p>
  );
}
