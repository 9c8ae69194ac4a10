import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Room, Status, View } from "../../client";

/** The room as it is now; the component renders anew when it changes. */
export function useView(room: Room): View {
  return useRoom(room, "view", () => room.view);
}

/** How the connection fares. */
export function useStatus(room: Room): Status {
  return useRoom(room, "status", () => room.status);
}

/** One value of the room; renders only when that value is another one (`===`). */
export function useSelected<T>(room: Room, select: (view: View) => T): T {
  const chosen = useRef(select);
  chosen.current = select;
  return useRoom(room, "view", () => chosen.current(room.view));
}

function useRoom<T>(room: Room, event: "view" | "status", read: () => T): T {
  const [, again] = useState({});
  const value = read();
  const shown = useRef(value);
  shown.current = value;
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(read(), shown.current)) again({});
    };
    look(); // what changed between render and subscription
    return room.on(event, look);
  }, [room, event]);
  return value;
}

/** One function for the life of a component, which calls the latest that was given: rows that hold it need not be drawn anew. */
export function useStable<A extends unknown[], R>(call: (...given: A) => R): (...given: A) => R {
  const latest = useRef(call);
  latest.current = call;
  return useState(() => (...given: A) => latest.current(...given))[0];
}

/** Renders every so many milliseconds, for clocks and ages; 0 does not. */
export function useBeat(everyMs: number): void {
  const [, again] = useState({});
  useEffect(() => {
    if (everyMs <= 0) return undefined;
    const timer = setInterval(() => again({}), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}

/**
 * Renders once more at a moment of `performance.now()`; 0: at none. Browsers let a timer fire a little before its time, so
 * that a render which came too early sets it again.
 */
export function useMoment(atMs: number): void {
  const [early, again] = useState({});
  useEffect(() => {
    if (atMs === 0) return undefined;
    const timer = setTimeout(() => again({}), Math.max(0, Math.ceil(atMs - performance.now())));
    return () => clearTimeout(timer);
  }, [atMs, early]);
}

/** Conditions asked for so far: a list made anew in each render would have the browser look at its styles each time. */
const conditions = new Map<string, MediaQueryList>();

/** Whether a condition of CSS holds, such as "(min-width: 1440px)". */
export function useMedia(condition: string): boolean {
  const [, again] = useState({});
  let list = conditions.get(condition);
  if (!list && typeof matchMedia !== "undefined") conditions.set(condition, (list = matchMedia(condition)));
  useEffect(() => {
    const look = () => again({});
    list?.addEventListener("change", look);
    return () => list?.removeEventListener("change", look);
  }, [list]);
  return list?.matches ?? false;
}

/** True once something has lasted for so long: skeletons and "reconnecting" lines come late or never. */
export function useLasting(on: boolean, forMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!on) return undefined;
    const timer = setTimeout(() => setLate(true), forMs);
    return () => clearTimeout(timer);
  }, [on, forMs]);
  return on && late;
}
