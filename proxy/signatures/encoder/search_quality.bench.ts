// How often what is found is right, on real serial sections with hand labels: the encoder is fitted on one stack, of which there are no
// labels, and judged on the other. The windows, the scales and the powers of the encoder were chosen by queries in objects of odd number of
// the stack that is judged; queries in the others, which chose nothing, are therefore reported apart.
import { bench, type Report } from "../../../config/bench/bench.js";
import { sharedPath } from "../../../config/stories/volumes.js";
import type { Triple } from "../record.js";
import type { Block } from "./encoder.js";
import { LearnedEncoder } from "./learned_encoder.js";
import { lookFor } from "./patch_features.js";
import { BITS, learnProjection, signs } from "./projection.js";
import { Random } from "./random.js";
import { joinSamples, planSample, sampleBox } from "./sample.js";
import {
  CLASSES,
  readObjects,
  readProfiles,
  readStack,
  sectionPart,
  STACK_SIZE,
  VOXEL_SIZE,
  type Profile,
} from "./testing/labelled_stack.js";
import { perceptualHash, rawPixels } from "./testing/pixel_peers.js";
import {
  hammingDistances,
  isFoundFirst,
  precision,
  squaredDistances,
  type Distances,
} from "./testing/retrieval.js";
import { turnedPatch, type Turn } from "./testing/turned_patch.js";

const SEED = 1;
/** Places of the database, from all of a grid with this distance. */
const PLACES = 200_000;
const STRIDE = 4;
const QUERIES = 100;
/** Places that are looked for in an altered form of themselves. */
const TURNED = 200;
const TARGETS = { mitochondria: 0.55, synapses: 0.5 } as const;
const TARGET_TURNED = 0.95;
const TARGET_NOISE = 0.5;
/** The side of the part around a place that a peer sees. */
const PEER_SIDE = 100;

/** A part of some sections. */
function sections(stack: Block, [x, y, z]: Triple, size: Triple): Block {
  const area = size[0] * size[1];
  const voxels = new Uint8Array(area * size[2]);
  for (let i = 0; i < size[2]; i++) {
    const part = sectionPart(stack, [x, y, z + i], size[0], size[1]);
    voxels.set(part.voxels, i * area);
  }
  return { ...stack, size, voxels };
}

/** Fits the encoder on a stack without labels, as a build does it on a volume. */
function fit(stack: Block): LearnedEncoder {
  const look = lookFor(VOXEL_SIZE);
  const { size, places, boxes } = planSample(STACK_SIZE, look, SEED);
  const samples = boxes.map((first, i) => {
    const box = sections(stack, first, size);
    const { count } = places;
    const none = new Uint8Array(count[0] * count[1]);
    return sampleBox(box, places, none, look, SEED + i);
  });
  const { places: rows, variants } = joinSamples(samples);
  return new LearnedEncoder(
    look,
    learnProjection(rows, variants, new Random(SEED)),
  );
}

/** Random places of the grid, in the order of their sections. */
function choosePlaces(random: Random): Triple[] {
  const across = STACK_SIZE[0] / STRIDE;
  const down = STACK_SIZE[1] / STRIDE;
  const cells = across * down * STACK_SIZE[2];
  const chosen = new Set<number>();
  while (chosen.size < PLACES) chosen.add(random.below(cells));
  return [...chosen]
    .sort((a, b) => a - b)
    .map((cell) => [
      STRIDE * (cell % across),
      STRIDE * (Math.floor(cell / across) % down),
      Math.floor(cell / (across * down)),
    ]);
}

/** The real values of all places; their signs are the signatures. */
function valuesOf(
  encoder: LearnedEncoder,
  stack: Block,
  places: readonly Triple[],
): Float32Array {
  const reach = encoder.patch[0];
  const count: Triple = [STACK_SIZE[0] / STRIDE, STACK_SIZE[1] / STRIDE, 1];
  const result = new Float32Array(places.length * BITS);
  let next = 0;
  for (let z = 0; z < STACK_SIZE[2]; z++) {
    const section = sectionPart(
      stack,
      [-reach, -reach, z],
      STACK_SIZE[0] + 2 * reach,
      STACK_SIZE[1] + 2 * reach,
    );
    const { data } = encoder.values(section, {
      first: [reach, reach, 0],
      stride: [STRIDE, STRIDE, 1],
      count,
    });
    for (; next < places.length && places[next][2] === z; next++) {
      const [x, y] = places[next];
      const row = (y / STRIDE) * count[0] + x / STRIDE;
      result.set(data.subarray(row * BITS, (row + 1) * BITS), next * BITS);
    }
  }
  return result;
}

/** The signatures of rows of real values. */
function signsOf(data: Float32Array): BigUint64Array<ArrayBuffer> {
  return signs({ width: BITS, data });
}

const middleOf = (side: number) => ({
  first: [side >> 1, side >> 1, 0] as const,
  stride: [1, 1, 1] as const,
  count: [1, 1, 1] as const,
});

/** A way to compare places: gives the distances of all places of the database from the middle of a patch. */
interface Method {
  readonly name: string;
  readonly side: number;
  readonly distances: (patch: Block) => Distances;
}

