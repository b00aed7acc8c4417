// The view that the benchmarks of marks open, and a sandbox of any size in it.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { viewport } from "../../../../config/stories/browser.js";
import { viewerReady } from "../../../../config/stories/viewer.js";
import { fillSandbox, prepare } from "./bench_page.js";

/** The dataset whose sandbox is filled. */
const DATASET = "demo";

/** A million marks are read from disk and indexed in it, on a slow machine too. */
const TIMEOUT_MS = 600_000;

/** A number of marks as people say it. */
export function short(size: number): string {
  if (size < 1_000) return String(size);
  return size < 1_000_000 ? `${size / 1_000}k` : `${size / 1_000_000}M`;
}

/** The layer of the sandbox, as a state has it. */
export function marksLayer(visible = true): object {
  return {
    type: "clio-annotation",
    source: `clio://sandbox/${DATASET}`,
    name: "marks",
    visible,
  };
}

/** Upstream's own layer with so many points, whose ids are their numbers. */
export function localPoints(count: number): object {
  return {
    type: "annotation",
    source: "local://annotations",
    name: "marks",
    annotations: Array.from({ length: count }, (_, i) => ({
      type: "point",
      id: `${i}`,
      point: [(i * 7919) % 256, (i * 104_729) % 256, (i * 1_299_709) % 128],
    })),
  };
}

/** The demo's image in one slice view, where the bounds of the volume do not fill it: the peer's frames are long enough as it is. */
function view(origin: string, layer: object) {
  return {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.5,
    layout: "xy",
    layers: [
      {
        type: "image",
        source: `precomputed://${origin}/volumes/demo/image`,
        name: "image",
      },
      layer,
    ],
  };
}

/** The parts of a viewer that are used here. */
interface Window {
  viewer: {
    state: { restoreState(state: object): void };
    layerManager: {
      getLayerByName(name: string): {
        setVisible(visible: boolean): void;
        layer: { sandboxSource?: { count: { value?: number } } };
      };
    };
  };
}

/** Opens the view in a browser context of its own. */
export async function openView(
  browser: Browser,
  origin: string,
  layer: object,
): Promise<Page> {
  return openTab(await browser.newContext({ viewport }), origin, layer);
}

/** Opens the view by the viewer's own state: the browser itself takes no link of the peer's length. */
export async function openTab(
  context: BrowserContext,
  origin: string,
  layer: object,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await prepare(page);
  await page.goto(origin);
  await page.waitForFunction(() => "viewer" in window);
  await page.evaluate(
    (state) => {
      const { viewer } = window as unknown as Window;
      viewer.state.restoreState(state);
    },
    view(origin, layer),
  );
  await viewerReady(page, TIMEOUT_MS);
  return page;
}

/** Opens the view with so many marks in the sandbox, in a browser context of its own. */
export async function openFilled(
  browser: Browser,
  origin: string,
  size: number,
): Promise<Page> {
  const page = await openView(browser, origin, marksLayer(false));
  await fillSandbox(page, DATASET, size);
  // The page writes its state into the address a moment after each change, and a reload goes by the address.
  await page.waitForFunction(() => location.hash.includes("marks"));
  // Opened afresh: what was just written is read as on any other day.
  await page.reload();
  await viewerReady(page, TIMEOUT_MS);
  await page.evaluate(() => {
    const { viewer } = window as unknown as Window;
    viewer.layerManager.getLayerByName("marks").setVisible(true);
  });
  await marksRead(page, size);
  await viewerReady(page, TIMEOUT_MS);
  return page;
}

/** Waits until the page has read so many marks. */
export async function marksRead(page: Page, size: number): Promise<void> {
  await page.waitForFunction((size) => {
    const { viewer } = window as unknown as Window;
    const { layer } = viewer.layerManager.getLayerByName("marks");
    return layer.sandboxSource?.count.value === size;
  }, size);
}

/** Opens the panel of marks by its key, and waits until its table shows rows. */
export async function openPanel(page: Page): Promise<void> {
  await page.keyboard.press("i");
  await page
    .getByRole("grid", { name: "Marks" })
    .locator(".clio-table-row")
    .filter({ hasText: /\S/ })
    .first()
    .waitFor();
}
