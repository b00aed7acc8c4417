/** What the routes of the signature search answer, as schemas for the API's description. */
import * as v from "valibot";

const point = v.tuple([v.number(), v.number(), v.number()]);

/** 64 bits as the decimal text of a signed number. */
const signature = v.string();

/** Whether all of the index was searched, and which of its segments were not. */
const completeness = {
  complete: v.boolean(),
  quarantined: v.array(v.object({ segment: v.string(), reason: v.string() })),
};

/** Only where the search is paid for: bytes, and US dollars. */
const cost = v.optional(
  v.object({
    bytesProcessed: v.number(),
    bytesBilled: v.number(),
    dollars: v.number(),
  }),
);

export const InfoAnswerSchema = v.object({
  /** Another one whenever the index was replaced. */
  index: v.string(),
  count: v.number(),
  encoder: v.object({ name: v.string(), hash: v.string(), patch: v.unknown() }),
  /** In nm. */
  voxelSize: point,
  /** In voxels. */
  stride: point,
  ...completeness,
});

export const AtAnswerSchema = v.object({ point, signature });

export const LikeAnswerSchema = v.object({
  matches: v.array(v.object({ point, dist: v.number(), score: v.number() })),
  message: v.optional(v.string()),
  /** Only there, and false, where some of the index could not be searched. */
  complete: v.optional(v.boolean()),
});

export const SearchAnswerSchema = v.object({
  index: v.string(),
  hits: v.array(v.object({ point, signature, distance: v.number() })),
  examples: v.array(v.object({ point: v.optional(point), signature })),
  ...completeness,
  /** Signatures that were looked at. */
  examined: v.number(),
  milliseconds: v.number(),
  cost,
});

export const AcrossAnswerSchema = v.object({
  /** The hash of the encoder that all of them share. */
  encoder: v.string(),
  hits: v.array(
    v.object({
      dataset: v.string(),
      point,
      signature,
      distance: v.number(),
    }),
  ),
  examples: v.array(v.object({ point: v.optional(point), signature })),
  /** Those that were searched. */
  datasets: v.array(
    v.object({
      dataset: v.string(),
      index: v.string(),
      /** In nm. */
      voxelSize: point,
      examined: v.number(),
      ...completeness,
      cost,
    }),
  ),
  /** Those that could not be searched, each with the reason. */
  failed: v.array(v.object({ dataset: v.string(), problem: v.unknown() })),
  /** Whether all of all of them was searched. */
  complete: v.boolean(),
  /** Signatures that were looked at. */
  examined: v.number(),
  milliseconds: v.number(),
});

export const BatchAnswerSchema = v.object({
  index: v.string(),
  results: v.array(
    v.union([SearchAnswerSchema, v.object({ problem: v.unknown() })]),
  ),
});

export const AddAnswerSchema = v.object({
  /** Those of this request. */
  added: v.number(),
  /** How many records the index has in memory alone for now: those that a crash would lose. */
  inMemory: v.number(),
});
