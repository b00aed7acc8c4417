import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  dataPanels,
} from "../../../neuroglancer/data_panel.js";
import { panelSnapshot } from "../../../neuroglancer/panel_snapshot.js";
import { nmPerPixel } from "./panel_scale.js";
import { drawScaleBar } from "./scale_bar.js";

/** What may lie over the image in a picture. */
export interface Overlays {
  /** Marks, matches are never in it: only what is a layer. */
  readonly marks: boolean;
  readonly segments: boolean;
  readonly axisLines: boolean;
}

export const ALL_BUT_LINES: Overlays = {
  marks: true,
  segments: true,
  axisLines: false,
};

/** A picture of a place at two sizes. */
export interface Snapshot {
  readonly small: Blob;
  readonly large: Blob;
}

/** The widest cut, in CSS pixels, and the proportions of every picture. */
const WIDEST_CUT = 960;
const HEIGHT_OF_WIDTH = 5 / 8;
/** The longest edges of the two sizes, in pixels. */
const LARGE_PIXELS = 960;
const SMALL_PIXELS = 320;

const QUALITY = 0.88;

/** Whether all that a picture would show is loaded. */
export function isViewLoaded(viewer: Viewer): boolean {
  return (
    viewer.layerManager.managedLayers.every(isSettled) &&
    pictured(viewer)?.isReady !== false
  );
}

/**
 * Takes a picture of the largest slice in view, with a scale bar; of the largest view where there is no slice.
 * @throws {Error} with a reason that a person can read
 */
export async function takeSnapshot(
  viewer: Viewer,
  overlays: Overlays,
): Promise<Snapshot> {
  const panel = pictured(viewer);
  if (panel === undefined) throw new Error("there is no view to picture");
  const size = cutOf(panel);
  const restore = await hide(viewer, overlays);
  let cut: HTMLCanvasElement;
  try {
    cut = panelSnapshot(viewer.display, panel, size);
  } finally {
    restore();
  }
  const ratio = cut.width / size.width;
  const nm = nmPerPixel(viewer, panel);
  const [small, large] = await Promise.all(
    [SMALL_PIXELS, LARGE_PIXELS].map((edge) =>
      encode(cut, edge, nm && nm / ratio),
    ),
  );
  return { small, large };
}

/** Whether nothing of a layer is still to be read before it can be drawn. What a source that failed would show never comes. */
function isSettled({ visible, layer }: ManagedUserLayer): boolean {
  if (!visible || layer === null || layer.isReady) return true;
  return layer.dataSources.some(
    ({ loadState }) => loadState?.error !== undefined,
  );
}

/** The largest cut in the proportions of a picture. */
function cutOf({ element: { clientWidth, clientHeight } }: DataPanel) {
  const width = Math.min(
    WIDEST_CUT,
    clientWidth,
    clientHeight / HEIGHT_OF_WIDTH,
  );
  return { width, height: width * HEIGHT_OF_WIDTH };
}

function pictured({ display }: Viewer): DataPanel | undefined {
  const area = ({ element: { clientWidth, clientHeight } }: DataPanel) =>
    clientWidth * clientHeight;
  const [largest] = dataPanels(display).sort(
    (a, b) => Number(b.isSlice) - Number(a.isSlice) || area(b) - area(a),
  );
  return largest;
}

/** Hides what is not to be seen; returns what shows it again. */
async function hide(
  viewer: Viewer,
  { marks, segments, axisLines }: Overlays,
): Promise<() => void> {
  const { layerManager, showAxisLines, showScaleBar } = viewer;
  const hidden = layerManager.managedLayers.filter(({ layer, visible }) => {
    if (layer === null || !visible) return false;
    if (layer.type === "segmentation") return !segments;
    return layer.type !== "image" && !marks;
  });
  const lines = showAxisLines.value;
  const bar = showScaleBar.value;
  for (const managed of hidden) managed.setVisible(false);
  if (hidden.length > 0) {
    // Panels learn of it in a later turn.
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  showAxisLines.value = axisLines;
  showScaleBar.value = false;
  return () => {
    showAxisLines.value = lines;
    showScaleBar.value = bar;
    for (const managed of hidden) managed.setVisible(true);
  };
}

/** @param nm of one pixel of `cut` */
function encode(
  cut: HTMLCanvasElement,
  edge: number,
  nm: number | undefined,
): Promise<Blob> {
  const shrunk = Math.min(1, edge / Math.max(cut.width, cut.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(cut.width * shrunk));
  canvas.height = Math.max(1, Math.round(cut.height * shrunk));
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.drawImage(cut, 0, 0, canvas.width, canvas.height);
  if (nm !== undefined) drawScaleBar(canvas, (nm * cut.width) / canvas.width);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      // A browser that writes no WebP makes a PNG of it.
      (blob) =>
        blob === null
          ? reject(new Error("the browser could not write the picture"))
          : resolve(blob),
      "image/webp",
      QUALITY,
    ),
  );
}
