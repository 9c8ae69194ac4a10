import type { Room } from "../../client";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Budget, Echo } from "../hearts/echo";
import { Field } from "../hearts/field";
import { Shape } from "../hearts/shape";
import { kindColour } from "../hearts/shapes";
import { desktop, phone } from "../hearts/spawn";
import { words } from "../lib/words";
import { toast, useMedia, useSelected, useStatus } from "../ui";

const longPressMs = 420;
const round = 2 * Math.PI * 30;

/** The heart under the thumb, the kinds behind a long press, and the one canvas on which all hearts rise. */
export function Hearts({ room }: { room: Room }) {
  const w = words();
  const info = useSelected(room, (v) => v.room);
  const total = useSelected(room, (v) => sum(v.hearts));
  useStatus(room); // a welcome brings the budget
  const kinds = info.kinds.length > 0 ? info.kinds : ["heart"];
  const [chosen, choose] = useState("");
  const kind = kinds.includes(chosen) ? chosen : (kinds[0] ?? "heart");
  const [arc, openArc] = useState(false);
  const [share, setShare] = useState(0);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const wide = useMedia("(min-width: 900px)");
  const lane = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<Field | undefined>(undefined);
  const budget = useRef<Budget | undefined>(undefined);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; pointer: number } | undefined>(undefined);
  const echo = useMemo(() => new Echo(), [room]);
  const live = info.state === "live" && !info.heartsPaused;

  useEffect(() => {
    const box = lane.current;
    if (!box || still) return undefined;
    const where = () => {
      const over = box.getBoundingClientRect();
      const under = button.current?.getBoundingClientRect();
      const middle = under ? under.left + under.width / 2 - over.left : over.width / 2;
      const floor = under ? under.top + under.height / 2 - over.top : over.height;
      return { from: middle - 24, to: middle + 3, floor, stage: floor }; // sway and half a heart stay in the picture
    };
    const made = new Field(box, where, { away: true });
    field.current = made;
    const off = room.hearts.subscribe((e) => {
      const others = echo.others(e.kind, e.added, performance.now());
      if (!e.jump) made.others(e.kind, others);
    });
    return () => {
      off();
      made.close();
      field.current = undefined;
    };
  }, [room, still]);

  useEffect(() => {
    if (field.current) field.current.bounds = wide ? desktop : phone;
  }, [room, still, wide]);

  useEffect(() => {
    const fill = () => {
      if (!room.you || !room.limits) return;
      budget.current = new Budget(room.you.heartsLeft, room.limits, performance.now());
      setShare(budget.current.share);
    };
    fill();
    return room.on("welcome", fill);
  }, [room]);

  const give = (what: string, at?: { x: number; y: number }) => {
    if (!live) {
      toast(info.state === "ended" ? w.over : info.heartsPaused ? w.heartsPaused : w.heartsOff);
      return;
    }
    const over = lane.current?.getBoundingClientRect();
    const under = button.current?.getBoundingClientRect();
    const x = at?.x ?? (under ? under.left + under.width / 2 : 0);
    const y = at?.y ?? (under ? under.top + under.height / 2 : 0);
    if (over) field.current?.own(what, x - over.left, y - over.top);
    if (budget.current?.spent) toast(w.capReached, { forMs: 2500 });
    else {
      if (budget.current?.tap(performance.now())) echo.tapped(what, performance.now());
      setShare(budget.current?.share ?? 0);
    }
    if (room.status.state === "open") room.hearts.tap(what); // a heart belongs to its moment: offline it is not kept
  };

  const release = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };

  return (
    <>
      <div ref={lane} class="lane" aria-hidden="true" />
      <div class={`heart ${live ? "" : "off"}`}>
        {arc && live && (
          <Arc
            kinds={kinds}
            chosen={kind}
            onChoose={(k, keep) => {
              choose(k);
              give(k);
              if (!keep) openArc(false);
              button.current?.focus({ preventScroll: true });
            }}
            onClose={() => {
              openArc(false);
              button.current?.focus({ preventScroll: true });
            }}
          />
        )}
        <button
          ref={button}
          type="button"
          class="heart-button"
          aria-label={w.heartButton(total)}
          aria-haspopup="menu"
          aria-expanded={arc && live}
          aria-keyshortcuts="ArrowUp"
          data-spent={budget.current?.spent ? "" : undefined}
          onContextMenu={(e) => e.preventDefault()}
          onPointerDown={(e) => {
            if (e.button !== 0) return;
            give(kind, { x: e.clientX, y: e.clientY });
            release();
            if (kinds.length > 1) press.current = { pointer: e.pointerId, timer: setTimeout(() => openArc(true), longPressMs) };
            e.currentTarget.releasePointerCapture?.(e.pointerId);
          }}
          onPointerUp={release}
          onPointerCancel={release}
          onPointerLeave={release}
          onClick={(e) => {
            if (e.detail === 0) give(kind); // from the keyboard or a screen reader; a pointer gave at its touch
          }}
          onKeyDown={(e) => {
            if (e.key === "ArrowUp" && kinds.length > 1) {
              e.preventDefault();
              openArc(true);
            }
            if (e.repeat && (e.key === "Enter" || e.key === " ")) e.preventDefault();
          }}
        >
          <svg class="ring" viewBox="0 0 64 64" aria-hidden="true">
            <circle cx="32" cy="32" r="30" />
            <circle class="given" cx="32" cy="32" r="30" style={{ stroke: kindColour(kind), strokeDasharray: String(round), strokeDashoffset: String(round * (1 - share)) }} />
          </svg>
          <Shape kind={kind} size={28} />
        </button>
      </div>
    </>
  );
}

