/**
 * A saved search, as schemas: what is kept, delivered, exported and imported, and what of it a link carries. Text and numbers come from
 * anywhere, and whatever is wrong in them is refused by its field and its value.
 */
import * as v from "valibot";
import type { Box, Vec3 } from "../../model/box.js";
import {
  datasetSchema,
  distanceSchema,
  infoSchema,
  MOST_DATASETS,
  MOST_MATCHES,
} from "../answers.js";
import { DEFAULT_FILTERS, FARTHEST } from "../filters.js";
import { MOST_EXAMPLES } from "../found.js";
import { planePattern } from "../../volumes/slice_frame.js";

/** So many places of one search can have a verdict. */
const MOST_REVIEWED = 100_000;
export const LONGEST_NAME = 200;
export const LONGEST_NOTE = 10_000;
/** Longer than any address of an image. */
const LONGEST_SOURCE = 4000;
/** In nm: 10 cm, which is more than any volume. */
const FARTHEST_APART = 1e8;
const LAST_VOXEL = 2 ** 32 - 1;

const coordinate = v.pipe(
  v.number("a coordinate in voxels"),
  v.safeInteger("a whole coordinate in voxels"),
  v.minValue(0, `a coordinate in voxels, from 0 to ${LAST_VOXEL}`),
  v.maxValue(LAST_VOXEL, `a coordinate in voxels, from 0 to ${LAST_VOXEL}`),
);
export const voxelSchema = v.tuple(
  [coordinate, coordinate, coordinate],
  "a place in voxels such as [10, 20, 30]",
);

const foreignVoxelSchema = v.tuple(
  [coordinate, coordinate, coordinate, datasetSchema],
  "a place in voxels and its dataset",
);
/** One that may lie in another dataset than the search's own: it then says in which. */
const reviewedSchema = v.lazy((place) =>
  Array.isArray(place) && place.length > 3 ? foreignVoxelSchema : voxelSchema,
);

const exampleSchema = v.strictObject(
  { point: voxelSchema, like: v.boolean("true or false") },
  "an example with a point",
);

export const examplesSchema = v.pipe(
  v.array(v.unknown(), "a list of examples"),
  v.maxLength(2 * MOST_EXAMPLES, `at most ${2 * MOST_EXAMPLES} examples`),
  v.array(exampleSchema),
  v.check(
    (examples) => examples.some(({ like }) => like),
    "at least one example that matches are to be like",
  ),
  v.check(
    (examples) =>
      [true, false].every(
        (kind) =>
          examples.filter(({ like }) => like === kind).length <= MOST_EXAMPLES,
      ),
    `at most ${MOST_EXAMPLES} examples of each kind`,
  ),
);

const length = v.pipe(
  v.number("a length in nm"),
  v.minValue(0, `a length from 0 to ${FARTHEST_APART} nm`),
  v.maxValue(FARTHEST_APART, `a length from 0 to ${FARTHEST_APART} nm`),
);
const bits = `a distance from 0 to ${FARTHEST} bits`;
const bound = v.pipe(
  v.number(bits),
  v.integer(bits),
  v.minValue(0, bits),
  v.maxValue(FARTHEST, bits),
);
const regions = [
  "volume",
  "view",
  "around",
  "box",
  "segment",
  "datasets",
] as const;

export const filtersSchema = v.pipe(
  v.strictObject(
    {
      region: v.optional(
        v.picklist(regions, regions.join(", ")),
        DEFAULT_FILTERS.region,
      ),
      around: v.optional(length, DEFAULT_FILTERS.around),
      separation: v.optional(length, DEFAULT_FILTERS.separation),
      upTo: v.optional(bound, DEFAULT_FILTERS.upTo),
      from: v.optional(bound, DEFAULT_FILTERS.from),
      outsideMarks: v.optional(
        v.boolean("true or false"),
        DEFAULT_FILTERS.outsideMarks,
      ),
      box: v.optional(
        v.pipe(
          v.strictObject({ lower: voxelSchema, upper: voxelSchema }, "a box"),
          v.check(
            ({ lower, upper }) => lower.every((at, axis) => at < upper[axis]),
            "a box whose upper end is beyond its lower one",
          ),
        ),
      ),
    },
    "filters",
  ),
  v.check(
    ({ from, upTo }) => from <= upTo,
    "a greatest distance that is not below the least",
  ),
);

const idSchema = v.pipe(v.string("a UUID"), v.uuid("a UUID"));
const nameSchema = v.pipe(
  v.string("a name"),
  v.check((name) => name.trim() !== "", "a name that is not empty"),
  v.maxLength(LONGEST_NAME, `a name of at most ${LONGEST_NAME} characters`),
);

/** How pictures lie: `+x+y` is x to the right and y down. */
const planeSchema = v.pipe(
  v.string("how pictures lie, such as +x+y"),
  v.regex(planePattern, "how pictures lie, such as +x+y"),
);

/** What is asked: all that makes the answer what it is. */
const askedEntries = {
  dataset: datasetSchema,
  examples: examplesSchema,
  filters: filtersSchema,
  plane: planeSchema,
};

/** What a link carries of a search: what is asked, and which of the saved ones it is. Nothing that was found, and no review. */
export const linkedSearchSchema = v.strictObject(
  { ...askedEntries, id: v.optional(idSchema), name: v.optional(nameSchema) },
  "a search",
);
export type LinkedSearch = v.InferOutput<typeof linkedSearchSchema>;

const time = v.pipe(
  v.number("a time in milliseconds since 1970"),
  v.safeInteger("a time in milliseconds since 1970"),
  v.minValue(0, "a time in milliseconds since 1970"),
);

