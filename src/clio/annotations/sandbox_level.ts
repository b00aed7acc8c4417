import type { AnnotationGeometryChunkSpecification } from "neuroglancer/unstable/annotation/base.js";
import {
  type AnnotationGeometryChunk,
  AnnotationGeometryChunkSource,
} from "neuroglancer/unstable/annotation/frontend_source.js";
import type { SerializedAnnotations } from "neuroglancer/unstable/annotation/index.js";
import { WithParameters } from "neuroglancer/unstable/chunk_manager/frontend.js";
import { makeSliceViewChunkSpecification } from "neuroglancer/unstable/sliceview/base.js";
import type { SliceViewSingleResolutionSource } from "neuroglancer/unstable/sliceview/frontend.js";
import { CellGeometry } from "./cell_geometry.js";
import { CELL_CAPACITY, gridOf, SandboxLevelParameters } from "./base.js";
import type { SandboxSource } from "./frontend.js";

interface LevelOptions {
  parent: SandboxSource;
  spec: AnnotationGeometryChunkSpecification;
  parameters: SandboxLevelParameters;
}

/** The page's half of one level of a sandbox's index. */
export class SandboxLevel extends WithParameters(
  AnnotationGeometryChunkSource,
  SandboxLevelParameters,
) {
  declare OPTIONS: LevelOptions;

  override getChunk(message: SerializedAnnotations): AnnotationGeometryChunk {
    const chunk = super.getChunk(message);
    if (chunk.data !== undefined) chunk.data = new CellGeometry(message);
    return chunk;
  }
}

/** The levels of a sandbox's index, finest first, as upstream wants them. */
export function levelSources(
  sandbox: SandboxSource,
): SliceViewSingleResolutionSource<AnnotationGeometryChunkSource>[] {
  const { levels } = gridOf(sandbox.parameters.space);
  return levels.map((_, level) => levelSource(sandbox, level)).reverse();
}

function levelSource(
  sandbox: SandboxSource,
  level: number,
): SliceViewSingleResolutionSource<AnnotationGeometryChunkSource> {
  const { parameters: source, chunkManager } = sandbox;
  const { cellSize, shape } = gridOf(source.space).levels[level];
  const chunkToMultiscaleTransform = Float32Array.of(
    ...[1, 0, 0, 0],
    ...[0, 1, 0, 0],
    ...[0, 0, 1, 0],
    ...source.space.lower.map(Math.floor),
    1,
  );
  const spec: AnnotationGeometryChunkSpecification = {
    ...makeSliceViewChunkSpecification({
      rank: 3,
      chunkDataSize: Uint32Array.from(cellSize),
      upperVoxelBound: Float32Array.from(
        cellSize,
        (size, i) => size * shape[i],
      ),
    }),
    chunkToMultiscaleTransform,
    limit: sandbox.expected?.[level] ?? CELL_CAPACITY,
  };
  return {
    chunkSource: chunkManager.getChunkSource(SandboxLevel, {
      parent: sandbox,
      spec,
      parameters: { source, level },
    }),
    chunkToMultiscaleTransform,
  };
}
