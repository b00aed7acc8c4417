import type { Encoder, PlaceGrid } from "../encoder/encoder.js";
import type { Records, Triple } from "../record.js";
import { blankPlaces } from "./blank.js";
import { readMirrored } from "./mirrored_block.js";
import { toFinest, type ScaleStep } from "./place_lattice.js";
import type { VolumeReader } from "./volume/volume_reader.js";

/**
 * Makes the signatures of places of a volume, those left out at which there is nothing to see.
 * @param places in voxels of the reader's scale
 * @returns x fastest; positions are voxels of the finest scale
 * @throws VolumeError where a chunk cannot be read
 */
export async function encodeBlock(
  reader: VolumeReader,
  encoder: Encoder,
  places: PlaceGrid,
  step: ScaleStep,
): Promise<Records> {
  const { first, stride, count } = places;
  const middle = encoder.patch.map((side) => side >> 1);
  const corner = (axis: 0 | 1 | 2) => first[axis] - middle[axis];
  const end = (axis: 0 | 1 | 2) =>
    corner(axis) + (count[axis] - 1) * stride[axis] + encoder.patch[axis];
  const block = await readMirrored(reader, {
    min: [corner(0), corner(1), corner(2)],
    max: [end(0), end(1), end(2)],
  });
  const inBlock: PlaceGrid = {
    first: [middle[0], middle[1], middle[2]],
    stride,
    count,
  };
  const isBlank = blankPlaces(block, inBlock);
  const kept = isBlank.reduce((sum, blank) => sum + 1 - blank, 0);
  const positions = new Uint32Array(3 * kept);
  const signatures = new BigUint64Array(kept);
  if (kept === 0) return { positions, signatures };
  const all = encoder.encode(block, inBlock);
  const axes = ([0, 1, 2] as const).map((axis) =>
    Array.from({ length: count[axis] }, (_, i) =>
      toFinest(step, first[axis] + i * stride[axis], axis),
    ),
  );
  let to = 0;
  all.forEach((signature, i) => {
    if (isBlank[i]) return;
    positions.set(positionOf(i, count, axes), 3 * to);
    signatures[to++] = signature;
  });
  return { positions, signatures };
}

function positionOf(
  index: number,
  count: Triple,
  axes: readonly (readonly number[])[],
): Triple {
  return [
    axes[0][index % count[0]],
    axes[1][Math.floor(index / count[0]) % count[1]],
    axes[2][Math.floor(index / (count[0] * count[1]))],
  ];
}
