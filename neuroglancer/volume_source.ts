// The voxels of an upstream volume, whatever its format. All contact with upstream's volume and chunk sources is here.
import type { VolumeSourceOptions } from "neuroglancer/unstable/sliceview/volume/base.js";
import type {
  MultiscaleVolumeChunkSource,
  VolumeChunk,
  VolumeChunkSource,
} from "neuroglancer/unstable/sliceview/volume/frontend.js";
import { raceWithAbort } from "neuroglancer/unstable/util/abort.js";
import { DataType } from "neuroglancer/unstable/util/data_type.js";
import { type Box, type Vec3, vec3 } from "../src/clio/model/box.js";

/** The voxels of one data type, in a typed array of that type. */
export type Voxels =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>;

/** What all of `Voxels` can do. Values are bigint in an array of 64 bits and numbers in the others: never mix two arrays' types. */
export interface VoxelArray {
  readonly length: number;
  [index: number]: number | bigint;
  fill(value: number | bigint): unknown;
  set(values: ArrayLike<number | bigint>, offset: number): void;
  subarray(begin: number, end: number): VoxelArray;
}

/** The data types of volumes, as upstream's `DataType` orders them. */
const voxelTypes = {
  [DataType.UINT8]: { name: "uint8", array: Uint8Array },
  [DataType.INT8]: { name: "int8", array: Int8Array },
  [DataType.UINT16]: { name: "uint16", array: Uint16Array },
  [DataType.INT16]: { name: "int16", array: Int16Array },
  [DataType.UINT32]: { name: "uint32", array: Uint32Array },
  [DataType.INT32]: { name: "int32", array: Int32Array },
  [DataType.UINT64]: { name: "uint64", array: BigUint64Array },
  [DataType.FLOAT32]: { name: "float32", array: Float32Array },
} as const;

export type VoxelType = (typeof voxelTypes)[DataType]["name"];

/** The voxels of one chunk; valid only during the call that is handed it. */
export interface ChunkVoxels {
  /** As they lie in memory; undefined where the chunk is held compressed, or was never written. */
  readonly raw:
    { readonly data: VoxelArray; readonly strides: Vec3 } | undefined;
  /** One voxel, counted from the chunk's first. */
  valueAt(x: number, y: number, z: number): number | bigint;
}

/** Where the axes of a source lie: what only its coordinate space knows. */
export interface SourceAxes {
  /** The dimension of the source that is x, y, z. */
  readonly dimensions: Vec3;
  /** The edges of a voxel of the finest scale in nm; undefined where the source has no unit of length. */
  readonly voxelSize: Vec3 | undefined;
}

/** One resolution of a volume. Its own voxels are counted from 0 at the volume's first corner, whatever the volume's offset. */
export interface VolumeScale {
  /** The volume's bounds in this scale's voxels; upper exclusive. */
  readonly bounds: Box;
  /** The edges of a whole chunk in this scale's voxels. */
  readonly chunkShape: Vec3;
  /** A point `v` of this scale is `v * factor + origin` in voxels of the finest scale, the volume's offset included. */
  readonly factor: Vec3;
  readonly origin: Vec3;
  /** The edges of a voxel in nm. */
  readonly voxelSize: Vec3 | undefined;
  /**
   * Fetches a chunk through upstream's worker and cache, and hands it to `read` while it is in memory. In dimensions beyond x, y, z
   * (channel, time) it is the first. A chunk that was never written reads as the source's fill value.
   * @param cell of the chunk grid
   * @param read must copy what it wants to keep
   * @throws what upstream or `read` threw; the signal's reason at once when it aborts
   */
  readChunk<T>(
    cell: Vec3,
    read: (voxels: ChunkVoxels) => T,
    signal: AbortSignal,
  ): Promise<T>;
}

/** A volume of any format, open for reading until it is disposed: it holds upstream's chunk sources, and with them their cache. */
export class VolumeSource {
  readonly dataType: VoxelType;
  /** From the finest to the coarsest. */
  readonly scales: readonly VolumeScale[];
  private readonly chunkSources: readonly VolumeChunkSource[];
  private readonly closed = new AbortController();
  private readonly array: (typeof voxelTypes)[DataType]["array"];

