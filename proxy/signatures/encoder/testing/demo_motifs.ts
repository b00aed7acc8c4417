// The organelles of the demo volume, whose centres are known: an index of it is made and asked as people do both.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buildIndex } from "../../build/build_index.js";
import type { Triple } from "../../record.js";
import { SearchPool } from "../../search/search_pool.js";
import { SignatureIndex } from "../../search/signature_index.js";

/** From one place of the index to the next, in voxels. */
const STRIDE: Triple = [8, 8, 8];
/** Matches are at least so far apart, and a match within half of it shows an organelle; in nm. */
const APART = 320;
/** The farthest that the place of an organelle's centre is looked for, in nm. */
const NEAR = 100;

const KINDS = ["mitochondrion", "synapse", "vesicle_cluster"] as const;
export type MotifKind = (typeof KINDS)[number];

interface Truth {
  readonly voxelSize: Triple;
  readonly organelles: readonly { kind: string; position: Triple }[];
}

/** Of the other organelles of one kind, the share that is among the first matches of each of them, at most so many as could be. */
export interface MotifRecall {
  readonly kind: MotifKind;
  readonly organelles: number;
  readonly at10: number;
  readonly at100: number;
}

/**
 * @param volume the folder of the demo dataset
 * @param folder for the index
 */
export async function motifRecalls(
  volume: string,
  folder: string,
): Promise<MotifRecall[]> {
  const place = { kind: "folder", folder: path.join(volume, "image") } as const;
  await buildIndex({ place, folder, stride: STRIDE, seed: 1 });
  const text = await readFile(path.join(volume, "truth.json"), "utf8");
  // As the demo's own command writes it.
  const truth = JSON.parse(text) as Truth;
  const pool = new SearchPool();
  const index = (await SignatureIndex.open(folder, pool, ({ reason }) => {
    throw new Error(reason);
  }))!;
  try {
    return await Promise.all(KINDS.map((kind) => recallOf(index, truth, kind)));
  } finally {
    await index.retire();
    await pool.close();
  }
}

async function recallOf(
  index: SignatureIndex,
  { voxelSize, organelles }: Truth,
  kind: MotifKind,
): Promise<MotifRecall> {
  const centres = organelles
    .filter((organelle) => organelle.kind === kind)
    .map(({ position }) => position);
  const found = { 10: 0, 100: 0 };
  const could = { 10: 0, 100: 0 };
  for (const centre of centres) {
    const others = centres.filter((other) => other !== centre);
    const places = await matchesOf(index, centre);
    for (const count of [10, 100] as const) {
      const first = places.slice(0, count);
      const most = Math.min(count, others.length);
      const shown = others.filter((other) =>
        first.some((match) => apart(match, other, voxelSize) < APART / 2),
      );
      could[count] += most;
      found[count] += Math.min(most, shown.length);
    }
  }
  return {
    kind,
    organelles: centres.length,
    at10: found[10] / could[10],
    at100: found[100] / could[100],
  };
}

/** The 100 distinct places that look most like a centre. */
async function matchesOf(
  index: SignatureIndex,
  centre: Triple,
): Promise<Triple[]> {
  const asker = { user: "bench" };
  const { hit } = await index.at(centre, NEAR, asker);
  if (hit === undefined)
    throw new Error(`no place near ${centre.join()} has a signature`);
  const { hits } = await index.search(
    {
      examples: [{ signature: hit.signature, place: centre }],
      excludedExamples: [],
      maxDistance: 64,
      minSeparation: APART,
      excludedBoxes: [],
      offset: 0,
      limit: 100,
    },
    asker,
  );
  return hits.map(({ place }) => place);
}

/** In nm. */
function apart(a: Triple, b: Triple, voxelSize: Triple): number {
  return Math.hypot(...a.map((at, axis) => (at - b[axis]) * voxelSize[axis]));
}
