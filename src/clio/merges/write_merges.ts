/** Merges as files: a table for people and scripts, and JSON that viewers take. */
import { csvRow, idCell, textCell } from "../model/csv_cell.js";
import { isNewerMerge, type MergeRecord } from "../model/merge.js";
import { MergeSets } from "../model/merge_sets.js";

const COLUMNS = [
  ...["main", "merged", "author", "time", "x", "y", "z", "comment"],
] as const;

const END = "\r\n";

/** A merge that was accepted, with who did, and whatever else is known of that. */
export interface AcceptedMerge {
  readonly merge: MergeRecord;
  readonly reviewer: string;
}

/** A row a decision, oldest first, which `readMerges` takes back in the same order. */
export function mergesCsv(decisions: Iterable<MergeRecord>): Blob {
  return csvOf(COLUMNS, decisions, () => []);
}

/** @param further cells behind those of the decision itself */
function csvOf(
  columns: readonly string[],
  decisions: Iterable<MergeRecord>,
  further: (decision: MergeRecord) => readonly string[],
): Blob {
  const rows = oldestFirst(decisions).map((decision) => {
    const { onto, merged, user, created, position, description } = decision;
    return csvRow([
      idCell(onto),
      idCell(merged),
      textCell(user),
      new Date(created).toISOString(),
      ...(position?.map(String) ?? ["", "", ""]),
      textCell(description),
      ...further(decision),
    ]);
  });
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const parts = [`\uFEFF${csvRow(columns)}`, ...rows];
  return new Blob(
    parts.map((row) => row + END),
    { type: "text/csv;charset=utf-8" },
  );
}

/** What decisions come to, as the equivalences of a viewer, the main of each first; beside them the decisions, oldest first, with every field. */
export function mergesJson(decisions: Iterable<MergeRecord>): Blob {
  const all = oldestFirst(decisions);
  return jsonOf(all, all);
}

/** As `mergesCsv`, with who accepted each. */
export function acceptedCsv(merges: readonly AcceptedMerge[]): Blob {
  const reviewers = new Map(
    merges.map(({ merge, reviewer }) => [merge.id, reviewer]),
  );
  return csvOf(
    [...COLUMNS, "reviewer"],
    merges.map(({ merge }) => merge),
    ({ id }) => [textCell(reviewers.get(id) ?? "")],
  );
}

/** As `mergesJson`, each decision with all that is known of its being accepted. */
export function acceptedJson(merges: readonly AcceptedMerge[]): Blob {
  return jsonOf(
    merges.map(({ merge }) => merge),
    merges.map(({ merge, ...more }) => ({ ...merge, ...more })),
  );
}

/** What decisions come to and nothing else, as the layer of a viewer has it under `equivalences`: lists of ids, the main of each first. */
export function equivalencesJson(decisions: Iterable<MergeRecord>): Blob {
  return jsonBlob(`[\n${lines(equivalencesOf(decisions))}\n]\n`);
}

function jsonOf(
  decisions: readonly MergeRecord[],
  listed: readonly object[],
): Blob {
  return jsonBlob(
    `{"equivalences":[\n${lines(equivalencesOf(decisions))}\n],\n`,
    `"decisions":[\n${lines(listed)}\n]}\n`,
  );
}

function jsonBlob(...parts: readonly string[]): Blob {
  return new Blob([...parts], { type: "application/json" });
}

function equivalencesOf(decisions: Iterable<MergeRecord>): string[][] {
  const sets = new MergeSets();
  for (const decision of decisions) sets.put(decision);
  return [...sets.sets()].map((set) => set.map(String));
}

function lines(items: readonly unknown[]): string {
  return items.map((item) => JSON.stringify(item)).join(",\n");
}

function oldestFirst(decisions: Iterable<MergeRecord>): MergeRecord[] {
  return [...decisions].sort((a, b) => (isNewerMerge(a, b) ? 1 : -1));
}
