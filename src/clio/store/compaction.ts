/**
 * Compaction: runs of about the same size are merged into one, so that a sandbox of n records stays in about log n runs and each
 * record is rewritten about log n times. (Size-tiered compaction, as in Bigtable, Chang et al. 2006, section 5.4, and Cassandra.)
 */
import type { ClioDatabase, ManifestRow, PageDescriptor } from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { whileNobodyReadsPages } from "./locks.js";
import { nextRun, readManifest, runsOf, writeManifest } from "./manifest.js";
import { mergeRuns } from "./merge.js";
import { isTombstone, PagePacker } from "./pages.js";
import type { DamagedPage } from "./page_reader.js";
import { readRuns } from "./page_reader.js";
import { quarantinePages } from "./quarantine.js";
import type { PageHome } from "./staging.js";
import { Stage } from "./staging.js";

/** So many runs of a tier are merged into one, and each tier's runs are about so many times larger than those below it. */
const FAN_IN = 4;

/** Runs merged in one go at most, because a merge holds a page of each in memory, some megabytes when it is unpacked. */
const MOST_RUNS = 16;

/** Runs of fewer rows than this are all of the lowest tier. */
const LOWEST_TIER_ROWS = 1024;

type RunPages = readonly PageDescriptor[];

function rowsIn(run: RunPages): number {
  return run.reduce((rows, { count }) => rows + count, 0);
}

function tierOf(run: RunPages): number {
  const ratio = Math.max(1, rowsIn(run) / LOWEST_TIER_ROWS);
  return Math.floor(Math.log(ratio) / Math.log(FAN_IN));
}

/**
 * The runs to merge next, smallest first: those of the lowest tier that is full, and with them every smaller one, which costs little
 * and leaves fewer. Empty when there is nothing to gain.
 */
export function runsToMerge(pages: RunPages): RunPages[] {
  const runs = runsOf(pages);
  const tiers = new Map<number, number>();
  for (const run of runs) {
    const tier = tierOf(run);
    tiers.set(tier, (tiers.get(tier) ?? 0) + 1);
  }
  const full = [...tiers]
    .filter(([, count]) => count >= FAN_IN)
    .map(([tier]) => tier);
  if (full.length === 0) return [];
  const lowest = Math.min(...full);
  return runs
    .filter((run) => tierOf(run) <= lowest)
    .sort((a, b) => rowsIn(a) - rowsIn(b))
    .slice(0, MOST_RUNS);
}

/** The pages of `manifest` once `merged` stand in the place of `replaced`. */
function withMerged(
  { pages }: ManifestRow,
  replaced: ReadonlySet<string>,
  merged: RunPages,
): PageDescriptor[] {
  return [...pages.filter(({ page }) => !replaced.has(page)), ...merged];
}

/**
 * Merges `runs` of the sandbox into one run without superseded rows; where they are all that it has, without tombstones too.
 * Returns whether it did: not where the manifest has changed meanwhile, and not past `signal`. Readers and appends go on while it
 * works. Only for the one maintainer.
 */
export async function mergeStep(
  db: ClioDatabase,
  home: PageHome,
  runs: readonly RunPages[],
  { signal, now = Date.now }: { signal?: AbortSignal; now?: () => number } = {},
): Promise<boolean> {
  const { sid } = home;
  const tx = readTransaction(db, ["manifests", "quarantine"]);
  const before = await readManifest(tx, sid);
  const quarantined = await tx
    .objectStore("quarantine")
    .index("sid")
    .count(sid);
  const replaced = new Set(runs.flat().map(({ page }) => page));
  // A page in quarantine may be put back, with older states of what was deleted since.
  const dropsTombstones =
    quarantined === 0 && before.pages.every(({ page }) => replaced.has(page));
  const damaged: DamagedPage[] = [];
  const stage = new Stage(db, home);
  const packer = new PagePacker(nextRun(before.pages));
  let forgotten = 0;
  const sources = readRuns(db, runs, (page) => damaged.push(page));
  for await (const rows of mergeRuns(sources)) {
    if (signal?.aborted === true || damaged.length > 0) break;
    for (const row of rows) {
      if (dropsTombstones && isTombstone(row)) {
        forgotten = Math.max(forgotten, row[0]);
      } else {
        await stage.add(packer.add(row));
      }
    }
  }
  if (signal?.aborted === true || damaged.length > 0) {
    await stage.discard();
    await quarantinePages(db, home, sid, damaged, now());
    return false;
  }
  await stage.add(packer.flush());

  const placed = await whileNobodyReadsPages(db, () =>
    writeDurably(db, ["manifests", "pages"], async (tx) => {
      const manifest = await readManifest(tx, sid);
      if (manifest.generation !== before.generation) return false;
      const pages = tx.objectStore("pages");
      await Promise.all([...replaced].map(async (page) => pages.delete(page)));
      await writeManifest(tx, manifest, {
        pages: withMerged(manifest, replaced, stage.descriptors),
        rewrittenUpTo: Math.max(manifest.rewrittenUpTo, forgotten),
      });
      return true;
    }),
  );
  if (!placed) await stage.discard();
  return placed;
}
