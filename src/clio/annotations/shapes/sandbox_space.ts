import type { AnnotationLayerState } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
import { getChunkPositionFromCombinedGlobalLocalPositions } from "neuroglancer/unstable/render_coordinate_transform.js";
import * as matrix from "neuroglancer/unstable/util/matrix.js";
import type { Place } from "./outline.js";

/** A position of the viewer in the sandbox's voxels; undefined where the layer's transform has no such position. */
export function toVoxels(
  position: Float32Array,
  state: AnnotationLayerState,
): Place | undefined {
  const transform = state.chunkTransform.value;
  if (transform.error !== undefined) return undefined;
  const result = new Float32Array(transform.modelTransform.unpaddedRank);
  const found = getChunkPositionFromCombinedGlobalLocalPositions(
    result,
    position,
    state.localPosition.value,
    transform.layerRank,
    transform.combinedGlobalLocalToChunkTransform,
  );
  return found ? [result[0], result[1], result[2]] : undefined;
}

/**
 * The inverse of {@link toVoxels}.
 * @param around a position of the viewer, which says where the place is in dimensions that the sandbox does not have
 */
export function toGlobal(
  place: Place,
  around: Float32Array,
  state: AnnotationLayerState,
): Float32Array | undefined {
  const transform = state.chunkTransform.value;
  if (transform.error !== undefined) return undefined;
  const { layerRank, chunkToLayerTransform, modelTransform } = transform;
  const inLayer = new Float32Array(layerRank);
  matrix.transformPoint(
    inLayer,
    chunkToLayerTransform,
    layerRank + 1,
    Float32Array.from(place),
    layerRank,
  );
  return Float32Array.from(around, (value, dimension) => {
    const own = modelTransform.globalToRenderLayerDimensions[dimension];
    return own < 0 ? value : inLayer[own];
  });
}
