/** What rows are sorted by. */
import {
  ANNOTATION_KINDS,
  type AnnotationRecord,
} from "../../model/annotation.js";
import { ownValue } from "../../model/fields.js";
import { centerOf } from "../../model/geometry.js";
import { measure, type VoxelSize } from "../../model/measurement.js";
import { searchable } from "./terms.js";

/** Numbers come before texts, and marks without a value after both, whichever way the rows are sorted. */
export type SortKey = number | string | undefined;

/** The prefix of columns that are own fields of the dataset. */
export const FIELD_COLUMN = "field:";

/** How to get at a column's key; undefined where there is no such column. */
export function sortKeyOf(
  column: string,
  voxel: VoxelSize,
): ((record: AnnotationRecord) => SortKey) | undefined {
  if (column.startsWith(FIELD_COLUMN)) {
    const name = column.slice(FIELD_COLUMN.length);
    return ({ fields }) => {
      const value = ownValue(fields, name);
      return typeof value === "string" ? textKey(value) : numberKey(value);
    };
  }
  switch (column) {
    case "created":
    case "modified":
      return (record) => record[column];
    case "description":
    case "user":
    case "title":
    case "type":
    case "set":
      return (record) => textKey(record[column] ?? "");
    case "tags":
      return ({ tags }) => textKey(tags.join(", "));
    case "kind":
      return ({ kind }) => ANNOTATION_KINDS.indexOf(kind);
    case "checked":
      return ({ checked }) => Number(checked);
    case "x":
    case "y":
    case "z": {
      const axis = "xyz".indexOf(column);
      return (record) => centerOf(record)[axis];
    }
    case "length":
    case "radius":
    case "volume":
      return (record) => measure(record, voxel)[column];
    case "segment":
      // Of 64 bits: as texts of one length they compare as numbers do.
      return ({ segments }) =>
        segments?.supervoxels.find((id) => id !== null)?.padStart(20, "0");
    default:
      return undefined;
  }
}

function numberKey(value: number | boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/**
 * A text so that its code units compare as people count: "mark 9" before "mark 10", whatever the case. Each run of digits is preceded
 * by how many digits it has. Undefined for an empty text, which is as good as none.
 */
export function textKey(text: string): string | undefined {
  if (text === "") return undefined;
  return searchable(text).replace(/[0-9]+/g, (digits) => {
    const significant = digits.replace(/^0+(?=.)/, "");
    // Counted from "0" on, so that numbers stand where digits do among other characters.
    return String.fromCharCode(48 + significant.length) + significant;
  });
}
