/** Upkeep: when a sandbox is due for maintenance. */
import type { SandboxKey } from "../model/sandbox.js";
import type { ClioDatabase } from "./database.js";
import type { MaintenanceReport } from "./maintenance.js";
import { isConnectionError } from "./page_reader.js";
import { journalLengths } from "./sandboxes.js";

/** Changes of one sandbox after which its journal is folded. Reading so many on top of the pages costs some milliseconds. */
const FOLD_AFTER_CHANGES = 512;

export type Maintain = (
  db: ClioDatabase,
  key: SandboxKey,
) => Promise<MaintenanceReport | undefined>;

export class Upkeep {
  /** Changes of each sandbox, by its key as JSON, since it was last folded from here. */
  private readonly unfolded = new Map<string, number>();

  constructor(private readonly maintain: Maintain) {}

  /** Sees to what earlier sessions have left in the journal, each too little to be folded. */
  async begin(db: ClioDatabase): Promise<void> {
    for (const [key, length] of await journalLengths(db)) {
      this.count(db, key, length);
    }
  }

  /** Notes changes that were appended in this tab. Those of other tabs are counted there. */
  appended(db: ClioDatabase, changes: readonly SandboxKey[]): void {
    for (const { user, dataset } of changes) {
      this.count(db, { user, dataset }, 1);
    }
  }

  private count(db: ClioDatabase, key: SandboxKey, changes: number): void {
    const id = JSON.stringify([key.user, key.dataset]);
    const count = (this.unfolded.get(id) ?? 0) + changes;
    const due = count >= FOLD_AFTER_CHANGES;
    this.unfolded.set(id, due ? 0 : count);
    if (due) void this.fold(db, key);
  }

  private async fold(db: ClioDatabase, key: SandboxKey): Promise<void> {
    try {
      await this.maintain(db, key);
    } catch (error) {
      // Nothing is lost by a fold that fails: the changes stay in the journal, and the next one takes them.
      if (isConnectionError(error)) return;
      console.warn("Clio could not fold its journal:", error);
    }
  }
}
