/** Saved searches as CSV by RFC 4180: a row for each search, example, match and other place that was reviewed. */
import Papa from "papaparse";
import * as v from "valibot";
import { csvRow, readTextCell, textCell } from "../../model/csv_cell.js";
import { describeIssues } from "../../model/schema_issues.js";
import { scoreOf } from "../filters.js";
import type { ReviewedPlace, Verdict } from "../review.js";
import { FileRefused } from "./file_refused.js";
import { type SavedSearch, savedSearchSchema } from "./saved_search.js";

const END = "\r\n";

/**
 * `dataset` is that of a place in another dataset than the search's own; `about` is the JSON of what is neither a place nor a text: the
 * dataset, the filters and what is known of the answer.
 */
const COLUMNS = [
  "search",
  "row",
  "x",
  "y",
  "z",
  "distance",
  "score",
  "verdict",
  "new",
  "dataset",
  "name",
  "note",
  "about",
] as const;
/** What a file of an older Clio does not have. */
const LATER: readonly string[] = ["dataset"];
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Record<Column, string>>;

const ROWS = ["search", "like", "unlike", "match", "reviewed"] as const;
const VERDICTS = ["accepted", "rejected", "skipped", "kept"] as const;

const wholeText = (expected: string) =>
  v.pipe(v.string(), v.regex(/^\d{1,15}$/, expected), v.transform(Number));
const coordinate = wholeText("a whole coordinate in voxels");

const rowSchema = v.object({
  search: v.string(),
  row: v.picklist(ROWS, ROWS.join(", ")),
  x: coordinate,
  y: coordinate,
  z: coordinate,
  verdict: v.picklist(["", ...VERDICTS], `${VERDICTS.join(", ")} or nothing`),
  new: v.picklist(["", "new"], "new or nothing"),
  dataset: v.string(),
});

/** More rows than the largest file of ours could have. */
const MOST_ROWS = 1_200_000;

export function writeCsv(searches: readonly SavedSearch[]): Blob {
  const rows = searches.flatMap(rowsOf);
  const text = (row: Partial<Cells>) =>
    csvRow(COLUMNS.map((column) => row[column] ?? "")) + END;
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const parts = [`\uFEFF${csvRow(COLUMNS)}${END}`, ...rows.map(text)];
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

function rowsOf(saved: SavedSearch): Partial<Cells>[] {
  const { id, name, note, place, examples, review, result, ...about } = saved;
  const { matches, fresh, ...answer } = result;
  const verdicts = new Map<
    string,
    { place: ReviewedPlace; verdict: Verdict }
  >();
  for (const verdict of VERDICTS) {
    for (const place of review[verdict]) {
      verdicts.set(place.join(), { place, verdict });
    }
  }
  const at = ([x, y, z, dataset = ""]: ReviewedPlace) => ({
    search: id,
    x: String(x),
    y: String(y),
    z: String(z),
    dataset,
  });
  const isNew = new Set(fresh);
  const found = matches.map((match, i) => {
    const [x, y, z, distance] = match;
    const place: ReviewedPlace =
      match.length === 4 ? [x, y, z] : [x, y, z, match[4]];
    const key = place.join();
    const verdict = verdicts.get(key)?.verdict ?? "";
    verdicts.delete(key);
    return {
      ...at(place),
      row: "match",
      distance: String(distance),
      score: scoreOf(distance).toFixed(2),
      verdict,
      new: isNew.has(i) ? "new" : "",
    };
  });
  const others = [...verdicts.values()].map(({ place: reviewed, verdict }) => ({
    ...at(reviewed),
    row: "reviewed",
    verdict,
  }));
  return [
    {
      ...at(place),
      row: "search",
      name: textCell(name),
      note: textCell(note),
      about: JSON.stringify({ ...about, answer }),
    },
    ...examples.map(({ point, like }) => ({
      ...at(point),
      row: like ? "like" : "unlike",
    })),
    ...found,
    ...others,
  ];
}

/** @throws FileRefused with the line of what is wrong */
export function readCsv(text: string): SavedSearch[] {
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter: ",",
    skipEmptyLines: true,
  });
  const [error] = errors;
  if (error !== undefined) {
    throw new FileRefused([`row ${(error.row ?? 0) + 1}: ${error.message}`]);
  }
  if (data.length > MOST_ROWS) {
    throw new FileRefused([
      `It has ${data.length.toLocaleString("en")} rows, expected at most ${MOST_ROWS.toLocaleString("en")}.`,
    ]);
  }
  const [header = [], ...rows] = data;
  const missing = COLUMNS.find(
    (column) => !header.includes(column) && !LATER.includes(column),
  );
  if (missing !== undefined) {
    throw new FileRefused([
      `row 1: there is no column ${missing}, expected ${COLUMNS.join(", ")}: the CSV of saved searches.`,
    ]);
  }
  const searches = new Map<string, Draft>();
  rows.forEach((cells, i) => {
    const named = Object.fromEntries(
      COLUMNS.map((column) => [column, cells[header.indexOf(column)] ?? ""]),
    ) as Record<Column, string>;
    try {
      takeRow(searches, named);
    } catch (reason) {
      // Counted from 1, and the first is the header.
      throw new FileRefused([`row ${i + 2}: ${(reason as Error).message}`]);
    }
  });
  return [...searches.values()].map(finish);
}

