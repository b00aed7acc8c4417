// What the benchmarks do on a page: functions that run in it, and the counters of the browser around them.
import type { CDPSession, Page } from "playwright-core";
import { LOCAL_USER } from "../../model/sandbox.js";
import { sampleMarks } from "./sample_marks.js";

/** One timed act, in milliseconds. */
export interface Added {
  /** Until a frame that shows it was drawn. */
  pixels: number;
  /** Scripts on the main thread, until the page was quiet again. */
  script: number;
  /** Of it, in Clio's own functions. */
  own: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The value that 95 of 100 do not exceed. */
export function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1];
}

/** The parts of a viewer that are used here. */
interface Viewer {
  display: {
    gl: WebGL2RenderingContext;
    scheduleRedraw(): void;
    updateFinished: { add(f: () => void): () => void };
  };
  layerManager: { getLayerByName(name: string): { layer: Layer } };
  navigationState: { position: { value: Float32Array } };
  crossSectionScale: { value: number };
}
interface Layer {
  placePoint(position: Float32Array): void;
  sandboxSource: { handleChanged: (...message: unknown[]) => void };
  localAnnotations: {
    add(annotation: object, commit: boolean): { dispose(): void };
  };
}
interface Store {
  apply(change: object): Promise<{ saved: boolean }>;
  changes: { dispatch: (news: unknown) => void };
}
interface Window {
  viewer: Viewer;
  clio: { store: Store };
  /** Resolves when the next frame has been drawn, on the graphics processor too, to the milliseconds waited for that one. */
  nextFrame: () => Promise<number>;
}

/** Gives a page the functions that the others here call in it. To be called before it is opened. */
export async function prepare(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { window: own } = globalThis as unknown as { window: Window };
    own.nextFrame = () =>
      new Promise<number>((resolve) => {
        const { display } = own.viewer;
        const remove = display.updateFinished.add(() => {
          remove();
          const start = performance.now();
          // Reading a pixel waits until all that was asked of the graphics processor is done.
          const { gl } = display;
          const pixel = new Uint8Array(4);
          gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
          resolve(performance.now() - start);
        });
      });
  });
}

/** Records written in one change when a sandbox is filled. */
const FILL_CHANGE = 5_000;

/** Fills a sandbox of this machine's user with the first marks of sample_marks.ts, through the store. */
export async function fillSandbox(
  page: Page,
  dataset: string,
  count: number,
): Promise<void> {
  for (let from = 0; from < count; from += FILL_CHANGE) {
    const records = sampleMarks(from, Math.min(count, from + FILL_CHANGE));
    await page.evaluate(
      async ({ key, json }) => {
        const { clio } = window as unknown as Window;
        const records = JSON.parse(json) as object[];
        const { saved } = await clio.store.apply({
          id: crypto.randomUUID(),
          ...key,
          at: Date.now(),
          label: "Fill",
          edits: records.map((record) => ({ op: "put", record })),
        });
        if (!saved) throw new Error("The sandbox could not be filled.");
      },
      // As text: to hand over each field for itself takes many times as long.
      { key: { user: LOCAL_USER, dataset }, json: JSON.stringify(records) },
    );
  }
}

/** Adds a point as the person's key does, and waits for it to be stored and drawn. */
export function addClioPoint(page: Page, i: number): Promise<Added> {
  return timed(page, () =>
    page.evaluate(async (i) => {
      const { viewer, clio, nextFrame } = window as unknown as Window;
      const { layer } = viewer.layerManager.getLayerByName("marks");
      const source = layer.sandboxSource;
      const { changes } = clio.store;
      let own = 0;
      const timing =
        <Arguments extends unknown[]>(run: (...given: Arguments) => void) =>
        (...given: Arguments) => {
          const start = performance.now();
          run(...given);
          own += performance.now() - start;
        };
      const handle = source.handleChanged.bind(source);
      const dispatch = changes.dispatch;
      changes.dispatch = timing(dispatch.bind(changes));
      const shown = new Promise<void>((resolve) => {
        source.handleChanged = (...message) => {
          timing(handle)(...message);
          resolve();
        };
      });
      const start = performance.now();
      timing(() =>
        layer.placePoint(Float32Array.of(20.5 + i * 20, 128.5, 64.5)),
      )();
      await shown;
      changes.dispatch = dispatch;
      source.handleChanged = handle;
      const waited = await nextFrame();
      return { pixels: performance.now() - start, own, waited };
    }, i),
  );
}

