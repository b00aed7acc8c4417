/** A change: what one act of a person does to a sandbox, all of it or nothing. */
import * as v from "valibot";
import {
  type AnnotationRecord,
  epochSchema,
  uuidSchema,
} from "./annotation.js";
import { putsItsOwn, recordSchema, type StoredRecord } from "./record.js";
import { sandboxKeySchema } from "./sandbox.js";

/** Puts a record in its whole new state, or takes one away. A change applied twice does what it does once. */
export const editSchema = v.variant("op", [
  v.object({
    op: v.literal("put"),
    record: recordSchema,
    /**
     * The parts that were changed (see record_fields.ts), absent where all are new: what another device has changed of the rest
     * meanwhile stays.
     */
    changed: v.optional(v.array(v.string())),
  }),
  v.object({ op: v.literal("delete"), id: uuidSchema }),
]);
type AnyEdit = v.InferOutput<typeof editSchema>;
/** An edit of marks, or of what else a sandbox holds. */
export type Edit<Content extends StoredRecord = AnnotationRecord> =
  | (Omit<Extract<AnyEdit, { op: "put" }>, "record"> & { record: Content })
  | Extract<AnyEdit, { op: "delete" }>;

export const changeSchema = v.pipe(
  v.object({
    id: uuidSchema,
    ...sandboxKeySchema.entries,
    /** When the person made it, in milliseconds since 1970. */
    at: epochSchema,
    /** What it did, as undo names it: "Add point". */
    label: v.string(),
    edits: v.array(editSchema),
  }),
  v.forward(
    v.check(
      (change) => putsItsOwn(change),
      "expected records of the kind that its dataset has",
    ),
    ["edits"],
  ),
);
export type Change<Content extends StoredRecord = AnnotationRecord> = Omit<
  v.InferOutput<typeof changeSchema>,
  "edits"
> & { edits: Edit<Content>[] };

/** The id of the record that `edit` is about. */
export function editedId(edit: Edit<StoredRecord>): string {
  return edit.op === "put" ? edit.record.id : edit.id;
}

/**
 * `input` as a change.
 * @throws Error naming the field, its value and what was expected.
 */
export function parseChange(input: unknown): Change<StoredRecord> {
  const result = v.safeParse(changeSchema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? "the whole";
  throw new Error(
    `Not a change: ${field} is ${issue.received}, ${issue.message}`,
  );
}
