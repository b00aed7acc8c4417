import type { Outcome } from "../../src/clio/model/sync.js";
import { followSubmission } from "../atlas/submissions.js";
import type { RecordRow, Storage, Writer } from "../storage/storage.js";
import {
  clashesOf,
  put,
  remove,
  revisionsAfter,
  type RecordChange,
} from "./edit.js";
import type { RecordEvent, RecordEvents } from "./events.js";

/** Applies a change to a user's records, within a transaction. */
export type Apply = (user: string, change: RecordChange) => Promise<Outcome>;

/** Everybody's records: the one way in which they change. */
export class Records {
  constructor(
    private readonly storage: Storage,
    private readonly events: RecordEvents,
  ) {}

  /**
   * Applies changes in their order, in one transaction: when the promise resolves, all of them are on disk. A change that was applied
   * before is not applied again, and comes to what it came to then.
   * @param user whose records they are about
   */
  apply(user: string, changes: readonly RecordChange[]): Promise<Outcome[]> {
    return this.write(async (apply) => {
      const outcomes: Outcome[] = [];
      for (const change of changes) outcomes.push(await apply(user, change));
      return outcomes;
    });
  }

  /**
   * Runs `work` in one transaction, in which it may read what is there and apply changes to it. Listeners are told when it is on disk.
   */
  async write<T>(
    work: (apply: Apply, writer: Writer) => Promise<T>,
  ): Promise<T> {
    const touched = new Map<string, RecordEvent>();
    const result = await this.storage.write((writer) =>
      work(async (user, change) => {
        const known = await writer.outcome(user, change.id);
        if (known !== undefined) return known;
        const outcome = await applyChange(writer, user, change);
        const { dataset } = change;
        const { revision } = outcome;
        touched.set(JSON.stringify([user, dataset]), {
          user,
          dataset,
          revision,
        });
        return outcome;
      }, writer),
    );
    for (const event of touched.values()) this.events.tell(event);
    return result;
  }
}

async function applyChange(
  writer: Writer,
  user: string,
  change: RecordChange,
): Promise<Outcome> {
  const revision = await writer.nextRevision(user);
  const shelf = { user, dataset: change.dataset };
  const clash = clashesOf(change, revision);
  const outcome: Outcome = { id: change.id, revision, conflicts: [] };
  for (const edit of change.edits) {
    if (edit.op === "settle") {
      const conflict = await writer.conflict(user, edit.conflict);
      if (conflict !== undefined) {
        const settled = { ...conflict, revision, settled: true };
        await writer.putConflict(user, settled);
      }
      continue;
    }
    const id = edit.op === "put" ? edit.record.id : edit.id;
    const stored = await writer.record(shelf, id);
    const own = await ownRevisions(writer, user, change, stored, edit.base);
    own.add(revision);
    const { row, conflicts } =
      edit.op === "put"
        ? put(shelf, stored, edit, revision, own, clash)
        : remove(stored, edit, revision, own, clash);
    if (row !== undefined) await writer.putRecord(row);
    for (const conflict of conflicts) await writer.putConflict(user, conflict);
    outcome.conflicts.push(...conflicts);
    if (row !== undefined) await followSubmission(writer, row);
  }
  // A script does not ask again what its change came to.
  if (change.device !== undefined) {
    await writer.addOutcome(user, change.device, outcome);
  }
  return outcome;
}

/** Which revisions of a record, newer than what the person saw, are of the device that `change` comes from. */
async function ownRevisions(
  writer: Writer,
  user: string,
  { device }: RecordChange,
  stored: RecordRow | undefined,
  base: number,
): Promise<Set<number>> {
  const own = new Set<number>();
  if (stored === undefined || device === undefined) return own;
  for (const revision of revisionsAfter(stored, base)) {
    const by = await writer.deviceOf(user, revision);
    if (by === device) own.add(revision);
  }
  return own;
}
