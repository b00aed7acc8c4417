/** Settling conflicts: what the person chose is put in place, and the server is told that it was settled. */
import * as v from "valibot";
import type { Change, Edit } from "../../model/change.js";
import { isMark, recordSchema, type StoredRecord } from "../../model/record.js";
import { refuseLocked } from "../../model/locked_sets.js";
import { withValue } from "../../model/record_fields.js";
import type { SandboxKey } from "../../model/sandbox.js";
import { settleConflicts } from "../../store/conflicts.js";
import type { ConflictRow } from "../../store/database.js";
import { whileEditing } from "../../store/locks.js";
import { readRecord } from "../../store/reader.js";
import type { Store } from "../../store/store.js";

/** The value that is in the record now, or the one that came too late. */
export type Choice = "kept" | "refused";

/**
 * Settles a conflict by what the person chose. Taking the value that was refused is a step of undo as any other.
 * @throws Error where the disk refuses, and where that would change a mark of a locked set; then the conflict stays
 */
export async function settle(
  store: Store,
  { id, user, conflict }: ConflictRow,
  choice: Choice,
): Promise<void> {
  if (choice === "refused") {
    const key = { user, dataset: conflict.dataset };
    await whileEditing(store.name, key, () =>
      takeRefused(store, key, conflict),
    );
  }
  const { db } = store;
  if (db === undefined) throw new Error(`the storage is ${store.state.value}`);
  await settleConflicts(db, [id]);
}

async function takeRefused(
  store: Store,
  key: SandboxKey,
  { record: id, field, refused }: ConflictRow["conflict"],
): Promise<void> {
  const { db } = store;
  if (db === undefined) throw new Error(`the storage is ${store.state.value}`);
  await store.catchUp();
  const record = await readRecord<StoredRecord>(db, key, id);
  const edit = editOf(record, field, refused ?? undefined);
  // It was deleted since: there is nothing that could have the value.
  if (record === undefined || edit === undefined) return;
  const next = edit.op === "put" ? [edit.record] : [];
  refuseLocked([record, ...next].filter(isMark), store.locked.of(key));
  const changed = edit.op === "put" ? edit.changed : undefined;
  const undo: Edit<StoredRecord> = {
    op: "put",
    record,
    ...(changed === undefined ? {} : { changed }),
  };
  const change: Change<StoredRecord> = {
    id: crypto.randomUUID(),
    ...key,
    at: Date.now(),
    label: "Settle a conflict",
    edits: [edit],
  };
  const acknowledged = await store.apply(change, [undo]);
  if (!acknowledged.saved) throw new Error(acknowledged.problem.happened);
}

function editOf(
  record: StoredRecord | undefined,
  field: string,
  value: unknown,
): Edit<StoredRecord> | undefined {
  if (record === undefined) return undefined;
  if (field === "record") return { op: "delete", id: record.id };
  const next = v.parse(recordSchema, withValue(record, field, value));
  return {
    op: "put",
    record: { ...next, modified: Date.now() },
    changed: [field],
  };
}
