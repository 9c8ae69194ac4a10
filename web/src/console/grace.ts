import { useMoment } from "../ui";

/** Whether buttons act yet that slid under a finger by themselves, from a moment of `performance.now()` on; renders once more then. */
export function useGrace(fromMs: number): { now(): boolean } {
  const now = () => performance.now() >= fromMs;
  useMoment(now() ? 0 : fromMs);
  return { now };
}
