/** Bodies as a table for people and scripts, and what such a table would write. */
import {
  BODY_ID,
  bodyField,
  type BodyFields,
  type BodyPatch,
  type BodyValue,
  isStamp,
  sameValue,
} from "../model/body.js";
import {
  type BodyFieldKind,
  type BodySchema,
  bodyValueProblem,
} from "../model/body_schema.js";
import { csvRow, idCell, textCell } from "../model/csv_cell.js";
import {
  FileRefused,
  type Refusal,
  shownValue,
} from "../model/files/refusal.js";
import type { Table, TableRow } from "../model/files/table.js";
import { parseLossless, stringifyLossless } from "../model/lossless.js";
import type { Body } from "./bodies_session.js";
import { isPoint, readBodyValue, valueText } from "./body_values.js";

const END = "\r\n";

/** Takes a field away where it stands in a cell; an empty cell leaves the field as it is. */
export const CLEAR = "null";

/** What a column of ids may be called. */
const ID_NAMES = new Set([BODY_ID, "body", "body id", "id", "segment"]);

/** The names of the columns of bodies: the fields of the schema, then all others that a body has, each with who and when beside it. */
export function csvColumns(
  { fields }: Pick<BodySchema, "fields">,
  bodies: Iterable<Body>,
): string[] {
  const names = new Set(fields.map(({ name }) => name));
  const stamps = new Set<string>();
  for (const { fields } of bodies) {
    for (const name of Object.keys(fields)) {
      (isStamp(name) ? stamps : names).add(name);
    }
  }
  return [...names, ...[...stamps].sort()];
}

/** A row a body, in the order given. Texts that a spreadsheet would take for formulas are none then. */
export function bodiesCsv(
  columns: readonly string[],
  bodies: readonly Body[],
): Blob {
  const head = csvRow([BODY_ID, ...columns].map(textCell));
  const rows = bodies.map(({ id, fields }) =>
    csvRow([
      idCell(String(id)),
      ...columns.map((name) => cellText(bodyField(fields, name))),
    ]),
  );
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const lines = [`\uFEFF${head}`, ...rows];
  return new Blob(
    lines.map((line) => line + END),
    { type: "text/csv;charset=utf-8" },
  );
}

/** Texts that a cell would not say: the word that takes a field away, and digits that a spreadsheet rounds. */
const OTHERWISE_READ = /^'*(null|\d{16,})$/;

function cellText(value: BodyValue | undefined): string {
  if (value === undefined) return "";
  const text = valueText(value);
  // A list of texts has the guard of formulas already, and a number less than zero is none.
  const isSafe = typeof value === "number" || isList(value);
  const isGuarded =
    OTHERWISE_READ.test(text) || (!isSafe && textCell(text) !== text);
  return isGuarded ? `'${text}` : text;
}

/** The text of such a cell. */
function plainText(cell: string, ofList: boolean): string {
  const text = cell.slice(1);
  const isGuarded =
    cell.startsWith("'") &&
    (OTHERWISE_READ.test(text) || (!ofList && textCell(text) !== text));
  return isGuarded ? text : cell;
}

function isList(value: BodyValue): boolean {
  return Array.isArray(value) && !isPoint(value);
}

/** A cell that says something of a field. */
interface FieldCell {
  readonly name: string;
  /** Index of its column. */
  readonly at: number;
  readonly text: string;
}

/** What a row of a table asks for, as far as the table alone says it. */
export type ReadRow =
  | {
      readonly line: number;
      readonly id: bigint;
      readonly cells: readonly FieldCell[];
    }
  | { readonly line: number; readonly refusals: readonly Refusal[] };

export interface ReadTable {
  readonly rows: readonly ReadRow[];
  /** Names of the fields that are written. */
  readonly fields: readonly string[];
  /** Columns that are left out: who and when, which the server says, and those without a name. */
  readonly leftOut: readonly string[];
}

/**
 * What a table would write of bodies.
 * @throws {FileRefused} where it has no column of ids, or nothing beside it, or two columns of one field
 */
export function readBodiesTable(
  { header, rows }: Table,
  schema: BodySchema,
): ReadTable {
  const at = header.findIndex((name) => ID_NAMES.has(name.toLowerCase()));
  if (at < 0) {
    throw new FileRefused(
      `It has no column of bodies: one of its columns must be called ${BODY_ID}. It has ${header.join(", ")}.`,
    );
  }
  const columns: { readonly at: number; readonly name: string }[] = [];
  const leftOut: string[] = [];
  for (const [i, head] of header.entries()) {
    if (i === at) continue;
    const name = fieldNamed(head, schema);
    if (name === "" || isStamp(name)) {
      leftOut.push(head || `column ${i + 1}`);
      continue;
    }
    const same = columns.find((column) => column.name === name);
    if (same !== undefined) {
      throw new FileRefused(
        `Its columns ${header[same.at]} and ${head} are both the field ${name}. Leave one of them out.`,
      );
    }
    columns.push({ at: i, name });
  }
  if (columns.length === 0) {
    throw new FileRefused("It has no column of a field beside the bodies.");
  }
  const seen = new Map<bigint, number>();
  return {
    fields: columns.map(({ name }) => name),
    leftOut,
    rows: rows.map((row) => readRow(row, at, columns, seen)),
  };
}

/** The field that a column is of: by its name, however that is written, before any by its title. */
function fieldNamed(head: string, { fields }: BodySchema): string {
  const word = head.toLowerCase();
  const field =
    fields.find(({ name }) => name === head) ??
    fields.find(({ name }) => name.toLowerCase() === word) ??
    fields.find(({ title }) => title.toLowerCase() === word);
  return field?.name ?? head;
}

