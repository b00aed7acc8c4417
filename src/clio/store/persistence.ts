/** Whether the browser promises to keep what it stores. */

/** "best effort" means that the browser may clear it when the disk runs short. */
export type Persistence = "persistent" | "best effort" | "unknown";

/**
 * How the second copy of the database is: "kept" up with every change, or "failing", and then every change is in the database alone.
 */
export type SecondCopy = "kept" | "failing";

export interface StorageStanding {
  persistence: Persistence;
  /** Absent where this browser needs none, and while it is not known. */
  secondCopy?: SecondCopy;
  /** Bytes that this origin uses, and may use; absent where the browser does not say. */
  usage?: number;
  quota?: number;
}

/** What the browser says now, without asking it for anything. */
export async function storageStanding(
  storage: StorageManager | undefined,
): Promise<StorageStanding> {
  if (storage === undefined) return { persistence: "unknown" };
  const [persisted, { usage, quota }] = await Promise.all([
    storage.persisted(),
    storage.estimate(),
  ]);
  return {
    persistence: persisted ? "persistent" : "best effort",
    usage,
    quota,
  };
}

/** Asks the browser to keep this origin's data, and returns what it then says. Some browsers ask the person. */
export async function askToPersist(
  storage: StorageManager | undefined,
): Promise<StorageStanding> {
  await storage?.persist();
  return storageStanding(storage);
}
