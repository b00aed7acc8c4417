/** What a sandbox holds: marks of every kind, or merges, or places of the atlas, and never two of them. */
import * as v from "valibot";
import {
  type AnnotationRecord,
  annotationSchema,
  KIND_NAMES,
} from "./annotation.js";
import { type AtlasEntry, atlasEntrySchema, datasetOfAtlas } from "./atlas.js";
import {
  mergedSegmentationOf,
  type MergeRecord,
  mergeSchema,
} from "./merge.js";

/** A record of any sandbox. */
export const recordSchema = v.variant("kind", [
  ...annotationSchema.options,
  mergeSchema,
  atlasEntrySchema,
]);
export type StoredRecord = AnnotationRecord | MergeRecord | AtlasEntry;

/** Whether a record is a mark. */
export function isMark(record: StoredRecord): record is AnnotationRecord {
  return record.kind !== "merge" && record.kind !== "atlas";
}

/** What a person reads where a record has no words of its own, within a sentence. */
export function recordName(record: StoredRecord): string {
  if (isMark(record)) return KIND_NAMES[record.kind];
  return record.kind === "atlas"
    ? "place of the atlas"
    : `merge of ${record.merged} onto ${record.onto}`;
}

/** A change, as far as it says what is put where. */
interface Puts {
  dataset: string;
  edits: readonly (
    { op: "put"; record: StoredRecord } | { op: "delete" | "settle" }
  )[];
}

type Held = "marks" | "merges" | "atlas";

/** What the sandbox of a dataset holds. */
function heldIn(dataset: string): Held {
  if (mergedSegmentationOf(dataset) !== undefined) return "merges";
  return datasetOfAtlas(dataset) === undefined ? "marks" : "atlas";
}

function holderOf({ kind }: StoredRecord): Held {
  if (kind === "merge") return "merges";
  return kind === "atlas" ? "atlas" : "marks";
}

/** Whether all records that a change puts are of the kind that its sandbox holds. */
export function putsItsOwn({ dataset, edits }: Puts): boolean {
  const held = heldIn(dataset);
  return edits.every(
    (edit) => edit.op !== "put" || holderOf(edit.record) === held,
  );
}
