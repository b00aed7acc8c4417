/** Maintenance: folding, merging, sweeping and putting back in bounded steps, in one tab at a time, in a page or in a worker. */
import type { SandboxKey } from "../model/sandbox.js";
import { mergeStep, runsToMerge } from "./compaction.js";
import type { ClioDatabase } from "./database.js";
import { readTransaction } from "./database.js";
import { foldStep } from "./fold.js";
import { asOnlyMaintainer } from "./locks.js";
import { readManifest } from "./manifest.js";
import { releasePages } from "./quarantine.js";
import { findSandbox } from "./sandboxes.js";
import { sweepPages } from "./staging.js";

/** What `maintain` has done. */
export interface MaintenanceReport {
  /** Changes that left the journal for pages. */
  folded: number;
  /** Merges of runs. */
  merges: number;
}

/**
 * Folds all of a sandbox's journal and merges its runs where that pays; a short step at a time, between any two of which others
 * may read and write. Returns undefined where another tab is at it, or where there is no such sandbox.
 */
export function maintain(
  db: ClioDatabase,
  key: SandboxKey,
  { signal }: { signal?: AbortSignal } = {},
): Promise<MaintenanceReport | undefined> {
  return asOnlyMaintainer(db, async () => {
    await sweepPages(db);
    const home = await findSandbox(db, key);
    if (home === undefined) return undefined;
    await releasePages(db, home.sid);
    const report: MaintenanceReport = { folded: 0, merges: 0 };
    while (signal?.aborted !== true) {
      const folded = await foldStep(db, home);
      if (folded === 0) break;
      report.folded += folded;
    }
    while (signal?.aborted !== true) {
      const tx = readTransaction(db, ["manifests"]);
      const { pages } = await readManifest(tx, home.sid);
      const runs = runsToMerge(pages);
      if (runs.length === 0) break;
      if (await mergeStep(db, home, runs, { signal })) report.merges += 1;
    }
    return report;
  });
}
