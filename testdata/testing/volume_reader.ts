import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { decodeUint64Channels } from "../../neuroglancer/codecs.js";
import type { Triple } from "../precomputed/scales.js";

/** What the specs read of a layer's description. */
export interface LayerInfo {
  type: string;
  data_type: "uint8" | "uint16" | "uint32" | "uint64";
  mesh?: string;
  segment_properties?: string;
  scales: {
    key: string;
    size: Triple;
    resolution: Triple;
    voxel_offset: Triple;
    chunk_sizes: Triple[];
    encoding: string;
    compressed_segmentation_block_size?: Triple;
  }[];
}

export const readInfo = (layer: string): LayerInfo =>
  JSON.parse(readFileSync(path.join(layer, "info"), "utf8")) as LayerInfo;

/** How many voxels each segment of a written layer has, by its own word. */
export function readVoxelCounts(layer: string): [string, number][] {
  const folder = path.join(layer, readInfo(layer).segment_properties!);
  const { inline } = JSON.parse(
    readFileSync(path.join(folder, "info"), "utf8"),
  ) as {
    inline: {
      ids: string[];
      properties: { id: string; values: number[] }[];
    };
  };
  const { values } = inline.properties.find(({ id }) => id === "voxels")!;
  return inline.ids.map((id, i) => [id, values[i]]);
}

type Voxels = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * A whole level of a written layer, read back as upstream reads it: by the names and sizes of chunks that its description
 * leads to, and with upstream's decoder.
 */
function readLevel(layer: string, level: number): Voxels {
  const info = readInfo(layer);
  const { key, size, chunk_sizes, voxel_offset } = info.scales[level];
  const chunk = chunk_sizes[0];
  const voxels = viewOf(
    info.data_type,
    new ArrayBuffer(size[0] * size[1] * size[2] * BYTES[info.data_type]),
  );
  for (let z = 0; z < size[2]; z += chunk[2])
    for (let y = 0; y < size[1]; y += chunk[1])
      for (let x = 0; x < size[0]; x += chunk[0]) {
        const begin = [x, y, z];
        const end = begin.map((from, axis) =>
          Math.min(from + chunk[axis], size[axis]),
        );
        const name = begin.map(
          (from, axis) =>
            `${from + voxel_offset[axis]}-${end[axis] + voxel_offset[axis]}`,
        );
        const file = path.join(layer, key, `${name.join("_")}.gz`);
        const extent = end.map((to, axis) => to - begin[axis]);
        const part = decode(
          info,
          level,
          gunzipSync(readFileSync(file)),
          extent,
        );
        expect(part.length).toBe(extent[0] * extent[1] * extent[2]);
        for (let k = 0, from = 0; k < extent[2]; k++)
          for (let j = 0; j < extent[1]; j++, from += extent[0])
            setRow(
              voxels,
              part,
              from,
              extent[0],
              ((z + k) * size[1] + y + j) * size[0] + x,
            );
      }
  return voxels;
}

function setRow(
  to: Voxels,
  from: Voxels,
  begin: number,
  count: number,
  at: number,
): void {
  if (to instanceof BigUint64Array && from instanceof BigUint64Array)
    to.set(from.subarray(begin, begin + count), at);
  else if (!(to instanceof BigUint64Array) && !(from instanceof BigUint64Array))
    to.set(from.subarray(begin, begin + count), at);
}

/** A level of an image. */
export function readImage(
  layer: string,
  level = 0,
): Exclude<Voxels, BigUint64Array> {
  const voxels = readLevel(layer, level);
  if (voxels instanceof BigUint64Array) throw new Error(`${layer}: labels`);
  return voxels;
}

/** A level of labels, with their ids of 64 bits. */
export function readLabels(layer: string, level = 0): BigUint64Array {
  const voxels = readLevel(layer, level);
  if (!(voxels instanceof BigUint64Array))
    throw new Error(`${layer}: no labels`);
  return voxels;
}

const BYTES = { uint8: 1, uint16: 2, uint32: 4, uint64: 8 } as const;

function viewOf(type: LayerInfo["data_type"], buffer: ArrayBuffer): Voxels {
  switch (type) {
    case "uint8":
      return new Uint8Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "uint64":
      return new BigUint64Array(buffer);
  }
}

function decode(
  info: LayerInfo,
  level: number,
  bytes: Buffer,
  extent: readonly number[],
): Voxels {
  const buffer = new Uint8Array(bytes).buffer;
  const block = info.scales[level].compressed_segmentation_block_size;
  if (!block) return viewOf(info.data_type, buffer);
  const labels = new BigUint64Array(extent[0] * extent[1] * extent[2]);
  const words = new Uint32Array(buffer);
  decodeUint64Channels(labels, words, 0, [...extent, 1], block);
  return labels;
}

/** The mesh of a segment, through its manifest; positions in nm. */
export function readMesh(
  layer: string,
  id: string,
): { positions: Float32Array; triangles: Uint32Array } {
  const folder = path.join(layer, readInfo(layer).mesh ?? "");
  const manifest = JSON.parse(
    readFileSync(path.join(folder, `${id}:0`), "utf8"),
  ) as { fragments: string[] };
  if (manifest.fragments.length !== 1)
    throw new Error(`${id}: ${manifest.fragments.length} fragments`);
  const bytes = gunzipSync(
    readFileSync(path.join(folder, `${manifest.fragments[0]}.gz`)),
  );
  const buffer = bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.length,
  );
  const vertices = new DataView(buffer).getUint32(0, true);
  return {
    positions: new Float32Array(buffer, 4, vertices * 3),
    triangles: new Uint32Array(buffer, 4 + vertices * 12),
  };
}
