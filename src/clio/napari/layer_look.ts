import type { UserLayer } from "neuroglancer/unstable/layer/index.js";
import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { getBaseObjectColor } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { ShaderControlState } from "neuroglancer/unstable/webgl/shader_ui_controls.js";
import type { LayerLook } from "./script.js";

/** So many segments go along with their colours: of more, nobody tells the colours apart. */
const MOST_COLORS = 1000;

/** Whether a layer is in the view, and shown. */
export function isShown(viewer: Viewer, name: string): boolean {
  return viewer.layerManager.getLayerByName(name)?.visible === true;
}

/** How a layer of the view looks; nothing is said of one that is not in the view. */
export function lookOf(viewer: Viewer, name: string): LayerLook {
  const layer = viewer.layerManager.getLayerByName(name)?.layer;
  if (layer instanceof SegmentationUserLayer) return colorsOf(layer);
  return layer?.type === "image" ? contrastOf(layer) : {};
}

/** What the view's own control of brightness is set to; nothing where the layer has a shader with other controls. */
function contrastOf(layer: UserLayer): LayerLook {
  // Upstream publishes no types of its image layers.
  const { shaderControlState } = layer as UserLayer & {
    readonly shaderControlState: ShaderControlState;
  };
  const control = shaderControlState.value.get("normalized");
  if (control?.control.type !== "imageInvlerp") return {};
  const { range } = control.trackable.value as { range: ArrayLike<unknown> };
  const contrast = [Number(range[0]), Number(range[1])] as const;
  // napari takes no limits that are one, nor the other way round.
  return contrast[0] < contrast[1] ? { contrast } : {};
}

function colorsOf({ displayState }: SegmentationUserLayer): LayerLook {
  const { visibleSegments, segmentEquivalences } =
    displayState.segmentationGroupState.value;
  const colors: Record<string, string> = {};
  const color = new Float32Array(4);
  let count = 0;
  for (const id of visibleSegments) {
    if (++count > MOST_COLORS) break;
    const cell = segmentEquivalences.get(id);
    getBaseObjectColor(displayState, cell, color);
    colors[String(cell)] = `#${[...color.subarray(0, 3)].map(hex).join("")}`;
  }
  return { colors };
}

function hex(part: number): string {
  return Math.round(part * 255)
    .toString(16)
    .padStart(2, "0");
}
