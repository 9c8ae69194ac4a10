// Measures the viewer page in Chromium against the real binary and prints the figures; nothing is asserted about them, for
// machines differ. `npm run perf`, with PERF_SECONDS for another length of the show.
import type { Browser, CDPSession, Page } from "playwright-core";
import { test } from "vitest";
import { Crowd } from "../crowd";
import { desk, launch, phone, visit, type Visit } from "../people";
import { Server } from "../server";

const seconds = Number(process.env.PERF_SECONDS ?? 60);
const rounds = 10;

interface Watch {
  firstHeartMs: number;
  shift: number;
  longTasks: number[];
  rows: number;
  nodes: number;
  frames: number;
}
declare global {
  interface Window {
    watch: Watch;
  }
}

/** Notes in the page what a browser tells of itself, from before its first script. */
function observe(): void {
  const watch: Watch = { firstHeartMs: 0, shift: 0, longTasks: [], rows: 0, nodes: 0, frames: 0 };
  window.watch = watch;
  // A worker draws: what has come of it is seen by copying the picture. Afterwards the page pays for itself alone.
  const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const look = () => {
    const canvas = document.querySelector<HTMLCanvasElement>(".lane canvas");
    if (canvas && canvas.width > 1 && canvas.height > 1) {
      Object.assign(copy.canvas, { width: canvas.width / 4, height: canvas.height / 4 });
      copy.drawImage(canvas, 0, 0, copy.canvas.width, copy.canvas.height);
      if (copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height).data.some((v) => v > 0)) watch.firstHeartMs = performance.now();
    }
    if (watch.firstHeartMs === 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => {
    for (const e of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!e.hadRecentInput) watch.shift += e.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) watch.longTasks.push(Math.round(e.duration));
  }).observe({ type: "longtask" });
}

/** Once a second: what is in the page at most. */
function count(): void {
  setInterval(() => {
    window.watch.rows = Math.max(window.watch.rows, document.querySelectorAll(".row").length);
    window.watch.nodes = Math.max(window.watch.nodes, document.querySelectorAll("*").length);
  }, 1000);
}

/** Bytes over the network of a first visit, without the socket. */
async function loaded(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext(phone);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
  await page.goto(url, { waitUntil: "networkidle" }).catch(() => undefined); // a page with a socket may never be idle
  await context.close();
  return bytes / 1024;
}

async function firstHeart(browser: Browser, url: string): Promise<number> {
  const one = await visit(browser, url, phone, (page) => page.addInitScript(observe));
  await one.page.waitForFunction(() => window.watch.firstHeartMs > 0);
  const ms = await one.page.evaluate(() => window.watch.firstHeartMs);
  await one.leave();
  return ms;
}

/** Milliseconds from the touch of the heart button to a heart in the picture, so many times; each begins with a clean one. */
async function ownHearts(browser: Browser, url: string, times: number): Promise<number[]> {
  const one = await visit(browser, url, phone);
  const button = one.page.locator(".heart-button");
  await one.page.locator(".heart:not(.off)").waitFor();
  await one.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".lane canvas")!;
    const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
    const empty = () => {
      const { width, height } = copy.canvas;
      const [wide, high] = [canvas.width / 4, canvas.height / 4]; // the fewer pixels to look at, the less it takes of what is measured
      if (Math.abs(width - wide) > 1 || Math.abs(height - high) > 1) Object.assign(copy.canvas, { width: wide, height: high }); // once its worker has sized it
      else copy.clearRect(0, 0, width, height);
      copy.drawImage(canvas, 0, 0, copy.canvas.width, copy.canvas.height);
      return !copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height).data.some((v) => v > 0);
    };
    Object.assign(window, { empty });
    document.querySelector(".heart-button")!.addEventListener("pointerdown", () => {
      const began = performance.now();
      const look = () => (empty() ? requestAnimationFrame(look) : Object.assign(window, { drawnMs: performance.now() - began }));
      requestAnimationFrame(look);
    });
  });
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    await one.page.waitForFunction(() => (window as unknown as { empty(): boolean }).empty());
    await one.page.evaluate(() => Object.assign(window, { drawnMs: 0 }));
    await button.tap();
    took.push(await (await one.page.waitForFunction(() => (window as unknown as { drawnMs: number }).drawnMs)).jsonValue());
  }
  await one.leave();
  return took;
}

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  /** Of `dur` the time that the thread itself ran. */
  tdur?: number;
  tid: number;
  pid: number;
}

/** Milliseconds of script in each frame, of the page and of the worker that draws hearts: what their threads ran, without waits for a core. */
interface Scripts {
  page: number[];
  worker: number[];
}

const scripts = ["FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "RunMicrotasks", "EventDispatch", "HandlePostMessage"];

/** Adds what a thread ran of scripts between two frames and the next. */
function scriptPerFrame(thread: readonly TraceEvent[], frames: readonly number[]): number[] {
  const per = frames.map(() => 0);
  let at = 0;
  let until = 0;
  for (const e of thread) {
    if (e.ph !== "X" || !scripts.includes(e.name) || e.ts < until) continue; // or within one that is counted
    until = e.ts + (e.dur ?? 0);
    while (at < frames.length - 1 && frames[at + 1]! <= e.ts) at++;
    if (frames.length > 0) per[at]! += (e.tdur ?? e.dur ?? 0) / 1000;
  }
  return per;
}

/** From a trace. The page's frames are those that it rendered, the worker's those in which it drew. */
async function traced(session: CDPSession, forMs: number): Promise<Scripts> {
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", (e) => events.push(...(e.value as unknown as TraceEvent[])));
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["devtools.timeline"] }, transferMode: "ReportEvents" });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  events.sort((a, b) => a.ts - b.ts);
  const threads = new Map<string, TraceEvent[]>();
  for (const e of events) {
    const thread = `${e.pid}.${e.tid}`;
    const known = threads.get(thread);
    if (known) known.push(e);
    else threads.set(thread, [e]);
  }
  const most = (name: string, ph: string, but = "") => {
    let found: [string, number[]] = ["", []];
    for (const [thread, all] of threads) {
      const at = all.filter((e) => e.name === name && e.ph === ph).map((e) => e.ts);
      if (thread !== but && at.length > found[1].length) found = [thread, at];
    }
    return found;
  };
  const [page, pageFrames] = most("AnimationFrame", "b");
  const [worker, workerFrames] = most("FireAnimationFrame", "X", page);
  return { page: scriptPerFrame(threads.get(page) ?? [], pageFrames), worker: scriptPerFrame(threads.get(worker) ?? [], workerFrames) };
}

