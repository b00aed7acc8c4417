/**
 * The edits of a change as rows keep them. Where they are many they are bytes of JSON, one edit a line, in parts of a page's size: to
 * hand the browser a hundred thousand objects keeps a page busy for a second, each of the four times that a step is written (journal and
 * history, and both for the second copy); the bytes are made once, and handed over in milliseconds.
 */
import type { AnnotationRecord } from "../model/annotation.js";
import { type Change, type Edit, parseChange } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";

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

/** Edits as rows keep them. Those that are packed already stay as they are. */
export function packEdits<Content extends StoredRecord>(
  edits: StoredEdits<Content>,
): StoredEdits<Content> {
  if (isPacked(edits)) return edits;
  return edits.length < PACKED_FROM ? [...edits] : packAll(edits);
}

/**
 * As `packEdits`, however few they are.
 * @param packed told how many are done, part after part
 */
export function packAll(
  edits: readonly Edit<StoredRecord>[],
  packed?: (count: number) => void,
): PackedEdits {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < edits.length; from += PART_EDITS) {
    const lines = edits
      .slice(from, from + PART_EDITS)
      .map((edit) => JSON.stringify(edit));
    parts.push(encoder.encode(`[\n${lines.join(",\n")}\n]`));
    packed?.(from + lines.length);
  }
  return { count: edits.length, parts };
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
  const decoder = new TextDecoder();
  return stored.parts.flatMap(
    (part) => JSON.parse(decoder.decode(part)) as Edit<Content>[],
  );
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
