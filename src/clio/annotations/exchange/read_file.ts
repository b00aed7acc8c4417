/** What a file is, by what is in it, and the marks in it. */
import { type ColumnMapping, guessMapping, hasPlace } from "./columns.js";
import type { ReadContext } from "./draft.js";
import { isOwnTable } from "./own_columns.js";
import {
  isLinks,
  type NamedReading,
  readJson,
  readLinks,
} from "./read_json.js";
import type { Tell } from "../../model/files/progress.js";
import { readOwnTable } from "./read_own_table.js";
import { readMappedTable } from "./read_table.js";
import { FileRefused } from "../../model/files/refusal.js";
import { readTable, type Table } from "../../model/files/table.js";

/** A file whose text is read: either its marks are known by now, or it is a table whose columns are to be agreed on. */
export type OpenedFile =
  | { readonly reading: NamedReading }
  | { readonly table: Table; readonly guess: ColumnMapping };

/**
 * Reads a file as far as that goes without asking.
 * @param name its name; one that ends in .json is held to be what it says
 * @throws {FileRefused} where nothing of it can be read
 */
export function openFile(
  text: string,
  name: string,
  context: ReadContext,
  tell?: Tell,
): OpenedFile {
  if (text.trim() === "") throw new FileRefused("It is empty.");
  if (isLinks(text)) return { reading: readLinks(text, context) };
  if (/^\s*[[{]/.test(text) || /\.json$/i.test(name)) {
    return { reading: readJson(text, context) };
  }
  const table = readTable(text, tell);
  return isOwnTable(table.header)
    ? { reading: { format: "Clio's own CSV", ...readOwnTable(table) } }
    : { table, guess: guessMapping(table.header, context.vocabulary) };
}

/**
 * Reads a foreign table by what its columns mean.
 * @throws {FileRefused} where none of them is a position
 */
export function readColumns(
  table: Table,
  mapping: ColumnMapping,
  context: ReadContext,
  tell?: Tell,
): NamedReading {
  if (!hasPlace(mapping)) {
    throw new FileRefused(
      "None of the columns is a position. Say which are x, y and z, or which holds all three.",
    );
  }
  return { format: "table", ...readMappedTable(table, mapping, context, tell) };
}
