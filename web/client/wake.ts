/** What a browser tells of the tab and the network. */
export interface Wake {
  /** The network or the tab came back, or time jumped: look whether the socket still lives. */
  woke(): void;
  /** The tab was hidden or shown. */
  hidden(hidden: boolean): void;
  /** Called every few seconds. */
  beat(): void;
}

const beatMs = 5000;

/** Listens until the returned function is called. Where there is no document (Node) only the beat remains. */
export function watch(wake: Wake): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > 3 * beatMs) wake.woke(); // the machine slept
    last = now;
    wake.beat();
  }, beatMs);
  const ends: (() => void)[] = [() => clearInterval(timer)];
  const listen = (target: EventTarget | undefined, event: string, listener: (event: Event) => void) => {
    target?.addEventListener(event, listener);
    ends.push(() => target?.removeEventListener(event, listener));
  };
  const page = typeof document === "undefined" ? undefined : document;
  const frame = typeof window === "undefined" ? undefined : window;
  listen(frame, "online", () => wake.woke());
  listen(frame, "pageshow", (event) => (event as PageTransitionEvent).persisted && wake.woke());
  listen(page, "visibilitychange", () => {
    wake.hidden(page!.hidden);
    if (!page!.hidden) wake.woke();
  });
  return () => ends.forEach((end) => end());
}
