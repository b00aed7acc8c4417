import type { AnnotationRecord } from "../../model/annotation.js";
import type { Edit } from "../../model/change.js";
import { packInParts } from "../../store/packed_edits.js";
import type { PreparedMarks } from "../prepared_marks.js";
import { nextTurn, runSlices } from "../../model/slices.js";
import type { PlannedRow } from "./plan.js";
import type { Tell } from "../../model/files/progress.js";

/**
 * What putting the rows of a file comes to, as far as it can be known without a look at the newest state of the marks. Its records are not
 * checked once more: whoever reads a file makes none that could not be stored (storable.spec.ts holds that).
 *
 * It is worked out in slices from the beginning, while a person looks at what would be done.
 */
export class Preparation {
  private readonly work: Generator<void>;
  private prepared: PreparedMarks | undefined;
  private failure: Error | undefined;
  private done = 0;
  private of = 0;

  constructor(rows: readonly PlannedRow[]) {
    this.work = this.attempt(rows);
    // Whoever waits for the plan has it first.
    nextTurn(() => void runSlices(this.work));
  }

  /** Leaves it as it is: it is of no use any more. */
  drop(): void {
    this.work.return(undefined);
  }

  /**
   * Goes through with what is left.
   * @throws {Error} what it failed of, also where that was before anybody waited for it
   */
  finish(tell?: Tell): PreparedMarks {
    while (this.work.next().done !== true) {
      tell?.(this.done, this.of, "marks ready");
    }
    if (this.failure !== undefined) throw this.failure;
    return this.prepared!;
  }

  private *attempt(rows: readonly PlannedRow[]): Generator<void> {
    try {
      yield* this.prepare(rows);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  private *prepare(rows: readonly PlannedRow[]): Generator<void> {
    const fresh: AnnotationRecord[] = [];
    const records: AnnotationRecord[] = [];
    for (const row of rows) {
      if (row.would === "change") records.push(row.record);
      else if (row.would === "add") {
        (row.isFresh ? fresh : records).push(row.record);
      }
    }
    this.of = fresh.length;
    const sets = new Set(fresh.flatMap(({ set }) => set ?? []));
    const edits = fresh.map((record): Edit => ({ op: "put", record }));
    const undo = fresh.map(({ id }): Edit => ({ op: "delete", id }));
    const added = {
      edits: yield* this.counted(packInParts(edits)),
      undo: yield* this.counted(packInParts(undo)),
    };
    this.prepared = { added, sets: [...sets], records };
  }

  private *counted<T>(packing: Generator<number, T>): Generator<void, T> {
    for (;;) {
      const { done, value } = packing.next();
      if (done === true) return value;
      // Both are about the same marks, whose number is told once.
      this.done = Math.max(this.done, value);
      yield;
    }
  }
}
