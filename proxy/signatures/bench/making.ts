// How fast signatures are made, on one core.
import type { Report } from "../../../config/bench/bench.js";
import type { Block, PlaceGrid } from "../encoder/encoder.js";
import { LearnedEncoder } from "../encoder/learned_encoder.js";
import { FEATURES } from "../encoder/features.js";
import type { Look } from "../encoder/patch_features.js";
import { BITS } from "../encoder/projection.js";
import { Random } from "../encoder/random.js";
import type { Triple } from "../record.js";

/** How long each is measured at least, in milliseconds. */
const patience = 2000;

/**
 * Volumes as the encoder looks at them. What it costs does not depend on what is seen, nor on what was learned.
 */
const looks: readonly { name: string; look: Look; stride: Triple }[] = [
  {
    name: "three sections, 8 nm voxels, every 16th",
    look: { factor: 1, sections: "three" },
    stride: [16, 16, 16],
  },
  {
    name: "one section, 4 nm voxels, every 16th",
    look: { factor: 2, sections: "cut" },
    stride: [16, 16, 1],
  },
  {
    name: "one section, 4 nm voxels, every 4th",
    look: { factor: 2, sections: "cut" },
    stride: [4, 4, 1],
  },
];
/** Places of a block along an axis, about as many as a build makes at once. */
const COUNT = { three: [10, 10, 10], cut: [40, 40, 1] } as const;

export function reportMaking(report: Report): void {
  const random = new Random(1);
  const drawn = (length: number) =>
    Float32Array.from({ length }, () => random.normal());
  const projection = { mean: drawn(FEATURES), matrix: drawn(FEATURES * BITS) };
  for (const { name, look, stride } of looks) {
    const encoder = new LearnedEncoder(look, projection);
    const count = COUNT[look.sections];
    const places: PlaceGrid = {
      first: [
        encoder.patch[0] >> 1,
        encoder.patch[1] >> 1,
        encoder.patch[2] >> 1,
      ],
      stride,
      count,
    };
    const block = noise(encoder.patch, places, random);
    let made = 0;
    const began = performance.now();
    const before = process.cpuUsage();
    while (performance.now() - began < patience)
      made += encoder.encode(block, places).length;
    const { user, system } = process.cpuUsage(before);
    report({
      name: `making signatures, ${name}`,
      value: made / ((user + system) / 1e6),
      unit: "signatures/s of one core",
    });
  }
}

/** A block of noise that holds the patches of all places. */
function noise(patch: Triple, places: PlaceGrid, random: Random): Block {
  const along = (axis: 0 | 1 | 2) =>
    patch[axis] + (places.count[axis] - 1) * places.stride[axis];
  const size: Triple = [along(0), along(1), along(2)];
  const voxels = Uint8Array.from({ length: size[0] * size[1] * size[2] }, () =>
    random.below(256),
  );
  return { size, voxels, largestValue: 255 };
}
