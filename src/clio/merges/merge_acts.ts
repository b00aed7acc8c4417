import type { MergeRecord } from "../model/merge.js";
import { type MergeRow, orderRows, rowOf, rowsOf } from "./merge_rows.js";

/** From so many changes at once on, all rows are made anew: to move each to its place would take longer. */
const MANY = 1000;

/** A decision that is put, in its whole new state, or one that is taken away. */
export type ActEdit =
  | { readonly op: "put"; readonly record: MergeRecord }
  | { readonly op: "delete"; readonly id: string };

/** Rows that are not there any more, and rows that are there now, in the order in which they went and came; one may do both. */
export type RowsChange = readonly {
  readonly row: MergeRow;
  readonly isThere: boolean;
}[];

/** The acts of decisions as rows, kept in order as decisions come and go: what one of them changes does not depend on how many there are. */
export class MergeActs {
  /** The newest stands last: what is new moves no other. */
  private rows: MergeRow[];
  private readonly byAct = new Map<string, MergeRow>();
  /** Which act a decision is of. */
  private readonly actOf = new Map<string, string>();

  constructor(decisions: Iterable<MergeRecord>) {
    this.rows = this.make(decisions);
  }

  /** The rows, which change in place. One that is another than before is another object. */
  get oldestFirst(): readonly MergeRow[] {
    return this.rows;
  }

  /** The row of an act, as it is now. */
  rowOf(act: string): MergeRow | undefined {
    return this.byAct.get(act);
  }

  /**
   * Follows changes.
   * @param decisions all that there are after them
   * @returns undefined where all rows were made anew
   */
  apply(
    edits: readonly ActEdit[],
    decisions: Iterable<MergeRecord>,
  ): RowsChange | undefined {
    if (edits.length > MANY) {
      this.byAct.clear();
      this.actOf.clear();
      this.rows = this.make(decisions);
      return undefined;
    }
    return edits.flatMap((edit) => [
      ...this.remove(edit.op === "put" ? edit.record.id : edit.id),
      ...(edit.op === "put" ? this.add(edit.record) : []),
    ]);
  }

  private make(decisions: Iterable<MergeRecord>): MergeRow[] {
    const rows = rowsOf(decisions).reverse();
    for (const row of rows) {
      this.byAct.set(row.act, row);
      for (const { id } of row.decisions) this.actOf.set(id, row.act);
    }
    return rows;
  }

  private add(decision: MergeRecord): RowsChange {
    const { act, id } = decision;
    this.actOf.set(id, act);
    const known = this.byAct.get(act);
    return this.replace(
      known,
      rowOf(act, [...(known?.decisions ?? []), decision]),
    );
  }

  private remove(id: string): RowsChange {
    const act = this.actOf.get(id);
    if (act === undefined) return [];
    this.actOf.delete(id);
    const known = this.byAct.get(act)!;
    const left = known.decisions.filter((decision) => decision.id !== id);
    return this.replace(
      known,
      left.length === 0 ? undefined : rowOf(act, left),
    );
  }

  private replace(
    before: MergeRow | undefined,
    after: MergeRow | undefined,
  ): RowsChange {
    const { rows } = this;
    if (before !== undefined) {
      rows.splice(placeIn(rows, before, olderFirst), 1);
      this.byAct.delete(before.act);
    }
    if (after !== undefined) {
      rows.splice(placeIn(rows, after, olderFirst), 0, after);
      this.byAct.set(after.act, after);
    }
    return [
      ...(before === undefined ? [] : [{ row: before, isThere: false }]),
      ...(after === undefined ? [] : [{ row: after, isThere: true }]),
    ];
  }
}

/** Where a row stands, or would stand, among rows in an order. */
export function placeIn(
  rows: readonly MergeRow[],
  row: MergeRow,
  compare: (a: MergeRow, b: MergeRow) => number,
): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(rows[middle], row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function olderFirst(a: MergeRow, b: MergeRow): number {
  return orderRows(b, a);
}
