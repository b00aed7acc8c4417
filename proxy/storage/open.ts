import { SqliteStorage } from "./sqlite/sqlite_storage.js";
import type { Storage } from "./storage.js";

/** Thrown where what the server keeps cannot be opened. The message names the file and says what was wrong. */
export class StorageError extends Error {
  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${file}: ${reason}`, { cause });
    this.name = "StorageError";
  }
}

/**
 * Opens what the server keeps: the one place that knows in which database it is.
 * @param file made where there is none
 * @throws StorageError where it cannot be opened, or a newer Clio has written it
 */
export async function openStorage(file: string): Promise<Storage> {
  try {
    return await SqliteStorage.open(file);
  } catch (error) {
    throw new StorageError(file, error);
  }
}