  /**
   * @param name for people: the layer and its source
   * @param discrete whether values are ids: upstream then keeps them compressed, and shares the chunks that are on the screen
   * @throws where the source's axes are turned against x, y, z
   */
  constructor(
    readonly name: string,
    multiscale: MultiscaleVolumeChunkSource,
    axes: SourceAxes,
    discrete: boolean,
  ) {
    const { name: dataType, array } = voxelTypes[multiscale.dataType];
    this.dataType = dataType;
    this.array = array;
    const layouts = multiscale.getSources(
      sourceOptions(multiscale.rank, axes, discrete),
    );
    this.chunkSources = layouts.flat().map((scale) => scale.chunkSource);
    try {
      this.scales = mostCubic(layouts).map((scale) =>
        openScale(name, scale, axes, this.closed.signal),
      );
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** An array of the volume's data type, all zero. */
  newVoxels(length: number): Voxels {
    return new this.array(length);
  }

  get bytesPerVoxel(): number {
    return this.array.BYTES_PER_ELEMENT;
  }

  /** Lets go of upstream's chunk sources; what is being read, and what is read from now on, fails with an error that says so. */
  dispose(): void {
    this.closed.abort(new Error("The layer no longer shows this source."));
    for (const source of this.chunkSources) source.dispose();
  }
}

type Layouts = ReturnType<MultiscaleVolumeChunkSource["getSources"]>;
type ScaleOfSource = Layouts[number][number];

/**
 * The options under which upstream's own layers open a source that is shown as it is. Upstream chooses the size of chunks by them where
 * a format leaves it open: with others it would make a second copy of the source, and fetch what is on the screen a second time.
 */
function sourceOptions(
  rank: number,
  { dimensions, voxelSize }: SourceAxes,
  discreteValues: boolean,
): VolumeSourceOptions {
  const displayRank = 3;
  const multiscaleToViewTransform = new Float32Array(displayRank * rank);
  const edges = voxelSize ?? [1, 1, 1];
  const shortest = Math.min(...edges);
  dimensions.forEach((dimension, axis) => {
    multiscaleToViewTransform[displayRank * dimension + axis] =
      edges[axis] / shortest;
  });
  return {
    displayRank,
    multiscaleToViewTransform,
    modelChannelDimensionIndices: [],
    ...(discreteValues ? { discreteValues } : {}),
  };
}

/** Upstream may offer the same scales cut into chunks in several ways (flat ones for each panel): a reader wants the most cubic. */
function mostCubic(layouts: Layouts): Layouts[number] {
  const longestEdge = (layout: Layouts[number]) =>
    Math.max(...layout[0].chunkSource.spec.chunkDataSize);
  return layouts.reduce((best, layout) =>
    longestEdge(layout) < longestEdge(best) ? layout : best,
  );
}

function openScale(
  name: string,
  { chunkSource, chunkToMultiscaleTransform }: ScaleOfSource,
  axes: SourceAxes,
  closed: AbortSignal,
): VolumeScale {
  const { spec } = chunkSource;
  const { rank } = spec;
  const columns = chunkDimensions(name, chunkToMultiscaleTransform, rank, axes);
  const ofAxis = (values: ArrayLike<number>) =>
    vec3((axis) => values[columns[axis]]);
  const entry = (column: number, axis: number) =>
    chunkToMultiscaleTransform[column * (rank + 1) + axes.dimensions[axis]];
  const factor = vec3((axis) => entry(columns[axis], axis));
  const { voxelSize } = axes;
  return {
    bounds: {
      lower: ofAxis(spec.lowerVoxelBound),
      upper: ofAxis(spec.upperVoxelBound),
    },
    chunkShape: ofAxis(spec.chunkDataSize),
    factor,
    origin: vec3((axis) => entry(rank, axis)),
    voxelSize: voxelSize && vec3((axis) => voxelSize[axis] * factor[axis]),
    readChunk: (cell, read, signal) =>
      readChunk(
        chunkSource,
        columns,
        cell,
        read,
        AbortSignal.any([closed, signal]),
      ),
  };
}

/** The dimensions of a chunk along x, y, z: formats that store z first permute them. */
function chunkDimensions(
  name: string,
  transform: Float32Array,
  rank: number,
  axes: SourceAxes,
): Vec3 {
  return vec3((axis) => {
    const row = axes.dimensions[axis];
    const found = Array.from({ length: rank }, (_, column) => column).filter(
      (column) => transform[column * (rank + 1) + row] !== 0,
    );
    if (found.length !== 1 || transform[found[0] * (rank + 1) + row] < 0)
      throw new Error(
        `${name} cannot be read by voxel: its chunks are turned or mirrored against x, y, z (transform ${transform.join()}).`,
      );
    return found[0];
  });
}

async function readChunk<T>(
  source: VolumeChunkSource,
  dimensions: Vec3,
  cell: Vec3,
  read: (voxels: ChunkVoxels) => T,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const { rank, lowerVoxelBound, chunkDataSize } = source.spec;
  const gridPosition = Float32Array.from({ length: rank }, (_, dimension) =>
    Math.floor(lowerVoxelBound[dimension] / chunkDataSize[dimension]),
  );
  dimensions.forEach((dimension, axis) => {
    gridPosition[dimension] = cell[axis];
  });
  const outcome = source.fetchChunk(
    gridPosition,
    // Called in the middle of upstream's queue of chunks, which an exception would stop for good, and with it the picture.
    (chunk) =>
      attempt(() => read(chunkVoxels(chunk as VolumeChunk, dimensions))),
    { signal },
  );
  // Upstream's promise settles only once the worker has answered to the abort.
  const result = await raceWithAbort(outcome, signal);
  if ("error" in result) throw result.error;
  return result.value;
}

function attempt<T>(run: () => T): { value: T } | { error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

function chunkVoxels(chunk: VolumeChunk, dimensions: Vec3): ChunkVoxels {
  const { spec } = chunk.source;
  const position = new Uint32Array(spec.rank);
  const { data } = chunk as unknown as { data: VoxelArray | null };
  const isRaw = spec.compressedSegmentationBlockSize === undefined;
  return {
    raw:
      isRaw && data !== null
        ? { data, strides: stridesOf(chunk.chunkDataSize, dimensions) }
        : undefined,
    valueAt(x, y, z) {
      position[dimensions[0]] = x;
      position[dimensions[1]] = y;
      position[dimensions[2]] = z;
      return chunk.getValueAt(position) as number | bigint;
    },
  };
}

/** Chunks lie in memory with their first dimension fastest. */
function stridesOf(shape: Uint32Array, dimensions: Vec3): Vec3 {
  const strides: number[] = [];
  let stride = 1;
  for (const edge of shape) {
    strides.push(stride);
    stride *= edge;
  }
  return vec3((axis) => strides[dimensions[axis]]);
}
