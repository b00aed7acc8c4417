/** Forgetting: all that a person has on this computer is taken away from it. */
import type { ClioDatabase, SandboxRow, WriteTransaction } from "./database.js";
import { writeDurably } from "./database.js";
import { whileNobodyMaintains, whileNobodyReadsPages } from "./locks.js";
import { readManifest } from "./manifest.js";

/** Deletes all sandboxes of a user, and what is known of the user's server, in one transaction. Nothing of it can be had back here. */
export function forgetUser(db: ClioDatabase, user: string): Promise<void> {
  const stores = [
    "sandboxes",
    "manifests",
    "journal",
    "pages",
    "quarantine",
    "history",
    "cursors",
    "outbox",
    "sync",
    "conflicts",
  ] as const;
  return whileNobodyMaintains(db, () =>
    whileNobodyReadsPages(db, () =>
      writeDurably(db, [...stores], async (tx) => {
        const range = IDBKeyRange.bound([user], [user, []]);
        const sandboxes = tx.objectStore("sandboxes");
        for (const row of await sandboxes.getAll(range)) {
          await forgetSandbox(tx, row);
        }
        await sandboxes.delete(range);
        await tx.objectStore("sync").delete(user);
        const conflicts = tx.objectStore("conflicts");
        const ids = await conflicts.index("user").getAllKeys(user);
        await Promise.all(ids.map((id) => conflicts.delete(id)));
      }),
    ),
  );
}

async function forgetSandbox(
  tx: WriteTransaction,
  { sid }: SandboxRow,
): Promise<void> {
  const pages = tx.objectStore("pages");
  const manifest = await readManifest(tx, sid);
  const quarantined = await tx
    .objectStore("quarantine")
    .index("sid")
    .getAll(sid);
  const named = [
    ...manifest.pages,
    ...quarantined.map(({ descriptor }) => descriptor),
  ];
  await Promise.all(named.map(({ page }) => pages.delete(page)));
  for (const name of ["journal", "history", "outbox"] as const) {
    const rows = tx.objectStore(name);
    const keys = await rows.index("sid").getAllKeys(sid);
    await Promise.all(keys.map((key) => rows.delete(key)));
  }
  const quarantine = tx.objectStore("quarantine");
  const keys = await quarantine.index("sid").getAllKeys(sid);
  await Promise.all(keys.map((key) => quarantine.delete(key)));
  await tx.objectStore("manifests").delete(sid);
  await tx.objectStore("cursors").delete(sid);
}
