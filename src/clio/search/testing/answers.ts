/** What the server answers, for specs. */
import type { Box } from "../../model/box.js";
import type { IndexInfo } from "../answers.js";

export const INFO: IndexInfo = {
  index: "one",
  count: 9000,
  encoder: { name: "any", hash: "0", patch: [32, 32, 32] },
  voxelSize: [8, 8, 8],
  stride: [16, 16, 16],
  complete: true,
  quarantined: [],
};

/** The volume that the matches of `answerOf` lie in. */
export const SPACE = {
  bounds: { lower: [0, 0, 0], upper: [1000, 1000, 1000] } satisfies Box,
  nanometres: [8, 8, 8] as const,
  toVoxels: () => undefined,
};

/** An answer to a search with a match of each of these distances, 500 nm apart. */
export function answerOf(distances: readonly number[]) {
  return {
    index: INFO.index,
    hits: distances.map((distance, i) => ({
      point: [i * 63, 0, 0],
      signature: String(i),
      distance,
    })),
    examples: [],
    examined: 9000,
    milliseconds: 1,
    complete: true,
    quarantined: [],
  };
}

/** The same of a search in several datasets, the matches in these one after the other, the first of which is the search's own. */
export function acrossAnswerOf(
  distances: readonly number[],
  datasets: readonly string[],
) {
  const { hits, examples, examined, milliseconds } = answerOf(distances);
  return {
    hits: hits.map((hit, i) => ({
      ...hit,
      dataset: datasets[i % datasets.length],
    })),
    examples,
    datasets: datasets.map((dataset) => ({
      dataset,
      index: INFO.index,
      voxelSize: INFO.voxelSize,
      complete: true,
      quarantined: [],
    })),
    failed: [] as { dataset: string; problem: { detail: string } }[],
    complete: true,
    examined,
    milliseconds,
  };
}
