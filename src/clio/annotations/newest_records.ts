import pMap from "p-map";
import type { AnnotationRecord } from "../model/annotation.js";
import { sameSandbox, type SandboxKey } from "../model/sandbox.js";
import type { EditWatch } from "./edit_watch.js";
import { editsOfMarks, unpackEdits } from "../store/packed_edits.js";
import { readRecords } from "../store/reader.js";
import type { Store } from "../store/store.js";

/** Finds the states of records, in the order of their ids; undefined where there is none. */
export type RecordFinder = (
  ids: readonly string[],
) => Promise<readonly (AnnotationRecord | undefined)[]>;

/** Records that are asked for in one go: taking that many over from the worker keeps the page busy for some milliseconds. */
const FIND_AT_ONCE = 1024;

/** So many such questions are on their way: while the page takes over one answer the worker prepares the next. */
const FINDS_AT_ONCE = 3;

/** Knows the newest state of records, whoever made it so, and whether it is on disk yet or not. */
export class NewestRecords {
  /** @param find knows all that `store.changes` has told. */
  constructor(
    private readonly store: Store,
    private readonly key: SandboxKey,
    private readonly find: RecordFinder,
  ) {}

  /**
   * The newest states of records, undefined where there is none. They stay the newest only as long as nobody else may edit.
   * @throws {Error} where the database cannot be read now; what `watch` was aborted with
   */
  async read(
    ids: readonly string[],
    watch?: EditWatch,
  ): Promise<(AnnotationRecord | undefined)[]> {
    const waiting = this.waiting();
    const stored = ids.filter((id) => !waiting.has(id));
    if (stored.length > 0) {
      if (this.store.db === undefined) {
        throw new Error(`the storage is ${this.store.state.value}`);
      }
      // What other tabs did last may not have been heard of yet.
      await this.store.catchUp();
    }
    const parts = Array.from(
      { length: Math.ceil(stored.length / FIND_AT_ONCE) },
      (_, i) => stored.slice(i * FIND_AT_ONCE, (i + 1) * FIND_AT_ONCE),
    );
    let read = 0;
    await pMap(
      parts,
      async (part) => {
        const found = await this.find(part);
        part.forEach((id, j) => waiting.set(id, found[j]));
        read += part.length;
        watch?.progress(read, stored.length);
      },
      { concurrency: FINDS_AT_ONCE, signal: watch?.signal },
    );
    return ids.map((id) => waiting.get(id));
  }

  /** What is in memory only is newer than all that is stored. */
  private waiting(): Map<string, AnnotationRecord | undefined> {
    const states = new Map<string, AnnotationRecord | undefined>();
    for (const change of this.store.pending) {
      if (!sameSandbox(change, this.key)) continue;
      for (const edit of unpackEdits(editsOfMarks(change.edits))) {
        if (edit.op === "put") states.set(edit.record.id, edit.record);
        else states.set(edit.id, undefined);
      }
    }
    return states;
  }
}

/**
 * Records as they are in the database: for a few, where nobody has all of them at hand.
 * @throws {Error} where the database is not open
 */
export async function storedRecords(
  store: Store,
  key: SandboxKey,
  ids: readonly string[],
): Promise<(AnnotationRecord | undefined)[]> {
  const { db } = store;
  if (db === undefined) throw new Error(`the storage is ${store.state.value}`);
  return readRecords(db, key, ids);
}
