import { isNewerMerge, type MergeRecord } from "../model/merge.js";
import type { MergeSets } from "./merge_sets.js";

/** What one act has merged: a row of the panel. */
export interface MergeRow {
  readonly act: string;
  /** The segment that gave the whole its id when it was decided. */
  readonly onto: bigint;
  /** Its decisions, in the order in which they were made; one at least. */
  readonly decisions: readonly MergeRecord[];
}

/** Columns that rows can be sorted by. */
export type MergeOrder = "main" | "count" | "author" | "comment" | "created";

/** The acts of all decisions, newest first. */
export function rowsOf(decisions: Iterable<MergeRecord>): MergeRow[] {
  const acts = new Map<string, MergeRecord[]>();
  for (const decision of decisions) {
    const known = acts.get(decision.act);
    if (known === undefined) acts.set(decision.act, [decision]);
    else known.push(decision);
  }
  const rows = [...acts].map(([act, of]) => {
    of.sort(byAge);
    return { act, onto: BigInt(of.at(-1)!.onto), decisions: of };
  });
  return rows.sort((a, b) => byAge(b.decisions[0], a.decisions[0]));
}

/** The rows that have a text in one of their ids, in a comment or in the author's name, however it is written. */
export function matchingRows(
  rows: readonly MergeRow[],
  text: string,
): readonly MergeRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return rows;
  return rows.filter(({ decisions }) =>
    decisions.some(({ onto, merged, description, user }) =>
      [onto, merged, description, user].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
    ),
  );
}

/** Rows in another order; those that are equal in it stay newest first. */
export function sortedRows(
  rows: readonly MergeRow[],
  order: MergeOrder,
  descending: boolean,
  sets: MergeSets,
): MergeRow[] {
  const compare = COMPARED[order];
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b, sets));
}

/** The comment of an act: that of its decisions, each once. */
export function commentOf({ decisions }: MergeRow): string {
  const texts = new Set(decisions.map(({ description }) => description));
  texts.delete("");
  return [...texts].join("; ");
}

const COMPARED: Readonly<
  Record<MergeOrder, (a: MergeRow, b: MergeRow, sets: MergeSets) => number>
> = {
  main: (a, b) => (a.onto < b.onto ? -1 : a.onto > b.onto ? 1 : 0),
  count: (a, b, sets) => sets.sizeOf(a.onto) - sets.sizeOf(b.onto),
  author: (a, b) => compareText(a.decisions[0].user, b.decisions[0].user),
  comment: (a, b) => compareText(commentOf(a), commentOf(b)),
  created: (a, b) => byAge(a.decisions[0], b.decisions[0]),
};

function byAge(a: MergeRecord, b: MergeRecord): number {
  return isNewerMerge(a, b) ? 1 : -1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
