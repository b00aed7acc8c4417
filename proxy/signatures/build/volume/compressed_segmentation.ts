import type { Triple } from "../../record.js";

/** Widths that an encoded value may have, in bits. */
const widths = [0, 1, 2, 4, 8, 16, 32];

/**
 * Decodes one channel of ids, a block at a time; upstream's decoder is meant for tests, and calls a function a voxel.
 * Source: "Compressed segmentation format" of the precomputed format's specification.
 * @param words as they are stored, little-endian; the channel begins at the offset that the first one names
 * @param shape of the chunk in voxels
 * @param block its blocks, in voxels; those at its upper faces are cut off
 * @param perId words of an id: 1 for 32 bits, 2 for 64
 * @returns the ids in words, x fastest
 * @throws RangeError where the words are no such chunk
 */
export function decodeSegmentation(
  words: Uint32Array,
  shape: Triple,
  block: Triple,
  perId: 1 | 2,
): Uint32Array {
  const ids = new Uint32Array(shape[0] * shape[1] * shape[2] * perId);
  const base = words[0];
  const blocks = shape.map((length, axis) => Math.ceil(length / block[axis]));
  let header = base;
  for (let bz = 0; bz < blocks[2]; bz++)
    for (let by = 0; by < blocks[1]; by++)
      for (let bx = 0; bx < blocks[0]; bx++, header += 2) {
        if (header + 2 > words.length)
          throw new RangeError("ends within the headers of its blocks");
        const bits = words[header] >>> 24;
        const table = base + (words[header] & 0xffffff);
        const values = base + words[header + 1];
        if (!widths.includes(bits))
          throw new RangeError(`a block of values of ${bits} bits`);
        const inBlock = block[0] * block[1] * block[2];
        if (values + Math.ceil((inBlock * bits) / 32) > words.length)
          throw new RangeError("ends within the values of a block");
        const lower: Triple = [bx * block[0], by * block[1], bz * block[2]];
        decodeBlock(words, { bits, table, values }, ids, perId, {
          ...{ shape, block, lower },
        });
      }
  return ids;
}

interface BlockHeader {
  readonly bits: number;
  /** Where its table of ids begins, and its values, which count in that table. */
  readonly table: number;
  readonly values: number;
}

interface BlockPlace {
  readonly shape: Triple;
  readonly block: Triple;
  readonly lower: Triple;
}

function decodeBlock(
  words: Uint32Array,
  { bits, table, values }: BlockHeader,
  ids: Uint32Array,
  perId: 1 | 2,
  { shape, block, lower }: BlockPlace,
): void {
  const [width, height, depth] = shape.map((length, axis) =>
    Math.min(block[axis], length - lower[axis]),
  );
  const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) {
      let at = (z * block[1] + y) * block[0] * bits;
      let to =
        (((lower[2] + z) * shape[1] + lower[1] + y) * shape[0] + lower[0]) *
        perId;
      for (let x = 0; x < width; x++, at += bits) {
        // A value never lies across two words: its width divides 32.
        const value =
          bits === 0
            ? 0
            : ((words[values + (at >>> 5)] >>> (at & 31)) & mask) >>> 0;
        const from = table + value * perId;
        if (from + perId > words.length)
          throw new RangeError("ends within the table of a block");
        ids[to++] = words[from];
        if (perId === 2) ids[to++] = words[from + 1];
      }
    }
}
