// The ways to compare places that are judged side by side: signatures, the real values that they are the signs of, and what others use.
import type { Triple } from "../../record.js";
import type { Block } from "../encoder.js";
import type { LearnedEncoder } from "../learned_encoder.js";
import { BITS, signs } from "../projection.js";
import { sectionPart, STACK_SIZE } from "./labelled_stack.js";
import { perceptualHash, PIXEL_SIDE, rawPixels } from "./pixel_peers.js";
import { hammingDistances, squaredDistances } from "./retrieval.js";

/** A way to compare places. */
export interface Method {
  readonly name: string;
  /** Of the square patch that it sees; the place is the pixel at side >> 1 along both axes. */
  readonly side: number;
  /** The distances of all places of the database from the middle of a patch. */
  readonly distances: (patch: Block) => Float32Array;
}

/** The methods: ours, the real values behind it, and others, which know nothing of rotations. */
export type Methods = readonly [
  signatures: Method,
  realValues: Method,
  ...peers: Method[],
];

/** Looks at all places of a database. @param places in the order of their sections, on a grid of `stride` from the corner */
export function methodsFor(
  encoder: LearnedEncoder,
  stack: Block,
  places: readonly Triple[],
  stride: number,
): Methods {
  const values = valuesOf(encoder, stack, places, stride);
  const signatures = signs({ width: BITS, data: values });
  const { pixels, hashes } = pixelsOf(stack, places);
  const side = encoder.patch[0];
  const valuesOfPatch = (patch: Block): Float32Array =>
    encoder.values(patch, {
      first: [side >> 1, side >> 1, 0],
      stride: [1, 1, 1],
      count: [1, 1, 1],
    }).data;
  const middle = PIXEL_SIDE >> 1;
  return [
    {
      name: "signatures",
      side,
      distances: (patch) => {
        const [query] = signs({ width: BITS, data: valuesOfPatch(patch) });
        return hammingDistances(signatures, query);
      },
    },
    {
      name: "real values",
      side,
      distances: (patch) => squaredDistances(values, valuesOfPatch(patch)),
    },
    {
      name: "perceptual hash",
      side: PIXEL_SIDE,
      distances: (patch) =>
        hammingDistances(hashes, perceptualHash(patch, middle, middle)),
    },
    {
      name: "raw pixels",
      side: PIXEL_SIDE,
      distances: (patch) =>
        squaredDistances(pixels, rawPixels(patch, middle, middle)),
    },
  ];
}

/** The section with what lies around it, so that every place of it has a whole patch. */
function withMargin(stack: Block, z: number, margin: number): Block {
  const [width, height] = STACK_SIZE;
  const first: Triple = [-margin, -margin, z];
  return sectionPart(stack, first, width + 2 * margin, height + 2 * margin);
}

/** The places of each section, with the number of the first of them. */
function bySection(
  places: readonly Triple[],
): { z: number; first: number; inSection: readonly Triple[] }[] {
  return Array.from({ length: STACK_SIZE[2] }, (_, z) => ({
    z,
    first: places.findIndex((place) => place[2] >= z),
    inSection: places.filter((place) => place[2] === z),
  }));
}

/** The real values of all places, a row a place. */
function valuesOf(
  encoder: LearnedEncoder,
  stack: Block,
  places: readonly Triple[],
  stride: number,
): Float32Array {
  const reach = encoder.patch[0];
  const count: Triple = [STACK_SIZE[0] / stride, STACK_SIZE[1] / stride, 1];
  const result = new Float32Array(places.length * BITS);
  for (const { z, first, inSection } of bySection(places)) {
    const { data } = encoder.values(withMargin(stack, z, reach), {
      first: [reach, reach, 0],
      stride: [stride, stride, 1],
      count,
    });
    inSection.forEach(([x, y], i) => {
      const row = (y / stride) * count[0] + x / stride;
      const values = data.subarray(row * BITS, (row + 1) * BITS);
      result.set(values, (first + i) * BITS);
    });
  }
  return result;
}

function pixelsOf(
  stack: Block,
  places: readonly Triple[],
): { pixels: Float32Array; hashes: BigUint64Array<ArrayBuffer> } {
  const margin = PIXEL_SIDE;
  const hashes = new BigUint64Array(places.length);
  let pixels: Float32Array | undefined;
  for (const { z, first, inSection } of bySection(places)) {
    const section = withMargin(stack, z, margin);
    inSection.forEach(([x, y], i) => {
      const row = rawPixels(section, x + margin, y + margin);
      pixels ??= new Float32Array(places.length * row.length);
      pixels.set(row, (first + i) * row.length);
      hashes[first + i] = perceptualHash(section, x + margin, y + margin);
    });
  }
  if (pixels === undefined) throw new Error("no places to compare");
  return { pixels, hashes };
}
