/** The work of an import: reading a file, comparing it, and handing out what came of it. Runs in a worker. */
import { openDatabase } from "../../store/database.js";
import { readSandbox } from "../../store/reader.js";
import type { PreparedMarks } from "../prepared_marks.js";
import type { ReadContext, Reading } from "./draft.js";
import type {
  ImportRequests,
  PlanRequest,
  PlanSummary,
  Would,
} from "./import_messages.js";
import { ImportPlan, type PlannedRow } from "./plan.js";
import { newestOf } from "./newest_of.js";
import { type OpenedFile, openFile, readColumns } from "./read_file.js";
import { Preparation } from "./prepare.js";
import type { Tell } from "../../model/files/progress.js";
import { reportOf } from "./report.js";
import { checkSize, decodeText } from "../../model/files/text.js";

/** Rows of a table that are shown while its columns are being agreed on. */
const SAMPLE_ROWS = 4;

type Answers = {
  [K in keyof ImportRequests]: (
    question: ImportRequests[K]["question"],
    tell: Tell,
  ) => ImportRequests[K]["answer"] | Promise<ImportRequests[K]["answer"]>;
};

/** One file on its way into a sandbox. */
export class ImportJob implements Answers {
  private opened: OpenedFile | undefined;
  private context: ReadContext | undefined;
  private planned: readonly PlannedRow[] = [];
  private preparation = new Preparation([]);
  private byFate: Readonly<Record<Would, readonly PlannedRow[]>> = {
    add: [],
    change: [],
    keep: [],
    refuse: [],
  };

  ready(): ImportRequests["ready"]["answer"] {
    return {};
  }

  /** @throws {FileRefused} where nothing of the file can be read */
  async open(
    { file, name, context }: ImportRequests["open"]["question"],
    tell: Tell,
  ): Promise<ImportRequests["open"]["answer"]> {
    await checkSize(file);
    const text = decodeText(new Uint8Array(await file.arrayBuffer()));
    this.context = context;
    this.opened = openFile(text, name, context, tell);
    if ("reading" in this.opened) return {};
    const { table, guess } = this.opened;
    const sample = table.rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells);
    return { table: { header: table.header, sample, guess } };
  }

  /**
   * Decides what would become of every row.
   * @throws {FileRefused} where no column was said to be a position
   */
  async plan(request: PlanRequest, tell: Tell): Promise<PlanSummary> {
    const { format, ...reading } = this.reading(request, tell);
    const plan = new ImportPlan(reading, {
      user: request.key.user,
      now: Date.now(),
      set: request.set,
      within: request.within,
    });
    await addAllMarks(plan, request);
    plan.decide(tell);
    this.planned = plan.rows;
    this.preparation.drop();
    this.preparation = new Preparation(plan.rows);
    const of = (would: Would) => plan.rows.filter((row) => row.would === would);
    this.byFate = {
      add: of("add"),
      change: of("change"),
      keep: of("keep"),
      refuse: of("refuse"),
    };
    const { add, change, keep, refuse } = this.byFate;
    return {
      format,
      counts: {
        add: add.length,
        change: change.length,
        keep: keep.length,
        refuse: refuse.length,
      },
    };
  }

  rows({
    would,
    from,
    to,
  }: ImportRequests["rows"]["question"]): readonly PlannedRow[] {
    const rows = would === undefined ? this.planned : this.byFate[would];
    return rows.slice(from, to);
  }

  prepare(_: object, tell: Tell): PreparedMarks {
    return this.preparation.finish(tell);
  }

  report(): Blob {
    return reportOf(this.planned);
  }

  private reading(
    { mapping }: PlanRequest,
    tell: Tell,
  ): Reading & { format: string } {
    const { opened, context } = this;
    if (opened === undefined || context === undefined) {
      throw new Error("No file is open");
    }
    if ("reading" in opened) return opened.reading;
    return readColumns(opened.table, mapping ?? opened.guess, context, tell);
  }
}

/** Tells a plan of all marks that are there: those on disk, and on top of them those that are not there yet. */
async function addAllMarks(
  plan: ImportPlan,
  { database, key, pending }: PlanRequest,
): Promise<void> {
  const waiting = newestOf(pending, key);
  const db = await openDatabase(database);
  try {
    await readSandbox(db, key, (records) =>
      plan.addExisting(records.filter(({ id }) => !waiting.has(id))),
    );
  } finally {
    // A worker that is still connected would hold up a tab with a later version of the database.
    db.close();
  }
  plan.addExisting(
    [...waiting.values()].filter((record) => record !== undefined),
  );
}
