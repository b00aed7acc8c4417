/** What is written of bodies, as people read and write it. Plain functions. */
import type { BodyValue } from "../model/body.js";
import { listCell, readListCell } from "../model/csv_cell.js";
import { stringifyLossless } from "../model/lossless.js";
import type { BodyField } from "../model/body_schema.js";

/** The expected of a field that no text says. */
type Reading = { readonly value: BodyValue } | { readonly expected: string };

const WHOLE = /^[+-]?\d+$/;
const YES = new Set(["yes", "true", "1"]);
const NO = new Set(["no", "false", "0"]);

/** A value in one line, as `readBodyValue` reads it; empty where there is none. */
export function valueText(value: BodyValue | null | undefined): string {
  switch (typeof value) {
    case "undefined":
      return "";
    case "string":
      return value;
    case "boolean":
      return value ? "yes" : "no";
    case "number":
    case "bigint":
      return String(value);
  }
  if (value === null) return "";
  if (isPoint(value)) return value.join(", ");
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? listCell(value)
    : stringifyLossless(value);
}

/** Three whole numbers: a voxel. */
export function isPoint(
  value: BodyValue | null | undefined,
): value is readonly [number, number, number] {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((part) => Number.isSafeInteger(part))
  );
}

/** A text that is not empty as a value of a field; else what was expected, to be read after the name of the field. */
export function readBodyValue(field: BodyField, text: string): Reading {
  const trimmed = text.trim();
  switch (field.kind) {
    case "text":
      return { value: text };
    case "choice":
      return field.options.includes(trimmed)
        ? { value: trimmed }
        : { expected: `one of ${field.options.join(", ")}` };
    case "list":
      return { value: readListCell(text) };
    case "boolean":
      return readTruth(trimmed.toLowerCase());
    case "point":
      return readPoint(trimmed);
    case "integer":
      return WHOLE.test(trimmed)
        ? withinLimits(field, shortest(BigInt(trimmed)))
        : { expected: `a whole number${limitsText(field)}` };
    case "number": {
      const value = Number(trimmed);
      return trimmed !== "" && Number.isFinite(value)
        ? withinLimits(
            field,
            WHOLE.test(trimmed) ? shortest(BigInt(trimmed)) : value,
          )
        : { expected: `a number${limitsText(field)}` };
    }
  }
}

/**
 * What a text means that was typed in a field: a value, null where it is empty; else what was expected.
 * @param problemWith what the dataset's schema expects in the place of a value; undefined where it takes it
 */
export function readTyped(
  field: BodyField,
  text: string,
  problemWith: (value: BodyValue) => string | undefined,
): { readonly value: BodyValue | null } | { readonly expected: string } {
  if (text.trim() === "") return { value: null };
  const read = readBodyValue(field, text);
  if ("expected" in read) return read;
  const expected = problemWith(read.value);
  return expected === undefined ? read : { expected };
}

/** ", 1 to 5", where a field has limits. */
export function limitsText({ min, max }: BodyField): string {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`;
  if (min !== undefined) return `, ${min} or more`;
  return max === undefined ? "" : `, ${max} or less`;
}

/** A whole number as a `number` where that holds all of its digits. */
function shortest(value: bigint): number | bigint {
  const short = Number(value);
  return Number.isSafeInteger(short) ? short : value;
}

function withinLimits(field: BodyField, value: number | bigint): Reading {
  const { min = -Infinity, max = Infinity } = field;
  return value >= min && value <= max
    ? { value }
    : {
        expected: `a ${field.kind === "integer" ? "whole " : ""}number${limitsText(field)}`,
      };
}

function readTruth(word: string): Reading {
  if (YES.has(word)) return { value: true };
  return NO.has(word) ? { value: false } : { expected: "yes or no" };
}

function readPoint(text: string): Reading {
  const parts = text
    .replace(/^[[(]|[\])]$/g, "")
    .split(/[\s,;]+/)
    .filter(Boolean);
  const voxel = parts.map(Number);
  return voxel.length === 3 && voxel.every((part) => Number.isSafeInteger(part))
    ? { value: voxel }
    : { expected: "three whole voxels: x, y, z" };
}

const collator = new Intl.Collator("en", { numeric: true });

/** Orders values: those that are absent last, whichever way the others go. */
export function compareValues(
  a: BodyValue | undefined,
  b: BodyValue | undefined,
  descending: boolean,
): number {
  if (a === undefined || b === undefined) {
    return Number(a === undefined) - Number(b === undefined);
  }
  const sign = descending ? -1 : 1;
  if (isNumber(a) && isNumber(b)) return sign * (a < b ? -1 : a > b ? 1 : 0);
  return sign * collator.compare(valueText(a), valueText(b));
}

function isNumber(value: BodyValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
