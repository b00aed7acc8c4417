/** Files of labels as other programs write them, small and made here. */
import { buffer } from "node:stream/consumers";
import { deflateSync, gzipSync } from "node:zlib";
import yazl from "yazl";
import type { LabelVoxels } from "../sources/label_voxels.js";

/** x, y, z. */
type Size = readonly [number, number, number];

const DTYPES = new Map<unknown, string>([
  [Uint8Array, "u1"],
  [Uint16Array, "u2"],
  [Uint32Array, "u4"],
  [BigUint64Array, "u8"],
  [Int8Array, "i1"],
  [Int16Array, "i2"],
  [Int32Array, "i4"],
  [BigInt64Array, "i8"],
]);

const codeOf = (voxels: LabelVoxels): string =>
  DTYPES.get(voxels.constructor) ?? "";

/** The bytes of voxels, little-endian. */
export function rawOf({ buffer, byteOffset, byteLength }: LabelVoxels): Buffer {
  return Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** A .npy file of version 1.0. @param descr what it says of its type, where that is not the truth */
export function npyOf(
  voxels: LabelVoxels,
  [x, y, z]: Size,
  descr = `<${codeOf(voxels)}`,
): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${z}, ${y}, ${x}), }`;
  const padded = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, "latin1"), rawOf(voxels)]);
}

/** A zip of files. */
export async function zipOf(
  files: Readonly<Record<string, Buffer | string>>,
  compress = true,
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.from(content), name, { compress });
  zip.end();
  return buffer(zip.outputStream);
}

/** A box out of voxels, padded with 0 where they end. */
function chunkOf(
  voxels: LabelVoxels,
  size: Size,
  begin: Size,
  chunk: Size,
): LabelVoxels {
  const made = voxels.slice(0, 0).constructor as new (n: number) => LabelVoxels;
  const out = new made(chunk[0] * chunk[1] * chunk[2]);
  for (let z = 0, to = 0; z < chunk[2]; z++)
    for (let y = 0; y < chunk[1]; y++)
      for (let x = 0; x < chunk[0]; x++, to++) {
        const at = [begin[0] + x, begin[1] + y, begin[2] + z];
        if (at.some((n, axis) => n >= size[axis])) continue;
        out[to] = voxels[(at[2] * size[1] + at[1]) * size[0] + at[0]];
      }
  return out;
}

/** Calls back for each chunk of a volume: its place in the grid (z, y, x), and its bytes. */
function eachChunk(
  voxels: LabelVoxels,
  size: Size,
  chunk: Size,
  put: (cell: readonly number[], bytes: Buffer) => void,
): void {
  for (let z = 0; z * chunk[2] < size[2]; z++)
    for (let y = 0; y * chunk[1] < size[1]; y++)
      for (let x = 0; x * chunk[0] < size[0]; x++) {
        const begin: Size = [x * chunk[0], y * chunk[1], z * chunk[2]];
        put([z, y, x], rawOf(chunkOf(voxels, size, begin, chunk)));
      }
}

/** A Zarr array of version 2, zlib'd, as one folder packed with its name. */
export function zarr2Of(
  voxels: LabelVoxels,
  size: Size,
  chunk: Size,
  attributes: object,
): Promise<Buffer> {
  const files: Record<string, Buffer | string> = {
    "labels.zarr/.zarray": JSON.stringify({
      ...{ zarr_format: 2, shape: [...size].reverse(), order: "C" },
      ...{ chunks: [...chunk].reverse(), dtype: `<${codeOf(voxels)}` },
      ...{ fill_value: 0, filters: null, compressor: { id: "zlib", level: 1 } },
    }),
    "labels.zarr/.zattrs": JSON.stringify(attributes),
  };
  eachChunk(voxels, size, chunk, (cell, bytes) => {
    files[`labels.zarr/${cell.join(".")}`] = deflateSync(bytes);
  });
  return zipOf(files, false);
}

/** An OME-Zarr of version 0.5: a group of Zarr version 3 with one level. @param scale nm, z, y, x */
export function zarr3Of(
  voxels: LabelVoxels,
  size: Size,
  chunk: Size,
  type: string,
  scale: readonly number[],
  translation: readonly number[],
): Promise<Buffer> {
  const axes = ["z", "y", "x"].map((name) => ({
    ...{ name, type: "space", unit: "nanometer" },
  }));
  const files: Record<string, Buffer | string> = {
    "zarr.json": JSON.stringify({
      ...{ zarr_format: 3, node_type: "group" },
      attributes: {
        ome: {
          version: "0.5",
          multiscales: [
            {
              axes,
              datasets: [
                {
                  path: "0",
                  coordinateTransformations: [
                    { type: "scale", scale },
                    { type: "translation", translation },
                  ],
                },
              ],
            },
          ],
        },
      },
    }),
    "0/zarr.json": JSON.stringify({
      ...{ zarr_format: 3, node_type: "array", data_type: type },
      ...{ shape: [...size].reverse(), fill_value: 0, attributes: {} },
      chunk_grid: {
        name: "regular",
        configuration: { chunk_shape: [...chunk].reverse() },
      },
      chunk_key_encoding: {
        ...{ name: "default", configuration: { separator: "/" } },
      },
      codecs: [
        { name: "bytes", configuration: { endian: "little" } },
        { name: "gzip", configuration: { level: 1 } },
      ],
    }),
  };
  eachChunk(voxels, size, chunk, (cell, bytes) => {
    files[`0/c/${cell.join("/")}`] = gzipSync(bytes);
  });
  return zipOf(files, false);
}

/** A little-endian TIFF, a page for each section, each page one strip. */
export function tiffOf(
  voxels: LabelVoxels,
  [x, y, z]: Size,
  deflate: boolean,
): Buffer {
  const bits = 8 * voxels.BYTES_PER_ELEMENT;
  const isSigned = codeOf(voxels).startsWith("i");
  const parts: Buffer[] = [Buffer.from("II*\0\0\0\0\0", "latin1")];
  let length = 8;
  let link = { part: parts[0], at: 4 };
  const add = (part: Buffer): number => {
    const padded = Buffer.concat([part, Buffer.alloc(part.length % 2)]);
    parts.push(padded);
    length += padded.length;
    return length - padded.length;
  };
  for (let page = 0; page < z; page++) {
    const section = rawOf(voxels.subarray(page * x * y, (page + 1) * x * y));
    const strip = deflate ? deflateSync(section) : section;
    const offset = add(strip);
    const tags: [tag: number, type: number, value: number][] = [
      ...([
        [256, 4, x],
        [257, 4, y],
        [258, 3, bits],
        [259, 3, deflate ? 8 : 1],
        [262, 3, 1],
        [273, 4, offset],
        [277, 3, 1],
        [278, 4, y],
        [279, 4, strip.length],
        [339, 3, isSigned ? 2 : 1],
      ] satisfies [number, number, number][]),
    ];
    const directory = Buffer.alloc(2 + 12 * tags.length + 4);
    directory.writeUInt16LE(tags.length, 0);
    tags.forEach(([tag, type, value], i) => {
      const at = 2 + 12 * i;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(1, at + 4);
      if (type === 3) directory.writeUInt16LE(value, at + 8);
      else directory.writeUInt32LE(value, at + 8);
    });
    link.part.writeUInt32LE(add(directory), link.at);
    link = {
      part: parts[parts.length - 1],
      at: directory.length - 4,
    };
  }
  return Buffer.concat(parts);
}
