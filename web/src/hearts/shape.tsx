import { kindDrawing } from "./shapes";

/** A kind as a small drawing in the page, for buttons. */
export function Shape({ kind, size }: { kind: string; size: number }) {
  const d = kindDrawing(kind);
  return (
    <svg width={size} height={size} viewBox="0 0 100 100" aria-hidden="true">
      <path d={d.path} fill={d.fill} />
      {d.marks && (d.stroked ? <path d={d.marks} fill="none" stroke={d.ink} stroke-width="6" stroke-linecap="round" /> : <path d={d.marks} fill={d.ink} />)}
    </svg>
  );
}
