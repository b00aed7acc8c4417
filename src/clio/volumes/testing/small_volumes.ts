// Small volumes in the formats that voxels are read from, written by hand into a folder that a server serves. Node only.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../../../../neuroglancer/codecs.js";
import { type Vec3, vec3, voxelCount } from "../../model/box.js";

const arrays = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

/** The value of a voxel of a scale, counted from the volume's first voxel. */
export type ValueAt = (voxel: Vec3, scale: number) => bigint;

export interface SmallVolume {
  readonly type: "image" | "segmentation";
  readonly dataType: keyof typeof arrays;
  readonly channels?: number;
  readonly scales: readonly {
    readonly size: Vec3;
    /** In nm. */
    readonly resolution: Vec3;
    readonly offset?: Vec3;
    /** Several of them are the same voxels cut in several ways. */
    readonly chunks: readonly Vec3[];
    readonly encoding?: "raw" | "compressed_segmentation";
    /** All chunks in one file with an index. */
    readonly sharded?: boolean;
  }[];
  /** Chunks that are left out, by their first voxel. */
  readonly isMissing?: (first: Vec3) => boolean;
  readonly valueAt: ValueAt;
}

const blockSize = [8, 8, 8] as const;

/** Writes a volume in upstream's precomputed format. */
export async function writePrecomputed(
  folder: string,
  volume: SmallVolume,
): Promise<void> {
  const { type, dataType, channels = 1 } = volume;
  await mkdir(folder, { recursive: true });
  const scales = volume.scales.map((scale, index) => ({
    key: `s${index}`,
    size: scale.size,
    resolution: scale.resolution,
    voxel_offset: scale.offset ?? [0, 0, 0],
    chunk_sizes: scale.chunks,
    encoding: scale.encoding ?? "raw",
    ...(scale.encoding === "compressed_segmentation" && {
      compressed_segmentation_block_size: blockSize,
    }),
    ...(scale.sharded && {
      sharding: {
        "@type": "neuroglancer_uint64_sharded_v1",
        hash: "identity",
        preshift_bits: 0,
        minishard_bits: 0,
        shard_bits: 0,
      },
    }),
  }));
  const info = { type, data_type: dataType, num_channels: channels, scales };
  await writeFile(path.join(folder, "info"), JSON.stringify(info));
  for (const index of volume.scales.keys())
    await writeScale(path.join(folder, `s${index}`), volume, index);
}

async function writeScale(
  folder: string,
  volume: SmallVolume,
  index: number,
): Promise<void> {
  await mkdir(folder);
  const { size, offset = [0, 0, 0], chunks, sharded } = volume.scales[index];
  const stored: { id: bigint; bytes: Uint8Array }[] = [];
  for (const chunk of chunks)
    for (const cell of cells(
      vec3((axis) => Math.ceil(size[axis] / chunk[axis])),
    )) {
      const lower = vec3((axis) => cell[axis] * chunk[axis]);
      if (volume.isMissing?.(lower)) continue;
      const upper = vec3((axis) =>
        Math.min(size[axis], lower[axis] + chunk[axis]),
      );
      const bytes = encodeChunk(volume, index, lower, upper);
      const name = [0, 1, 2]
        .map(
          (axis) =>
            `${lower[axis] + offset[axis]}-${upper[axis] + offset[axis]}`,
        )
        .join("_");
      if (sharded) stored.push({ id: morton(cell), bytes });
      else await writeFile(path.join(folder, name), bytes);
    }
  if (sharded) await writeFile(path.join(folder, "0.shard"), shard(stored));
}

function encodeChunk(
  { dataType, channels = 1, scales, valueAt }: SmallVolume,
  scale: number,
  lower: Vec3,
  upper: Vec3,
): Uint8Array {
  const shape = vec3((axis) => upper[axis] - lower[axis]);
  const values: bigint[] = [];
  // Further channels hold what no reader of the first may see.
  for (let channel = 0; channel < channels; ++channel)
    for (const at of cells(shape))
      values.push(
        channel === 0
          ? valueAt(
              vec3((axis) => lower[axis] + at[axis]),
              scale,
            )
          : 255n,
      );
  if (scales[scale].encoding !== "compressed_segmentation")
    return typedBytes(dataType, values);
  const output = new TypedArrayBuilder(Uint32Array);
  encodeUint64Channels(output, blockSize, BigUint64Array.from(values), [
    ...shape,
    1,
  ]);
  return bytesOf(output.view.slice());
}

/** Writes a volume as zarr 3, z slowest, without compression; its chunks are whole at the border, as zarr has them. */
export async function writeZarr(
  folder: string,
  size: Vec3,
  chunk: Vec3,
  valueAt: ValueAt,
): Promise<void> {
  const reversed = ([x, y, z]: Vec3) => [z, y, x];
  const metadata = {
    zarr_format: 3,
    node_type: "array",
    shape: reversed(size),
    data_type: "uint16",
    dimension_names: ["z", "y", "x"],
    chunk_grid: {
      name: "regular",
      configuration: { chunk_shape: reversed(chunk) },
    },
    chunk_key_encoding: { name: "default", configuration: { separator: "." } },
    fill_value: 7,
    codecs: [{ name: "bytes", configuration: { endian: "little" } }],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "zarr.json"), JSON.stringify(metadata));
  const grid = vec3((axis) => Math.ceil(size[axis] / chunk[axis]));
  for (const cell of cells(grid)) {
    const values = cells(chunk).map((at) =>
      valueAt(
        vec3((axis) => cell[axis] * chunk[axis] + at[axis]),
        0,
      ),
    );
    await writeFile(
      path.join(folder, `c.${reversed(cell).join(".")}`),
      typedBytes("uint16", values),
    );
  }
}

/** All cells of a grid, x fastest. */
export function cells(grid: Vec3): Vec3[] {
  return Array.from({ length: voxelCount(grid) }, (_, index) => [
    index % grid[0],
    Math.floor(index / grid[0]) % grid[1],
    Math.floor(index / (grid[0] * grid[1])),
  ]);
}

function typedBytes(
  dataType: SmallVolume["dataType"],
  values: readonly bigint[],
): Uint8Array {
  return bytesOf(
    dataType === "uint64"
      ? BigUint64Array.from(values)
      : arrays[dataType].from(values.map(Number)),
  );
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The order of chunks in a shard, for grids of up to two cells along each axis: one bit each. */
function morton([x, y, z]: Vec3): bigint {
  return BigInt(x + 2 * y + 4 * z);
}

/**
 * A shard with one minishard. Source: "Sharded format" of the precomputed format's specification.
 * @param chunks in any order
 */
function shard(
  chunks: readonly { id: bigint; bytes: Uint8Array }[],
): Uint8Array {
  const sorted = [...chunks].sort((a, b) => Number(a.id - b.id));
  const index = new BigUint64Array(3 * sorted.length);
  sorted.forEach(({ id, bytes }, i) => {
    index[i] = i === 0 ? id : id - sorted[i - 1].id;
    // The gap after the end of the one before.
    index[sorted.length + i] = 0n;
    index[2 * sorted.length + i] = BigInt(bytes.length);
  });
  const start = sorted.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const header = BigUint64Array.of(
    BigInt(start),
    BigInt(start + index.byteLength),
  );
  return Buffer.concat([
    bytesOf(header),
    ...sorted.map(({ bytes }) => bytes),
    bytesOf(index),
  ]);
}