/** The kinds in an arc over the button: by a finger that slides onto one, by a tap, or by arrow keys. */
function Arc({ kinds, chosen, onChoose, onClose }: { kinds: readonly string[]; chosen: string; onChoose: (kind: string, keep: boolean) => void; onClose: () => void }) {
  const w = words();
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const current = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    current?.focus({ preventScroll: true });
    const kindAt = (e: PointerEvent) => (document.elementFromPoint(e.clientX, e.clientY)?.closest("[data-kind]") as HTMLElement | null)?.dataset.kind;
    const up = (e: PointerEvent) => {
      const kind = kindAt(e);
      if (kind && menu.current) onChoose(kind, false);
    };
    const down = (e: PointerEvent) => {
      if (!(e.target instanceof Node && menu.current?.contains(e.target))) onClose();
    };
    document.addEventListener("pointerup", up);
    document.addEventListener("pointerdown", down);
    return () => {
      document.removeEventListener("pointerup", up);
      document.removeEventListener("pointerdown", down);
    };
  }, []);
  const move = (by: number) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[data-kind]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + by + items.length) % items.length]?.focus();
  };
  const turn = kinds.length > 1 ? 95 / (kinds.length - 1) : 0;
  return (
    <div
      ref={menu}
      class="arc"
      role="menu"
      aria-label={w.kinds}
      onKeyDown={(e) => {
        if (e.key === "Escape" || e.key === "Tab") onClose();
        else if (e.key === "ArrowUp" || e.key === "ArrowRight") move(1);
        else if (e.key === "ArrowDown" || e.key === "ArrowLeft") move(-1);
        else return;
        e.preventDefault();
      }}
    >
      {kinds.map((kind, i) => {
        const angle = ((-85 - i * turn) * Math.PI) / 180; // from above the thumb to its left
        const far = Math.max(112, 32 * kinds.length - 32);
        return (
          <button
            key={kind}
            type="button"
            role="menuitemradio"
            aria-checked={kind === chosen}
            aria-label={w.kind(kind)}
            title={w.kind(kind)}
            data-kind={kind}
            tabIndex={kind === chosen ? 0 : -1}
            style={{ left: `${Math.cos(angle) * far}px`, top: `${Math.sin(angle) * far}px` }}
            onClick={(e) => e.detail === 0 && onChoose(kind, false)}
          >
            <Shape kind={kind} size={28} />
          </button>
        );
      })}
    </div>
  );
}

function sum(hearts: Readonly<Record<string, number>>): number {
  let all = 0;
  for (const n of Object.values(hearts)) all += n;
  return all;
}
