import { useState } from "preact/hooks";
import { api, type ApiError, type ApiRoom } from "../lib/api";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { Button, Dialog } from "../ui";
import { suggestId } from "./id";
import { words } from "./words";

/** Asks for a new room. */
export function Create({ token, open, onClose, onMade }: { token: string; open: boolean; onClose: () => void; onMade: (room: ApiRoom) => void }) {
  const w = words();
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
      setRefused((error as ApiError).reason === "ROOM_EXISTS" ? w.taken : sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={w.newRoom} open={open} onClose={onClose}>
      <form
        class="create"
        onSubmit={(e) => {
          e.preventDefault();
          void make();
        }}
      >
        <label>
          <span class="field-label">{w.title}</span>
          <input class="field" value={title} maxLength={mostTyped} onInput={(e) => setTitle(e.currentTarget.value)} placeholder={w.titleExample} autocomplete="off" />
        </label>
        <label>
          <span class="field-label">{w.address}</span>
          <input
            class="field"
            value={room}
            maxLength={mostTyped}
            aria-invalid={refused !== ""}
            onInput={(e) => setId(e.currentTarget.value)}
            placeholder={w.addressExample}
            autocomplete="off"
            spellcheck={false}
          />
          <span class="meta">{w.addressNote(`${location.host}/r/${room || "…"}`)}</span>
        </label>
        <label class="check">
          <input type="checkbox" checked={now} onChange={(e) => setNow(e.currentTarget.checked)} />
          <span>
            {w.atOnce}
            <small class="meta">{w.atOnceText}</small>
          </span>
        </label>
        {refused && (
          <p class="refused" role="alert">
            {refused}
          </p>
        )}
        <div class="choices">
          <Button look="quiet" onClick={onClose}>
            {w.cancel}
          </Button>
          <Button look="primary" type="submit" disabled={busy || room === ""}>
            {w.make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
