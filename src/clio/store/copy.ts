/** Copying: one database is made to hold what another one holds. It may be cut short at any moment, and be done again. */
import type {
  ClioDatabase,
  CursorRow,
  HistoryRow,
  JournalRow,
  ManifestRow,
  MetaRow,
  PageRow,
  QuarantineRow,
  ReadTransaction,
  SandboxRow,
  writeDurably,
  WriteTransaction,
} from "./database.js";
import { readTransaction } from "./database.js";
import { namedPages } from "./manifest.js";
import { isConnectionError } from "./page_reader.js";
import { newestSeq } from "./reader.js";

/** Stores whose rows have the seq of their change for a key and are never changed, but for the sandbox that they belong to. */
const LOGS = ["journal", "history"] as const;

/** Stores that are copied whole, because they are small. */
const SMALL = ["sandboxes", "manifests", "quarantine", "cursors"] as const;

const ALL = [...LOGS, ...SMALL, "pages" as const, "meta" as const];

/** Rows in memory at a time: a page has up to some megabytes, and so may a change that many marks were imported with. */
const ROWS_AT_A_TIME = 8;

type Log = (typeof LOGS)[number];

interface LogRow {
  store: Log;
  key: number;
}

/** Where a row is that may be large. */
type LargeRow = LogRow | { store: "pages"; key: string };

interface CopiedRow {
  store: LargeRow["store"];
  value: JournalRow | HistoryRow | PageRow | undefined;
}

/** What a database holds at one moment, without the rows that are large. */
interface Image {
  complete: MetaRow | undefined;
  /** Newest change. */
  seq: number;
  sandboxes: SandboxRow[];
  manifests: ManifestRow[];
  cursors: CursorRow[];
  quarantine: { key: number; row: QuarantineRow }[];
  /** Keys of all pages. */
  pages: ReadonlySet<string>;
  /** The `sid` of every row of each log, by its key. */
  logs: Record<Log, ReadonlyMap<number, string>>;
}

async function takeImage(tx: ReadTransaction): Promise<Image> {
  const sandboxes = await tx.objectStore("sandboxes").getAll();
  const quarantineKeys = await tx.objectStore("quarantine").getAllKeys();
  const quarantined = await tx.objectStore("quarantine").getAll();
  const sids = sandboxes.map(({ sid }) => sid);
  return {
    complete: await tx.objectStore("meta").get("complete"),
    seq: await newestSeq(tx),
    sandboxes,
    manifests: await tx.objectStore("manifests").getAll(),
    cursors: await tx.objectStore("cursors").getAll(),
    quarantine: quarantined.map((row, i) => ({ key: quarantineKeys[i], row })),
    pages: new Set(await tx.objectStore("pages").getAllKeys()),
    logs: {
      journal: await logKeys(tx, "journal", sids),
      history: await logKeys(tx, "history", sids),
    },
  };
}

async function logKeys(
  tx: ReadTransaction,
  name: Log,
  sids: readonly string[],
): Promise<Map<number, string>> {
  const store = tx.objectStore(name);
  // A row that belongs to no sandbox is listed as well, for it may have to be deleted.
  const rows = new Map((await store.getAllKeys()).map((key) => [key, ""]));
  for (const sid of sids) {
    for (const key of await store.index("sid").getAllKeys(sid)) {
      rows.set(key, sid);
    }
  }
  return rows;
}

/** The pages that count, of those in `from`, and are not in `to`. */
function missingPages(from: Image, to: Image): LargeRow[] {
  const rows = from.quarantine.map(({ row }) => row);
  return [...namedPages(from.manifests, rows)]
    .filter((key) => from.pages.has(key) && !to.pages.has(key))
    .map((key) => ({ store: "pages", key }));
}

function missingLogRows(from: Image, to: Image): LogRow[] {
  return LOGS.flatMap((store) =>
    [...from.logs[store]]
      .filter(([key, sid]) => to.logs[store].get(key) !== sid)
      .map(([key]) => ({ store, key })),
  );
}

/**
 * Makes `to` hold what `from` holds. `to` counts as complete from its last transaction on, or goes from one state of `from` to a
 * later one in it: whoever finds it after a crash finds a state in which `from` once was. Anybody may write to `from` meanwhile,
 * and append to `to` what was appended to `from`. To be called within `whileCopying`.
 * @param write how `to` is written.
 * @throws Error where `to` is a complete database that is not a copy of `from`: it may hold what nobody else does.
 */
export async function makeEqual(
  from: ClioDatabase,
  to: ClioDatabase,
  write: typeof writeDurably,
): Promise<void> {
  const copy = new Copy(from, to, write);
  while (!(await copy.attempt()));
}

