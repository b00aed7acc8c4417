/** What a dataset says of its marks: words for their type, and fields of its own. */
import * as v from "valibot";
import type {
  AnnotationKind,
  AnnotationRecord,
  FieldValue,
} from "./annotation.js";
import { ANNOTATION_KINDS, NO_FIELD_NAME } from "./annotation.js";

const label = v.pipe(
  v.string("a name"),
  v.nonEmpty("a name, not an empty text"),
);
const named = {
  /** Key of the value in a record and in files. */
  name: v.pipe(
    v.string("a name"),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_ ]*$/,
      "a name of letters, digits, _ and spaces that begins with a letter",
    ),
    v.check((name) => name !== NO_FIELD_NAME, "another name"),
  ),
  /** What people read; the name where there is none. */
  title: v.optional(label),
};
const limit = v.optional(
  v.pipe(v.number("a number"), v.finite("a finite number")),
);

export const fieldSchema = v.variant("type", [
  v.object({ ...named, type: v.literal("text") }),
  v.pipe(
    v.object({
      ...named,
      type: v.literal("number"),
      min: limit,
      max: limit,
      /** Whether only whole numbers will do. */
      integer: v.optional(v.boolean("true or false"), false),
    }),
    v.check(
      ({ min, max }) => min === undefined || max === undefined || min <= max,
      "a min that is not above max",
    ),
  ),
  v.object({
    ...named,
    type: v.literal("choice"),
    options: v.pipe(
      v.array(label, "a list of texts"),
      v.nonEmpty("at least one option"),
    ),
  }),
  v.object({ ...named, type: v.literal("boolean") }),
]);
/** One of a dataset's own fields. */
export type Field = v.InferOutput<typeof fieldSchema>;

const words = v.array(label, "a list of words");

/** The `marks` of a dataset's description. */
export const marksSchema = v.object({
  /** The words for the type of a mark, by its kind. A person may write others. */
  types: v.optional(
    v.object({
      point: v.optional(words),
      line: v.optional(words),
      polyline: v.optional(words),
      sphere: v.optional(words),
      box: v.optional(words),
      ellipsoid: v.optional(words),
    } satisfies Record<AnnotationKind, unknown>),
    {},
  ),
  fields: v.optional(
    v.pipe(
      v.array(fieldSchema, "a list of fields"),
      v.check(
        (fields) =>
          new Set(fields.map(({ name }) => name)).size === fields.length,
        "fields of different names",
      ),
    ),
    [],
  ),
});
export type MarksVocabulary = v.InferOutput<typeof marksSchema>;

/** What is known of the marks of a dataset that says nothing. */
export const NO_VOCABULARY: MarksVocabulary = { types: {}, fields: [] };

/** Every word for a type, each once, in the order of the kinds. */
export function allTypes({ types }: MarksVocabulary): string[] {
  return [...new Set(ANNOTATION_KINDS.flatMap((kind) => types[kind] ?? []))];
}

/** The value of a field, which may have the name of something that every object has. */
export function ownValue(
  fields: AnnotationRecord["fields"],
  name: string,
): FieldValue | undefined {
  return fields !== undefined && Object.hasOwn(fields, name)
    ? fields[name]
    : undefined;
}

/**
 * `value` as a value of `field`, where it is one; else what was expected, to be read after the field's name and the value.
 * @param value of any shape; a text is read as a person would write it
 */
export function readFieldValue(
  field: Field,
  value: unknown,
): { value: FieldValue } | { expected: string } {
  switch (field.type) {
    case "text":
      return typeof value === "string" ? { value } : { expected: "a text" };
    case "choice":
      return typeof value === "string" && field.options.includes(value)
        ? { value }
        : { expected: `one of ${field.options.join(", ")}` };
    case "boolean": {
      const known = truths.get(String(value).trim().toLowerCase());
      return known === undefined ? { expected: "yes or no" } : { value: known };
    }
    case "number":
      return readNumber(field, value);
  }
}

const truths = new Map([
  ["true", true],
  ["yes", true],
  ["y", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["n", false],
  ["0", false],
]);

function readNumber(
  { min, max, integer }: Extract<Field, { type: "number" }>,
  value: unknown,
): { value: number } | { expected: string } {
  const kind = integer ? "a whole number" : "a number";
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of ${min} or more`
        : max !== undefined
          ? ` of ${max} or less`
          : "";
  const number =
    typeof value === "number"
      ? value
      : typeof value === "string" && value.trim() !== ""
        ? Number(value)
        : NaN;
  const good =
    Number.isFinite(number) &&
    (!integer || Number.isInteger(number)) &&
    number >= (min ?? -Infinity) &&
    number <= (max ?? Infinity);
  return good ? { value: number } : { expected: kind + range };
}