interface Draft {
  readonly about: Record<string, unknown>;
  readonly answer: Record<string, unknown>;
  readonly head: Pick<SavedSearch, "id" | "name" | "note" | "place">;
  readonly examples: SavedSearch["examples"];
  readonly matches: SavedSearch["result"]["matches"];
  readonly fresh: number[];
  readonly review: Record<Verdict, ReviewedPlace[]>;
}

function takeRow(searches: Map<string, Draft>, cells: Cells): void {
  const {
    search,
    row,
    x,
    y,
    z,
    verdict,
    new: isNew,
    dataset,
  } = parsed(rowSchema, cells);
  const point: [number, number, number] = [x, y, z];
  if (row === "search") {
    const { answer, ...about } = parsed(aboutSchema, cells).about;
    searches.set(search, {
      head: {
        id: search,
        name: readTextCell(cells.name),
        note: readTextCell(cells.note),
        place: point,
      },
      about,
      answer,
      examples: [],
      matches: [],
      fresh: [],
      review: { accepted: [], rejected: [], skipped: [], kept: [] },
    });
    return;
  }
  const draft = searches.get(search);
  if (draft === undefined) {
    throw new Error(
      `search: ${JSON.stringify(search)}, expected one that a row above begins`,
    );
  }
  if (row === "match") {
    if (isNew === "new") draft.fresh.push(draft.matches.length);
    const { distance } = parsed(matchSchema, cells);
    draft.matches.push(
      dataset === "" ? [x, y, z, distance] : [x, y, z, distance, dataset],
    );
  } else if (row !== "reviewed") {
    draft.examples.push({ point, like: row === "like" });
  }
  if (verdict === "") return;
  draft.review[verdict].push(dataset === "" ? point : [x, y, z, dataset]);
}

const matchSchema = v.object({
  distance: v.pipe(
    wholeText("a distance from 0 to 64 bits"),
    v.maxValue(64, "a distance from 0 to 64 bits"),
  ),
});

const aboutSchema = v.object({
  about: v.pipe(
    v.string(),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        addIssue({ message: "the JSON of the rest of the search" });
        return NEVER;
      }
    }),
    v.looseObject(
      { answer: v.looseObject({}, "what is known of the answer") },
      "the JSON of the rest of the search",
    ),
  ),
});

function finish(draft: Draft): SavedSearch {
  const { head, about, answer, examples, matches, fresh, review } = draft;
  const whole = {
    ...about,
    ...head,
    examples,
    review,
    result: { ...answer, matches, fresh },
  };
  try {
    return parsed(savedSearchSchema, whole);
  } catch (reason) {
    throw new FileRefused([`search ${head.id}: ${(reason as Error).message}`]);
  }
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new Error(describeIssues(result.issues)[0]);
}
