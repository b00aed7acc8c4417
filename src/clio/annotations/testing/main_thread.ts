// What the main thread of a page with a viewer does, without drawing the view: that is the same whoever asks for it.
import type { Browser, CDPSession, Page } from "playwright-core";

interface Window {
  viewer: { display: { draw(): void } };
  /** Milliseconds that the view was drawn in, until now. */
  drawing: number;
}

/** Name of the measure that stands in a trace for each drawing of the view. */
const DRAWING = "drawing the view";

/** Has the drawing of the view counted apart. To be called once the page has its viewer. */
export async function watchDrawing(page: Page): Promise<void> {
  await page.evaluate((DRAWING) => {
    const own = window as unknown as Window;
    const { display } = own.viewer;
    const draw = display.draw.bind(display);
    own.drawing = 0;
    display.draw = () => {
      const start = performance.now();
      draw();
      const end = performance.now();
      own.drawing += end - start;
      performance.measure(DRAWING, { start, end });
    };
  }, DRAWING);
}

/** Counts what the main thread of one page works. */
export class MainThread {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  static async of(page: Page): Promise<MainThread> {
    await watchDrawing(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    return new MainThread(page, session);
  }

  /** Milliseconds of scripts, styles and layout until now, without those that drew the view. */
  async worked(): Promise<number> {
    const { metrics } = await this.session.send("Performance.getMetrics");
    const seconds = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"]
      .map((wanted) => metrics.find(({ name }) => name === wanted)!.value)
      .reduce((sum, value) => sum + value, 0);
    const drawing = await this.page.evaluate(
      () => (window as unknown as Window).drawing,
    );
    return 1000 * seconds - drawing;
  }
}

/** An event of a trace, as far as it is read here; times are in microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args?: { src_func?: string };
}

/** The longest tasks of a page's main thread, in milliseconds. */
export interface LongestTasks {
  /** With all that was in it. */
  whole: number;
  /**
   * Without upstream's drawing of the view, and without the wait of a frame for the graphics processor. All else counts as ours: every
   * script, upstream's included, style, layout, painting, and the browser's own work outside of frames.
   */
  own: number;
}

/** The task that makes a frame. At its end it waits, without an event of its own, until the graphics processor has taken the frame before. */
const FRAME_TASK = "ScheduledActionSendBeginMainFrame";

/**
 * The longest tasks of a page's main thread while something is done there.
 * @param page one whose drawing is watched: see {@link watchDrawing}
 */
export async function longestTasks(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<LongestTasks> {
  await browser.startTracing(page, {
    categories: ["toplevel", "blink.user_timing", "devtools.timeline"],
  });
  await act();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as {
    traceEvents: TraceEvent[];
  };
  const { whole, own } = longestOf(traceEvents);
  return { whole: whole / 1000, own: own / 1000 };
}

/** @throws {Error} where the trace shows no drawing, and so not which thread is the page's */
function longestOf(events: readonly TraceEvent[]): LongestTasks {
  const drawn = events.find(({ name }) => name === DRAWING);
  if (drawn === undefined) throw new Error("The view was never drawn.");
  const { pid, tid } = drawn;
  const thread = events
    .filter((event) => event.pid === pid && event.tid === tid)
    .sort((a, b) => a.ts - b.ts);
  const longest = { whole: 0, own: 0 };
  let at = 0;
  for (const task of thread) {
    if (!task.name.endsWith("RunTask")) continue;
    const { ts, dur = 0 } = task;
    while (thread[at].ts < ts) ++at;
    longest.whole = Math.max(longest.whole, dur);
    if (dur <= longest.own) continue;
    const within: TraceEvent[] = [];
    for (let i = at; i < thread.length && thread[i].ts <= ts + dur; ++i) {
      if (thread[i] !== task) within.push(thread[i]);
    }
    longest.own = Math.max(longest.own, ownOf(task, within));
  }
  return longest;
}

/** @param within the other events of a task, in their order */
function ownOf(
  { dur = 0, args }: TraceEvent,
  within: readonly TraceEvent[],
): number {
  // Each drawing is two events: it begins ("b") and ends ("e").
  const drawing = within
    .filter(({ name }) => name === DRAWING)
    .reduce((sum, { ph, ts }) => (ph === "b" ? sum - ts : sum + ts), 0);
  if (args?.src_func !== FRAME_TASK) return dur - drawing;
  let worked = 0;
  let end = 0;
  for (const { ph, ts, dur = 0 } of within) {
    if (ph !== "X") continue;
    worked += Math.max(0, ts + dur - Math.max(end, ts));
    end = Math.max(end, ts + dur);
  }
  return worked - drawing;
}
