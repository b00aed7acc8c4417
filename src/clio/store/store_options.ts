import type { NudgeChannel } from "./tabs.js";
import type { Maintain } from "./upkeep.js";

/** What a store is made with; each has what a page wants where it is absent. */
export interface StoreOptions {
  /** Name of the database and of all that tabs share about it. */
  name?: string;
  /** The user who sits before the screen, as far as is known. */
  person?: string;
  /** Version of the database; another one than that of this program only in the specs. */
  version?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Reaches the same store in other tabs. */
  channel?: NudgeChannel;
  /** Whether the browser keeps its data; undefined where it has no such notion. */
  storage?: StorageManager;
  /** Makes the worker that keeps the second copy; null where there is to be none. */
  mirrorWorker?: (() => Worker) | null;
  /** Milliseconds. */
  retryAfter?: number;
  /** Where folding is done: by default in this page, a few milliseconds at a time. */
  maintain?: Maintain;
}
