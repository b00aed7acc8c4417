/**
 * The edits of a change as rows keep them. Where they are many they are bytes of JSON, one edit a line, in parts of a page's size: to
 * hand the browser a hundred thousand objects keeps a page busy for a second, each of the four times that a step is written (journal and
 * history, and both for the second copy); the bytes are made once, and handed over in milliseconds.
 */
import type { Change, Edit } from "../model/change.js";

/** Edits that were packed. */
export interface PackedEdits {
  count: number;
  parts: Uint8Array<ArrayBuffer>[];
}

export type StoredEdits = Edit[] | PackedEdits;

/** A change as the journal keeps it. */
export type StoredChange = Omit<Change, "edits"> & { edits: StoredEdits };

/** Fewer edits stay as they are: they are read one by one, and cost next to nothing. */
const PACKED_FROM = 512;

/** Edits of a part: a text of all of them might be longer than a string may be. */
const PART_EDITS = 4096;

export function packEdits(edits: readonly Edit[]): StoredEdits {
  if (edits.length < PACKED_FROM) return [...edits];
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < edits.length; from += PART_EDITS) {
    const lines = edits
      .slice(from, from + PART_EDITS)
      .map((edit) => JSON.stringify(edit));
    parts.push(encoder.encode(`[\n${lines.join(",\n")}\n]`));
  }
  return { count: edits.length, parts };
}

export function unpackEdits(stored: StoredEdits): Edit[] {
  if (Array.isArray(stored)) return stored;
  const decoder = new TextDecoder();
  return stored.parts.flatMap(
    (part) => JSON.parse(decoder.decode(part)) as Edit[],
  );
}

/** How many edits there are, without a look at them. */
export function countEdits(stored: StoredEdits): number {
  return Array.isArray(stored) ? stored.length : stored.count;
}

export function unpackChange(stored: StoredChange): Change {
  return { ...stored, edits: unpackEdits(stored.edits) };
}
