import { useState } from "preact/hooks";
import { api, stateOf, type ApiRoom } from "../lib/api";
import { sentence } from "../lib/words";
import { Button, Dialog, toast, useBeat } from "../ui";

const undoMs = 60_000;

/** Starts, ends and reopens a room. */
export function Life({ token, room, onChange }: { token: string; room: ApiRoom; onChange: (room: ApiRoom) => void }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const state = stateOf(room);
  useBeat(state === "ended" ? 1000 : 0);
  const step = async (name: "start" | "end" | "reopen") => {
    setBusy(true);
    setAsking(false);
    try {
      onChange(await api.step(token, room.room, name));
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const left = Math.ceil((Date.parse(room.endTime ?? "") + undoMs - Date.now()) / 1000);
  return (
    <>
      {state === "scheduled" && (
        <Button look="primary" disabled={busy} onClick={() => void step("start")}>
          Go live
        </Button>
      )}
      {state === "live" && (
        <Button look="danger" disabled={busy} onClick={() => setAsking(true)}>
          End
        </Button>
      )}
      {state === "ended" && left > 0 && (
        <Button disabled={busy} onClick={() => void step("reopen")}>
          Undo the end, {left} s
        </Button>
      )}
      <Dialog title="End the show?" open={asking} onClose={() => setAsking(false)}>
        <p>Hearts, comments and questions close for everyone. Viewers keep what they saw. You can undo this for a minute.</p>
        <div class="choices">
          <Button look="quiet" onClick={() => setAsking(false)}>
            Go on
          </Button>
          <Button look="danger" class="primary" onClick={() => void step("end")}>
            End the show
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Deletes a room for good; its id must be typed. */
export function Deletion({ token, room, onDeleted }: { token: string; room: ApiRoom; onDeleted: () => void }) {
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
      toast("Deleted.");
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        Delete this room
      </Button>
      <Dialog title="Delete this room?" open={open} onClose={close}>
        <p>
          Everything in it is erased: comments, questions, votes, hearts and the audit trail. Nobody can undo this. Type <b>{room.room}</b> to go on.
        </p>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (typed === room.room) void run();
          }}
        >
          <input class="field" aria-label="Name of the room" value={typed} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" />
          <div class="choices">
            <Button look="quiet" onClick={close}>
              Keep it
            </Button>
            <Button look="danger" class="primary" type="submit" disabled={busy || typed !== room.room}>
              {busy ? "Deleting…" : "Delete for good"}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
