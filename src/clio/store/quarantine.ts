/**
 * Quarantine: pages that cannot be read are set aside, so that the rest goes on and what is left of them can be exported. Nothing of
 * them is deleted, and one that can be read after all (a disk may fail for a while) is put back.
 */
import type { SandboxKey } from "../model/sandbox.js";
import type {
  ClioDatabase,
  PageDescriptor,
  QuarantineRow,
} from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { nextRun, readManifest, writeManifest } from "./manifest.js";
import type { DamagedPage } from "./page_reader.js";
import { readPage } from "./page_reader.js";

/**
 * Takes the damaged pages off the manifest of `sid`, so that they are reported once and not at every read. A page that the
 * manifest does not name (another tab was first) is left out. Nothing of a page is deleted.
 * @param now milliseconds since 1970.
 */
export async function quarantinePages(
  db: ClioDatabase,
  key: SandboxKey,
  sid: string,
  damaged: readonly DamagedPage[],
  now: number,
): Promise<void> {
  if (damaged.length === 0) return;
  const reasons = new Map(
    damaged.map(({ descriptor, reason }) => [descriptor.page, reason]),
  );
  await writeDurably(db, ["manifests", "quarantine"], async (tx) => {
    const manifest = await readManifest(tx, sid);
    const sound: PageDescriptor[] = [];
    const { user, dataset } = key;
    for (const descriptor of manifest.pages) {
      const reason = reasons.get(descriptor.page);
      if (reason === undefined) {
        sound.push(descriptor);
        continue;
      }
      const row = { user, dataset, sid, found: now, reason, descriptor };
      await tx.objectStore("quarantine").add(row);
    }
    await writeManifest(tx, manifest, { pages: sound });
  });
}

/** What of the sandbox `sid` is in quarantine. */
export async function quarantinedPages(
  db: ClioDatabase,
  sid: string,
): Promise<QuarantineRow[]> {
  const tx = readTransaction(db, ["quarantine"]);
  return tx.objectStore("quarantine").index("sid").getAll(sid);
}

/** Puts those pages of the sandbox back that can be read now; returns how many. Only for the one maintainer. */
export async function releasePages(
  db: ClioDatabase,
  sid: string,
): Promise<number> {
  const sound = new Set<string>();
  for (const { descriptor } of await quarantinedPages(db, sid)) {
    const readable = await readPage(db, descriptor).then(
      () => true,
      () => false,
    );
    if (readable) sound.add(descriptor.page);
  }
  if (sound.size === 0) return 0;
  await writeDurably(db, ["manifests", "quarantine"], async (tx) => {
    const manifest = await readManifest(tx, sid);
    const pages = [...manifest.pages];
    const quarantine = tx.objectStore("quarantine").index("sid");
    for await (const cursor of quarantine.iterate(sid)) {
      const { descriptor } = cursor.value;
      if (!sound.has(descriptor.page)) continue;
      // A run of its own: that which it was of may have been merged since.
      pages.push({ ...descriptor, run: nextRun(pages) });
      await cursor.delete();
    }
    await writeManifest(tx, manifest, { pages });
  });
  return sound.size;
}
