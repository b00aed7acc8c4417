import type { AnnotationRecord } from "../model/annotation.js";
import {
  countEdits,
  type PackedEdits,
  unpackEdits,
} from "../store/packed_edits.js";
import type { Question } from "./query/messages.js";
import type { QueryEngine } from "./query/engine.js";
import type { ShownMarks } from "./query/shown_marks.js";
import { runSlices } from "../model/slices.js";
import { type Mark, markOf } from "./mark.js";
import type { VoxelSize } from "../model/measurement.js";

/** All marks of a sandbox, as they are searched and as they are drawn. */
export interface IndexedMarks {
  readonly engine: QueryEngine;
  readonly shown: ShownMarks;
}

/** Records that are put before the worker may do something else: less than a millisecond. */
const SLICE = 128;

/** Edits that are being written to the disk. */
export interface EditsOnTheirWay {
  /** Id of their change. */
  readonly change: string;
  readonly edits: PackedEdits;
}

/**
 * The marks of a sandbox as they will be once very many edits are on disk, made ready in slices while the disk takes its time for them, so
 * that they can be shown as soon as it has them. What is shown meanwhile is left alone; where anything else happens to the sandbox first,
 * this is of no use any more.
 */
export class MarksAhead {
  private readonly building: Generator<void>;
  private isWhole = false;

  /**
   * @param before all marks as they are, each of them saved
   * @param into empty
   * @param asked what is shown and searched
   * @param voxel edges of a voxel in nm
   */
  constructor(
    readonly onTheirWay: EditsOnTheirWay,
    before: Iterable<AnnotationRecord>,
    private readonly into: IndexedMarks,
    private readonly asked: () => Question,
    private readonly voxel: VoxelSize,
  ) {
    this.building = this.buildWhole(before);
    void runSlices(this.building);
  }

  /** Whether to make all marks anew is less work than to take the edits over one by one. */
  static isWorth(edits: PackedEdits, before: number): boolean {
    return before <= countEdits(edits);
  }

  /** Ends it. */
  drop(): void {
    this.building.return(undefined);
  }

  /** Goes through with what is left. Undefined where it failed: half of the marks must not be taken for all of them. */
  finish(): IndexedMarks | undefined {
    while (this.building.next().done !== true);
    if (!this.isWhole) return undefined;
    const { shown } = this.into;
    // Another search may have begun since.
    shown.show(this.asked());
    for (const building = shown.build(); building.next().done !== true;);
    return this.into;
  }

  private *buildWhole(before: Iterable<AnnotationRecord>): Generator<void> {
    try {
      yield* this.build(before);
      this.isWhole = true;
    } catch (error) {
      console.warn("Clio could not make marks ready ahead:", error);
    }
  }

  private *build(before: Iterable<AnnotationRecord>): Generator<void> {
    const { engine, shown } = this.into;
    let count = 0;
    for (const record of before) {
      engine.put(record);
      if (++count % SLICE === 0) yield;
    }
    const { edits } = this.onTheirWay;
    for (const part of edits.parts) {
      for (const edit of unpackEdits<AnnotationRecord>({
        ...edits,
        parts: [part],
      })) {
        if (edit.op === "put") engine.put(edit.record);
        else engine.delete(edit.id);
        if (++count % SLICE === 0) yield;
      }
    }
    const marks: Mark[] = [];
    for (const record of engine) {
      marks.push(markOf(record, true, this.voxel));
      if (marks.length % SLICE === 0) yield;
    }
    yield* shown.all.loading(marks);
    shown.show(this.asked());
    yield* shown.build();
    engine.ask(this.asked());
    yield* engine.update();
    yield* engine.warmUp();
  }
}
