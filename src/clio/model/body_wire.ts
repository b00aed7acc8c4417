/** What the viewer and its server say to each other about the bodies of a dataset. Whole numbers keep their digits: see lossless.ts. */
import * as v from "valibot";
import { segmentIdSchema } from "./annotation.js";
import {
  bodyPatchSchema,
  MOST_FIELDS,
  shows,
  type BodyFields,
  type BodyPatch,
} from "./body.js";
import { bodyQuerySchema } from "./body_query.js";
import { revisionSchema } from "./sync.js";

/** The most bodies on one page, and that one request may write. */
export const MOST_BODIES_SHOWN = 2000;
export const MOST_BODIES_WRITTEN = 50_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Where what is known of the bodies of a dataset is kept. */
export const bodiesInfoSchema = v.object({
  /** `own`: by this server itself; else by the one behind it. */
  store: v.picklist(["own", "dvid", "clio-store"]),
  /** The version that is read and written; empty where the dataset names none. */
  version: v.string(),
  /** Counts the writes of this dataset; 0 where another server keeps them, who does not tell. */
  revision: revisionSchema,
  /** Whether `/changes` tells what is new. */
  hasNews: v.boolean(),
  /** How many bodies something is known of; null where that is not told. */
  count: v.nullable(count),
  mayWrite: v.boolean(),
  mayDelete: v.boolean(),
});
export type BodiesInfo = v.InferOutput<typeof bodiesInfoSchema>;

/** A body with what is known of it; `fields` are null where it was deleted. */
export const bodyRowSchema = v.object({
  body: segmentIdSchema,
  /** That of the last write to it. */
  revision: revisionSchema,
  fields: v.nullable(
    v.custom<BodyFields>((input) => typeof input === "object", "fields"),
  ),
});
export type BodyRow = v.InferOutput<typeof bodyRowSchema>;

const order = v.object({
  /** Name of the field, or `bodyid`. What has no such field comes last. */
  field: v.string("the name of a field"),
  descending: v.optional(v.boolean("true or false"), false),
});
export type BodyOrder = v.InferOutput<typeof order>;

const found = {
  query: bodyQuerySchema,
  /** By the ids where it is absent. */
  order: v.optional(order),
};

export const bodyPageRequestSchema = v.object({
  ...found,
  show: v.optional(v.picklist(shows, `one of ${shows.join(", ")}`), "none"),
  /** The fields that are wanted; all where it is absent. */
  fields: v.optional(
    v.pipe(
      v.array(v.string("the name of a field")),
      v.maxLength(MOST_FIELDS, `at most ${MOST_FIELDS} fields`),
    ),
  ),
  /** How many of those that are found are passed over. */
  offset: v.optional(
    v.pipe(
      v.number("a whole number, 0 or more"),
      v.safeInteger("a whole number, 0 or more"),
      v.minValue(0, "a whole number, 0 or more"),
    ),
    0,
  ),
  limit: v.optional(
    v.pipe(
      v.number(`a whole number from 1 to ${MOST_BODIES_SHOWN}`),
      v.safeInteger(`a whole number from 1 to ${MOST_BODIES_SHOWN}`),
      v.minValue(1, `a whole number from 1 to ${MOST_BODIES_SHOWN}`),
      v.maxValue(
        MOST_BODIES_SHOWN,
        `a whole number from 1 to ${MOST_BODIES_SHOWN}`,
      ),
    ),
    200,
  ),
});
export type BodyPageRequest = v.InferInput<typeof bodyPageRequestSchema>;

export const bodyPageSchema = v.object({
  revision: revisionSchema,
  /** How many are found in all. */
  total: count,
  bodies: v.array(bodyRowSchema),
});
export type BodyPage = v.InferOutput<typeof bodyPageSchema>;

export const bodyIdsRequestSchema = v.object(found);
export const bodyIdsSchema = v.object({
  revision: revisionSchema,
  ids: v.array(segmentIdSchema),
});
export type BodyIds = v.InferOutput<typeof bodyIdsSchema>;

export const bodyEditSchema = v.pipe(
  v.object({
    body: v.pipe(
      segmentIdSchema,
      v.check((id) => id !== "0", "a body; 0 is the background"),
    ),
    /** What is written; null takes a field away. */
    set: bodyPatchSchema,
    /** What the person saw in each of these fields before; null, or no entry, where there was nothing. */
    base: bodyPatchSchema,
  }),
  v.check(
    ({ set }) => Object.keys(set).length > 0,
    "one field or more to write",
  ),
);
export interface BodyEdit {
  body: string;
  set: BodyPatch;
  base: BodyPatch;
}

export const bodyEditsRequestSchema = v.object({
  edits: v.pipe(
    v.array(bodyEditSchema, "a list of edits"),
    v.maxLength(
      MOST_BODIES_WRITTEN,
      `at most ${MOST_BODIES_WRITTEN} edits at once`,
    ),
  ),
});

/** The bodies after all edits. */
export const bodiesWrittenSchema = v.object({
  revision: revisionSchema,
  bodies: v.array(bodyRowSchema),
});
export type BodiesWritten = v.InferOutput<typeof bodiesWrittenSchema>;

/** What another person has written meanwhile in a field that was to be written. */
export interface BodyConflict {
  body: string;
  field: string;
  /** What the edit said was there; null where it said nothing. */
  base: BodyPatch[string];
  /** What is there. */
  found: BodyPatch[string];
  /** Who wrote that, and when; absent where it is not known. */
  user?: string;
  time?: string;
}

/** The code of the problem that such an answer is, whose `conflicts` are all there are, up to `MOST_CONFLICTS`. */
export const BODIES_CHANGED = "bodies-changed";
export const MOST_CONFLICTS = 1000;

/** What was written after a revision. */
export const bodyNewsSchema = v.object({
  /** What is asked after next. */
  revision: revisionSchema,
  /** Whether that was all. */
  complete: v.boolean(),
  /** Each as it is now. */
  bodies: v.array(bodyRowSchema),
});
export type BodyNews = v.InferOutput<typeof bodyNewsSchema>;
