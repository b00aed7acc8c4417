/** What a file says of one mark, before it is compared with the marks that are there. */
import {
  type AnnotationRecord,
  type FieldValue,
  NO_FIELD_NAME,
} from "../../model/annotation.js";
import type { MarksVocabulary } from "../../model/fields.js";
import { readFieldValue } from "../../model/fields.js";
import type { MarkGeometry } from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";
import {
  type Place,
  type RefusedRow,
  RowRefused,
  shownValue,
} from "../../model/files/refusal.js";

/** What all records have beside their place. */
export type MarkFields = Omit<
  Extract<AnnotationRecord, { kind: "point" }>,
  "kind" | "position"
>;

/** One mark as a file has it. */
export interface Draft {
  readonly line: number;
  readonly geometry: MarkGeometry;
  readonly fields: Partial<MarkFields>;
  /** Whether the file says all that is known of the mark, as our own do: what it does not name is not there. */
  readonly whole: boolean;
}

/** What a file came to, in the order of its lines. Each row is in one of the two lists. */
export interface Reading {
  readonly drafts: Draft[];
  readonly refused: RefusedRow[];
}

/** What a reader has to know of the dataset. */
export interface ReadContext {
  /** Edges of a voxel of the dataset's finest scale along x,y,z, in nm. */
  readonly voxel: VoxelSize;
  readonly vocabulary: MarksVocabulary;
}

/** Reads one row into `reading`: its draft, or what is wrong with it. */
export function readRow(
  reading: Reading,
  line: number,
  read: () => Omit<Draft, "line">,
): void {
  try {
    reading.drafts.push({ line, ...read() });
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    reading.refused.push({ line, refusals: [error.refusal] });
  }
}

/** Refuses the row that is being read. */
export function refuse(
  place: Place,
  field: string,
  value: unknown,
  expected: string,
): never {
  throw new RowRefused({ ...place, field, value: shownValue(value), expected });
}

/**
 * A value for one of a mark's own fields: as the dataset's vocabulary has it, else as it is.
 * @throws {RowRefused} where it is none of the values that the vocabulary allows
 */
export function fieldValue(
  place: Place,
  name: string,
  value: FieldValue,
  { vocabulary }: ReadContext,
): FieldValue {
  if (name === NO_FIELD_NAME) {
    return refuse(place, name, value, "a field of another name");
  }
  const field = vocabulary.fields.find((known) => known.name === name);
  if (field === undefined) return value;
  const read = readFieldValue(field, value);
  if ("expected" in read) return refuse(place, name, value, read.expected);
  return read.value;
}
