/** What a browser and its server say to each other about a sandbox: changes one way, what is new the other. */
import * as v from "valibot";
import { epochSchema, uuidSchema } from "./annotation.js";
import { putsItsOwn, recordSchema } from "./record.js";
import { sandboxKeySchema } from "./sandbox.js";

/**
 * Counts the changes of one user, over all sandboxes and devices. A record bears that of the last change to it, so what is new since a
 * revision is what has a higher one.
 */
export const revisionSchema = v.pipe(
  v.number("a revision"),
  v.safeInteger("a whole number, 0 or more"),
  v.minValue(0, "a whole number, 0 or more"),
);

/** The most edits that one change may hold, and the most changes in one delivery. */
export const MOST_EDITS = 50_000;
export const MOST_CHANGES = 256;

/** An edit on its way to the server: what it does, and to which state of the record. */
export const deliveredEditSchema = v.variant("op", [
  v.object({
    op: v.literal("put"),
    record: recordSchema,
    /** Revision of the record that the person saw; 0 where it is new. */
    base: revisionSchema,
    /** Names of the parts that the person changed (see record_fields.ts); absent where all are new. */
    changed: v.optional(v.array(v.string("the name of a part"))),
  }),
  v.object({ op: v.literal("delete"), id: uuidSchema, base: revisionSchema }),
  /** Says that a person has seen a conflict and settled it. What it comes to is an edit of its own. */
  v.object({
    op: v.literal("settle"),
    conflict: v.pipe(v.string(), v.nonEmpty("the id of a conflict")),
  }),
]);
export type DeliveredEdit = v.InferOutput<typeof deliveredEditSchema>;

/** A change on its way to the server. Its user is whoever is signed in. */
export const deliveredChangeSchema = v.pipe(
  v.object({
    id: uuidSchema,
    /**
     * Which browser's outbox it comes from. What a device has delivered before is no conflict with what it delivers now, although the person
     * saw the record before either.
     */
    device: uuidSchema,
    dataset: sandboxKeySchema.entries.dataset,
    /** When the person made it, in milliseconds since 1970. */
    at: epochSchema,
    label: v.string(),
    edits: v.pipe(
      v.array(deliveredEditSchema, "a list of edits"),
      v.maxLength(MOST_EDITS, `at most ${MOST_EDITS} edits`),
    ),
  }),
  v.forward(
    v.check(
      (change) => putsItsOwn(change),
      "records of the kind that its dataset has",
    ),
    ["edits"],
  ),
);
export type DeliveredChange = v.InferOutput<typeof deliveredChangeSchema>;

/** Two devices changed the same part while apart. Both values are here; the one in the record is `kept`. */
export const conflictSchema = v.object({
  id: v.string(),
  dataset: sandboxKeySchema.entries.dataset,
  record: uuidSchema,
  /** The part (see record_fields.ts), or `record` where one device deleted what the other edited. */
  field: v.string(),
  kept: v.unknown(),
  refused: v.unknown(),
  /** The change that came too late, and when the person made it. */
  change: uuidSchema,
  at: epochSchema,
  revision: revisionSchema,
  settled: v.boolean(),
});
export type Conflict = v.InferOutput<typeof conflictSchema>;

/** What a change came to. The same change delivered again comes to the same. */
export const outcomeSchema = v.object({
  id: uuidSchema,
  revision: revisionSchema,
  conflicts: v.array(conflictSchema),
});
export type Outcome = v.InferOutput<typeof outcomeSchema>;

/** A record as it is at a revision; without `record` where it was deleted. */
export const syncedRecordSchema = v.object({
  id: uuidSchema,
  dataset: sandboxKeySchema.entries.dataset,
  revision: revisionSchema,
  record: v.optional(recordSchema),
});
export type SyncedRecord = v.InferOutput<typeof syncedRecordSchema>;

/** What is new since a revision. */
export const newsSchema = v.object({
  /** Ask for what is new since this one the next time. */
  revision: revisionSchema,
  /** Whether there is more, to be asked for at once. */
  more: v.boolean(),
  records: v.array(syncedRecordSchema),
  conflicts: v.array(conflictSchema),
});
export type News = v.InferOutput<typeof newsSchema>;