function readRow(
  { line, cells, problem }: TableRow,
  idAt: number,
  columns: readonly { readonly at: number; readonly name: string }[],
  seen: Map<bigint, number>,
): ReadRow {
  const refusals: Refusal[] = [];
  const refuse = (name: string, at: number, text: string, expected: string) =>
    refusals.push(refusalOf(line, { name, at, text }, expected));
  if (problem !== undefined) {
    refuse("row", 0, cells.join(","), `a row of a table: ${problem}`);
  }
  const text = (cells[idAt] ?? "").trim().replace(/^'/, "");
  const id = /^[1-9]\d{0,19}$/.test(text) ? BigInt(text) : 0n;
  if (id === 0n || BigInt.asUintN(64, id) !== id) {
    refuse(
      BODY_ID,
      idAt,
      text,
      "the id of a body: 1 or more, of at most 64 bits",
    );
  }
  const before = seen.get(id);
  if (before === undefined) seen.set(id, line);
  else if (id !== 0n) {
    refuse(BODY_ID, idAt, text, `each body once; it is in line ${before} too`);
  }
  if (refusals.length > 0) return { line, refusals };
  const said = columns.map(({ at, name }) => ({
    ...{ at, name },
    text: cells[at] ?? "",
  }));
  return { line, id, cells: said.filter(({ text }) => text.trim() !== "") };
}

function refusalOf(
  line: number,
  { name, at, text }: FieldCell,
  expected: string,
): Refusal {
  return {
    ...{ line, column: at + 1, field: name },
    ...{ value: shownValue(text), expected },
  };
}

/** What a cell says of a field in which there is `now` already; else what was expected. */
function readCell(
  { name, text }: FieldCell,
  schema: BodySchema,
  now: BodyValue | undefined,
): { readonly value: BodyValue | null } | { readonly expected: string } {
  // What the table was written with is read as what it was, whatever the field takes.
  if (now !== undefined && text.trim() === cellText(now).trim()) {
    return { value: now };
  }
  if (text.trim() === CLEAR) return { value: null };
  const known = schema.fields.find((each) => each.name === name);
  const plain = plainText(text, (known?.kind ?? kindOf(now)) === "list");
  const read =
    jsonLike(plain, now) ??
    (known === undefined
      ? { value: valueLike(name, plain, now) }
      : readBodyValue(known, plain));
  if ("expected" in read) return read;
  const expected = bodyValueProblem(schema, name, read.value);
  return expected === undefined ? read : { expected };
}

/** The kind of field that a value would be of. */
function kindOf(value: BodyValue | undefined): BodyFieldKind {
  switch (typeof value) {
    case "number":
    case "bigint":
      return "number";
    case "boolean":
      return "boolean";
  }
  if (value === undefined || !Array.isArray(value)) return "text";
  return isPoint(value) ? "point" : "list";
}

/** A value for a field of which the dataset says nothing: of the kind of what is there, where the text can be read so. */
function valueLike(
  name: string,
  text: string,
  now: BodyValue | undefined,
): BodyValue {
  const read = readBodyValue(
    {
      ...{ name, title: name, kind: kindOf(now) },
      ...{ options: [], isFiltered: true },
    },
    text,
  );
  return "value" in read ? read.value : text;
}

/** A list or an object that stands in a cell as JSON, where there is another one by now that does. */
function jsonLike(
  text: string,
  now: BodyValue | undefined,
): { readonly value: BodyValue } | undefined {
  if (typeof now !== "object" || valueText(now) !== stringifyLossless(now)) {
    return undefined;
  }
  try {
    const value = parseLossless(text) as BodyValue | null;
    return typeof value === "object" && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** What would become of a row. */
export type Fate =
  | {
      readonly would: "add" | "change";
      readonly body: Body;
      readonly set: BodyPatch;
    }
  | { readonly would: "keep"; readonly id: bigint }
  | { readonly would: "refuse"; readonly refusals: readonly Refusal[] };

/** @param fields what is written of the body now; undefined where nothing is */
export function fateOf(
  row: ReadRow,
  fields: BodyFields | undefined,
  schema: BodySchema,
): Fate {
  if ("refusals" in row) return { would: "refuse", refusals: row.refusals };
  const { id, line } = row;
  const now = fields ?? {};
  const refusals: Refusal[] = [];
  const changed: [string, BodyValue | null][] = [];
  for (const cell of row.cells) {
    const before = bodyField(now, cell.name);
    const read = readCell(cell, schema, before);
    if ("expected" in read) {
      refusals.push(refusalOf(line, cell, read.expected));
    } else if (!sameValue(before ?? null, read.value)) {
      changed.push([cell.name, read.value]);
    }
  }
  if (refusals.length > 0) return { would: "refuse", refusals };
  if (changed.length === 0) return { would: "keep", id };
  const isKnown = Object.keys(now).some((name) => !isStamp(name));
  return {
    would: isKnown ? "change" : "add",
    body: { id, fields: now },
    set: Object.fromEntries(changed),
  };
}

/** What a row would do, in words: "type: KC → MBON; status: + Traced". */
export function fateText(fate: Fate): string {
  if (fate.would === "keep") return "already so";
  if (fate.would === "refuse") {
    return fate.refusals
      .map(
        ({ field, value, expected }) =>
          `${field}: ${value === "" ? "empty" : value}, expected ${expected}`,
      )
      .join("; ");
  }
  const { fields } = fate.body;
  return Object.entries(fate.set)
    .map(([name, value]) => {
      const before = valueText(bodyField(fields, name));
      const after = value === null ? "taken away" : valueText(value);
      return before === ""
        ? `${name}: ${after}`
        : `${name}: ${before} → ${after}`;
    })
    .join("; ");
}
