/** Merges as files have them: the equivalences of a viewer as JSON, or a table of pairs. */
import * as v from "valibot";
import { segmentIdSchema } from "../model/annotation.js";
import { readIdCell } from "../model/csv_cell.js";
import { isList, isObject, type Json, parseJson } from "../model/files/json.js";
import {
  FileRefused,
  type Place,
  placeText,
  refusalText,
  shownValue,
} from "../model/files/refusal.js";
import { readTable } from "../model/files/table.js";
import { type MergePair, pairsOfSets } from "../model/merge_pairs.js";

const ID_EXPECTED = "a segment id, 0 to 18446744073709551615";

/**
 * Reads pairs of segments, oldest first, from JSON (lists of segments that are one, or an object that has them as `equivalences`) or from
 * a table: of two columns, or with columns that are called main and merged.
 * @throws {FileRefused} naming the place and the value of the first that is wrong; then nothing of the file is taken
 */
export function readMerges(text: string, name: string): MergePair[] {
  if (text.trim() === "") throw new FileRefused("It is empty.");
  return /^\uFEFF?\s*[[{]/.test(text) || /\.json$/i.test(name)
    ? readSets(text)
    : readPairs(text);
}

function readSets(text: string): MergePair[] {
  const document = parseJson(text);
  const { value } = document;
  const sets = isObject(value) ? value.equivalences : value;
  if (!isList(sets)) {
    return refuse(
      { line: 1 },
      "equivalences",
      sets,
      "a list of lists of segment ids",
    );
  }
  return pairsOfSets(
    sets.map((set, i) => {
      const field = `equivalences.${i}`;
      const place = { line: document.lineOf(isList(set) ? set : sets) };
      if (!isList(set)) {
        return refuse(place, field, set, "a list of segment ids");
      }
      return set.map((id, j) => segmentId(place, `${field}.${j}`, id));
    }),
  );
}

function readPairs(text: string): MergePair[] {
  const { header, rows } = readTable(text);
  const [onto, merged] = columnsOf(header);
  return rows.map(({ line, cells, problem }): MergePair => {
    if (problem !== undefined || cells.length !== header.length) {
      const expected = `${header.length} cells, well quoted, as in the first line`;
      return refuse({ line }, "the row", cells.join(","), expected);
    }
    const id = (column: number) =>
      segmentId(
        { line, column: column + 1 },
        header[column],
        readIdCell(cells[column].trim()),
      );
    return [id(onto), id(merged)];
  });
}

/** Which two columns hold the ids. Of a table with others it must be said: what looks like ids may be sizes. */
function columnsOf(header: readonly string[]): [onto: number, merged: number] {
  const named = header.map((name) => name.toLowerCase());
  const onto = named.indexOf("main");
  const merged = named.indexOf("merged");
  if (onto >= 0 && merged >= 0) return [onto, merged];
  if (header.length === 2) return [0, 1];
  return refuse(
    { line: 1 },
    "columns",
    header.join(", "),
    "two columns of segment ids, or columns called main and merged",
  );
}

function segmentId(place: Place, field: string, value: Json): bigint {
  const written =
    typeof value === "string" ||
    typeof value === "bigint" ||
    (typeof value === "number" && Number.isSafeInteger(value));
  const read = v.safeParse(segmentIdSchema, written ? String(value) : value);
  return read.success
    ? BigInt(read.output)
    : refuse(place, field, value, ID_EXPECTED);
}

function refuse(
  place: Place,
  field: string,
  value: unknown,
  expected: string,
): never {
  const wrong = { ...place, field, value: shownValue(value), expected };
  throw new FileRefused(`In ${placeText(place)}, ${refusalText(wrong)}.`);
}
