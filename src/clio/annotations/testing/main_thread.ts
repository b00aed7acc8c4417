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
}

/**
 * Milliseconds of the longest task of a page's main thread while something is done there, without what drew the view.
 * @param page one whose drawing is watched: see {@link watchDrawing}
 */
export async function longestTask(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, {
    categories: ["toplevel", "blink.user_timing"],
  });
  await act();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as {
    traceEvents: TraceEvent[];
  };
  return longestOf(traceEvents) / 1000;
}

/** @throws {Error} where the trace shows no drawing, and so not which thread is the page's */
function longestOf(events: readonly TraceEvent[]): number {
  const drawings = events
    .filter(({ name }) => name === DRAWING)
    .sort((a, b) => a.ts - b.ts);
  if (drawings.length === 0) throw new Error("The view was never drawn.");
  const [{ pid, tid }] = drawings;
  let longest = 0;
  for (const event of events) {
    if (event.pid !== pid || event.tid !== tid) continue;
    if (!event.name.endsWith("RunTask")) continue;
    const { ts, dur = 0 } = event;
    if (dur <= longest) continue;
    // Each drawing is two events: it begins ("b") and ends ("e").
    const drawing = drawings
      .filter((event) => event.ts >= ts && event.ts <= ts + dur)
      .reduce((sum, { ph, ts }) => (ph === "b" ? sum - ts : sum + ts), 0);
    longest = Math.max(longest, dur - drawing);
  }
  return longest;
}
