import type { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { getBaseObjectColor } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { packColor } from "neuroglancer/unstable/util/color.js";
import { vec3 } from "neuroglancer/unstable/util/geom.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { MergeDesk } from "./merge_desk.js";

/**
 * Gives all that would become one the colour of its main in the slices, where one sees whether it is right. In 3-D each part keeps its own, so
 * that one sees which is which. No link carries these colours.
 */
export class MergePreview extends RefCounted {
  private target: SegmentationUserLayer | undefined;

  constructor(private readonly desk: MergeDesk) {
    super();
    this.registerDisposer(desk.changed.add(() => this.show()));
    this.registerDisposer(() => this.clear());
    this.show();
  }

  private show(): void {
    const { desk } = this;
    const target = desk.layer?.target;
    if (target !== this.target) this.clear();
    this.target = target;
    const { selected } = desk;
    const main = desk.main?.main;
    if (target === undefined || main === undefined) return;
    const { displayState } = target;
    const colors = displayState.tempSegmentStatedColors2d.value;
    colors.assignFrom(displayState.segmentStatedColors.value);
    const color = vec3.create();
    getBaseObjectColor(displayState, main, color);
    for (const id of selected) colors.set(id, BigInt(packColor(color)));
    displayState.useTempSegmentStatedColors2d.value = true;
  }

  private clear(): void {
    const { target } = this;
    this.target = undefined;
    if (target === undefined || target.wasDisposed) return;
    const { displayState } = target;
    displayState.useTempSegmentStatedColors2d.value = false;
    displayState.tempSegmentStatedColors2d.value.clear();
  }
}
