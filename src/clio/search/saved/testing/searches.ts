/** Saved searches for specs. */
import fc from "fast-check";
import * as v from "valibot";
import { anyText } from "../../../model/testing/records.js";
import type { IndexInfo } from "../../answers.js";
import { FARTHEST } from "../../filters.js";
import {
  filtersSchema,
  LONGEST_NAME,
  type SavedSearch,
} from "../saved_search.js";

export const INFO: IndexInfo = {
  index: "one",
  count: 9000,
  encoder: { name: "any", hash: "0", patch: [32, 32, 32] },
  voxelSize: [8, 8, 8],
  stride: [16, 16, 16],
  complete: true,
  quarantined: [],
};

/** A search with a match for each of these distances. */
export function searchOf(
  change: Partial<SavedSearch> = {},
  distances: readonly number[] = [0, 3, 3],
): SavedSearch {
  return {
    id: crypto.randomUUID(),
    name: "Dark mitochondria",
    note: "",
    created: 1000,
    modified: 1000,
    place: [1, 2, 3],
    dataset: "demo",
    examples: [{ point: [1, 2, 3], like: true }],
    filters: v.parse(filtersSchema, {}),
    plane: "+x+y",
    thumbnails: {
      source: "precomputed://here/image",
      index: "one",
      width: 600,
    },
    review: { accepted: [[0, 0, 0]], rejected: [], skipped: [], kept: [] },
    result: {
      searched: 1000,
      index: INFO,
      examined: 9000,
      milliseconds: 1.5,
      complete: true,
      matches: distances.map((distance, i) => [i * 63, 0, 0, distance]),
      fresh: [],
    },
    ...change,
  };
}

const coordinate = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const voxel = fc.tuple(coordinate, coordinate, coordinate);
const text = anyText();

/** Any search that the schema takes: places that differ, each with one verdict at most. */
export const anySearch: fc.Arbitrary<SavedSearch> = fc
  .record({
    name: text.filter(
      (name) => name.trim() !== "" && name.length <= LONGEST_NAME,
    ),
    note: text,
    like: voxel,
    unlike: fc.array(voxel, { maxLength: 3 }),
    matches: fc
      .uniqueArray(fc.tuple(voxel, fc.integer({ min: 0, max: 64 })), {
        maxLength: 20,
        selector: ([place]) => place.join(),
      })
      .map((all) => all.sort(([, a], [, b]) => a - b)),
    verdicts: fc.array(
      fc.constantFrom("accepted", "rejected", "skipped", "kept", "none"),
      { minLength: 20, maxLength: 20 },
    ),
    upTo: fc.integer({ min: 0, max: FARTHEST }),
    isNew: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  })
  .map(({ name, note, like, unlike, matches, verdicts, upTo, isNew }) => {
    const said = (verdict: string) =>
      matches
        .filter((_match, i) => verdicts[i] === verdict)
        .map(([place]) => place);
    const base = searchOf();
    return {
      ...base,
      name,
      note,
      place: like,
      examples: [
        { point: like, like: true },
        ...unlike.map((point) => ({ point, like: false })),
      ],
      filters: { ...base.filters, upTo },
      review: {
        accepted: said("accepted"),
        rejected: said("rejected"),
        skipped: said("skipped"),
        kept: said("kept"),
      },
      result: {
        ...base.result,
        matches: matches.map(
          ([[x, y, z], distance]): [number, number, number, number] => [
            x,
            y,
            z,
            distance,
          ],
        ),
        fresh: matches.flatMap((_match, i) => (isNew[i] ? [i] : [])),
      },
    };
  });
