/** Merges as files: a table for people and scripts, and JSON that viewers take. */
import { csvRow, idCell, textCell } from "../model/csv_cell.js";
import { isNewerMerge, type MergeRecord } from "../model/merge.js";
import type { MergeSets } from "./merge_sets.js";

const COLUMNS = [
  ...["main", "merged", "author", "time", "x", "y", "z", "comment"],
] as const;

const END = "\r\n";

/** A row a decision, oldest first, which `readMerges` takes back in the same order. */
export function mergesCsv(decisions: Iterable<MergeRecord>): Blob {
  const rows = oldestFirst(decisions).map((decision) => {
    const { onto, merged, user, created, position, description } = decision;
    return csvRow([
      idCell(onto),
      idCell(merged),
      textCell(user),
      new Date(created).toISOString(),
      ...(position?.map(String) ?? ["", "", ""]),
      textCell(description),
    ]);
  });
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const parts = [`\uFEFF${csvRow(COLUMNS)}`, ...rows];
  return new Blob(
    parts.map((row) => row + END),
    { type: "text/csv;charset=utf-8" },
  );
}

/** The sets as the equivalences of a viewer, the main of each first; beside them all decisions, oldest first, with every field. */
export function mergesJson(
  sets: MergeSets,
  decisions: Iterable<MergeRecord>,
): Blob {
  const equivalences = [...sets.sets()].map((set) => set.map(String));
  const parts = [
    `{"equivalences":[\n${lines(equivalences)}\n],\n`,
    `"decisions":[\n${lines(oldestFirst(decisions))}\n]}\n`,
  ];
  return new Blob(parts, { type: "application/json" });
}

function lines(items: readonly unknown[]): string {
  return items.map((item) => JSON.stringify(item)).join(",\n");
}

function oldestFirst(decisions: Iterable<MergeRecord>): MergeRecord[] {
  return [...decisions].sort((a, b) => (isNewerMerge(a, b) ? 1 : -1));
}
