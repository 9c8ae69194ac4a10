import { Component } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Comment, Room } from "../../client";
import { sentence } from "../lib/sentences";
import { words } from "../lib/words";
import { Badge, Button, Disc, Icon, Name, nameOf, toast } from "../ui";
import { Reasons, reported } from "./report";

/** What the composer is to do with the next text: a new comment, an answer to one, or an own one mended. */
export type Writing = { readonly what: "reply" | "edit"; readonly comment: Comment } | null;

interface RowProps {
  readonly comment: Comment;
  readonly own: boolean;
  /** It came just now: it enters, where others are there. */
  readonly fresh: boolean;
  readonly room: Room;
  onWrite(writing: Writing): void;
  onHide(comment: Comment): void;
  /** Goes to a comment by its id. */
  onFind(comment: string): void;
}

/** One comment. It seldom changes, so a row is drawn once however often the list around it is. */
export class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.comment !== this.props.comment || next.own !== this.props.own;
  }

  override render(props: RowProps) {
    return <Said {...props} />;
  }
}

function Said({ comment: c, own, room, fresh, onWrite, onHide, onFind }: RowProps) {
  const w = words();
  const entering = useRef(fresh).current;
  const [open, setOpen] = useState<"" | "acts" | "reasons">("");
  const { editWindowSeconds, state } = room.view.room;
  const mendable = own && room.nowMs - c.atMs < editWindowSeconds * 1000;
  const act = (run: () => void) => () => {
    setOpen("");
    run();
  };
  return (
    <div class="entry" data-entry={c.id}>
      {c.hiddenBefore > 0 && <p class="hidden-line">{w.more(c.hiddenBefore)}</p>}
      <div class={`${c.role === "viewer" ? "row" : "row staff"} ${open ? "open" : ""} ${entering ? "entering" : ""}`}>
        <Disc person={c.person} name={nameOf(c)} />
        <div class="said">
          {c.reply && (
            <button type="button" class="reply-line" onClick={() => onFind(c.reply?.comment ?? "")}>
              {w.inReply(c.reply.name || w.guest)}
            </button>
          )}
          <p data-comment={c.id}>
            <Name person={c.person} name={c.name} role={c.role} /> <Badge role={c.role} /> <span class="kept">{c.text}</span>
            {c.editedMs > 0 && <span class="meta"> {w.edited}</span>}
          </p>
          {open === "reasons" && <Reasons room={room} onReason={(reason) => act(() => reported(room.comments.report(c.id, reason)))()} />}
          {open === "acts" && (
            <p class="row-acts">
              {state === "live" && (
                <Button onClick={act(() => onWrite({ what: "reply", comment: c }))}>{w.reply}</Button>
              )}
              {mendable && <Button onClick={act(() => onWrite({ what: "edit", comment: c }))}>{w.edit}</Button>}
              {!own && (room.limits?.reportReasons.length ?? 0) > 0 && <Button onClick={() => setOpen("reasons")}>{w.report}</Button>}
              {own ? <Button onClick={act(() => remove(room, c))}>{w.remove}</Button> : <Button onClick={act(() => onHide(c))}>{w.hidePerson}</Button>}
            </p>
          )}
        </div>
        <button type="button" class="row-more" aria-expanded={open !== ""} aria-label={w.moreAbout(nameOf(c))} title={w.moreAbout(nameOf(c))} onClick={() => setOpen(open ? "" : "acts")}>
          <Icon name="more" />
        </button>
      </div>
    </div>
  );
}


function remove(room: Room, c: Comment): void {
  const w = words();
  const failed = (error: unknown) => toast(sentence(error));
  const back = () => void room.comments.undelete(c.id).catch(failed);
  room.comments.delete(c.id).then(() => toast(w.removed, { action: { label: w.undo, run: back }, forMs: 10_000 }), failed);
}
