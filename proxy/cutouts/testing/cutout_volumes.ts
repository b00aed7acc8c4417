/** Small volumes in a data folder whose every voxel is known: an image, and segmentations in each form that is read. */
import {
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../../../neuroglancer/codecs.js";
import type { Vec3 } from "../../../src/clio/model/box.js";
import type { Files } from "../../testing/server_fixture.js";

export const size: Vec3 = [150, 70, 40];
const chunk: Vec3 = [64, 64, 16];
const voxelSize: Vec3 = [8, 8, 30];
export const offset: Vec3 = [10, 0, 5];

/** The grey of a voxel, counted from the first one of the volume. */
export const greyAt = (x: number, y: number, z: number): number =>
  (x * 7 + y * 3 + z * 11) & 255;

/** The id of a voxel: blocks of it, some beyond 2^53, and 0 between. */
export function idAt(x: number, y: number, z: number): bigint {
  const block = (x >> 4) + 16 * (y >> 4) + 256 * (z >> 3);
  if (block % 7 === 3) return 0n;
  return block % 2 === 0 ? BigInt(block) : 2n ** 60n + BigInt(block);
}

/** A dataset of them, as the files of a server's data folder. */
export function cutoutFiles(name: string): Files {
  const folder = `data/volumes/${name}`;
  const dataset = {
    title: "Cut out",
    public: false,
    neuroglancer: {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [30e-9, "m"] },
      layers: [
        { type: "image", name: "image", source: "./image" },
        { type: "segmentation", name: "cells", source: "./cells" },
        { type: "segmentation", name: "plain", source: "./plain" },
        { type: "annotation", name: "notes", source: "./notes" },
      ],
    },
    roles: { cells: ["mergeable"] },
  };
  return {
    [`${folder}/dataset.json`]: JSON.stringify(dataset),
    ...volume(`${folder}/image`, "image", "uint8", "raw", (shape, lower) =>
      Uint8Array.from(voxelsOf(shape, lower, greyAt)),
    ),
    ...volume(
      `${folder}/cells`,
      "segmentation",
      "uint64",
      "compressed_segmentation",
      (shape, lower) => compressed(shape, voxelsOf(shape, lower, idAt)),
    ),
    ...volume(
      `${folder}/plain`,
      "segmentation",
      "uint32",
      "raw",
      (shape, lower) =>
        new Uint8Array(
          Uint32Array.from(
            voxelsOf(shape, lower, idAt).map((id) => Number(id & 0xffffn)),
          ).buffer,
        ),
    ),
  };
}

function voxelsOf<T>(
  [width, height, depth]: Vec3,
  lower: Vec3,
  valueAt: (x: number, y: number, z: number) => T,
): T[] {
  return Array.from({ length: width * height * depth }, (_, i) =>
    valueAt(
      lower[0] + (i % width),
      lower[1] + (Math.floor(i / width) % height),
      lower[2] + Math.floor(i / (width * height)),
    ),
  );
}

function compressed(shape: Vec3, ids: readonly bigint[]): Uint8Array {
  const builder = new TypedArrayBuilder(Uint32Array, 16);
  const values = BigUint64Array.from(ids);
  encodeUint64Channels(builder, [8, 8, 8], values, [...shape, 1]);
  return new Uint8Array(builder.view.slice().buffer);
}

function volume(
  folder: string,
  type: string,
  data_type: string,
  encoding: string,
  encode: (shape: Vec3, lower: Vec3) => Uint8Array,
): Files {
  const files: Files = {};
  for (let z = 0; z < size[2]; z += chunk[2])
    for (let y = 0; y < size[1]; y += chunk[1])
      for (let x = 0; x < size[0]; x += chunk[0]) {
        const lower: Vec3 = [x, y, z];
        const upper = lower.map((n, axis) =>
          Math.min(n + chunk[axis], size[axis]),
        );
        const shape: Vec3 = [upper[0] - x, upper[1] - y, upper[2] - z];
        const name = lower
          .map((n, i) => `${n + offset[i]}-${upper[i] + offset[i]}`)
          .join("_");
        files[`${folder}/s/${name}`] = encode(shape, lower);
      }
  const scale = {
    ...{ key: "s", size, resolution: voxelSize, voxel_offset: offset },
    ...{ chunk_sizes: [chunk], encoding },
    ...(encoding === "raw"
      ? {}
      : { compressed_segmentation_block_size: [8, 8, 8] }),
  };
  files[`${folder}/info`] = JSON.stringify({
    ...{ "@type": "neuroglancer_multiscale_volume", type, data_type },
    ...{ num_channels: 1, scales: [scale] },
  });
  return files;
}
