/** The sandboxes of the database: what they are, how many there are, and how a dataset adopts the marks of a bare image. */
import type { Change } from "../model/change.js";
import type { SandboxDescription, SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";
import type {
  ClioDatabase,
  ReadTransaction,
  SandboxRow,
  WriteTransaction,
} from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { adoptHistory } from "./history.js";
import { appendRow, ensureSandbox } from "./journal.js";
import { whileNobodyMaintains } from "./locks.js";
import { nextRun, readManifest, writeManifest } from "./manifest.js";
import { isPacked } from "./packed_edits.js";
import { copyingFrom } from "./shelf.js";

/** What a list of sandboxes shows. */
export interface SandboxSummary extends SandboxDescription, SandboxKey {
  /** Milliseconds since 1970. */
  created: number;
  /** Upper bound of the number of records: one that has several versions in the database is counted with each of them. */
  atMost: number;
  /** Bytes of its packed pages. */
  bytes: number;
  /** Pages that could not be read. */
  quarantined: number;
}

/** Notes what the viewer knows of the dataset of `key`, so that its marks can be shown when the image server is away. */
export async function describeSandbox(
  db: ClioDatabase,
  key: SandboxKey,
  description: SandboxDescription,
  now: number,
): Promise<void> {
  await writeDurably(db, ["sandboxes"], async (tx) => {
    const row = await ensureSandbox(tx, key, now);
    await tx.objectStore("sandboxes").put({ ...row, ...description });
  });
}

/** What is stored of the sandbox `key`; undefined where nothing was marked or described yet. */
export async function findSandbox(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
): Promise<SandboxRow | undefined> {
  const tx = readTransaction(db, ["sandboxes"]);
  return tx.objectStore("sandboxes").get([user, dataset]);
}

/** Every sandbox of the database, in ascending order of user and dataset. */
export async function listSandboxes(
  db: ClioDatabase,
): Promise<SandboxSummary[]> {
  const tx = readTransaction(db, [
    "sandboxes",
    "manifests",
    "journal",
    "quarantine",
  ]);
  const rows = await tx.objectStore("sandboxes").getAll();
  return Promise.all(rows.map((row) => summarise(tx, row)));
}

async function summarise(
  tx: ReadTransaction,
  { sid, ...shown }: SandboxRow,
): Promise<SandboxSummary> {
  const manifest = await readManifest(tx, sid);
  const journal = await tx.objectStore("journal").index("sid").getAll(sid);
  const quarantined = await tx
    .objectStore("quarantine")
    .index("sid")
    .count(sid);
  let atMost = 0;
  let bytes = 0;
  for (const page of manifest.pages) {
    atMost += page.count - page.tombstones;
    bytes += page.bytes;
  }
  for (const { change } of journal) {
    const { edits } = change;
    atMost += isPacked(edits)
      ? edits.count
      : edits.filter(({ op }) => op === "put").length;
  }
  return { ...shown, atMost, bytes, quarantined };
}

/** How many changes the journal holds of each sandbox. */
export async function journalLengths(
  db: ClioDatabase,
): Promise<[SandboxKey, number][]> {
  const tx = readTransaction(db, ["sandboxes", "journal"]);
  const lengths: [SandboxKey, number][] = [];
  for (const row of await tx.objectStore("sandboxes").getAll()) {
    const { user, dataset, sid } = row;
    const length = await tx.objectStore("journal").index("sid").count(sid);
    lengths.push([{ user, dataset }, length]);
  }
  return lengths;
}

/**
 * Moves all marks of the sandbox `from` into `to`, whether there is one yet or not, in one transaction that touches no page. Where
 * both have the same record, the newer state wins. Returns false where there is no `from`.
 * @param act stands in the journal of `to` for what was done; its edits are empty, for the records keep their place.
 * @throws Error where both are the same sandbox.
 */
export function adoptSandbox(
  db: ClioDatabase,
  from: SandboxKey,
  to: SandboxKey,
  act: Pick<Change, "id" | "at">,
): Promise<boolean> {
  if (sameSandbox(from, to)) {
    throw new Error(`${from.dataset} cannot adopt its own marks`);
  }
  const stores = [
    "sandboxes",
    "manifests",
    "journal",
    "quarantine",
    "history",
    "cursors",
    "outbox",
    "sync",
  ] as const;
  return whileNobodyMaintains(db, () =>
    writeDurably(db, [...stores], async (tx) => {
      const sandboxes = tx.objectStore("sandboxes");
      const source = await sandboxes.get([from.user, from.dataset]);
      if (source === undefined) return false;
      const target = await ensureSandbox(tx, to, act.at);
      const isSynced =
        (await tx.objectStore("sync").get(to.user)) !== undefined;
      await sandboxes.put({
        ...(isSynced ? copyingFrom(target, source) : target),
        image: target.image ?? source.image,
        space: target.space ?? source.space,
      });
      await moveRows(tx, source.sid, target.sid);
      await adoptHistory(tx, source.sid, target.sid);
      const label = `Adopt the marks of ${source.title}`;
      const change: Change = { ...act, ...to, label, edits: [] };
      const seq = await appendRow(tx, { sid: target.sid, change });
      await movePages(tx, source.sid, target.sid, seq);
      await sandboxes.delete([from.user, from.dataset]);
      return true;
    }),
  );
}

/**
 * Gives the rows of journal and quarantine that belong to `from` to `to`; they keep their seqs, so that the newer still wins. What they
 * come to is delivered with all records of `to`, and none of them by itself.
 */
async function moveRows(
  tx: WriteTransaction,
  from: string,
  to: string,
): Promise<void> {
  const journal = tx.objectStore("journal").index("sid");
  for await (const cursor of journal.iterate(from)) {
    const { seq, change } = cursor.value;
    await cursor.update({ seq, change, sid: to });
  }
  const quarantine = tx.objectStore("quarantine").index("sid");
  for await (const cursor of quarantine.iterate(from)) {
    await cursor.update({ ...cursor.value, sid: to });
  }
  const outbox = tx.objectStore("outbox");
  const seqs = await outbox.index("sid").getAllKeys(from);
  await Promise.all(seqs.map((seq) => outbox.delete(seq)));
}

/** @param seq of the adoption: whoever has seen less of the sandbox `to` has to read it again. */
async function movePages(
  tx: WriteTransaction,
  from: string,
  to: string,
  seq: number,
): Promise<void> {
  const source = await readManifest(tx, from);
  const target = await readManifest(tx, to);
  const shift = nextRun(target.pages);
  const moved = source.pages.map((page) => ({
    ...page,
    run: page.run + shift,
  }));
  await tx.objectStore("manifests").delete(from);
  await writeManifest(tx, target, {
    pages: [...target.pages, ...moved],
    foldedUpTo: Math.max(source.foldedUpTo, target.foldedUpTo),
    rewrittenUpTo: seq,
  });
}
