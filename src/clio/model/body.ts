/** What is known of a body, which is a segment that is a cell or a part of one: fields with a value each, and who wrote them when. */
import * as v from "valibot";
import { NO_FIELD_NAME } from "./annotation.js";
import { jsonObject } from "./json_object.js";
import { stringifyLossless } from "./lossless.js";

/** A single value. A whole number that `number` would round is a `bigint`, and no other is one. */
export type BodyScalar = string | number | bigint | boolean;

/** The value of a field. */
export type BodyValue =
  BodyScalar | readonly BodyValue[] | { readonly [key: string]: BodyValue };

/** The fields of a body by their names; `class_user` and `class_time` say who wrote `class`, and when (ISO 8601). */
export type BodyFields = Readonly<Record<string, BodyValue>>;

/** What is written over fields: null takes a field away. */
export type BodyPatch = Readonly<Record<string, BodyValue | null>>;

/** A body as it is kept. */
export interface BodyRecord {
  body: bigint;
  fields: BodyFields;
}

/** The name that is the body itself in the records of scripts, and of no field. */
export const BODY_ID = "bodyid";

const LONGEST_NAME = 100;
const LONGEST_TEXT = 20_000;
/** The most fields that a body may have, those that say who and when not counted. */
export const MOST_FIELDS = 200;
const DEEPEST = 4;
/** The most characters of JSON that the fields of one body may take. */
const LARGEST_RECORD = 64 * 1024;

const leastWhole = -(2n ** 63n);
const mostWhole = 2n ** 64n - 1n;

/** The largest id of a body; 0 is no body, but the background. */
export const MOST_BODY = mostWhole;

/** Whether a field says who wrote another one, or when. */
export function isStamp(name: string): boolean {
  return name.endsWith("_user") || name.endsWith("_time");
}

/** The value of a field, which may have the name of something that every object has. */
export function bodyField<T>(
  fields: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads what is a value, of JSON of any shape; else says what was expected. */
function valueOf(
  json: unknown,
  depth: number,
): { value: BodyValue } | { expected: string } {
  switch (typeof json) {
    case "boolean":
      return { value: json };
    case "string":
      return json.length <= LONGEST_TEXT && !json.includes("\0")
        ? { value: json }
        : { expected: `a text of at most ${LONGEST_TEXT} characters` };
    case "number":
    case "bigint":
      return numberOf(json);
    case "object":
      break;
    default:
      return { expected: "a value" };
  }
  if (json === null) return { expected: "a value inside of it, not null" };
  if (depth === DEEPEST)
    return { expected: `lists and objects at most ${DEEPEST} levels deep` };
  const entries: [string, BodyValue][] = [];
  for (const [key, part] of Object.entries(json)) {
    if (key === NO_FIELD_NAME || key.length > LONGEST_NAME)
      return { expected: "other keys in it" };
    const inner = valueOf(part, depth + 1);
    if ("expected" in inner) return inner;
    entries.push([key, inner.value]);
  }
  return Array.isArray(json)
    ? { value: entries.map(([, value]) => value) }
    : { value: Object.fromEntries(entries) };
}

function numberOf(
  number: number | bigint,
): { value: number | bigint } | { expected: string } {
  // Zero has no sign on the wire.
  if (Number.isSafeInteger(number)) return { value: Number(number) + 0 };
  if (typeof number === "number" && !Number.isInteger(number)) {
    return Number.isFinite(number)
      ? { value: number }
      : { expected: "a finite number" };
  }
  const whole = BigInt(number);
  if (whole < leastWhole || whole > mostWhole)
    return { expected: "a whole number from -2^63 to 2^64-1" };
  const short = Number(whole);
  return { value: Number.isSafeInteger(short) ? short : whole };
}

const namePattern = new RegExp(`^[^\\p{Cc}]{1,${LONGEST_NAME}}$`, "u");

/** What is wrong with the name of a field; undefined where nothing is. */
export function bodyNameProblem(name: string): string | undefined {
  if (name === BODY_ID || name === NO_FIELD_NAME)
    return "a field of another name";
  return namePattern.test(name)
    ? undefined
    : `a name of at most ${LONGEST_NAME} characters, in one line`;
}

/** What is to be written over the fields of one body. Each value that is none is told by its name. */
export const bodyPatchSchema = v.pipe(
  jsonObject,
  v.rawTransform<Record<string, unknown>, BodyPatch>(
    ({ dataset: { value: input }, addIssue, NEVER }) => {
      const entries: [string, BodyValue | null][] = [];
      let good = true;
      const refuse = (key: string, message: string) => {
        good = false;
        addIssue({
          message,
          input: input[key],
          path: [
            {
              type: "unknown",
              ...{ origin: "value", input, key, value: input[key] },
            },
          ],
        });
      };
      for (const [name, json] of Object.entries(input)) {
        const wrongName = bodyNameProblem(name);
        if (wrongName !== undefined) {
          refuse(name, wrongName);
          continue;
        }
        const read = json === null ? { value: null } : valueOf(json, 0);
        if ("expected" in read) refuse(name, read.expected);
        else entries.push([name, read.value]);
      }
      return good ? Object.fromEntries(entries) : NEVER;
    },
  ),
);

/** What is too much for one body; undefined where nothing is. */
export function bodySizeProblem(fields: BodyFields): string | undefined {
  const count = Object.keys(fields).filter((name) => !isStamp(name)).length;
  if (count > MOST_FIELDS)
    return `${count} fields, expected at most ${MOST_FIELDS}`;
  const size = stringifyLossless(fields).length;
  return size > LARGEST_RECORD
    ? `${size} characters of JSON, expected at most ${LARGEST_RECORD}`
    : undefined;
}

/** Which of who and when is shown beside the fields. */
export const shows = ["none", "user", "time", "all"] as const;
export type Show = (typeof shows)[number];

/** The fields with as much of who and when as is wanted. */
export function shownFields(fields: BodyFields, show: Show): BodyFields {
  if (show === "all") return fields;
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) =>
        !isStamp(name) || (show !== "none" && name.endsWith(`_${show}`)),
    ),
  );
}

/** Whether two values are the same. Those of JSON alone are compared, in whichever order an object has its keys. */
export function sameValue(
  a: BodyValue | null | undefined,
  b: BodyValue | null | undefined,
): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const inA = a as BodyFields;
  const inB = b as BodyFields;
  const keys = Object.keys(inA);
  return (
    keys.length === Object.keys(inB).length &&
    keys.every((key) => sameValue(bodyField(inA, key), bodyField(inB, key)))
  );
}
