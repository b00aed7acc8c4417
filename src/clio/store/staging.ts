/** Staging: pages are written before any manifest names them, so that putting them in place is one small transaction. */
import type { SandboxKey } from "../model/sandbox.js";
import type { ClioDatabase, PageDescriptor } from "./database.js";
import { writeDurably } from "./database.js";
import { namedPages } from "./manifest.js";
import type { PackedPage } from "./pages.js";

/** Where staged pages belong. */
export interface PageHome extends SandboxKey {
  sid: string;
}

/** Writes pages that no manifest names yet, a page a transaction, so that no append waits for more than one page. */
export class Stage {
  readonly descriptors: PageDescriptor[] = [];

  constructor(
    private readonly db: ClioDatabase,
    private readonly home: PageHome,
  ) {}

  async add(page: PackedPage | undefined): Promise<void> {
    if (page === undefined) return;
    const { descriptor, bytes } = page;
    const { user, dataset, sid } = this.home;
    const row = { page: descriptor.page, user, dataset, sid, bytes };
    await writeDurably(this.db, ["pages"], (tx) =>
      tx.objectStore("pages").add(row),
    );
    this.descriptors.push(descriptor);
  }

  /** Takes the staged pages away again, when they are not wanted after all. */
  async discard(): Promise<void> {
    await writeDurably(this.db, ["pages"], (tx) => {
      const pages = tx.objectStore("pages");
      return Promise.all(
        this.descriptors.map(async ({ page }) => pages.delete(page)),
      );
    });
  }
}

/**
 * Deletes pages that neither a manifest nor the quarantine names: what was staged when a tab was killed. Only for the one
 * maintainer, because to anybody else the pages that it is staging look just the same. Returns how many there were.
 */
export function sweepPages(db: ClioDatabase): Promise<number> {
  return writeDurably(db, ["manifests", "quarantine", "pages"], async (tx) => {
    const pages = tx.objectStore("pages");
    const stored = await pages.getAllKeys();
    const manifests = await tx.objectStore("manifests").getAll();
    const quarantined = await tx.objectStore("quarantine").getAll();
    const named = namedPages(manifests, quarantined);
    const orphans = stored.filter((page) => !named.has(page));
    await Promise.all(orphans.map(async (page) => pages.delete(page)));
    return orphans.length;
  });
}
