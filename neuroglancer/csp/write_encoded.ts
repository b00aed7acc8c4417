/**
 * Packs the value indices of one block of a compressed segmentation: the function that upstream makes from text.
 * Format: neuroglancer's compressed_segmentation, "encoded values" of a block.
 * @param output receives `words` 32-bit words
 * @param outputOffset index of the first of them
 * @param encoding for each voxel of the block, an index into `indices`
 * @param indices position of each value in the block's value table
 * @param bits per voxel: 0, 1, 2, 4, 8, 16 or 32
 * @param words 32-bit words of encoded values
 */
export function writeEncodedRepresentation(
  output: Uint32Array,
  outputOffset: number,
  encoding: Uint32Array,
  indices: Uint32Array,
  bits: number,
  words: number,
): void {
  if (bits === 0) return;
  const voxelsPerWord = 32 / bits;
  let voxel = 0;
  for (let i = 0; i < words; ++i) {
    let word = 0;
    for (let j = 0; j < voxelsPerWord; ++j) {
      word |= indices[encoding[voxel++]] << (j * bits);
    }
    output[outputOffset + i] = word;
  }
}
