/**
 * The edits of a change as rows keep them. Where they are many they are bytes of JSON, in parts of a page's size: to hand the browser a
 * hundred thousand objects keeps a page busy for a second, each of the four times that a step is written (journal and history, and both
 * for the second copy); the bytes are made once, and handed over in milliseconds. Edits of one kind are columns there, which have each
 * name once, and a value that all records share once: a third of the bytes, and it is the bytes that the disk takes its time for.
 */
import type { AnnotationRecord } from "../model/annotation.js";
import { type Change, type Edit, parseChange } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import { type Columns, inColumns, ofColumns } from "./record_columns.js";

/** Edits that were packed. */
export interface PackedEdits {
  count: number;
  parts: Uint8Array<ArrayBuffer>[];
}

/** Of whichever records, where it is not known what the sandbox holds. */
export type StoredEdits<Content extends StoredRecord = StoredRecord> =
  readonly Edit<Content>[] | PackedEdits;

/** A change as the journal keeps it. */
export type StoredChange<Content extends StoredRecord = StoredRecord> = Omit<
  Change,
  "edits"
> & { edits: StoredEdits<Content> };

/** Fewer edits stay as they are: they are read one by one, and cost next to nothing. */
const PACKED_FROM = 512;

/** Edits of a part: a text of all of them might be longer than a string may be. */
const PART_EDITS = 4096;

/** The edits of a part as its JSON has them: one after the other, or, where all are of one kind, what they put or the ids they delete. */
type Part<Content extends StoredRecord> =
  Edit<Content>[] | { op: Edit["op"]; columns: Columns };

/** Edits as rows keep them. Those that are packed already stay as they are. */
export function packEdits<Content extends StoredRecord>(
  edits: StoredEdits<Content>,
): StoredEdits<Content> {
  if (isPacked(edits)) return edits;
  return edits.length < PACKED_FROM ? [...edits] : packAll(edits);
}

/** As `packEdits`, however few they are. */
export function packAll(edits: readonly Edit<StoredRecord>[]): PackedEdits {
  const packing = packInParts(edits);
  for (;;) {
    const { done, value } = packing.next();
    if (done === true) return value;
  }
}

/** As `packAll`, part by part. Tells how many are done. */
export function* packInParts(
  edits: readonly Edit<StoredRecord>[],
): Generator<number, PackedEdits> {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < edits.length; from += PART_EDITS) {
    const some = edits.slice(from, from + PART_EDITS);
    parts.push(encoder.encode(JSON.stringify(partOf(some))));
    yield from + some.length;
  }
  return { count: edits.length, parts };
}

function partOf(edits: Edit<StoredRecord>[]): Part<StoredRecord> {
  const [{ op }] = edits;
  const objects: object[] = [];
  for (const edit of edits) {
    if (edit.op !== op) return edits;
    if (edit.op === "delete") objects.push({ id: edit.id });
    else if (edit.changed === undefined) objects.push(edit.record);
    else return edits;
  }
  const columns = inColumns(objects);
  return columns === undefined ? edits : { op, columns };
}

function editsOf<Content extends StoredRecord>(
  part: Part<Content>,
): Edit<Content>[] {
  if (Array.isArray(part)) return part;
  const objects = ofColumns(part.columns);
  return part.op === "put"
    ? (objects as Content[]).map((record) => ({ op: "put", record }))
    : (objects as { id: string }[]).map(({ id }) => ({ op: "delete", id }));
}

export function isPacked(edits: StoredEdits): edits is PackedEdits {
  return !Array.isArray(edits);
}

/** The edits of several as one, in their order. */
export function joinPacked(several: readonly PackedEdits[]): PackedEdits {
  return {
    count: several.reduce((sum, { count }) => sum + count, 0),
    parts: several.flatMap(({ parts }) => parts),
  };
}

/** @typeParam Content what the sandbox of the edits holds: they were checked when they were stored. */
export function unpackEdits<Content extends StoredRecord>(
  stored: StoredEdits<Content>,
): readonly Edit<Content>[] {
  if (!isPacked(stored)) return stored;
  return [...unpackInParts<Content>(stored)].flatMap((part) => part);
}

/** As `unpackEdits`, part by part. */
export function* unpackInParts<Content extends StoredRecord>(
  stored: StoredEdits<Content>,
): Generator<readonly Edit<Content>[]> {
  if (!isPacked(stored)) {
    yield stored;
    return;
  }
  const decoder = new TextDecoder();
  for (const part of stored.parts)
    yield editsOf(JSON.parse(decoder.decode(part)) as Part<Content>);
}

/** The first of the edits, at least one where there are any: for a look at what they are like. */
export function someEdits<Content extends StoredRecord>(
  stored: StoredEdits<Content>,
): readonly Edit<Content>[] {
  if (!isPacked(stored)) return stored;
  return unpackEdits({ ...stored, parts: stored.parts.slice(0, 1) });
}

/** How many edits there are, without a look at them. */
export function countEdits(stored: StoredEdits): number {
  return isPacked(stored) ? stored.count : stored.length;
}

export function unpackChange<Content extends StoredRecord>(
  stored: StoredChange<Content>,
): Change<Content> {
  return { ...stored, edits: [...unpackEdits(stored.edits)] };
}

/**
 * `change` as one that may be stored. Edits that are packed were looked at by whoever packed them.
 * @throws Error naming the field, its value and what was expected.
 */
export function parseStored(change: StoredChange): StoredChange {
  const { edits } = change;
  if (!isPacked(edits)) return parseChange(change);
  return { ...parseChange({ ...change, edits: [] }), edits };
}

/** Edits of a sandbox that holds marks: the store puts nothing else into one. */
export function editsOfMarks(
  edits: readonly Edit<StoredRecord>[],
): readonly Edit[];
export function editsOfMarks(edits: StoredEdits): StoredEdits<AnnotationRecord>;
export function editsOfMarks(
  edits: StoredEdits,
): StoredEdits<AnnotationRecord> {
  return edits as StoredEdits<AnnotationRecord>;
}
