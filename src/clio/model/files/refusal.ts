/** What a file says wrong, and where: the same for a row, an entry, and a file that is refused as a whole. */

/** A place in a file, both counted from 1; a column is a character of the line, or in a table a cell of the row. */
export interface Place {
  readonly line: number;
  readonly column?: number;
}

/** One wrong value: where it stands, what it is, and what was expected there. */
export interface Refusal extends Place {
  /** Name of the column, or the path of the key: "pos.2". */
  readonly field: string;
  readonly value: string;
  /** To be read after "expected": "a whole voxel". */
  readonly expected: string;
}

/** A row that cannot be a mark. */
export interface RefusedRow {
  readonly line: number;
  readonly refusals: readonly Refusal[];
}

/** Why nothing at all of a file can be read, in sentences for the person who brought it. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
}

/** The longest piece of a value that a refusal repeats, in characters. */
const SHOWN_LENGTH = 60;

/** A wrong value as a refusal repeats it. */
export function shownValue(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : typeof value === "bigint"
        ? String(value)
        : value === undefined
          ? "(missing)"
          : (JSON.stringify(value, bigintsAsText) ?? "(unknown)");
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** "line 7, column 3". */
export function placeText({ line, column }: Place): string {
  return column === undefined
    ? `line ${line}`
    : `line ${line}, column ${column}`;
}

/** One wrong value in a sentence. */
export function refusalText({ field, value, expected }: Refusal): string {
  return `${field}: ${value === "" ? "empty" : value}, expected ${expected}`;
}

/** Thrown while a row is read, with what is wrong with it. */
export class RowRefused extends Error {
  override readonly name = "RowRefused";

  constructor(readonly refusal: Refusal) {
    super(refusalText(refusal));
  }
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
