/** What the stories of the search see of the view and of the marks, without the plugin of the marks. */
import type { Page } from "playwright-core";
import { origin, type Voxel } from "../../../../config/stories/harness.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { centerOf } from "../../model/geometry.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";
import type { VolumesConsole } from "../../volumes/console.js";

interface PageOfClio {
  clio: { store: Store; volumes: VolumesConsole };
  viewer: { navigationState: { position: { value: Float32Array } } };
}

/** The parts of the view's state that a search leaves as they are. */
export interface StateOfView {
  readonly layers: unknown;
  readonly position: unknown;
  readonly crossSectionScale: unknown;
  readonly selectedLayer: unknown;
}

/** A dataset of a server, and what of it is in view. */
export interface DatasetView {
  readonly dataset: string;
  /** Edges of a voxel. */
  readonly nanometres: Voxel;
  /** What is in the middle. */
  readonly voxel: Voxel;
  /** Voxels to a pixel. */
  readonly scale: number;
  /** Its segmentations. They are not drawn. */
  readonly labels?: readonly string[];
}

/** The link that opens a dataset at a server with its marks, in one slice by default. */
export function datasetLink(
  { dataset, nanometres, voxel, scale, labels = [] }: DatasetView,
  server = origin(),
  layout = "xy",
): string {
  const source = (layer: string) =>
    `precomputed://${server}/volumes/${dataset}/${layer}`;
  const [x, y, z] = nanometres.map((nm) => [nm * 1e-9, "m"]);
  const state = {
    dimensions: { x, y, z },
    position: voxel.map((at) => at + 0.5),
    crossSectionScale: scale,
    layout,
    layers: [
      { type: "image", source: source("image"), name: "image" },
      ...labels.map((name) => ({
        type: "segmentation",
        source: source(name),
        name,
        visible: false,
      })),
      {
        type: "clio-annotation",
        source: `clio://sandbox/${dataset}`,
        name: "marks",
      },
    ],
    selectedLayer: { layer: "marks" },
    clio: { dataset },
  };
  return `${server}/#!${encodeURIComponent(JSON.stringify(state))}`;
}

/** The link that opens the demo dataset at a server, in one slice by default. */
export function demoLink(server?: string, layout?: string): string {
  const view: DatasetView = {
    dataset: "demo",
    nanometres: [8, 8, 8],
    voxel: [128, 128, 64],
    scale: 0.25,
  };
  return datasetLink(view, server, layout);
}

/** The segments of a layer that voxels lie in, as text; "0" where they lie in none. */
export function labelsAt(
  page: Page,
  layer: string,
  voxels: readonly (readonly number[])[],
): Promise<string[]> {
  return page.evaluate(
    async ([layer, voxels]) => {
      const { volumes } = (window as unknown as PageOfClio).clio;
      const labels = await volumes.labelsAt(await volumes.of(layer), voxels);
      return labels.map(String);
    },
    [layer, voxels as Voxel[]] as const,
  );
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

/** The saved marks of a dataset, the demo by default. */
export async function positionsOfMarks(
  page: Page,
  dataset = "demo",
): Promise<{ place: number[]; set: string | undefined; tags: string[] }[]> {
  const text = await page.evaluate(
    async (key) => {
      const { clio } = window as unknown as PageOfClio;
      return (await clio.store.export(key)).text();
    },
    { user: LOCAL_USER, dataset },
  );
  const { records } = JSON.parse(text) as { records: AnnotationRecord[] };
  return records.map((record) => ({
    place: [...centerOf(record)],
    set: record.set,
    tags: record.tags,
  }));
}
