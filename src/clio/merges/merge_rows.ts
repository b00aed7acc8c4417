import { isNewerMerge, type MergeRecord } from "../model/merge.js";

/** What one act has merged: a row of the panel. */
export interface MergeRow {
  readonly act: string;
  /** The segment that gave the whole its id when it was decided. */
  readonly onto: bigint;
  /** Its decisions, in the order in which they were made; one at least. */
  readonly decisions: readonly MergeRecord[];
}

/** The acts of all decisions, newest first. */
export function rowsOf(decisions: Iterable<MergeRecord>): MergeRow[] {
  const acts = new Map<string, MergeRecord[]>();
  for (const decision of decisions) {
    const known = acts.get(decision.act);
    if (known === undefined) acts.set(decision.act, [decision]);
    else known.push(decision);
  }
  return [...acts].map(([act, of]) => rowOf(act, of)).sort(orderRows);
}

/** The row of an act. @param decisions all of it, in any order; they are put in theirs */
export function rowOf(act: string, decisions: MergeRecord[]): MergeRow {
  decisions.sort(byAge);
  return { act, onto: BigInt(decisions.at(-1)!.onto), decisions };
}

/** Which of two rows stands first where the newest does. */
export function orderRows(a: MergeRow, b: MergeRow): number {
  return a.act === b.act ? 0 : byAge(b.decisions[0], a.decisions[0]);
}

/** The comment of an act: that of its decisions, each once. */
export function commentOf({ decisions }: MergeRow): string {
  const texts = new Set(decisions.map(({ description }) => description));
  texts.delete("");
  return [...texts].join("; ");
}

function byAge(a: MergeRecord, b: MergeRecord): number {
  return isNewerMerge(a, b) ? 1 : -1;
}