function methodsFor(
  encoder: LearnedEncoder,
  stack: Block,
  places: readonly Triple[],
): { ours: Method; peers: Method[] } {
  const values = valuesOf(encoder, stack, places);
  const signatures = signsOf(values);
  const pixels: Float32Array[] = [];
  const hashes = new BigUint64Array(places.length);
  places.forEach(([x, y, z], i) => {
    const first: Triple = [x - PEER_SIDE / 2, y - PEER_SIDE / 2, z];
    const part = sectionPart(stack, first, PEER_SIDE, PEER_SIDE);
    pixels.push(rawPixels(part, PEER_SIDE / 2, PEER_SIDE / 2));
    hashes[i] = perceptualHash(part, PEER_SIDE / 2, PEER_SIDE / 2);
  });
  const rows = new Float32Array(places.length * pixels[0].length);
  pixels.forEach((row, i) => {
    rows.set(row, i * row.length);
  });
  const side = encoder.patch[0];
  const valuesOfPatch = (patch: Block): Float32Array =>
    encoder.values(patch, middleOf(side)).data;
  return {
    ours: {
      name: "signatures",
      side,
      distances: (patch) =>
        hammingDistances(signatures, signsOf(valuesOfPatch(patch))[0]),
    },
    peers: [
      {
        name: "real values (ceiling)",
        side,
        distances: (patch) => squaredDistances(values, valuesOfPatch(patch)),
      },
      {
        name: "perceptual hash",
        side: PEER_SIDE,
        distances: (patch) =>
          hammingDistances(
            hashes,
            perceptualHash(patch, PEER_SIDE / 2, PEER_SIDE / 2),
          ),
      },
      {
        name: "raw pixels",
        side: PEER_SIDE,
        distances: (patch) =>
          squaredDistances(
            rows,
            rawPixels(patch, PEER_SIDE / 2, PEER_SIDE / 2),
          ),
      },
    ],
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

bench("search-quality", (report) => {
  const folder = sharedPath("data/sstem-vnc");
  if (folder === undefined)
    return Promise.reject(
      new Error("CLIO_SHARED names no folder with data/sstem-vnc"),
    );
  const began = performance.now();
  const encoder = fit(readStack(folder, "stack2"));
  report({
    name: "fitting the encoder on one thread",
    value: (performance.now() - began) / 1000,
    unit: "s",
    target: "< 60",
  });
  const stack = readStack(folder, "stack1");
  const random = new Random(SEED);
  const places = choosePlaces(random);
  const { ours, peers } = methodsFor(encoder, stack, places);
  for (const label of CLASSES) {
    const objects = readObjects(folder, label);
    const queries = shuffled(readProfiles(folder, label), random);
    const judge = (method: Method, some: readonly Profile[]): number =>
      mean(
        some.map((query) => {
          const [x, y, z] = query.place;
          const first: Triple = [
            x - (method.side >> 1),
            y - (method.side >> 1),
            z,
          ];
          const patch = sectionPart(stack, first, method.side, method.side);
          return precision(method.distances(patch), places, objects, query);
        }),
      );
    const chosen = queries.slice(0, QUERIES);
    const value = judge(ours, chosen);
    for (const peer of peers)
      report({
        name: `precision at 20, ${label}`,
        value,
        unit: "",
        target: `>= ${TARGETS[label]}`,
        peer: peer.name,
        peerValue: judge(peer, chosen),
      });
    const unseen = queries.filter(({ object }) => object % 2 === 0);
    report({
      name: `precision at 20, ${label}, queries that no parameter was chosen by`,
      value: judge(ours, unseen.slice(0, QUERIES)),
      unit: "",
    });
  }
  judgeTurned(report, stack, places, [ours, ...peers], random);
  return Promise.resolve();
});

/** How often a place is found first in the database when it is turned, and when it is turned, in other grey values and noisy. */
function judgeTurned(
  report: Report,
  stack: Block,
  places: readonly Triple[],
  [ours, ...peers]: readonly Method[],
  random: Random,
): void {
  const looked = shuffled(places, random).slice(0, TURNED);
  const turns = looked.map(() => ({
    angle: (random.below(36_000) / 18_000) * Math.PI,
    isMirrored: random.below(2) === 1,
  }));
  const found = (method: Method, grey: Omit<Turn, "angle" | "isMirrored">) =>
    mean(
      looked.map((place, i) => {
        const turn = { ...turns[i], ...grey };
        const patch = turnedPatch(
          stack,
          place,
          method.side,
          turn,
          new Random(i),
        );
        return isFoundFirst(method.distances(patch), places, place, STRIDE)
          ? 1
          : 0;
      }),
    );
  const plain = { gain: 1, offset: 0, noise: 0 };
  const noisy = { gain: 0.8, offset: 20, noise: 25 };
  for (const [name, grey, target] of [
    ["turned or mirrored at random", plain, TARGET_TURNED],
    ["and in other grey values, with noise of 25", noisy, TARGET_NOISE],
  ] as const) {
    const value = found(ours, grey);
    for (const peer of peers)
      report({
        name: `found first, ${name}`,
        value,
        unit: "",
        target: `>= ${target}`,
        peer: peer.name,
        peerValue: found(peer, grey),
      });
  }
}
