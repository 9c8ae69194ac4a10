import { useRef, useState } from "preact/hooks";
import { api, stateOf, type ApiRoom } from "../lib/api";
import { sentence } from "../lib/sentences";
import { mostTyped } from "../lib/typed";
import { Button, Dialog, toast, useBeat } from "../ui";
import { words } from "./words";

const undoMs = 60_000;

/** Starts, ends and reopens a room. */
export function Life({ token, room, onChange }: { token: string; room: ApiRoom; onChange: (room: ApiRoom) => void }) {
  const w = words();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const aheadMs = useRef(0); // by how much the server's clock is ahead of this computer's, which may be hours wrong
  const state = stateOf(room);
  useBeat(state === "ended" ? 1000 : 0);
  const step = async (name: "start" | "end" | "reopen") => {
    setBusy(true);
    setAsking(false);
    try {
      const now = await api.step(token, room.room, name);
      if (name === "end" && now.endTime) aheadMs.current = Date.parse(now.endTime) - Date.now();
      onChange(now);
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const left = Math.ceil((Date.parse(room.endTime ?? "") + undoMs - Date.now() - aheadMs.current) / 1000);
  return (
    <>
      {state === "scheduled" && (
        <Button look="primary" disabled={busy} onClick={() => void step("start")}>
          {w.goLive}
        </Button>
      )}
      {state === "live" && (
        <Button look="danger" disabled={busy} onClick={() => setAsking(true)}>
          {w.end}
        </Button>
      )}
      {state === "ended" && left > 0 && (
        <Button disabled={busy} onClick={() => void step("reopen")}>
          {w.undoEnd(left)}
        </Button>
      )}
      <Dialog title={w.endAsk} open={asking} onClose={() => setAsking(false)}>
        <p>{w.endText}</p>
        <div class="choices">
          <Button look="quiet" onClick={() => setAsking(false)}>
            {w.goOn}
          </Button>
          <Button look="danger" class="primary" onClick={() => void step("end")}>
            {w.endIt}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Deletes a room for good; its id must be typed. */
export function Deletion({ token, room, onDeleted }: { token: string; room: ApiRoom; onDeleted: () => void }) {
  const w = words();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const close = () => {
    setOpen(false);
    setTyped("");
  };
  const run = async () => {
    setBusy(true);
    try {
      await api.remove(token, room.room);
      close();
      onDeleted();
      toast(w.removed);
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {w.remove}
      </Button>
      <Dialog title={w.removeAsk} open={open} onClose={close}>
        <p>
          {w.removeText} <b>{room.room}</b>.
        </p>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (typed === room.room) void run();
          }}
        >
          <input class="field" aria-label={w.roomName} value={typed} maxLength={mostTyped} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" />
          <div class="choices">
            <Button look="quiet" onClick={close}>
              {w.keep}
            </Button>
            <Button look="danger" class="primary" type="submit" disabled={busy || typed !== room.room}>
              {busy ? w.removing : w.removeIt}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
