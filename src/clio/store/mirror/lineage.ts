/** Whether a database holds all that it should: where the browser has thrown it away, it begins without its row "complete". */
import type { ClioDatabase } from "../database.js";
import { newLineage, readTransaction, writeDurably } from "../database.js";

export async function isComplete(db: ClioDatabase): Promise<boolean> {
  return (await lineageOf(db)) !== undefined;
}

/** Names the database whose marks these are; undefined where it is not complete. */
export async function lineageOf(db: ClioDatabase): Promise<string | undefined> {
  const tx = readTransaction(db, ["meta"]);
  return (await tx.objectStore("meta").get("complete"))?.lineage;
}

/** Has a database that is not complete hold all that it should: there is nothing to restore. */
export async function begin(db: ClioDatabase): Promise<void> {
  await writeDurably(db, ["meta"], (tx) =>
    tx.objectStore("meta").put(newLineage()),
  );
}
