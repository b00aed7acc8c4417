import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { DataPanel } from "../../../neuroglancer/data_panel.js";

/** Over so many pixels a scale is measured: positions are of single precision. */
const MEASURED_PIXELS = 256;

/** How many nm a CSS pixel of a slice is; undefined where that is not one length. */
export function nmPerPixel(
  viewer: Viewer,
  panel: DataPanel,
): number | undefined {
  if (!panel.isSlice) return undefined;
  const from = viewer.navigationState.position.value;
  const to = panel.moved(from, { x: MEASURED_PIXELS, y: 0 });
  const nm = nmBetween(viewer, from, to);
  return nm === undefined || nm === 0 ? undefined : nm / MEASURED_PIXELS;
}

/** How far apart two positions of a viewer are in nm; undefined where they differ in something that is no length. */
export function nmBetween(
  { coordinateSpace }: Viewer,
  from: Float32Array,
  to: Float32Array,
): number | undefined {
  const { scales, units } = coordinateSpace.value;
  let sum = 0;
  for (let i = 0; i < from.length; ++i) {
    const way = to[i] - from[i];
    if (way === 0) continue;
    if (units[i] !== "m") return undefined;
    sum += (way * scales[i]) ** 2;
  }
  const nm = Math.sqrt(sum) * 1e9;
  return Number.isFinite(nm) ? nm : undefined;
}
