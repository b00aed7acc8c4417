/** Takes over what the server tells: what the person has done on other devices, and conflicts. */
import * as v from "valibot";
import {
  type Conflict,
  conflictSchema,
  revisionSchema,
  type SyncedRecord,
  syncedRecordSchema,
} from "../../model/sync.js";
import { recordSchema } from "../../model/record.js";
import type { SandboxKey } from "../../model/sandbox.js";
import {
  noteRevision,
  receiveRecords,
  seenRevision,
  type ToldRecord,
} from "../../store/received.js";
import { findSandbox } from "../../store/sandboxes.js";
import { lastSeen } from "../../store/shelf.js";
import type { Store } from "../../store/store.js";
import { ask } from "./server.js";

/** Records are looked at one by one, so that the page stays free meanwhile. */
const newsSchema = v.object({
  revision: revisionSchema,
  more: v.boolean(),
  records: v.array(v.unknown()),
  conflicts: v.array(conflictSchema),
});

/** Records that are looked at in one go: some milliseconds. */
const RECORDS_IN_A_GO = 200;

/** Takes over all that is new of the user of `store`. @throws ServerAway; ServerRefusal; Error */
export async function listen(store: Store): Promise<void> {
  const { person: user } = store;
  for (;;) {
    const { db } = store;
    if (db === undefined) return;
    const since = await seenRevision(db, user);
    const query = new URLSearchParams({ since: String(since), user });
    const news = await ask(
      newsSchema,
      "GET",
      `/api/sync/news?${query.toString()}`,
    );
    const records = await parseRecords(news.records);
    for (const [dataset, told] of byDataset(records, news.conflicts)) {
      await receiveRecords(store, { user, dataset }, told, news.revision);
    }
    await noteRevision(db, user, news.revision, news.conflicts);
    if (!news.more) return;
  }
}

/**
 * Takes over all that is new of somebody else's sandbox.
 * @throws ServerAway; ServerRefusal where it is not for the user of `store`; Error
 */
export async function listenToOther(
  store: Store,
  key: SandboxKey,
): Promise<void> {
  for (;;) {
    const { db } = store;
    if (db === undefined) return;
    const row = await findSandbox(db, key);
    const since = row === undefined ? 0 : lastSeen(row);
    const query = new URLSearchParams({ since: String(since), ...key });
    const news = await ask(
      newsSchema,
      "GET",
      `/api/sync/news?${query.toString()}`,
    );
    if (news.revision === since && news.records.length === 0) return;
    const records = await parseRecords(news.records);
    await receiveRecords(store, key, records, news.revision);
    if (!news.more) return;
  }
}

async function parseRecords(
  records: readonly unknown[],
): Promise<SyncedRecord[]> {
  const parsed: SyncedRecord[] = [];
  for (const [i, record] of records.entries()) {
    parsed.push(v.parse(syncedRecordSchema, record));
    if (i % RECORDS_IN_A_GO === RECORDS_IN_A_GO - 1) await nextTurn();
  }
  return parsed;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function byDataset(
  records: readonly SyncedRecord[],
  conflicts: readonly Conflict[],
): Map<string, ToldRecord[]> {
  const told = new Map<string, Map<string, ToldRecord>>();
  const note = (dataset: string, record: ToldRecord) => {
    const known = told.get(dataset) ?? new Map<string, ToldRecord>();
    told.set(dataset, known.set(record.id, record));
  };
  for (const conflict of conflicts) {
    const { dataset, field, kept, settled } = conflict;
    // What was deleted here stays on the server where another device had edited it, and nothing else tells of that.
    const record = v.safeParse(recordSchema, kept);
    if (field !== "record" || settled || !record.success) continue;
    note(dataset, { id: conflict.record, record: record.output });
  }
  for (const { id, dataset, record } of records) {
    note(dataset, { id, ...(record === undefined ? {} : { record }) });
  }
  return new Map(
    [...told].map(([dataset, known]) => [dataset, [...known.values()]]),
  );
}
