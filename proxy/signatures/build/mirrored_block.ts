import type { Block } from "../encoder/encoder.js";
import type { Box, Triple } from "../record.js";
import { newGreyVoxels } from "./volume/chunk_codec.js";
import type { VolumeReader } from "./volume/volume_reader.js";

/**
 * Reads a box of voxels as a block; what lies outside of the volume mirrors what lies inside, so that the border looks like tissue
 * and not like an edge.
 * @throws VolumeError where a chunk cannot be read
 */
export async function readMirrored(
  reader: VolumeReader,
  { min, max }: Box,
): Promise<Block> {
  const { largestValue } = reader;
  const size: Triple = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const sources = size.map((length, axis) =>
    Int32Array.from({ length }, (_, i) =>
      mirrored(min[axis] + i, reader.scale.size[axis]),
    ),
  );
  // Not spread into Math.min: a block is longer than an argument list may be.
  const low = sources.map((source) => source.reduce((a, b) => Math.min(a, b)));
  const high = sources.map((source) => source.reduce((a, b) => Math.max(a, b)));
  const inside = await reader.read({
    min: [low[0], low[1], low[2]],
    max: [high[0] + 1, high[1] + 1, high[2] + 1],
  });
  const width = high[0] + 1 - low[0];
  const height = high[1] + 1 - low[1];
  const lies = (axis: number): boolean =>
    low[axis] === min[axis] && high[axis] + 1 === max[axis];
  if ([0, 1, 2].every(lies)) return { size, voxels: inside, largestValue };
  const voxels = newGreyVoxels(reader.type, size[0] * size[1] * size[2]);
  let to = 0;
  for (const z of sources[2])
    for (const y of sources[1]) {
      const row = ((z - low[2]) * height + (y - low[1])) * width - low[0];
      for (const x of sources[0]) voxels[to++] = inside[row + x];
    }
  return { size, voxels, largestValue };
}

/** The place in 0..length-1 that a mirror at each end shows at `at`. */
function mirrored(at: number, length: number): number {
  const period = 2 * length;
  const inPeriod = ((at % period) + period) % period;
  return inPeriod < length ? inPeriod : period - 1 - inPeriod;
}
