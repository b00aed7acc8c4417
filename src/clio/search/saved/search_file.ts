/** Saved searches as files: JSON, which holds all of them exactly, and CSV, a row each place, which comes back the same. */
import * as v from "valibot";
import { describeIssues } from "../../model/schema_issues.js";
import { FileRefused } from "./file_refused.js";
import { loadCsv } from "./load_csv.js";
import { type SavedSearch, savedSearchSchema } from "./saved_search.js";

/** What a file of ours says that it is. */
const FORMAT = "clio-searches";
const VERSION = 1;

/** More searches than these, and it is no file of ours. */
const MOST_SEARCHES = 1000;
/** In bytes: some hundred searches take a tenth of it. */
const LARGEST_FILE = 64 * 2 ** 20;
/** So many wrong values are named at once. */
const MOST_NAMED = 5;

const fileSchema = v.object({
  format: v.literal(FORMAT, `"${FORMAT}"`),
  version: v.literal(VERSION, `version ${VERSION}, that of this Clio`),
  searches: v.pipe(
    v.array(v.unknown(), "a list of searches"),
    v.maxLength(MOST_SEARCHES, `at most ${MOST_SEARCHES} searches`),
    v.array(savedSearchSchema),
  ),
});

export function writeJson(searches: readonly SavedSearch[]): Blob {
  const file = { format: FORMAT, version: VERSION, searches };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}

/** @throws FileRefused */
export function readJson(text: string): SavedSearch[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FileRefused([`The file is not JSON, or broke off: ${reason}`]);
  }
  const result = v.safeParse(fileSchema, json, { abortPipeEarly: true });
  if (result.success) return result.output.searches;
  throw new FileRefused(describeIssues(result.issues.slice(0, MOST_NAMED)));
}

/**
 * The searches in a file, JSON or CSV.
 * @throws FileRefused; then nothing of it is taken
 */
export async function readSearches(file: File): Promise<SavedSearch[]> {
  if (file.size > LARGEST_FILE) {
    throw new FileRefused([
      `The file is ${file.size.toLocaleString("en")} bytes, and at most ${LARGEST_FILE.toLocaleString("en")} can be read.`,
    ]);
  }
  const text = (await file.text()).replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new FileRefused(["The file is empty."]);
  if (/^\s*[{[]/.test(text)) return readJson(text);
  const { readCsv } = await loadCsv();
  return readCsv(text);
}
