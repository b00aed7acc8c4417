/** Queries of bodies, as scripts of the original write them. The viewer and the server find the same by the same query. */
import { RE2JS } from "re2js";
import * as v from "valibot";
import {
  BODY_ID,
  bodyField,
  type BodyFields,
  type BodyScalar,
  type BodyValue,
} from "./body.js";
import { jsonObject } from "./json_object.js";
import { requiredTexts } from "./required_texts.js";

/**
 * What one field must be: a value; one of several values; `re/` and a regular expression, which is found anywhere in the text; `exists/1`
 * or `exists/0`. Of a field that is a list, one of its items.
 */
export type BodyCondition = BodyScalar | readonly BodyScalar[];

/** Fields that must all be as it says. Several such objects in a list: those of any. */
export type BodyConditions = Readonly<Record<string, BodyCondition>>;
export type BodyQuery = BodyConditions | readonly BodyConditions[];

/** Whether a body is found. */
export type BodyMatch = (body: bigint, fields: BodyFields) => boolean;

const MOST_CONDITIONS = 100;
const MOST_VALUES = 100_000;
const MOST_PATTERNS = 30;
const LONGEST_PATTERN = 1000;
/** Instructions of all expressions of a query: the time for a text grows with these. */
const LARGEST_PROGRAM = 5000;
/** Texts of which it is remembered whether an expression finds them: where there are more, hardly one comes again. */
const MOST_KNOWN = 10_000;
const REGEX = "re/";
const EXISTS = "exists/";

const isRegex = (input: unknown): input is string =>
  typeof input === "string" && input.startsWith(REGEX);
const isScalar = (input: unknown): input is BodyScalar =>
  ["string", "number", "bigint", "boolean"].includes(typeof input);

/** No expression of RE2 takes more than linear time. @throws where it is none */
function compile(regex: string): RE2JS {
  return RE2JS.compile(regex.slice(REGEX.length));
}

const pattern = v.custom<string>((input) => {
  const text = input as string;
  if (text.length > LONGEST_PATTERN) return false;
  try {
    return compile(text).programSize() <= LARGEST_PROGRAM;
  } catch {
    return false;
  }
}, `${REGEX} and a regular expression as RE2 has them, of at most ${LONGEST_PATTERN} characters`);

const scalar = v.lazy((input) =>
  isRegex(input)
    ? pattern
    : v.custom<BodyScalar>(isScalar, "a text, a number, or true or false"),
);

const existence = v.picklist(
  [`${EXISTS}0`, `${EXISTS}1`],
  "exists/0 or exists/1",
);

const conditionSchema = v.lazy((input) => {
  if (Array.isArray(input)) {
    return v.pipe(
      v.array(scalar),
      v.maxLength(MOST_VALUES, `at most ${MOST_VALUES} values`),
    );
  }
  return typeof input === "string" && input.startsWith(EXISTS)
    ? existence
    : scalar;
});

const conditionsSchema = v.pipe(
  jsonObject,
  v.check(
    (object) => Object.keys(object).length <= MOST_CONDITIONS,
    `at most ${MOST_CONDITIONS} fields`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, value] of Object.entries(dataset.value)) {
      const result = v.safeParse(conditionSchema, value);
      for (const { message, input, path } of result.issues ?? []) {
        addIssue({
          ...{ message, input },
          path: [
            {
              type: "unknown",
              ...{ origin: "value", input: dataset.value, key, value },
            },
            ...(path ?? []),
          ],
        });
      }
    }
  }),
  v.transform((object) => object as BodyConditions),
);

/** The regular expressions of what may be a query. */
function regexesOf(input: unknown): string[] {
  return [input]
    .flat()
    .flatMap((each) =>
      v.is(jsonObject, each) ? Object.values(each).flat() : [],
    )
    .filter(isRegex);
}

const tooManyPatterns = v.custom<BodyQuery>(
  () => false,
  `at most ${MOST_PATTERNS} regular expressions`,
);

const anyConditions = v.pipe(
  v.array(conditionsSchema),
  v.maxLength(MOST_CONDITIONS, `at most ${MOST_CONDITIONS} objects`),
);