class Copy {
  /** What could not be read, as "store/key": it is missing from the copy, as it is from the original. */
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly from: ClioDatabase,
    private readonly to: ClioDatabase,
    private readonly write: typeof writeDurably,
  ) {}

  /** Returns whether it came to its end; else `from` has got new pages meanwhile, and a further attempt copies them. */
  async attempt(): Promise<boolean> {
    const held = await takeImage(readTransaction(this.to, ALL));
    const source = await takeImage(readTransaction(this.from, ALL));
    const lineage = held.complete?.lineage;
    if (lineage !== undefined && lineage !== source.complete?.lineage) {
      throw new Error(
        `The second copy is of another database (${lineage}) than that which is to be copied (${source.complete?.lineage})`,
      );
    }
    await this.copyRows(missingPages(source, held));
    // Nobody takes it for a copy yet, so that it may have changes without their sandbox: then they need not be in memory at once.
    if (lineage === undefined)
      await this.copyRows(missingLogRows(source, held));
    return this.finish();
  }

  /** Copies rows of which nobody takes notice as long as nothing names them. */
  private async copyRows(rows: readonly LargeRow[]): Promise<void> {
    for (let i = 0; i < rows.length; i += ROWS_AT_A_TIME) {
      const batch = await Promise.all(
        rows.slice(i, i + ROWS_AT_A_TIME).map((row) => this.read(row)),
      );
      await this.write(this.to, [...LOGS, "pages"], (tx) => putRows(tx, batch));
    }
  }

  /** In a transaction of its own, for a read that fails takes its transaction with it. */
  private async read({ store, key }: LargeRow): Promise<CopiedRow> {
    const attempt = async () =>
      readTransaction(this.from, [store]).objectStore(store).get(key);
    try {
      return { store, value: await attempt().catch(attempt) };
    } catch (error) {
      if (isConnectionError(error)) throw error;
      console.warn(`Clio could not copy ${store}/${key}:`, error);
      this.unreadable.add(`${store}/${key}`);
      return { store, value: undefined };
    }
  }

  /** Takes the copy from one state of `from` to a later one. */
  private async finish(): Promise<boolean> {
    const held = await takeImage(readTransaction(this.to, ALL));
    const tx = readTransaction(this.from, ALL);
    const image = await takeImage(tx);
    if (missingPages(image, held).some((row) => this.isReadable(row))) {
      return false;
    }
    const missing = missingLogRows(image, held).filter((row) =>
      this.isReadable(row),
    );
    const rows = await Promise.all(
      missing.map(async ({ store, key }) => ({
        store,
        value: await tx.objectStore(store).get(key),
      })),
    );
    await this.write(this.to, ALL, async (tx) => {
      const gone = [...held.pages].filter((key) => !image.pages.has(key));
      await Promise.all(
        gone.map(async (key) => tx.objectStore("pages").delete(key)),
      );
      // Where the copy counts for nothing yet, nobody has appended to it.
      const later = held.complete === undefined ? Infinity : image.seq;
      await forgetLogRows(tx, image, later);
      const range = IDBKeyRange.lowerBound(image.seq, true);
      const appended = await tx.objectStore("journal").getAll(range);
      // What was appended meanwhile was appended to a copy that had everything before it.
      if (appended.length === 0) await putRows(tx, rows);
      await raiseSeq(tx, image);
      await copySmall(tx, image, new Set(appended.map(({ sid }) => sid)));
    });
    return true;
  }

  private isReadable({ store, key }: LargeRow): boolean {
    return !this.unreadable.has(`${store}/${key}`);
  }
}

/** Has the next change come after all that was ever written, where the newest ones have left the journal for pages. */
async function raiseSeq(tx: WriteTransaction, image: Image): Promise<void> {
  const { seq } = image;
  if (seq === 0 || image.logs.journal.has(seq)) return;
  const journal = tx.objectStore("journal");
  const change = { id: "", user: "", dataset: "", at: 0, label: "", edits: [] };
  await journal.put({ seq, sid: "", change });
  await journal.delete(seq);
}

/** Deletes the changes and steps up to the seq `last` that the original does not have any more. */
async function forgetLogRows(
  tx: WriteTransaction,
  image: Image,
  last: number,
): Promise<void> {
  for (const name of LOGS) {
    const store = tx.objectStore(name);
    const keys = await store.getAllKeys(IDBKeyRange.upperBound(last));
    const gone = keys.filter((key) => !image.logs[name].has(key));
    await Promise.all(gone.map(async (key) => store.delete(key)));
  }
}

/** @param newer sandboxes of which more was appended to the copy since the image was taken, with the rows that it changed. */
async function copySmall(
  tx: WriteTransaction,
  image: Image,
  newer: ReadonlySet<string>,
): Promise<void> {
  const isOld = ({ sid }: { sid: string }) => !newer.has(sid);
  const sandboxes = tx.objectStore("sandboxes");
  const cursors = tx.objectStore("cursors");
  const manifests = tx.objectStore("manifests");
  const quarantine = tx.objectStore("quarantine");
  const oldSandboxes = (await sandboxes.getAll()).filter(isOld);
  const oldCursors = (await cursors.getAll()).filter(isOld);
  const oldManifests = await manifests.getAllKeys();
  const oldQuarantine = await quarantine.getAllKeys();
  await Promise.all([
    ...oldSandboxes.map(async ({ user, dataset }) =>
      sandboxes.delete([user, dataset]),
    ),
    ...oldCursors.map(async ({ sid }) => cursors.delete(sid)),
    ...oldManifests.map(async (sid) => manifests.delete(sid)),
    ...oldQuarantine.map(async (key) => quarantine.delete(key)),
  ]);
  await Promise.all([
    ...image.sandboxes.filter(isOld).map(async (row) => sandboxes.put(row)),
    ...image.cursors.filter(isOld).map(async (row) => cursors.put(row)),
    ...image.manifests.map(async (row) => manifests.put(row)),
    ...image.quarantine.map(async ({ key, row }) => quarantine.put(row, key)),
  ]);
  if (image.complete !== undefined) {
    await tx.objectStore("meta").put(image.complete);
  }
}

async function putRows(
  tx: WriteTransaction,
  rows: readonly CopiedRow[],
): Promise<void> {
  await Promise.all(
    rows.map(async ({ store, value }) => {
      // It may have left the original since it was listed; then nothing names it any more.
      if (value !== undefined) await tx.objectStore(store).put(value);
    }),
  );
}
