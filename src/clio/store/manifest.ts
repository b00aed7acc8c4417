/** Manifests: which pages make up a sandbox, and how one list of pages takes the place of another. */
import type {
  ManifestRow,
  PageDescriptor,
  QuarantineRow,
  ReadTransaction,
  WriteTransaction,
} from "./database.js";

/** The manifest of `sid`; a sandbox that was never folded has none stored, and an empty one is returned. */
export async function readManifest(
  tx: ReadTransaction,
  sid: string,
): Promise<ManifestRow> {
  const stored = await tx.objectStore("manifests").get(sid);
  return (
    stored ?? {
      sid,
      pages: [],
      foldedUpTo: 0,
      rewrittenUpTo: 0,
      advancedTo: 0,
      generation: 0,
    }
  );
}

/** Writes `manifest` with `changes` applied, as its next generation. */
export async function writeManifest(
  tx: WriteTransaction,
  manifest: ManifestRow,
  changes: Partial<Pick<ManifestRow, "pages" | "foldedUpTo" | "rewrittenUpTo">>,
): Promise<void> {
  const next = { ...manifest, ...changes };
  next.advancedTo = Math.max(next.foldedUpTo, next.rewrittenUpTo);
  next.generation += 1;
  await tx.objectStore("manifests").put(next);
}

/** Keys of the pages that a manifest or the quarantine names. All other pages do not count. */
export function namedPages(
  manifests: readonly ManifestRow[],
  quarantined: readonly QuarantineRow[],
): Set<string> {
  const named = new Set(quarantined.map(({ descriptor }) => descriptor.page));
  for (const { pages } of manifests) {
    for (const { page } of pages) named.add(page);
  }
  return named;
}

/** The pages of each run, in ascending order of id; the runs in no particular order. */
export function runsOf(pages: readonly PageDescriptor[]): PageDescriptor[][] {
  const runs = new Map<number, PageDescriptor[]>();
  for (const page of pages) {
    const run = runs.get(page.run);
    if (run === undefined) runs.set(page.run, [page]);
    else run.push(page);
  }
  for (const run of runs.values()) {
    run.sort((a, b) => (a.minId < b.minId ? -1 : 1));
  }
  return [...runs.values()];
}

/** The number of a run that `pages` does not have yet. */
export function nextRun(pages: readonly PageDescriptor[]): number {
  return pages.reduce((next, { run }) => Math.max(next, run + 1), 0);
}
