/** Whether a database holds all that it should: where the browser has thrown it away, it begins without its row "complete". */
import type { ClioDatabase } from "../database.js";
import { newLineage, readTransaction, writeDurably } from "../database.js";

export async function isComplete(db: ClioDatabase): Promise<boolean> {
  const tx = readTransaction(db, ["meta"]);
  return (await tx.objectStore("meta").get("complete")) !== undefined;
}

/** Has a database that is not complete hold all that it should: there is nothing to restore. */
export async function begin(db: ClioDatabase): Promise<void> {
  await writeDurably(db, ["meta"], (tx) =>
    tx.objectStore("meta").put(newLineage()),
  );
}
