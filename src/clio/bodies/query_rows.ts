/** A query as rows of a form, and as the JSON that scripts write: the one says what the other says. Plain functions. */
import type { BodyScalar } from "../model/body.js";
import type {
  BodyCondition,
  BodyConditions,
  BodyQuery,
} from "../model/body_query.js";
import { listCell, readListCell } from "../model/csv_cell.js";
import type { BodyField } from "../model/body_schema.js";
import { readBodyValue, valueText } from "./body_values.js";

/** What a row asks of a field. */
export const ROW_TESTS = [
  "is",
  "is any of",
  "matches",
  "is there",
  "is missing",
] as const;
export type RowTest = (typeof ROW_TESTS)[number];

/** Whether a test has something to be compared with. */
export function needsText(test: RowTest): boolean {
  return test !== "is there" && test !== "is missing";
}

/** One line of the form. */
export interface QueryRow {
  readonly field: string;
  readonly test: RowTest;
  /** Several are parted by semicolons. */
  readonly text: string;
}

/** Groups of rows: a body is found where all rows of one group hold. */
export type QueryGroups = readonly (readonly QueryRow[])[];

/** What finds every body. */
export const EVERY_BODY: QueryGroups = [[]];

const REGULAR = "re/";
const EXISTS = "exists/";

/** Why rows make no query: a sentence, and which row it is about. */
export interface RowProblem {
  readonly group: number;
  readonly row: number;
  readonly message: string;
}

/** The query that rows make, or what is wrong with the first wrong one. */
export function queryOf(
  groups: QueryGroups,
  fields: ReadonlyMap<string, BodyField>,
): { readonly query: BodyQuery } | { readonly problem: RowProblem } {
  const alternatives: BodyConditions[] = [];
  for (const [group, rows] of groups.entries()) {
    const conditions = new Map<string, BodyCondition>();
    for (const [row, { field, test, text }] of rows.entries()) {
      const { name, known } = fieldCalled(field.trim(), fields);
      const problem = (message: string) => ({
        problem: { group, row, message },
      });
      if (name === "") return problem("Name a field, or take the row away.");
      if (conditions.has(name)) {
        return problem(
          `A row above asks about ${name}: ask for any of several values there, or add an “or”.`,
        );
      }
      const asked = conditionOf(test, text, known);
      if ("expected" in asked) {
        return problem(`${name}: expected ${asked.expected}.`);
      }
      conditions.set(name, asked.condition);
    }
    alternatives.push(Object.fromEntries(conditions));
  }
  return { query: alternatives.length === 1 ? alternatives[0] : alternatives };
}

/** A field by its name, or by what people read. */
function fieldCalled(
  called: string,
  fields: ReadonlyMap<string, BodyField>,
): { name: string; known: BodyField | undefined } {
  const word = called.toLowerCase();
  const known =
    fields.get(called) ??
    [...fields.values()].find(({ title }) => title.toLowerCase() === word);
  return { name: known?.name ?? called, known };
}

/**
 * The rows that say the same as a query.
 * @param json of any shape
 * @returns undefined where no rows can say it
 */
export function groupsOf(json: unknown): QueryGroups | undefined {
  const alternatives: unknown[] = Array.isArray(json) ? json : [json];
  const groups: QueryRow[][] = [];
  for (const conditions of alternatives) {
    if (
      typeof conditions !== "object" ||
      conditions === null ||
      Array.isArray(conditions)
    ) {
      return undefined;
    }
    const rows: QueryRow[] = [];
    for (const [field, condition] of Object.entries(conditions)) {
      const row = rowOf(field, condition);
      if (row === undefined) return undefined;
      rows.push(row);
    }
    groups.push(rows);
  }
  return groups.length === 0 ? undefined : groups;
}

function rowOf(field: string, condition: unknown): QueryRow | undefined {
  if (Array.isArray(condition)) {
    if (condition.length === 0 || !condition.every(isScalar)) return undefined;
    const text = listCell(condition.map(valueText));
    return { field, test: "is any of", text };
  }
  if (!isScalar(condition)) return undefined;
  const text = valueText(condition);
  if (condition === `${EXISTS}1`) return { field, test: "is there", text: "" };
  if (condition === `${EXISTS}0`) {
    return { field, test: "is missing", text: "" };
  }
  return text.startsWith(REGULAR)
    ? { field, test: "matches", text: text.slice(REGULAR.length) }
    : { field, test: "is", text };
}

function isScalar(value: unknown): value is BodyScalar {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}

function conditionOf(
  test: RowTest,
  text: string,
  field: BodyField | undefined,
): { condition: BodyCondition } | { expected: string } {
  switch (test) {
    case "is there":
      return { condition: `${EXISTS}1` };
    case "is missing":
      return { condition: `${EXISTS}0` };
    case "matches":
      return text === ""
        ? { expected: "a regular expression" }
        : { condition: REGULAR + text };
    case "is":
      return askedValue(text.trim(), field);
    case "is any of": {
      const values: BodyScalar[] = [];
      for (const each of readListCell(text)) {
        const asked = askedValue(each, field);
        if ("expected" in asked) return asked;
        values.push(asked.condition);
      }
      return values.length === 0
        ? { expected: "values parted by semicolons" }
        : { condition: values };
    }
  }
}

/** A value that is asked for. Of a list, one of its items is; of a point nothing but whether it is there. */
function askedValue(
  text: string,
  field: BodyField | undefined,
): { condition: BodyScalar } | { expected: string } {
  if (text === "") return { expected: "a value" };
  switch (field?.kind) {
    case "integer":
    case "number":
    case "boolean": {
      // What is outside of the limits may be there all the same.
      const { name, title, kind, options, isFiltered } = field;
      const read = readBodyValue(
        { name, title, kind, options, isFiltered },
        text,
      );
      return "expected" in read
        ? read
        : { condition: read.value as BodyScalar };
    }
    case "point":
      return { expected: "whether it is there or missing" };
    default:
      return { condition: text };
  }
}
