import fc from "fast-check";
import { bitsApart } from "../testing/records.js";
import type { Triple } from "../record.js";
import type { Block, PlaceGrid } from "./encoder.js";
import { EncoderError, LearnedEncoder } from "./learned_encoder.js";
import { FEATURES } from "./features.js";
import { lookFor, patchOf, type Look } from "./patch_features.js";
import { BITS, learnProjection } from "./projection.js";
import { Random } from "./random.js";
import { joinSamples, planSample, sampleBox } from "./sample.js";

/** A volume of blobs of several sizes and greys, with some noise. */
function tissue(size: Triple, seed: number): Block {
  const random = new Random(seed);
  const blobs = Array.from({ length: 150 }, () => ({
    middle: size.map((length) => random.below(length)),
    radius: 4 + random.below(20),
    grey: 60 + random.below(140),
  }));
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, at++) {
        const blob = blobs.find(
          ({ middle, radius }) =>
            (middle[0] - x) ** 2 + (middle[1] - y) ** 2 + (middle[2] - z) ** 2 <
            radius ** 2,
        );
        voxels[at] = (blob?.grey ?? 150) + 6 * random.normal();
      }
  return { size, voxels, largestValue: 255 };
}

function learn(volume: Block, look: Look, seed: number): LearnedEncoder {
  const { size, places } = planSample(volume.size, look, seed);
  const sample = sampleBox(
    part(volume, [0, 0, 0], size),
    places,
    new Uint8Array(places.count[0] * places.count[1] * places.count[2]),
    look,
    seed,
  );
  const { places: rows, variants } = joinSamples([sample]);
  return new LearnedEncoder(
    look,
    learnProjection(rows, variants, new Random(seed)),
  );
}

/** A box of a volume, the volume repeated where it ends. */
function part(volume: Block, first: Triple, size: Triple): Block {
  const [w, h, d] = volume.size;
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  let to = 0;
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++)
        voxels[to++] =
          volume.voxels[
            (((first[2] + z) % d) * h + ((first[1] + y) % h)) * w +
              ((first[0] + x) % w)
          ];
  return { ...volume, size, voxels };
}

const middleOf = (patch: Triple): PlaceGrid => ({
  first: [patch[0] >> 1, patch[1] >> 1, patch[2] >> 1],
  stride: [1, 1, 1],
  count: [1, 1, 1],
});

/** The block with each voxel from elsewhere. */
function moved(block: Block, from: (at: Triple) => Triple): Block {
  const [w, h, d] = block.size;
  const voxels = new Uint8Array(w * h * d);
  let to = 0;
  for (let z = 0; z < d; z++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [u, v, t] = from([x, y, z]);
        voxels[to++] = block.voxels[(t * h + v) * w + u];
      }
  return { ...block, voxels };
}

const section: Look = { factor: 1, sections: "cut" };
const halved: Look = { factor: 2, sections: "cut" };
const solid: Look = { factor: 1, sections: "three" };

