/**
 * What a dataset's description says of the fields of its bodies, as the original had it: `bodyAnnotationSchema` says which are shown and
 * how they are edited, `typing.bodyAnnotation`, a JSON schema, what may be written. Where there is one of them, the other follows from it.
 */
import * as v from "valibot";
import { BODY_ID, type BodyValue } from "./body.js";
import { DatasetError, type Dataset } from "./dataset.js";
import { recordOf } from "./record_of.js";
import { describeIssues } from "./schema_issues.js";

/** By what a field is edited. */
export type BodyFieldKind =
  "text" | "integer" | "number" | "boolean" | "choice" | "list" | "point";

/** A field as the table of bodies shows it. */
export interface BodyField {
  name: string;
  /** What people read. */
  title: string;
  kind: BodyFieldKind;
  /** What can be chosen; for a text or a list, what is suggested. */
  options: readonly string[];
  min?: number;
  max?: number;
  description?: string;
  placeholder?: string;
  defaultValue?: BodyValue;
  /** How many characters its values mostly have. */
  usualLength?: number;
  /** Whether the table has a filter for it. */
  isFiltered: boolean;
}

/** What is known of the fields of a dataset's bodies. */
export interface BodySchema {
  /** In the order in which they are shown. */
  fields: readonly BodyField[];
  /** Whether other fields are refused. */
  isClosed: boolean;
  /** What values may be, by field. */
  properties: ReadonlyMap<string, Property>;
}

const text = v.string("a text");
const count = v.pipe(
  v.number("a whole number, 0 or more"),
  v.safeInteger("a whole number, 0 or more"),
  v.minValue(0, "a whole number, 0 or more"),
);
const limit = v.optional(
  v.pipe(v.number("a number"), v.finite("a finite number")),
);

/** How the original calls what a field is edited by. */
const editors = {
  input: "text",
  integer: "integer",
  list: "list",
  select: "choice",
  boolean: "boolean",
  point: "point",
} as const satisfies Record<string, BodyFieldKind>;
type Editor = keyof typeof editors;
const editorNames = Object.keys(editors) as Editor[];

const shownField = v.looseObject({
  title: v.optional(text),
  rank: v.optional(v.number("a number")),
  filterEnabled: v.optional(v.boolean("true or false")),
  placeholder: v.optional(text),
  defaultValue: v.optional(v.unknown()),
  textLengthHint: v.optional(count),
  editElement: v.optional(
    v.looseObject({
      type: v.picklist(editorNames, `one of ${editorNames.join(", ")}`),
      options: v.optional(v.array(text, "a list of texts")),
    }),
  ),
});

const shownSchema = v.looseObject({
  shape: v.array(
    v.pipe(text, v.nonEmpty("the name of a field")),
    "a list of fields",
  ),
  collection: v.optional(recordOf(shownField), {}),
});

const types = [
  "string",
  "integer",
  "number",
  "boolean",
  "array",
  "object",
  "null",
] as const;
const type = v.picklist(types, `one of ${types.join(", ")}`);
const typeSchema = v.lazy((input) =>
  Array.isArray(input) ? v.array(type) : type,
);

const propertySchema = v.looseObject({
  type: v.optional(typeSchema),
  title: v.optional(text),
  description: v.optional(text),
  enum: v.optional(v.array(v.unknown(), "a list of values")),
  minimum: limit,
  maximum: limit,
  items: v.optional(v.looseObject({ type: v.optional(typeSchema) })),
  minItems: v.optional(count),
  maxItems: v.optional(count),
});
/** What one value may be, as a JSON schema says it. What else such a schema can say is not looked at. */
export type Property = v.InferOutput<typeof propertySchema>;

const writtenSchema = v.looseObject({
  properties: v.optional(recordOf(propertySchema), {}),
  additionalProperties: v.optional(v.boolean("true or false"), true),
});

const bothSchema = v.looseObject({
  bodyAnnotationSchema: v.optional(shownSchema),
  typing: v.optional(
    v.looseObject({ bodyAnnotation: v.optional(writtenSchema) }),
  ),
});

/** What is shown where a dataset says nothing: what neuPrint and its scripts know bodies by. */
const usualFields = ["type", "instance", "status", "class", "comment"];

/**
 * Reads what a dataset says of its bodies.
 * @throws DatasetError naming every key that is wrong
 */