const count = v.pipe(
  v.number("a number of signatures"),
  v.safeInteger("a number of signatures"),
  v.minValue(0, "a number of signatures"),
);

const own = [coordinate, coordinate, coordinate, distanceSchema] as const;
/** One that lies in another dataset than the search's own ends with that. */
const matchSchema = v.lazy((match) =>
  Array.isArray(match) && match.length > own.length
    ? v.tuple(
        [...own, datasetSchema],
        'a match such as [10, 20, 30, 4, "other"]: its voxel, its distance and its dataset',
      )
    : v.tuple(
        own,
        "a match such as [10, 20, 30, 4]: its voxel and its distance",
      ),
);

/** Longer than any title of a dataset, or reason of a server. */
const LONGEST_TEXT = 2000;
const text = v.pipe(
  v.string("a text"),
  v.maxLength(LONGEST_TEXT, `a text of at most ${LONGEST_TEXT} characters`),
);

/** Of several datasets; none where a file or a database does not say: an older Clio knew of one alone. */
function datasetList<T extends v.GenericSchema>(each: T) {
  return v.optional(
    v.pipe(
      v.array(each, "a list of datasets"),
      v.maxLength(MOST_DATASETS, `at most ${MOST_DATASETS} datasets`),
    ),
    [],
  );
}

const resultEntries = {
  /** When it was asked. */
  searched: time,
  index: infoSchema,
  examined: count,
  milliseconds: v.pipe(
    v.number("milliseconds"),
    v.finite("milliseconds"),
    v.minValue(0, "milliseconds"),
  ),
  complete: v.boolean("true or false"),
  matches: v.pipe(
    // Counted before they are looked at one by one.
    v.array(v.unknown(), "a list of matches"),
    v.maxLength(MOST_MATCHES, `at most ${MOST_MATCHES} matches`),
    v.array(matchSchema),
    v.check(
      (matches) =>
        matches.every(([, , , at], i) => i === 0 || at >= matches[i - 1][3]),
      "matches in the order of their distance",
    ),
  ),
  /** The other datasets that were searched, and those that could not be. */
  others: datasetList(
    v.strictObject({ dataset: datasetSchema, title: text, index: text }),
  ),
  failed: datasetList(
    v.strictObject({
      dataset: datasetSchema,
      title: v.optional(text),
      reason: text,
    }),
  ),
  /** Which matches the search before did not have, by their place in the list. */
  fresh: v.pipe(
    v.array(v.unknown(), "a list of places in the list of matches"),
    v.maxLength(MOST_MATCHES, `at most ${MOST_MATCHES} matches`),
    v.array(
      v.pipe(
        v.number("a place in the list of matches"),
        v.integer("a place in the list of matches"),
        v.minValue(0, "a place in the list of matches"),
      ),
    ),
  ),
};

export const resultSchema = v.pipe(
  v.strictObject(resultEntries, "what was found"),
  v.check(
    ({ fresh, matches }) => fresh.every((at) => at < matches.length),
    "new matches that are in the list of matches",
  ),
);
/** What a search has found, as it is kept. */
export type SavedResult = v.InferOutput<typeof resultSchema>;

const reviewed = v.pipe(
  v.array(v.unknown(), "a list of places"),
  v.maxLength(MOST_REVIEWED, `at most ${MOST_REVIEWED} places`),
  v.array(reviewedSchema),
);

/** Who says what a search is: all of it but what it found. */
const headEntries = {
  id: idSchema,
  name: nameSchema,
  note: v.pipe(
    v.string("a note"),
    v.maxLength(LONGEST_NOTE, `a note of at most ${LONGEST_NOTE} characters`),
  ),
  created: time,
  modified: time,
  /** The place that it is kept under on the server. It stays when the examples change. */
  place: voxelSchema,
  ...askedEntries,
  /** With a place and the plane, the address of that place's thumbnail. */
  thumbnails: v.strictObject(
    {
      source: v.pipe(
        v.string("the address of an image"),
        v.maxLength(LONGEST_SOURCE, "the address of an image"),
      ),
      index: v.string("the id of an index"),
      /** In nm. */
      width: length,
    },
    "where thumbnails come from",
  ),
  review: v.strictObject(
    {
      accepted: reviewed,
      rejected: reviewed,
      skipped: reviewed,
      kept: reviewed,
    },
    "what was reviewed",
  ),
};

export const savedSearchSchema = v.strictObject(
  { ...headEntries, result: resultSchema },
  "a saved search",
);
/** All of a saved search. */
export type SavedSearch = v.InferOutput<typeof savedSearchSchema>;

/** A saved search without what it found. */
export type SearchHead = Omit<SavedSearch, "result">;

/**
 * The first place of a search that is outside of the volume, in words; undefined where all are inside. A schema does not know the volume.
 * @param bounds in voxels
 */
export function outsideOf(
  { examples, result }: SavedSearch,
  bounds: Box,
): string | undefined {
  const isOutside = (point: Vec3) =>
    point.some(
      (at, axis) => at < bounds.lower[axis] || at >= bounds.upper[axis],
    );
  const inside = `a place in the volume, from ${bounds.lower.join(", ")} to ${bounds.upper.join(", ")}`;
  for (const [i, { point }] of examples.entries()) {
    if (isOutside(point)) {
      return `examples.${i}.point: ${JSON.stringify(point)}, expected ${inside}`;
    }
  }
  for (const [i, match] of result.matches.entries()) {
    const [x, y, z] = match;
    // How large another volume is is not known here.
    if (match.length === 4 && isOutside([x, y, z])) {
      return `result.matches.${i}: ${JSON.stringify([x, y, z])}, expected ${inside}`;
    }
  }
  return undefined;
}