describe("The default encoder", () => {
  const volume = tissue([330, 300, 1], 1);
  const encoder = learn(volume, section, 1);
  const side = encoder.patch[0];
  const patchAt = (x: number, y: number) =>
    part(volume, [x, y, 0], encoder.patch);
  const signatureOf = (block: Block) =>
    encoder.encode(block, middleOf(encoder.patch))[0];

  it("gives a patch one signature, whichever block it lies in and whatever lies beside it", () => {
    fc.assert(
      fc.property(
        fc.nat(120),
        fc.nat(120),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (x, y, stride, count) => {
          const edge = side + (count - 1) * stride;
          const signatures = encoder.encode(
            part(volume, [x, y, 0], [edge, edge + 5, 1]),
            {
              ...middleOf(encoder.patch),
              stride: [stride, stride, 1],
              count: [count, count, 1],
            },
          );
          const last = stride * (count - 1);
          expect(signatures[count * count - 1]).toBe(
            signatureOf(patchAt(x + last, y + last)),
          );
          expect(signatures[0]).toBe(signatureOf(patchAt(x, y)));
        },
      ),
      { numRuns: 8 },
    );
  });

  it("gives the same where pixels are of several voxels and places begin between them", () => {
    const coarse = learn(volume, halved, 1);
    const edge = coarse.patch[0];
    const all = coarse.encode(
      part(volume, [3, 4, 0], [edge + 9, edge + 6, 1]),
      {
        ...middleOf(coarse.patch),
        stride: [3, 3, 1],
        count: [4, 3, 1],
      },
    );
    for (const [i, j] of [
      [0, 0],
      [1, 0],
      [3, 1],
      [2, 2],
    ]) {
      const block = part(volume, [3 + 3 * i, 4 + 3 * j, 0], coarse.patch);
      expect(all[4 * j + i]).toBe(
        coarse.encode(block, middleOf(coarse.patch))[0],
      );
    }
  });

  /** How far apart the signatures of random patches and of what becomes of them are, in the mean; 32 is chance. */
  function apart(change: (block: Block) => Block): number {
    const random = new Random(5);
    const distances = Array.from({ length: 12 }, () => {
      const patch = patchAt(random.below(200), random.below(180));
      return bitsApart(signatureOf(patch), signatureOf(change(patch)));
    });
    return distances.reduce((sum, n) => sum + n, 0) / distances.length;
  }

  it("takes no notice of quarter turns, mirrors, brightness and contrast", () => {
    const end = side - 1;
    for (const turn of [
      (block: Block) => moved(block, ([x, y]) => [y, end - x, 0]),
      (block: Block) => moved(block, ([x, y]) => [end - x, end - y, 0]),
      (block: Block) => moved(block, ([x, y]) => [end - x, y, 0]),
    ])
      // Sums in another order can turn a value that is nearly 0.
      expect(apart(turn)).toBeLessThan(0.5);
    expect(
      apart((block) => ({
        ...block,
        voxels: block.voxels.map((grey) => 0.8 * grey + 20),
      })),
    ).toBeLessThan(5);
  });

  it("takes little notice of noise", () => {
    const random = new Random(9);
    const noisy = apart((block) => ({
      ...block,
      voxels: block.voxels.map((grey) =>
        Math.min(255, Math.max(0, grey + 20 * random.normal())),
      ),
    }));
    const other = apart((block) => {
      expect(block.size).toEqual(encoder.patch);
      return patchAt(random.below(200), random.below(180));
    });
    expect(noisy).toBeLessThan(other / 2);
  });

  it("comes back from its parameters, and is another with another seed", () => {
    const json: unknown = JSON.parse(JSON.stringify(encoder.parameters));
    const again = LearnedEncoder.from(json);
    expect(again.hash).toBe(encoder.hash);
    expect(again.patch).toEqual(encoder.patch);
    const patch = patchAt(7, 9);
    expect(again.encode(patch, middleOf(again.patch))[0]).toBe(
      signatureOf(patch),
    );
    expect(learn(volume, section, 1).hash).toBe(encoder.hash);
    expect(learn(volume, section, 2).hash).not.toBe(encoder.hash);
  });

  it("refuses parameters that are none", () => {
    for (const parameters of [
      null,
      { ...encoder.parameters, version: 2 },
      { ...encoder.parameters, factor: 0 },
      { ...encoder.parameters, mean: "AAAA" },
      { ...encoder.parameters, matrix: "?" },
    ])
      expect(() => LearnedEncoder.from(parameters)).toThrowError(EncoderError);
  });

  it("looks at sections where voxels are long along z, and along all axes where they are not", () => {
    expect(lookFor([4, 4, 40])).toEqual({ factor: 2, sections: "cut" });
    expect(lookFor([8, 8, 8])).toEqual({ factor: 1, sections: "three" });
    expect(lookFor([32, 32, 30])).toEqual({ factor: 1, sections: "three" });
    expect(patchOf(solid)).toEqual([side, side, side]);
    expect(patchOf(halved)).toEqual([2 * side, 2 * side, 1]);
  });

  it("takes no notice of which axis of near isotropic voxels is which", () => {
    const cube = tissue([160, 160, 160], 2);
    const random = new Random(3);
    const projection = {
      mean: new Float32Array(FEATURES),
      matrix: Float32Array.from({ length: FEATURES * BITS }, () =>
        random.normal(),
      ),
    };
    const threeWay = new LearnedEncoder(solid, projection);
    const patch = part(cube, [20, 9, 31], threeWay.patch);
    const turned = moved(patch, ([x, y, z]) => [y, z, x]);
    const [a, b] = [patch, turned].map(
      (block) => threeWay.encode(block, middleOf(threeWay.patch))[0],
    );
    expect(bitsApart(a, b)).toBeLessThan(2);
  });
});
