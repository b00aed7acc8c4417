/** Copying: one place is made to hold the rows that another one holds. It may be cut short at any moment, and be done again. */
import type {
  CursorRow,
  HistoryRow,
  JournalRow,
  ManifestRow,
  MetaRow,
  PageRow,
  QuarantineRow,
  SandboxRow,
} from "../database.js";
import { namedPages } from "../manifest.js";
import { isConnectionError } from "../page_reader.js";
import type { Log, RowEdits, Rows, RowView } from "./rows.js";
import { LOGS } from "./rows.js";

/** Rows in memory at a time: a page has up to some megabytes, and so may a change that many marks were imported with. */
const ROWS_AT_A_TIME = 8;

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

/** What is held at one moment, without the rows that are large. */
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

async function takeImage(view: RowView): Promise<Image> {
  const quarantineKeys = await view.keys("quarantine");
  const quarantined = await view.getAll("quarantine");
  return {
    complete: await view.get("meta", "complete"),
    seq: await view.newestSeq(),
    sandboxes: await view.getAll("sandboxes"),
    manifests: await view.getAll("manifests"),
    cursors: await view.getAll("cursors"),
    quarantine: quarantined.map((row, i) => ({
      key: quarantineKeys[i] as number,
      row,
    })),
    pages: new Set((await view.keys("pages")) as string[]),
    logs: {
      journal: await view.sids("journal"),
      history: await view.sids("history"),
      outbox: await view.sids("outbox"),
    },
  };
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
 * Makes `to` hold what `from` holds. `to` counts as complete from its last write on, or goes from one state of `from` to a later one in
 * it: whoever finds it after a crash finds a state in which `from` once was. Anybody may write to `from` meanwhile, and append to `to`
 * what was appended to `from`. To be called within `whileCopying`.
 * @throws Error where `to` is complete and not a copy of `from`: it may hold what nobody else does.
 */
export async function makeEqual(from: Rows, to: Rows): Promise<void> {
  const copy = new Copy(from, to);
  while (!(await copy.attempt()));
}

class Copy {
  /** What could not be read, as "store/key": it is missing from the copy, as it is from the original. */
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly from: Rows,
    private readonly to: Rows,
  ) {}

  /** Returns whether it came to its end; else `from` has got new pages meanwhile, and a further attempt copies them. */
  async attempt(): Promise<boolean> {
    const held = await this.to.read(takeImage);
    const source = await this.from.read(takeImage);
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
      await this.to.write((edits) => putRows(edits, batch));
    }
  }

  /** By itself, for a read that fails may take all that is read with it. */
  private async read({ store, key }: LargeRow): Promise<CopiedRow> {
    const attempt = async () => this.from.read((view) => view.get(store, key));
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
    const held = await this.to.read(takeImage);
    const found = await this.from.read(async (view) => {
      const image = await takeImage(view);
      if (missingPages(image, held).some((row) => this.isReadable(row))) {
        return undefined;
      }
      const missing = missingLogRows(image, held).filter((row) =>
        this.isReadable(row),
      );
      const rows = missing.map(async ({ store, key }): Promise<CopiedRow> => ({
        store,
        value: await view.get(store, key),
      }));
      return { image, rows: await Promise.all(rows) };
    });
    if (found === undefined) return false;
    const { image, rows } = found;
    await this.to.write(async (edits) => {
      const gone = [...held.pages].filter((key) => !image.pages.has(key));
      await Promise.all(gone.map((key) => edits.delete("pages", key)));
      // Where the copy counts for nothing yet, nobody has appended to it.
      const later = held.complete === undefined ? Infinity : image.seq;
      await forgetLogRows(edits, image, later);
      const appended = [...(await edits.sids("journal"))].filter(
        ([seq]) => seq > image.seq,
      );
      // What was appended meanwhile was appended to a copy that had everything before it, but nothing is appended to the outbox.
      await putRows(
        edits,
        appended.length === 0
          ? rows
          : rows.filter(({ store }) => store === "outbox"),
      );
      await raiseSeq(edits, image);
      await copySmall(edits, image, new Set(appended.map(([, sid]) => sid)));
    });
    return true;
  }

  private isReadable({ store, key }: LargeRow): boolean {
    return !this.unreadable.has(`${store}/${key}`);
  }
}

/** Has the next change come after all that was ever written, where the newest ones have left the journal for pages. */
async function raiseSeq(edits: RowEdits, image: Image): Promise<void> {
  const { seq } = image;
  if (seq === 0 || image.logs.journal.has(seq)) return;
  const change = { id: "", user: "", dataset: "", at: 0, label: "", edits: [] };
  await edits.put("journal", { seq, sid: "", change });
  await edits.delete("journal", seq);
}

/** Deletes the changes and steps up to the seq `last` that the original does not have any more. */
async function forgetLogRows(
  edits: RowEdits,
  image: Image,
  last: number,
): Promise<void> {
  for (const log of LOGS) {
    const keys = (await edits.keys(log)) as number[];
    const gone = keys.filter((key) => key <= last && !image.logs[log].has(key));
    await Promise.all(gone.map((key) => edits.delete(log, key)));
  }
}

/** @param newer sandboxes of which more was appended to the copy since the image was taken, with the rows that it changed. */
async function copySmall(
  edits: RowEdits,
  image: Image,
  newer: ReadonlySet<string>,
): Promise<void> {
  const isOld = ({ sid }: { sid: string }) => !newer.has(sid);
  const oldSandboxes = (await edits.getAll("sandboxes")).filter(isOld);
  const oldCursors = (await edits.getAll("cursors")).filter(isOld);
  const oldManifests = await edits.keys("manifests");
  const oldQuarantine = await edits.keys("quarantine");
  await Promise.all([
    ...oldSandboxes.map(({ user, dataset }) =>
      edits.delete("sandboxes", [user, dataset]),
    ),
    ...oldCursors.map(({ sid }) => edits.delete("cursors", sid)),
    ...oldManifests.map((sid) => edits.delete("manifests", sid)),
    ...oldQuarantine.map((key) => edits.delete("quarantine", key)),
  ]);
  await Promise.all([
    ...image.sandboxes.filter(isOld).map((row) => edits.put("sandboxes", row)),
    ...image.cursors.filter(isOld).map((row) => edits.put("cursors", row)),
    ...image.manifests.map((row) => edits.put("manifests", row)),
    ...image.quarantine.map(({ key, row }) =>
      edits.put("quarantine", row, key),
    ),
  ]);
  if (image.complete !== undefined) await edits.put("meta", image.complete);
}

async function putRows(
  edits: RowEdits,
  rows: readonly CopiedRow[],
): Promise<void> {
  await Promise.all(
    rows.map(async ({ store, value }) => {
      // It may have left the original since it was listed; then nothing names it any more.
      if (value !== undefined) await edits.put(store, value);
    }),
  );
}
