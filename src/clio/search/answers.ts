/** What the server's signature routes answer, as schemas: whatever is wrong in an answer, nothing of it is shown. */
import * as v from "valibot";
import type { Box, Vec3 } from "../model/box.js";
import { datasetIdPattern } from "../model/dataset.js";

/** The most matches that one answer may hold. */
export const MOST_MATCHES = 1000;

/** An answer of so many matches takes a tenth of it; what is longer is not even read as JSON. In characters. */
export const LONGEST_ANSWER = 2 ** 21;

const coordinate = v.pipe(
  v.number("a coordinate in voxels"),
  v.safeInteger("a whole coordinate in voxels"),
  v.minValue(0, "a coordinate in voxels, from 0"),
);
const pointSchema = v.tuple([coordinate, coordinate, coordinate]);

const length = v.pipe(
  v.number("a length"),
  v.finite("a length"),
  v.gtValue(0, "a length"),
);
const lengths = v.tuple([length, length, length]);

const count = v.pipe(
  v.number("a number of signatures"),
  v.safeInteger("a number of signatures"),
  v.minValue(0, "a number of signatures"),
);

/** 64 bits as the decimal text of a signed number. */
const signatureSchema = v.pipe(
  v.string("a signature as text"),
  v.regex(/^-?\d{1,20}$/, "the decimal text of 64 bits"),
);

const completeness = {
  complete: v.boolean("true or false"),
  quarantined: v.array(v.object({ segment: v.string(), reason: v.string() })),
};

export const infoSchema = v.object({
  index: v.string(),
  count,
  encoder: v.object({
    name: v.string(),
    hash: v.string(),
    /** In voxels of the finest scale. */
    patch: lengths,
  }),
  /** In nm. */
  voxelSize: lengths,
  /** In voxels. */
  stride: lengths,
  ...completeness,
});
/** What the index of a dataset holds. */
export type IndexInfo = v.InferOutput<typeof infoSchema>;

export const atSchema = v.object({
  point: pointSchema,
  signature: signatureSchema,
});

export const problemSchema = v.object({
  detail: v.string(),
  code: v.optional(v.string()),
});

export const distanceSchema = v.pipe(
  v.number("a distance in bits"),
  v.integer("a distance in whole bits"),
  v.minValue(0, "a distance from 0 to 64 bits"),
  v.maxValue(64, "a distance from 0 to 64 bits"),
);

const matchSchema = v.object({
  point: pointSchema,
  signature: signatureSchema,
  distance: distanceSchema,
});
/** A place that looks like an example. */
export interface Match {
  /** In voxels. */
  readonly point: Vec3;
  /** In bits. */
  readonly distance: number;
  /** The dataset that it lies in, where that is another than the search's own. */
  readonly dataset?: string | undefined;
}

/** A name for the place of a match: no other place of the search has it. */
export function placeKey({ point, dataset }: Omit<Match, "distance">): string {
  return [...point, ...(dataset === undefined ? [] : [dataset])].join();
}

/** @param bounds where matches can lie: in voxels of the finest scale */
function isInside(point: readonly number[], bounds: Box): boolean {
  return point.every(
    (at, axis) => at >= bounds.lower[axis] && at < bounds.upper[axis],
  );
}

function inVolume(bounds: Box): string {
  return `a place in the volume, from ${bounds.lower.join(", ")} to ${bounds.upper.join(", ")}`;
}

/** So many matches at most, the nearest first; each is looked at by a schema of its own. */
function matchList<T extends v.GenericSchema<unknown, { distance: number }>>(
  schema: T,
  limit: number,
) {
  return v.pipe(
    // Counted before they are looked at one by one.
    v.array(v.unknown(), "a list of matches"),
    v.maxLength(limit, `at most ${limit} matches`),
    v.array(schema),
    v.check(
      (matches) =>
        matches.every(
          ({ distance }, i) => i === 0 || distance >= matches[i - 1].distance,
        ),
      "matches in the order of their distance",
    ),
  );
}

const examplesAnswer = v.array(
  v.object({ point: v.optional(pointSchema), signature: signatureSchema }),
);
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));

/**
 * @param bounds where matches can lie: in voxels of the finest scale
 * @param limit how many were asked for
 */
export function searchSchema(bounds: Box, limit: number) {
  const hit = v.pipe(
    matchSchema,
    v.check(({ point }) => isInside(point, bounds), inVolume(bounds)),
  );
  return v.object({
    index: v.string(),
    hits: matchList(hit, limit),
    examples: examplesAnswer,
    examined: count,
    milliseconds,
    ...completeness,
  });
}
/** What a search has found. */
export type SearchAnswer = v.InferOutput<ReturnType<typeof searchSchema>>;

/** So many datasets can be searched at once. */
export const MOST_DATASETS = 10_000;

export const datasetSchema = v.pipe(
  v.string("the id of a dataset"),
  v.regex(datasetIdPattern, "the id of a dataset"),
);

/** Of a search in all datasets that share an encoder. */
export function acrossSchema(dataset: string, bounds: Box, limit: number) {
  const hit = v.pipe(
    v.object({ ...matchSchema.entries, dataset: datasetSchema }),
    // How large another volume is nobody knows until it is opened.
    v.check(
      (match) => match.dataset !== dataset || isInside(match.point, bounds),
      inVolume(bounds),
    ),
  );
  return v.object({
    hits: matchList(hit, limit),
    examples: examplesAnswer,
    datasets: v.pipe(
      v.array(
        v.object({
          dataset: datasetSchema,
          index: v.string(),
          voxelSize: lengths,
          ...completeness,
        }),
      ),
      v.maxLength(MOST_DATASETS, `at most ${MOST_DATASETS} datasets`),
      v.check(
        (datasets) => datasets.some((each) => each.dataset === dataset),
        `one that is ${dataset}`,
      ),
    ),
    failed: v.pipe(
      v.array(v.object({ dataset: datasetSchema, problem: problemSchema })),
      v.maxLength(MOST_DATASETS, `at most ${MOST_DATASETS} datasets`),
    ),
    complete: v.boolean("true or false"),
    examined: count,
    milliseconds,
  });
}
/** What a search in several datasets has found. */
export type AcrossAnswer = v.InferOutput<ReturnType<typeof acrossSchema>>;
