/** Conflicts: what two devices have changed while apart, until the person says which it is to be. */
import type { ClioDatabase, ConflictRow } from "./database.js";
import { readTransaction, writeDurably } from "./database.js";

/** The conflicts of a user that were not settled here or elsewhere, oldest first. */
export async function openConflicts(
  db: ClioDatabase,
  user: string,
): Promise<ConflictRow[]> {
  const rows = await conflictsOf(db, user);
  return rows
    .filter(({ settling }) => settling === undefined)
    .sort((a, b) => a.conflict.revision - b.conflict.revision);
}

/** Those that were settled here, which the server does not know yet. */
export async function settledConflicts(
  db: ClioDatabase,
  user: string,
): Promise<ConflictRow[]> {
  const rows = await conflictsOf(db, user);
  return rows.filter(({ settling }) => settling !== undefined);
}

async function conflictsOf(
  db: ClioDatabase,
  user: string,
): Promise<ConflictRow[]> {
  const tx = readTransaction(db, ["conflicts"]);
  return tx.objectStore("conflicts").index("user").getAll(user);
}

/** Notes that the person has settled conflicts; on disk when this is fulfilled. The server is told with what waits. */
export async function settleConflicts(
  db: ClioDatabase,
  ids: readonly string[],
): Promise<void> {
  await writeDurably(db, ["conflicts"], async (tx) => {
    const rows = tx.objectStore("conflicts");
    for (const id of ids) {
      const row = await rows.get(id);
      if (row === undefined || row.settling !== undefined) continue;
      await rows.put({ ...row, settling: crypto.randomUUID() });
    }
  });
}

/** Forgets conflicts that the server knows to be settled. */
export async function forgetConflicts(
  db: ClioDatabase,
  ids: readonly string[],
): Promise<void> {
  await writeDurably(db, ["conflicts"], async (tx) => {
    await Promise.all(
      ids.map(async (id) => tx.objectStore("conflicts").delete(id)),
    );
  });
}