const quantile = (all: readonly number[], q: number) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ?? 0;

/** The share of time in which the main thread had a task, or itself ran (`threadTicks`): the two cores have the browser's other threads, the server and the crowd on them, too. */
async function busy(session: CDPSession, timeDomain: "timeTicks" | "threadTicks", forMs: number): Promise<number> {
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const get = (name: string) => metrics.find((m) => m.name === name)?.value ?? 0;
    return { task: get("TaskDuration") };
  };
  await session.send("Performance.enable", { timeDomain });
  const [before, began] = [await read(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const [after, ended] = [await read(), performance.now()];
  await session.send("Performance.disable");
  return ((after.task - before.task) * 1000) / (ended - began);
}

interface Show {
  busy: number;
  ran: number;
  script: Scripts;
}

async function show(page: Page): Promise<Show> {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(count);
  await page.evaluate(() => (window.watch.longTasks = [])); // those of the load are not asked about
  const third = (seconds * 1000) / 3;
  return { busy: await busy(session, "timeTicks", third), ran: await busy(session, "threadTicks", third), script: await traced(session, third) }; // apart: a trace costs the page, too
}

test("the viewer page", { timeout: 10 * 60_000 }, async () => {
  const [browser, server] = await Promise.all([launch(), new Server().start()]);
  const rows: [what: string, goal: string, ...figures: string[]][] = [];
  try {
    const quiet = await Crowd.make(server, "quiet");
    await quiet.play(25, 1);
    const url = server.at("/r/quiet");
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(await firstHeart(browser, url));
    rows.push(["navigation to another viewer's first heart, cold, median of 10 (slowest)", "1,000 ms", `${quantile(times, 0.5).toFixed(0)} ms (${Math.max(...times).toFixed(0)})`, ""]);
    for (const [name, path, goal] of [
      ["viewer", "/r/quiet", "150 KB"],
      ["console", "/r/quiet/host", "150 KB"],
      ["overlay", "/r/quiet/overlay", "60 KB"],
    ] as const) {
      rows.push([`first load of the ${name}, as Chromium asks for it`, goal, `${(await loaded(browser, server.at(path))).toFixed(0)} KB`, ""]);
    }
    quiet.stop();
    const calm = await Crowd.make(server, "calm");
    const own = await ownHearts(browser, server.at("/r/calm"), 20);
    rows.push(["own heart drawn after the touch, p95 of 20 (median)", "50 ms", `${quantile(own, 0.95).toFixed(0)} ms (${quantile(own, 0.5).toFixed(0)})`, ""]);
    calm.stop();

    const loud = await Crowd.make(server, "loud");
    await loud.play(1000, 10);
    const results: { one: Visit; r: Awaited<ReturnType<typeof show>>; w: Watch }[] = [];
    for (const options of [phone, desk]) {
      const one = await visit(browser, server.at("/r/loud"), options, (page) => page.addInitScript(observe));
      await one.page.locator(".row").first().waitFor();
      await one.page.waitForTimeout(3000);
      const r = await show(one.page);
      results.push({ one, r, w: await one.page.evaluate(() => window.watch) });
      await one.leave();
    }
    loud.stop();
    const each = (of: (x: (typeof results)[number]) => string) => results.map(of) as [string, string];
    rows.push([`layout shift over ${seconds} s`, "0.02", ...each(({ w }) => w.shift.toFixed(4))]);
    rows.push(["tasks above 50 ms after load (longest)", "0", ...each(({ w }) => `${w.longTasks.length} (${Math.max(0, ...w.longTasks)} ms)`)]);
    rows.push(["rows, nodes at most", "150, 1,500", ...each(({ w }) => `${w.rows}, ${w.nodes}`)]);
    const spread = (all: readonly number[]) => `${quantile(all, 0.95).toFixed(1)} ms (${quantile(all, 0.5).toFixed(1)})`;
    rows.push(["script in a frame of the page, p95 (median)", "3 ms", ...each(({ r }) => spread(r.script.page))]);
    rows.push(["script in a frame of the hearts' worker, p95 (median)", "3 ms", ...each(({ r }) => spread(r.script.worker))]);
    rows.push(["main thread runs (has a task)", "30 %", ...each(({ r }) => `${(r.ran * 100).toFixed(0)} % (${(r.busy * 100).toFixed(0)})`)]);
    const rate = (frames: readonly number[]) => (frames.length / (seconds / 3)).toFixed(0);
    rows.push(["frames a second of the page, of hearts (no GPU here: reported, not judged)", "", ...each(({ r }) => `${rate(r.script.page)}, ${rate(r.script.worker)}`)]);
  } finally {
    await browser.close();
    await server.remove();
  }
  console.log(["| figure | goal | phone, 390x844 | desktop, 1600x900 |", "|---|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n"));
});
