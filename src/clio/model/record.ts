/** What a sandbox holds: marks of every kind, or merges, and never both. */
import * as v from "valibot";
import {
  type AnnotationRecord,
  annotationSchema,
  KIND_NAMES,
} from "./annotation.js";
import {
  mergedSegmentationOf,
  type MergeRecord,
  mergeSchema,
} from "./merge.js";

/** A record of any sandbox. */
export const recordSchema = v.variant("kind", [
  ...annotationSchema.options,
  mergeSchema,
]);
export type StoredRecord = AnnotationRecord | MergeRecord;

/** Whether a record is a mark. */
export function isMark(record: StoredRecord): record is AnnotationRecord {
  return record.kind !== "merge";
}

/** What a person reads where a record has no words of its own, within a sentence. */
export function recordName(record: StoredRecord): string {
  return isMark(record)
    ? KIND_NAMES[record.kind]
    : `merge of ${record.merged} onto ${record.onto}`;
}

/** A change, as far as it says what is put where. */
interface Puts {
  dataset: string;
  edits: readonly (
    { op: "put"; record: StoredRecord } | { op: "delete" | "settle" }
  )[];
}

/** Whether all records that a change puts are of the kind that its sandbox holds: merges, or marks. */
export function putsItsOwn({ dataset, edits }: Puts): boolean {
  const holdsMerges = mergedSegmentationOf(dataset) !== undefined;
  return edits.every(
    (edit) => edit.op !== "put" || isMark(edit.record) !== holdsMerges,
  );
}
