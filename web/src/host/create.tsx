import { useState } from "preact/hooks";
import { api, type ApiError, type ApiRoom } from "../lib/api";
import { sentence } from "../lib/words";
import { Button, Dialog } from "../ui";
import { suggestId } from "./id";

/** Asks for a new room. */
export function Create({ token, open, onClose, onMade }: { token: string; open: boolean; onClose: () => void; onMade: (room: ApiRoom) => void }) {
  const [title, setTitle] = useState("");
  const [id, setId] = useState<string>();
  const [now, setNow] = useState(true);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const room = id ?? suggestId(title);
  const make = async () => {
    setBusy(true);
    setRefused("");
    try {
      const made = await api.create(token, room, title.trim(), !now);
      setTitle("");
      setId(undefined);
      onMade(made);
    } catch (error) {
      setRefused((error as ApiError).reason === "ROOM_EXISTS" ? "There is a room of that name. Choose another one." : sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title="New room" open={open} onClose={onClose}>
      <form
        class="create"
        onSubmit={(e) => {
          e.preventDefault();
          void make();
        }}
      >
        <label>
          <span class="field-label">Title</span>
          <input class="field" value={title} onInput={(e) => setTitle(e.currentTarget.value)} placeholder="The autumn launch" autocomplete="off" />
        </label>
        <label>
          <span class="field-label">Name in the address</span>
          <input
            class="field"
            value={room}
            aria-invalid={refused !== ""}
            onInput={(e) => setId(e.currentTarget.value)}
            placeholder="the-autumn-launch"
            autocomplete="off"
            spellcheck={false}
          />
          <span class="meta">{`${location.host}/r/${room || "…"} — small letters, digits and dashes; it stays for ever.`}</span>
        </label>
        <label class="check">
          <input type="checkbox" checked={now} onChange={(e) => setNow(e.currentTarget.checked)} />
          <span>
            Live at once
            <small class="meta">Otherwise viewers wait until you go live.</small>
          </span>
        </label>
        {refused && (
          <p class="refused" role="alert">
            {refused}
          </p>
        )}
        <div class="choices">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={busy || room === ""}>
            Make the room
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
