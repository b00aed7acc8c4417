import { type Box, shapeOf } from "../../src/clio/model/box.js";
import { type CutoutLayer, cutoutBytes } from "../../src/clio/model/cutout.js";

/** How numpy and Zarr write a type: little-endian, and the bytes of a voxel. */
export const NUMPY_TYPES: Readonly<Record<CutoutLayer["dtype"], string>> = {
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
};

/**
 * The head of an `.npy` file of a box, whose axes are z, y, x.
 * Source: "The .npy format", version 1.0, of numpy's documentation.
 */
export function npyHeader({ dtype }: CutoutLayer, box: Box): Buffer {
  const [x, y, z] = shapeOf(box);
  const text = `{'descr': '${NUMPY_TYPES[dtype]}', 'fortran_order': False, 'shape': (${z}, ${y}, ${x}), }`;
  const before = 10;
  // The array begins at a multiple of 64 bytes, so that it can be mapped into memory.
  const length = Math.ceil((before + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(length - before, 8);
  header.write(text, before, "latin1");
  header.write("\n", length - 1, "latin1");
  return header;
}

/** The most that is in memory of a cut-out that is sent, in bytes, but for a single section that is larger. */
const slabBytes = 128 * 2 ** 20;

/**
 * The slabs in which a box is read from front to back: as many sections as the volume's chunks have, so that each chunk is decoded once.
 * @param from the first section that is wanted
 * @param depth of a chunk, in voxels
 * @param origin where chunks begin
 */
export function* slabsOf(
  layer: CutoutLayer,
  { lower, upper }: Box,
  from: number,
  depth: number,
  origin: number,
): Generator<Box> {
  const section = cutoutBytes(layer, {
    lower,
    upper: [upper[0], upper[1], lower[2] + 1],
  });
  const most = Math.max(1, Math.floor(slabBytes / section));
  for (let z = from; z < upper[2];) {
    const chunkEnd = origin + (Math.floor((z - origin) / depth) + 1) * depth;
    const end = Math.min(chunkEnd, z + most, upper[2]);
    yield {
      lower: [lower[0], lower[1], z],
      upper: [upper[0], upper[1], end],
    };
    z = end;
  }
}
