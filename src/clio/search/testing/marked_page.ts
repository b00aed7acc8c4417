/** What the stories of the search see of the view and of the marks, without the plugin of the marks. */
import type { Page } from "playwright-core";
import { origin } from "../../../../config/stories/harness.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { centerOf } from "../../model/geometry.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";

interface PageOfClio {
  clio: { store: Store };
  viewer: { navigationState: { position: { value: Float32Array } } };
}

/** The parts of the view's state that a search leaves as they are. */
export interface StateOfView {
  readonly layers: unknown;
  readonly position: unknown;
  readonly crossSectionScale: unknown;
  readonly selectedLayer: unknown;
}

/** The link that opens the demo dataset at a server, in one slice by default. */
export function demoLink(server = origin(), layout = "xy"): string {
  const state = {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.25,
    layout,
    layers: [
      {
        type: "image",
        source: `precomputed://${server}/volumes/demo/image`,
        name: "image",
      },
      { type: "clio-annotation", source: "clio://sandbox/demo", name: "marks" },
    ],
    selectedLayer: { layer: "marks" },
    clio: { dataset: "demo" },
  };
  return `${server}/#!${encodeURIComponent(JSON.stringify(state))}`;
}

/** The voxel in the middle of the view. */
export function viewPosition(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageOfClio;
    return Array.from(viewer.navigationState.position.value, Math.floor);
  });
}

/** How many pixels each panel draws of a search over the image. */
export function drawnPixels(page: Page): Promise<number[]> {
  return page.locator(".clio-search-overlay").evaluateAll((canvases) =>
    canvases.map((each) => {
      const canvas = each as HTMLCanvasElement;
      const { width, height } = canvas;
      const context = canvas.getContext("2d")!;
      const { data } = context.getImageData(0, 0, width, height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    }),
  );
}

/** The saved marks of the demo dataset. */
export async function positionsOfMarks(
  page: Page,
): Promise<{ place: number[]; set: string | undefined; tags: string[] }[]> {
  const text = await page.evaluate(
    async (key) => {
      const { clio } = window as unknown as PageOfClio;
      return (await clio.store.export(key)).text();
    },
    { user: LOCAL_USER, dataset: "demo" },
  );
  const { records } = JSON.parse(text) as { records: AnnotationRecord[] };
  return records.map((record) => ({
    place: [...centerOf(record)],
    set: record.set,
    tags: record.tags,
  }));
}
