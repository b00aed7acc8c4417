/** Values of a mark as they stand in JSON files of whatever origin. */
import type { VoxelPosition } from "../../model/annotation.js";
import type { FieldValue } from "../../model/annotation.js";
import { refuse } from "./draft.js";
import { isList, type Json } from "../../model/files/json.js";
import type { Place } from "../../model/files/refusal.js";

const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * A list of `count` finite numbers.
 * @throws {RowRefused}
 */
export function numbers(
  place: Place,
  field: string,
  value: Json | undefined,
  count: number,
): number[] {
  if (!isList(value) || value.length !== count) {
    return refuse(place, field, value, `${count} numbers`);
  }
  return value.map((item, i) => {
    if (typeof item === "number" && Number.isFinite(item)) return item;
    return refuse(place, `${field}.${i}`, item, "a number");
  });
}

/**
 * The same as voxels.
 * @throws {RowRefused} naming the one that is not whole
 */
export function voxels(
  place: Place,
  field: string,
  value: Json | undefined,
  count: number,
): number[] {
  return numbers(place, field, value, count).map((number, i) => {
    if (Number.isSafeInteger(number)) return number;
    return refuse(place, `${field}.${i}`, number, "a whole voxel");
  });
}

export function position([x, y, z]: readonly number[]): VoxelPosition {
  return [x, y, z];
}

/** A text, or undefined where there is none. @throws {RowRefused} where it is something else */
export function optionalText(
  place: Place,
  field: string,
  value: Json | undefined,
): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  return refuse(place, field, value, "a text");
}

/** Tags, each once. @throws {RowRefused} */
export function tagList(
  place: Place,
  field: string,
  value: Json | undefined,
): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) return refuse(place, field, value, "a list of tags");
  const tags = value.map((tag, i) =>
    typeof tag === "string"
      ? tag
      : refuse(place, `${field}.${i}`, tag, "a tag"),
  );
  return [...new Set(tags)];
}

/**
 * Whatever stands in a property as the value of a field, or undefined where there is nothing. A whole number that a double would round
 * becomes a text.
 * @throws {RowRefused} where it is an id of more than 64 bits: what it was before somebody rounded it cannot be known
 */
export function looseValue(
  place: Place,
  field: string,
  value: Json | undefined,
): FieldValue | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "bigint") return segmentId(place, field, value);
  if (typeof value === "object") {
    const text = JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    return text === "{}" || text === "[]" ? undefined : text;
  }
  return value;
}

/**
 * The id of a segment as a decimal text.
 * @throws {RowRefused} where it does not fit into 64 bits
 */
export function segmentId(
  place: Place,
  field: string,
  value: Json | undefined,
): string {
  const written =
    typeof value === "string" ||
    typeof value === "bigint" ||
    (typeof value === "number" && Number.isSafeInteger(value));
  const text = written ? String(value) : "";
  if (!/^\d{1,20}$/.test(text) || BigInt(text) > MAX_UINT64) {
    return refuse(place, field, value, "a segment id of at most 64 bits");
  }
  return String(BigInt(text));
}

/**
 * Milliseconds since 1970 from the forms in which files have a time: a number of them, the same as text, or a date of ISO 8601.
 * @throws {RowRefused}
 */
export function time(
  place: Place,
  field: string,
  value: Json | undefined,
): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const read =
    typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)
      ? Date.parse(value)
      : typeof value === "string" && /^\d+$/.test(value)
        ? Number(value)
        : value;
  if (typeof read === "number" && Number.isSafeInteger(read) && read >= 0) {
    return read;
  }
  return refuse(
    place,
    field,
    value,
    "a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970",
  );
}