/** Adds a point to upstream's local annotations, as its own tool does. */
export function addLocalPoint(page: Page, i: number): Promise<Added> {
  return timed(page, () =>
    page.evaluate(async (i) => {
      const { viewer, nextFrame } = window as unknown as Window;
      const { layer } = viewer.layerManager.getLayerByName("marks");
      const start = performance.now();
      layer.localAnnotations
        .add(
          {
            type: 0,
            id: "",
            point: Float32Array.of(20.5 + i * 20, 128.5, 64.5),
            properties: [],
            relatedSegments: [],
          },
          true,
        )
        .dispose();
      const waited = await nextFrame();
      return { pixels: performance.now() - start, own: 0, waited };
    }, i),
  );
}

/** Draws the view again as it is. */
export function redraw(page: Page): Promise<Added> {
  return timed(page, () =>
    page.evaluate(async () => {
      const { viewer, nextFrame } = window as unknown as Window;
      const start = performance.now();
      viewer.display.scheduleRedraw();
      const waited = await nextFrame();
      return { pixels: performance.now() - start, own: 0, waited };
    }),
  );
}

/**
 * Moves the view of a page, a voxel along each axis a frame, back and forth. Resolves to the milliseconds of each frame, until the
 * graphics processor had drawn it.
 */
export function pan(
  page: Page,
  move: { voxelsPerPixel: number; frames: number },
): Promise<number[]> {
  return page.evaluate(async ({ voxelsPerPixel, frames }) => {
    const { viewer, nextFrame } = window as unknown as Window;
    const { navigationState, crossSectionScale } = viewer;
    const { position } = navigationState;
    crossSectionScale.value = voxelsPerPixel;
    viewer.display.scheduleRedraw();
    await nextFrame();
    const times: number[] = [];
    for (let i = 0; i < frames; ++i) {
      const by = i < frames / 2 ? 1 : -1;
      const start = performance.now();
      position.value = position.value.map((at) => at + by);
      await nextFrame();
      times.push(performance.now() - start);
    }
    return times;
  }, move);
}

/** Length of the whole URL, in characters. */
export function urlLength(page: Page): Promise<number> {
  return page.evaluate(() => location.href.length);
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

async function scriptMilliseconds(page: Page): Promise<number> {
  let session = sessions.get(page);
  if (session === undefined) {
    session = page
      .context()
      .newCDPSession(page)
      .then(async (made) => {
        await made.send("Performance.enable");
        return made;
      });
    sessions.set(page, session);
  }
  const { metrics } = await (await session).send("Performance.getMetrics");
  return 1000 * metrics.find(({ name }) => name === "ScriptDuration")!.value;
}

/** How long nothing may have run on the main thread for the page to count as quiet, in milliseconds. */
const QUIET = 400;

/** Resolves when the page has done all that follows from what was done to it: frames, and the delayed writing of the URL. */
export async function quiet(page: Page): Promise<void> {
  let last = await scriptMilliseconds(page);
  for (;;) {
    await page.waitForTimeout(QUIET);
    const now = await scriptMilliseconds(page);
    // The waiting itself costs a fraction of a millisecond.
    if (now - last < 1) return;
    last = now;
  }
}

async function timed(
  page: Page,
  act: () => Promise<{ pixels: number; own: number; waited: number }>,
): Promise<Added> {
  await quiet(page);
  const before = await scriptMilliseconds(page);
  const { pixels, own, waited } = await act();
  await quiet(page);
  const script = (await scriptMilliseconds(page)) - before - waited;
  return { pixels, own, script };
}