/** A query, of JSON of any shape; what is wrong is told by its key. */
export const bodyQuerySchema: v.GenericSchema<unknown, BodyQuery> = v.pipe(
  v.lazy((input): v.GenericSchema<unknown, BodyQuery> => {
    // Before any is read: to read an expression takes milliseconds.
    if (regexesOf(input).length > MOST_PATTERNS) return tooManyPatterns;
    return Array.isArray(input) ? anyConditions : conditionsSchema;
  }),
  v.check(
    (query) =>
      regexesOf(query).reduce(
        (sum, regex) => sum + compile(regex).programSize(),
        0,
      ) <= LARGEST_PROGRAM,
    "regular expressions that take less together",
  ),
);

/** Makes the function that finds what a query asks for. An empty object finds all, an empty list nothing. */
export function bodyMatch(query: BodyQuery): BodyMatch {
  const alternatives = (Array.isArray(query) ? query : [query]).map(
    (conditions: BodyConditions) =>
      Object.entries(conditions).map(([name, condition]) =>
        name === BODY_ID ? idTest(condition) : fieldTest(name, condition),
      ),
  );
  // Of a hundred thousand bodies: a loop takes a third of what a function for each condition does.
  return (body, fields) => {
    for (const tests of alternatives) {
      if (areMet(tests, body, fields)) return true;
    }
    return false;
  };
}

function areMet(
  tests: readonly BodyMatch[],
  body: bigint,
  fields: BodyFields,
): boolean {
  for (const test of tests) {
    if (!test(body, fields)) return false;
  }
  return true;
}

function fieldTest(name: string, condition: BodyCondition): BodyMatch {
  if (condition === `${EXISTS}0` || condition === `${EXISTS}1`) {
    const wanted = condition.endsWith("1");
    return (_body, fields) => Object.hasOwn(fields, name) === wanted;
  }
  const matches = valueTest(condition);
  return (_body, fields) => {
    const value = bodyField<BodyValue>(fields, name);
    if (value === undefined) return false;
    return Array.isArray(value)
      ? value.some((item: BodyValue) => matches(item))
      : matches(value);
  };
}

function valueTest(condition: BodyCondition): (value: BodyValue) => boolean {
  const listed = Array.isArray(condition) ? condition : [condition];
  // A `bigint` is found in a set by its value.
  const values = new Set<unknown>(listed.filter((each) => !isRegex(each)));
  const patterns = listed.filter(isRegex).map((regex) => {
    const required = requiredTexts(regex.slice(REGEX.length));
    const compiled = compile(regex);
    return (text: string) =>
      required.every((each) => text.includes(each)) && compiled.test(text);
  });
  if (patterns.length === 0) return (value) => values.has(value);
  // Thousands of bodies have the same few texts.
  const known = new Map<string, boolean>();
  return (value) => {
    if (values.has(value)) return true;
    if (typeof value !== "string") return false;
    let found = known.get(value);
    if (found === undefined) {
      found = patterns.some((finds) => finds(value));
      if (known.size < MOST_KNOWN) known.set(value, found);
    }
    return found;
  };
}

/** Ids may be numbers, and decimal texts as our own JSON has them. */
function idTest(condition: BodyCondition): BodyMatch {
  if (condition === `${EXISTS}0`) return () => false;
  if (condition === `${EXISTS}1`) return () => true;
  const ids = idsOf(condition);
  return (body) => ids.has(body);
}

/** The bodies that a condition names. */
function idsOf(condition: BodyCondition): Set<bigint> {
  const listed: readonly BodyScalar[] = Array.isArray(condition)
    ? condition
    : [condition];
  const ids = new Set<bigint>();
  for (const each of listed) {
    const text = String(each);
    if (/^\d{1,20}$/.test(text)) ids.add(BigInt(text));
  }
  return ids;
}

/** The bodies that a query names, where it can find no others; undefined where it may find any. */
export function bodiesNamed(query: BodyQuery): Set<bigint> | undefined {
  const named = new Set<bigint>();
  const alternatives: readonly BodyConditions[] = Array.isArray(query)
    ? query
    : [query];
  for (const conditions of alternatives) {
    const condition = bodyField<BodyCondition>(conditions, BODY_ID);
    if (condition === undefined || condition === `${EXISTS}1`) return undefined;
    for (const id of idsOf(condition)) named.add(id);
  }
  return named;
}
