/**
 * Cells of our own CSV, written so that a spreadsheet takes no text for a formula and reading them back gives exactly what was
 * written. The sign for that is the apostrophe with which spreadsheets themselves mark a text.
 */
import type { FieldValue } from "./annotation.js";

/** What spreadsheets take for the beginning of a formula, the wide forms of east Asian keyboards included (OWASP, "CSV Injection"). */
const FORMULA = "[=+\\-@\\t\\r\\n＝＋－＠]";
const guardedText = new RegExp(`^'*${FORMULA}`);
const guardedOptional = new RegExp(`^'*(${FORMULA}|$)`);
/** Numbers as they are written, and as a spreadsheet writes them. */
const NUMBER = "-?\\d+(\\.\\d+)?(e[+-]?\\d+)?";
const number = new RegExp(`^${NUMBER}$`, "i");
const guardedValue = new RegExp(
  `^'*(${FORMULA}|$|(${NUMBER}|true|false)$)`,
  "i",
);

/** A text that is always there. */
export function textCell(text: string): string {
  return guardedText.test(text) ? `'${text}` : text;
}

/** The text of such a cell. */
export function readTextCell(cell: string): string {
  return withoutGuard(cell, guardedText) ?? cell;
}

/** A text that may be absent, which an empty cell says. */
export function optionalTextCell(text: string | undefined): string {
  if (text === undefined) return "";
  return guardedOptional.test(text) ? `'${text}` : text;
}

/** The text of such a cell. */
export function readOptionalTextCell(cell: string): string | undefined {
  if (cell === "") return undefined;
  return withoutGuard(cell, guardedOptional) ?? cell;
}

/** Ids of segments, as text: a spreadsheet rounds a bare number of more than 15 digits. */
export function idCell(ids: string): string {
  return /^\d{16,}$/.test(ids) ? `'${ids}` : ids;
}

/** The text of such a cell. */
export function readIdCell(cell: string): string {
  return cell.replace(/^'/, "");
}

/** A value that may be absent. Numbers and truths stand bare; texts that read like them do not. */
export function valueCell(value: FieldValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return guardedValue.test(value) ? `'${value}` : value;
}

/** The value of such a cell. */
export function readValueCell(cell: string): FieldValue | undefined {
  if (cell === "") return undefined;
  if (number.test(cell)) return Number(cell);
  const word = cell.toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  return withoutGuard(cell, guardedValue) ?? cell;
}

function withoutGuard(cell: string, guarded: RegExp): string | undefined {
  if (!cell.startsWith("'")) return undefined;
  const text = cell.slice(1);
  return guarded.test(text) ? text : undefined;
}

/** Between the items of a list. */
const SEPARATOR = ";";

/** Texts as one cell: parted by semicolons, in quotes where they hold one, or a space at an end. */
export function listCell(items: readonly string[]): string {
  const texts = items.map((item) =>
    item === "" || /^\s|\s$|[";]/.test(item)
      ? `"${item.replaceAll('"', '""')}"`
      : item,
  );
  return textCell(texts.join(SEPARATOR));
}

const listItem = /\s*(?:"((?:[^"]|"")*)"|([^;]*))\s*(?:;|$)/gy;

/** The texts of such a cell, each once. */
export function readListCell(cell: string): string[] {
  const text = readTextCell(cell);
  if (text === "") return [];
  const items: string[] = [];
  for (const [found, quoted, bare] of `${text};`.matchAll(listItem)) {
    if (found === "") break;
    items.push(quoted?.replaceAll('""', '"') ?? bare.trim());
  }
  return [...new Set(items)];
}

/** A row of cells as text, without the end of the line. */
export function csvRow(cells: readonly string[]): string {
  return cells.map(quoted).join(",");
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
