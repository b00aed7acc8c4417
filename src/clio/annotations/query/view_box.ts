import type { AnnotationLayerState } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
import { getChunkPositionFromCombinedGlobalLocalPositions } from "neuroglancer/unstable/render_coordinate_transform.js";
import { SliceViewPanel } from "neuroglancer/unstable/sliceview/panel.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type mat4, vec3 } from "neuroglancer/unstable/util/geom.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { SandboxContext } from "../sandbox_context.js";
import type { VoxelBounds } from "../spatial_grid.js";

/** Between the last move of the view and the search for what is in it, in milliseconds: while it moves the rows would only flicker. */
const SETTLED_MS = 120;

/** What is read of a slice, for which upstream ships no types. */
interface ShownSlice {
  readonly projectionParameters: {
    readonly value: {
      /** From pixels around the middle of the slice to the dimensions that it displays. */
      readonly invViewMatrix: mat4;
      /** In pixels. */
      readonly width: number;
      readonly height: number;
      readonly displayDimensionRenderInfo: {
        readonly displayRank: number;
        readonly displayDimensionIndices: Int32Array;
      };
    };
  };
}

/** Tells the search of the sandbox in view what the slices show, as the view moves. */
export class ViewBox extends RefCounted {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly viewer: Viewer,
    private readonly context: SandboxContext,
  ) {
    super();
    const { navigationState, layerManager, display } = viewer;
    for (const { changed } of [
      navigationState,
      { changed: layerManager.layersChanged },
      // Panels come, go and change their sizes.
      { changed: display.updateFinished },
    ]) {
      this.registerDisposer(changed.add(() => this.schedule()));
    }
    this.schedule();
  }

  override disposed(): void {
    clearTimeout(this.timer);
    super.disposed();
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.update();
    }, SETTLED_MS);
  }

  private update(): void {
    const { layer } = this.context;
    const state = layer?.sandboxState;
    const query = layer?.sandboxSource?.query;
    if (state === undefined || query === undefined) return;
    const box = boxOf(this.viewer, state);
    if (JSON.stringify(box) !== JSON.stringify(query.view.value)) {
      query.view.value = box;
    }
  }
}

/** The smallest box of voxels that holds all that the slices show; undefined where there are none. */
function boxOf(
  viewer: Viewer,
  state: AnnotationLayerState,
): VoxelBounds | undefined {
  const lower = [Infinity, Infinity, Infinity];
  const upper = [-Infinity, -Infinity, -Infinity];
  for (const panel of viewer.display.panels) {
    if (!(panel instanceof SliceViewPanel) || !panel.visible) continue;
    for (const corner of cornersOf(panel, viewer.position.value)) {
      const voxel = new Float32Array(3);
      if (!toVoxels(voxel, corner, state)) continue;
      voxel.forEach((at, axis) => {
        lower[axis] = Math.min(lower[axis], Math.floor(at));
        upper[axis] = Math.max(upper[axis], Math.floor(at) + 1);
      });
    }
  }
  return lower[0] <= upper[0] ? { lower, upper } : undefined;
}

/** The corners of a slice, as positions of the viewer. */
function cornersOf(
  panel: SliceViewPanel,
  around: Float32Array,
): Float32Array[] {
  const sliceView = panel.sliceView as unknown as ShownSlice;
  const { invViewMatrix, width, height, displayDimensionRenderInfo } =
    sliceView.projectionParameters.value;
  const { displayDimensionIndices, displayRank } = displayDimensionRenderInfo;
  return [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ].map(([right, down]) => {
    const point = vec3.fromValues((right * width) / 2, (down * height) / 2, 0);
    vec3.transformMat4(point, point, invViewMatrix);
    const corner = around.slice();
    for (let i = 0; i < displayRank; ++i) {
      corner[displayDimensionIndices[i]] = point[i];
    }
    return corner;
  });
}

/** Sets `voxel` to the sandbox's voxel at a position of the viewer. Returns false where the layer's transform has no such position. */
function toVoxels(
  voxel: Float32Array,
  position: Float32Array,
  state: AnnotationLayerState,
): boolean {
  const transform = state.chunkTransform.value;
  return (
    transform.error === undefined &&
    getChunkPositionFromCombinedGlobalLocalPositions(
      voxel,
      position,
      state.localPosition.value,
      transform.layerRank,
      transform.combinedGlobalLocalToChunkTransform,
    )
  );
}