export function bodySchemaOf(dataset: Dataset): BodySchema {
  const result = v.safeParse(bothSchema, dataset);
  if (!result.success) throw new DatasetError(describeIssues(result.issues));
  const { bodyAnnotationSchema: shown, typing } = result.output;
  const written = typing?.bodyAnnotation;
  const properties = new Map(Object.entries(written?.properties ?? {}));
  properties.delete(BODY_ID);
  const collection = new Map(Object.entries(shown?.collection ?? {}));
  const rank = (name: string) => collection.get(name)?.rank ?? Infinity;
  const names =
    shown?.shape ??
    (properties.size > 0 ? [...properties.keys()] : usualFields);
  const fields = [...new Set(names)]
    .filter((name) => name !== BODY_ID)
    // Infinity less itself is no number, and what is no number leaves the order as it was written.
    .sort((a, b) => rank(a) - rank(b) || 0)
    .map((name) => fieldOf(name, collection.get(name), properties.get(name)));
  return {
    fields,
    isClosed: written?.additionalProperties === false,
    properties,
  };
}

/**
 * Looks at what several datasets say of their bodies.
 * @throws DatasetError naming every key of every dataset that is wrong
 */
export function requireBodySchemas(
  datasets: ReadonlyMap<string, Dataset>,
): void {
  const problems: string[] = [];
  for (const [id, dataset] of datasets) {
    try {
      bodySchemaOf(dataset);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      problems.push(...error.problems.map((problem) => `${id}.${problem}`));
    }
  }
  if (problems.length > 0) throw new DatasetError(problems);
}

function fieldOf(
  name: string,
  shown: v.InferOutput<typeof shownField> | undefined,
  property: Property | undefined,
): BodyField {
  const choices = property?.enum?.filter((each) => typeof each === "string");
  const { editElement: editor } = shown ?? {};
  const {
    title = property?.title,
    placeholder,
    textLengthHint: usualLength,
    defaultValue,
  } = shown ?? {};
  const { minimum: min, maximum: max, description } = property ?? {};
  return {
    name,
    title: title ?? name,
    kind: editor ? editors[editor.type] : kindOf(property),
    options: editor?.options ?? choices ?? [],
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(description === undefined ? {} : { description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(usualLength === undefined ? {} : { usualLength }),
    ...(defaultValue === undefined || defaultValue === null
      ? {}
      : { defaultValue: defaultValue as BodyValue }),
    isFiltered: shown?.filterEnabled ?? true,
  };
}

function typesOf(of: { type?: Property["type"] }): readonly string[] {
  if (of.type === undefined) return [];
  return typeof of.type === "string" ? [of.type] : of.type;
}

function kindOf(property: Property | undefined): BodyFieldKind {
  if (property === undefined) return "text";
  if (property.enum?.every((each) => typeof each === "string")) return "choice";
  const [known] = typesOf(property).filter((each) => each !== "null");
  switch (known) {
    case "integer":
    case "number":
    case "boolean":
      return known;
    case "array":
      return property.minItems === 3 && property.maxItems === 3
        ? "point"
        : "list";
    default:
      return "text";
  }
}

const article: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

function isOfType(value: BodyValue, wanted: string): boolean {
  switch (wanted) {
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
    case "number":
      return typeof value === "bigint" || typeof value === "number";
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    default:
      return typeof value === wanted;
  }
}

function typeProblem(
  of: { type?: Property["type"] },
  value: BodyValue,
): string | undefined {
  const wanted = typesOf(of);
  if (wanted.length === 0 || wanted.some((each) => isOfType(value, each)))
    return undefined;
  return wanted.map((each) => article[each]).join(" or ");
}

/**
 * What was expected in the place of a value, to be read after its field and the value; undefined where the dataset takes it. A field is
 * taken away by null whatever the schema says.
 */
export function bodyValueProblem(
  { isClosed, properties }: BodySchema,
  name: string,
  value: BodyValue | null,
): string | undefined {
  const property = properties.get(name);
  if (value === null) return undefined;
  if (property === undefined) {
    return isClosed
      ? `a field of the dataset (${[...properties.keys()].join(", ")})`
      : undefined;
  }
  return (
    typeProblem(property, value) ??
    rangeProblem(property, value) ??
    listProblem(property, value)
  );
}

function rangeProblem(
  { enum: choices, minimum, maximum }: Property,
  value: BodyValue,
): string | undefined {
  if (choices && !choices.includes(value))
    return `one of ${choices.map(String).join(", ")}`;
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  if (minimum !== undefined && value < minimum) return `${minimum} or more`;
  if (maximum !== undefined && value > maximum) return `${maximum} or less`;
  return undefined;
}

function listProblem(
  { items, minItems, maxItems }: Property,
  value: BodyValue,
): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: readonly BodyValue[] = value;
  if (minItems !== undefined && list.length < minItems)
    return `a list of ${minItems} or more`;
  if (maxItems !== undefined && list.length > maxItems)
    return `a list of ${maxItems} or fewer`;
  for (const item of list) {
    const problem = items && typeProblem(items, item);
    if (problem !== undefined) return `a list, each item ${problem}`;
  }
  return undefined;
}
