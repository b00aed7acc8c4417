import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { Vec3 } from "../../model/box.js";
import { ownValue } from "../../model/fields.js";
import { lockedReason } from "../../model/locked_sets.js";
import { sameSandbox } from "../../model/sandbox.js";
import { runSlices } from "../../model/slices.js";
import { catchUp } from "../../store/catch_up.js";
import type { ClioDatabase } from "../../store/database.js";
import {
  editsOfMarks,
  type StoredEdits,
  unpackInParts,
} from "../../store/packed_edits.js";
import { readSandbox } from "../../store/reader.js";
import type { Store } from "../../store/store.js";
import type { SandboxEditor } from "../sandbox_editor.js";
import { type LabelPlace, labelPlaceOf, withLabels } from "./look_up.js";

/** Marks that are looked up and stored together. */
const BATCH_SIZE = 1024;

/** How long after a failure it is tried again where nothing else happens, in milliseconds. */
const TRY_AGAIN = 30_000;

/** How far following has come, as this browser keeps it for all its tabs. */
export interface FollowProgress {
  /** The change of the database up to which marks have their labels, by its seq; undefined where nothing is to follow any more. */
  readonly since: () => number | undefined;
  readonly reached: (seq: number) => void;
  /** Labels could not be looked up, and are tried again. */
  readonly failed: (error: Error) => void;
}

/** A mark whose label is to be looked up. */
interface Due extends LabelPlace {
  /** Whether it was moved. One that is new gets its label only where the field is empty. */
  readonly isMoved: boolean;
}

/**
 * Keeps in a field of marks the label of a volume that their first vertex lies in, until it is disposed of. It is no step of undo: that
 * takes back what a person did, and the label follows.
 *
 * Only what was done in this browser counts: a mark that came from another device is labelled there, for two devices that follow different
 * volumes would else write over each other without end. A mark that was moved or reshaped gets its label anew. One that was placed or
 * imported gets it where the field is empty, so that what a file says stays; and what anybody writes into the field afterwards stays
 * until the mark is moved again. Of changes that the store has folded before they were followed it knows no more what they were:
 * their marks count as new.
 *
 * It reads what the journal has since the last time, and notes how far it has come when all of that has its labels; so a reload, a failure
 * or a change in between needs nothing else. One tab does it for all.
 */
export class LabelFollow extends RefCounted {
  private readonly stop = new AbortController();
  /** Whether something may have happened since the journal was read. */
  private isBehind = true;
  private wake: () => void = () => undefined;

  /**
   * @param editor that of the marks
   * @param labelsAt the labels at voxels of the dataset, null where there is none
   */
  constructor(
    private readonly editor: SandboxEditor,
    private readonly store: Store,
    private readonly labelsAt: (
      places: readonly Vec3[],
      signal: AbortSignal,
    ) => Promise<(string | null)[]>,
    private readonly field: string,
    private readonly progress: FollowProgress,
  ) {
    super();
    const hear = () => {
      this.isBehind = true;
      this.wake();
    };
    this.registerDisposer(
      store.changes.add(({ key }) => {
        if (sameSandbox(key, editor.key)) hear();
      }),
    );
    this.registerDisposer(store.readAgain.add(hear));
    this.registerDisposer(store.state.changed.add(hear));
    this.registerDisposer(() => {
      this.stop.abort();
      this.wake();
    });
    const { user, dataset } = editor.key;
    const { signal } = this.stop;
    void navigator.locks
      .request(
        `${store.name}:label-follow:${JSON.stringify([user, dataset, field])}`,
        { signal },
        () => this.lead(),
      )
      // It was ended while another tab had the lock.
      .catch(() => undefined);
  }

  private async lead(): Promise<void> {
    const { signal } = this.stop;
    let seq = this.progress.since();
    while (seq !== undefined && !signal.aborted) {
      const { db } = this.store;
      if (db === undefined || !this.isBehind) {
        await this.nextNews();
        continue;
      }
      this.isBehind = false;
      try {
        seq = await this.followFrom(db, seq);
        this.progress.reached(seq);
      } catch (error) {
        if (signal.aborted) return;
        this.isBehind = true;
        this.progress.failed(error as Error);
        await this.nextNews(TRY_AGAIN);
      }
    }
  }

  /** Fulfilled when something is heard, at the end, or after so many milliseconds. */
  private async nextNews(patience?: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (patience !== undefined) timer = setTimeout(resolve, patience);
    });
    clearTimeout(timer);
  }

  /** Labels all that has come after a change. Returns the seq of the newest one. */
  private async followFrom(db: ClioDatabase, since: number): Promise<number> {
    const { signal } = this.stop;
    const due = new Map<string, Due>();
    const { seq, news, readAgain } = await catchUp(db, since);
    if (readAgain) await this.takeAll(db, due);
    for (const { key, edits, change, outgoing } of news) {
      signal.throwIfAborted();
      const isFromElsewhere = change !== undefined && !outgoing;
      if (isFromElsewhere || !sameSandbox(key, this.editor.key)) continue;
      await runSlices(this.take(editsOfMarks(edits), due));
    }
    const marks = [...due.values()];
    for (let from = 0; from < marks.length; from += BATCH_SIZE)
      await this.write(marks.slice(from, from + BATCH_SIZE));
    return seq;
  }

  private *take(
    edits: StoredEdits<AnnotationRecord>,
    due: Map<string, Due>,
  ): Generator<void> {
    for (const part of unpackInParts(edits)) {
      for (const edit of part) {
        yield;
        if (edit.op === "delete") {
          due.delete(edit.id);
          continue;
        }
        const { record, changed } = edit;
        const isMoved = changed?.includes("geometry") === true;
        // By hand, by a file, or by this before it was cut off.
        const isWritten = changed?.includes(`fields.${this.field}`) === true;
        if (isWritten) due.delete(record.id);
        else if (isMoved || changed === undefined)
          due.set(record.id, { ...labelPlaceOf(record), isMoved });
      }
    }
  }

  /** Where the store cannot tell any more what has come: marks that were adopted, for one. */
  private async takeAll(
    db: ClioDatabase,
    due: Map<string, Due>,
  ): Promise<void> {
    const { signal } = this.stop;
    const take = (records: AnnotationRecord[]) => {
      for (const record of records) {
        if (ownValue(record.fields, this.field) === undefined)
          due.set(record.id, { ...labelPlaceOf(record), isMoved: false });
      }
    };
    await readSandbox(db, this.editor.key, take, { signal });
  }

  private async write(batch: readonly Due[]): Promise<void> {
    const { editor, field } = this;
    const { signal } = this.stop;
    const labels = await this.labelsAt(
      batch.map(({ anchor }) => anchor),
      signal,
    );
    signal.throwIfAborted();
    const labelled = withLabels(batch, labels, field);
    const moved = new Set(
      batch.filter(({ isMoved }) => isMoved).map(({ id }) => id),
    );
    await editor.note(
      batch.map(({ id }) => id),
      (record) => {
        const isEmpty = ownValue(record.fields, field) === undefined;
        const isLocked =
          lockedReason([record], editor.lockedSets.value) !== undefined;
        const stays = isLocked || !(isEmpty || moved.has(record.id));
        return stays ? record : labelled(record);
      },
    );
  }
}
