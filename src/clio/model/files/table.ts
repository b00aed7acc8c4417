/** A file of rows and columns: CSV and its relatives. */
import Papa from "papaparse";
import type { Tell } from "./progress.js";
import { FileRefused, placeText } from "./refusal.js";

/** More columns than any table of a person has; a file with more is something else. */
export const MAX_COLUMNS = 500;

/** A row of cells and the line of the file in which it begins. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with the row as such: a quote in the middle of a cell. */
  readonly problem?: string;
}

export interface Table {
  /** Names of the columns; "column 1" and so on where the file has none. */
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

/** In the order in which they are preferred where the first line has as many of one as of another. */
const DELIMITERS = [",", "\t", ";", "|"];

/**
 * Splits a text into rows and cells by RFC 4180, whatever its delimiter and line ends. Empty lines are left out.
 * @throws {FileRefused} where it has no rows, too many columns, or a quote that is never closed: then the file is cut
 */
export function readTable(text: string, tell?: Tell): Table {
  const rows: TableRow[] = [];
  const lines = new LineCounter(text);
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step: ({ data, errors, meta }) => {
      const line = lines.at();
      lines.advanceTo(meta.cursor);
      tell?.(inThousands(meta.cursor), inThousands(text.length), "kB read");
      checkColumns(data.length, line);
      if (data.length === 1 && data[0].trim() === "") return;
      const [error] = errors.filter(({ type }) => type === "Quotes");
      if (error?.code === "MissingQuotes") {
        const place = placeText({ line, column: data.length });
        throw new FileRefused(
          `A quote that opens in ${place} is never closed: the file is cut, or a quote is missing. Nothing after it can be told apart.`,
        );
      }
      rows.push({ line, cells: data, problem: error?.message });
    },
  });
  const [first] = rows;
  if (first === undefined) {
    throw new FileRefused("It is empty: expected rows of a table.");
  }
  const headless = first.cells.every(
    (cell) => cell.trim() !== "" && Number.isFinite(Number(cell)),
  );
  return headless
    ? { header: first.cells.map((_, i) => `column ${i + 1}`), rows }
    : { header: first.cells.map((cell) => cell.trim()), rows: rows.slice(1) };
}

/**
 * The delimiter that the first line has most of, outside of quotes. The lines after it are no help: what people write has commas and
 * semicolons in it.
 */
function delimiterOf(text: string): string {
  const [line] = /^(?:"[^"]*"|[^"\r\n])*/.exec(text.slice(0, 10_000))!;
  const bare = line.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => bare.split(delimiter).length;
  return DELIMITERS.reduce((best, next) =>
    count(next) > count(best) ? next : best,
  );
}

function checkColumns(count: number, line: number): void {
  if (count <= MAX_COLUMNS) return;
  throw new FileRefused(
    `${placeText({ line })} has ${count.toLocaleString("en")} columns, and at most ${MAX_COLUMNS} can be read. Is this the table that you meant?`,
  );
}

function inThousands(characters: number): number {
  return Math.ceil(characters / 1000);
}

/** Knows the line of a place that only moves forward. */
class LineCounter {
  private line = 1;
  private offset = 0;
  private readonly end: string;

  constructor(private readonly text: string) {
    // Some old programs end lines with CR alone.
    this.end = text.includes("\n") ? "\n" : "\r";
  }

  at(): number {
    return this.line;
  }

  advanceTo(offset: number): void {
    for (;;) {
      const next = this.text.indexOf(this.end, this.offset);
      if (next < 0 || next >= offset) break;
      this.line += 1;
      this.offset = next + 1;
    }
    this.offset = Math.max(this.offset, offset);
  }
}
