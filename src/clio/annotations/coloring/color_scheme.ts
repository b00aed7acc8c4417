/** What marks are coloured by. Plain data, which goes from the page to the worker. */
import {
  ANNOTATION_KINDS,
  type AnnotationRecord,
  type FieldValue,
} from "../../model/annotation.js";
import {
  allTypes,
  type MarksVocabulary,
  ownValue,
} from "../../model/fields.js";
import { CATEGORY_COLORS } from "./palette.js";

/** What every mark can be coloured by. */
export const COLOR_COLUMNS = [
  "kind",
  "type",
  "tag",
  "checked",
  "user",
  "set",
] as const;
export type ColorColumn = (typeof COLOR_COLUMNS)[number];

const FIELD_PREFIX = "field:";

/** One of the columns, or `field:` and the name of one of the dataset's own fields. */
export type ColorBy = ColorColumn | `${typeof FIELD_PREFIX}${string}`;

export interface ColorScheme {
  readonly by: ColorBy;
  /** Values that have the first colours whether any mark has them or not, so that their colours stay. */
  readonly first: readonly FieldValue[];
  /** Values that had colours before, by the place of theirs; null where a place was free. */
  readonly kept: readonly (FieldValue | null)[];
  /** Where the values are numbers: what is known of them. */
  readonly numbers: NumberLimits | undefined;
}

export interface NumberLimits {
  /** Undefined: the least that there is. */
  readonly min: number | undefined;
  /** Undefined: the greatest that there is. */
  readonly max: number | undefined;
}

/** What a link says to colour by; undefined where that is nothing known. */
export function colorByOf(json: unknown): ColorBy | undefined {
  if (typeof json !== "string") return undefined;
  if (json.length > FIELD_PREFIX.length && json.startsWith(FIELD_PREFIX)) {
    return json as ColorBy;
  }
  return COLOR_COLUMNS.find((column) => column === json);
}

/** The name of the own field that is coloured by; undefined where it is none. */
export function fieldOf(by: ColorBy): string | undefined {
  return by.startsWith(FIELD_PREFIX)
    ? by.slice(FIELD_PREFIX.length)
    : undefined;
}

/** How to colour by something, as far as the dataset says what values there are. */
export function schemeOf(
  by: ColorBy,
  vocabulary: MarksVocabulary,
  kept: ColorScheme["kept"],
): ColorScheme {
  const name = fieldOf(by);
  const field = vocabulary.fields.find((field) => field.name === name);
  if (field?.type === "number") {
    const { min, max } = field;
    return { by, first: [], kept: [], numbers: { min, max } };
  }
  const known: readonly FieldValue[] =
    field?.type === "choice"
      ? field.options
      : field?.type === "boolean" || by === "checked"
        ? [true, false]
        : by === "kind"
          ? ANNOTATION_KINDS
          : by === "type"
            ? allTypes(vocabulary)
            : [];
  // Of too many words those get colours that marks have.
  const first = known.length <= CATEGORY_COLORS.length ? known : [];
  return { by, first, kept, numbers: undefined };
}

/** The values of a mark that its colour may go by; none where it has no value. */
export function valuesOf(
  record: AnnotationRecord,
  by: ColorBy,
): readonly FieldValue[] {
  switch (by) {
    case "kind":
      return [record.kind];
    case "type":
      return wordsOf(record.type);
    case "tag":
      return record.tags;
    case "checked":
      return [record.checked];
    case "user":
      return wordsOf(record.user);
    case "set":
      return wordsOf(record.set);
    default: {
      const value = ownValue(record.fields, fieldOf(by)!);
      return value === undefined || value === "" ? [] : [value];
    }
  }
}

/** An empty word stands for none. */
function wordsOf(word: string | undefined): string[] {
  return word ? [word] : [];
}
