/** Saved searches for specs. */
import fc from "fast-check";
import * as v from "valibot";
import { anyText } from "../../../model/testing/records.js";
import { FARTHEST } from "../../filters.js";
import { INFO } from "../../testing/answers.js";
import type { ReviewedPlace } from "../../review.js";
import {
  filtersSchema,
  LONGEST_NAME,
  type SavedSearch,
} from "../saved_search.js";

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
      others: [],
      failed: [],
      fresh: [],
    },
    ...change,
  };
}

/** Another dataset, in which some of the matches of `anySearch` lie. */
const OTHER = "other";

type Voxel = readonly [x: number, y: number, z: number];

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
    isElsewhere: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  })
  .map((drawn) => {
    const { name, note, like, unlike, matches, verdicts, upTo, isNew } = drawn;
    const { isElsewhere } = drawn;
    const placeOf = ([x, y, z]: Voxel, i: number): ReviewedPlace =>
      isElsewhere[i] ? [x, y, z, OTHER] : [x, y, z];
    const said = (verdict: string) =>
      matches
        .map(([place], i) => placeOf(place, i))
        .filter((_place, i) => verdicts[i] === verdict);
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
      filters: {
        ...base.filters,
        upTo,
        ...(isElsewhere.includes(true) && { region: "datasets" as const }),
      },
      review: {
        accepted: said("accepted"),
        rejected: said("rejected"),
        skipped: said("skipped"),
        kept: said("kept"),
      },
      result: {
        ...base.result,
        matches: matches.map(([[x, y, z], distance], i) =>
          isElsewhere[i] ? [x, y, z, distance, OTHER] : [x, y, z, distance],
        ),
        others: [{ dataset: OTHER, title: name, index: "two" }],
        failed: [{ dataset: "third", title: name, reason: "it is torn" }],
        fresh: matches.flatMap((_match, i) => (isNew[i] ? [i] : [])),
      },
    };
  });
