/**
 * The history of a sandbox: the steps that a person can take back and do again, and a cursor that says how far they have gone back.
 * A step is written in the transaction that writes its change, so that no kill leaves one without the other.
 */
import type { Edit } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import { stackOf } from "../model/merge.js";
import type { SandboxKey } from "../model/sandbox.js";
import type {
  ClioDatabase,
  CursorRow,
  Elsewhere,
  HistoryRow,
  ReadTransaction,
  WriteTransaction,
} from "./database.js";
import { readTransaction } from "./database.js";
import type { StoredChange, StoredEdits } from "./packed_edits.js";
import { packEdits, unpackEdits } from "./packed_edits.js";

/** Steps that a sandbox keeps; of more, the oldest are forgotten. */
export const HISTORY_STEPS = 1000;

export type Direction = "undo" | "redo";

/** The wish to go one step back or forth. What it comes to is only known once all changes before it are written. */
export interface Turn {
  direction: Direction;
  key: SandboxKey;
  /** Id of the change that will be made of it. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  /** What is done in the place of the edits that a step was written with, where it is that step. */
  instead?: {
    step: number;
    edits: readonly Edit<StoredRecord>[];
    /** Whether no other step is to be taken than that one: it was taken elsewhere already. */
    alone?: boolean;
  };
}

/** What undo and redo would do next, by their labels; absent where there is nothing to do. */
export interface NextSteps {
  undo?: string;
  redo?: string;
}

/** A step that was taken back or done again, and the edits by which it was. */
export interface StepTaken {
  /** The sandbox that it changes. */
  key: SandboxKey;
  /** That of the step: "Move point". */
  label: string;
  edits: readonly Edit<StoredRecord>[];
}

/** A step that a turn would take, and the edits of a turn that would take it the other way. */
export interface StepAhead extends StepTaken {
  step: number;
  back: StoredEdits;
  elsewhere?: Elsewhere | undefined;
}

/** What a transaction has written to the histories, for whoever keeps a copy of them. */
export interface HistoryWritten {
  added: HistoryRow[];
  /** Keys of the steps that are gone. */
  forgotten: number[];
  cursors: CursorRow[];
}

/** `label` as it stands within a sentence: "Undo move point". */
export function withinSentence(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** All steps of a sandbox, in the index "steps". An array is greater than any text, and a longer one than its beginning. */
function allSteps(sid: string): IDBKeyRange {
  return IDBKeyRange.bound([sid], [sid, []]);
}

function stepsBefore(sid: string, step: number): IDBKeyRange {
  return IDBKeyRange.bound([sid], [sid, step]);
}

function stepsAfter(sid: string, step: number): IDBKeyRange {
  return IDBKeyRange.bound([sid, step, []], [sid, []]);
}

/** A step without its edits, which may be those of a hundred thousand marks. */
interface StepName {
  step: number;
  label: string;
}

async function firstStep(
  tx: ReadTransaction | WriteTransaction,
  range: IDBKeyRange,
  direction: "next" | "prev",
): Promise<StepName | undefined> {
  const index = tx.objectStore("history").index("steps");
  const cursor = await index.openKeyCursor(range, direction);
  if (cursor === null) return undefined;
  const [, step, label] = cursor.key;
  return { step, label };
}

/** The step that a turn takes from where a cursor is. */
function nextStep(
  tx: ReadTransaction | WriteTransaction,
  { sid, step }: CursorRow,
  direction: Direction,
): Promise<StepName | undefined> {
  return direction === "undo"
    ? firstStep(tx, stepsBefore(sid, step + 1), "prev")
    : firstStep(tx, stepsAfter(sid, step), "next");
}

/** What undo and redo of a sandbox would do next. */
export async function readNextSteps(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
): Promise<NextSteps> {
  const tx = readTransaction(db, ["sandboxes", "history", "cursors"]);
  const sandbox = await tx.objectStore("sandboxes").get([user, dataset]);
  if (sandbox === undefined) return {};
  const { sid } = sandbox;
  const cursor = await tx.objectStore("cursors").get(sid);
  if (cursor === undefined) return {};
  const undo = await nextStep(tx, cursor, "undo");
  const redo = await nextStep(tx, cursor, "redo");
  return { undo: undo?.label, redo: redo?.label };
}

/** What a turn would come to now, which is nothing that another tab may not change; undefined where there is no step to take. */
export async function readStep(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
  direction: Direction,
): Promise<StepAhead | undefined> {
  const tx = readTransaction(db, ["sandboxes", "history", "cursors"]);
  const sandbox = await tx.objectStore("sandboxes").get([user, dataset]);
  if (sandbox === undefined) return undefined;
  const { sid } = sandbox;
  const cursor = await tx.objectStore("cursors").get(sid);
  if (cursor === undefined) return undefined;
  const name = await nextStep(tx, cursor, direction);
  if (name === undefined) return undefined;
  const { step } = name;
  const row = (await tx.objectStore("history").get(step))!;
  const { label, undo, redo, of = dataset, elsewhere } = row;
  const [edits, back] = direction === "undo" ? [undo, redo] : [redo, undo];
  return {
    key: { user, dataset: of },
    step,
    label,
    edits: unpackEdits(edits),
    back,
    elsewhere,
  };
}

/** Goes over all steps of all sandboxes, each with the sandbox that it changes. */
export async function eachStep(
  db: ClioDatabase,
  work: (key: SandboxKey, step: HistoryRow) => void,
): Promise<void> {
  const tx = readTransaction(db, ["sandboxes", "history"]);
  const rows = await tx.objectStore("sandboxes").getAll();
  const keys = new Map(rows.map((row) => [row.sid, row]));
  for await (const { value } of tx.objectStore("history")) {
    const key = keys.get(value.sid);
    if (key === undefined) continue;
    const { user, dataset } = key;
    work({ user, dataset: value.of ?? dataset }, value);
  }
}

/** A step that is being taken, as it is stored. */
interface StoredStep {
  step: number;
  label: string;
  edits: StoredEdits;
  of: string | undefined;
}

/** What one transaction does to the history of one sandbox. */
class History {
  readonly added: HistoryRow[] = [];
  readonly forgotten: number[] = [];
  private row: CursorRow;

  private constructor(
    private readonly tx: WriteTransaction,
    private readonly stored: CursorRow,
  ) {
    this.row = stored;
  }

  static async of(tx: WriteTransaction, sid: string): Promise<History> {
    const stored = await tx.objectStore("cursors").get(sid);
    return new History(tx, stored ?? { sid, step: 0, steps: 0 });
  }

  /** Adds a step after the newest one that is done. What was taken back before it cannot be done again. */
  async add(
    seq: number,
    change: StoredChange,
    undo: StoredEdits,
    elsewhere: Elsewhere | undefined,
  ): Promise<void> {
    const { sid } = this.row;
    await this.forgetUndone();
    const { label, at, edits: redo } = change;
    const { dataset } = change;
    const added: HistoryRow = {
      step: seq,
      sid,
      ...(stackOf(change).dataset !== dataset && { of: dataset }),
      label,
      at,
      redo,
      undo: packEdits(undo),
      ...(elsewhere !== undefined && { elsewhere }),
    };
    await this.tx.objectStore("history").put(added);
    this.added.push(added);
    this.row = { sid, step: seq, steps: this.row.steps + 1 };
    const surplus = this.row.steps - HISTORY_STEPS;
    if (surplus > 0) await this.forget(allSteps(sid), surplus);
  }

  /** Goes one step back or forth; undefined where there is none. */
  async turn(
    direction: Direction,
    instead: Turn["instead"],
  ): Promise<StoredStep | undefined> {
    const { sid, steps } = this.row;
    const name = await nextStep(this.tx, this.row, direction);
    if (name === undefined) return undefined;
    if (instead?.alone && instead.step !== name.step) return undefined;
    const taken = await this.tx.objectStore("history").get(name.step);
    const before =
      direction === "undo"
        ? await firstStep(this.tx, stepsBefore(sid, name.step), "prev")
        : name;
    this.row = { sid, step: before?.step ?? 0, steps };
    return {
      step: name.step,
      label: taken!.label,
      edits: taken![direction],
      of: taken!.of,
    };
  }

  /** Forgets the steps that were taken back. */
  async forgetUndone(): Promise<void> {
    await this.forget(stepsAfter(this.row.sid, this.row.step));
  }

  /** Makes all steps of `other`, which are done, steps of this sandbox, in the order in which they were done. */
  async takeOver(other: History): Promise<void> {
    const { tx } = this;
    const index = tx.objectStore("history").index("sid");
    const { sid } = this.row;
    for await (const cursor of index.iterate(other.row.sid)) {
      await cursor.update({ ...cursor.value, sid });
    }
    this.row = {
      sid,
      step: Math.max(this.row.step, other.row.step),
      steps: this.row.steps + other.row.steps,
    };
    await tx.objectStore("cursors").delete(other.row.sid);
    await this.writeCursor();
  }

  /** Writes the cursor where it was moved, and returns it. */
  async writeCursor(): Promise<CursorRow[]> {
    if (this.row === this.stored) return [];
    await this.tx.objectStore("cursors").put(this.row);
    return [this.row];
  }

  private async forget(range: IDBKeyRange, count?: number): Promise<void> {
    const history = this.tx.objectStore("history");
    const keys = await history.index("steps").getAllKeys(range, count);
    if (keys.length === 0) return;
    await Promise.all(keys.map((key) => history.delete(key)));
    this.forgotten.push(...keys);
    const { sid, step, steps } = this.row;
    this.row = { sid, step, steps: steps - keys.length };
  }
}

/** What one transaction does to the histories of all sandboxes that it is about. `finish` must be called last. */
export class Histories {
  private readonly histories = new Map<string, History>();

  constructor(private readonly tx: WriteTransaction) {}

  /** Adds the step that is `change`, the newest of the journal. */
  async add(
    sid: string,
    seq: number,
    change: StoredChange,
    undo: StoredEdits,
    elsewhere: Elsewhere | undefined,
  ): Promise<void> {
    const history = await this.of(sid);
    await history.add(seq, change, undo, elsewhere);
  }

  /** Moves the cursor by one step, and returns the change that does what that means; undefined where there is no such step. */
  async turn(
    sid: string,
    { direction, key, id, at, instead }: Turn,
  ): Promise<{ change: StoredChange; step: StepTaken } | undefined> {
    const history = await this.of(sid);
    const taken = await history.turn(direction, instead);
    if (taken === undefined) return undefined;
    const act = direction === "undo" ? "Undo" : "Redo";
    const label = `${act} ${withinSentence(taken.label)}`;
    const { user } = key;
    const dataset = taken.of ?? key.dataset;
    const edits =
      instead?.step === taken.step ? packEdits(instead.edits) : taken.edits;
    const step = {
      key: { user, dataset },
      label: taken.label,
      edits: unpackEdits(edits),
    };
    return { change: { id, user, dataset, at, label, edits }, step };
  }

  async finish(): Promise<HistoryWritten> {
    const histories = [...this.histories.values()];
    const cursors = await Promise.all(
      histories.map((history) => history.writeCursor()),
    );
    const forgotten = histories.flatMap((history) => history.forgotten);
    const gone = new Set(forgotten);
    return {
      // One transaction may write more steps than are kept.
      added: histories
        .flatMap((history) => history.added)
        .filter(({ step }) => !gone.has(step)),
      forgotten,
      cursors: cursors.flat(),
    };
  }

  private async of(sid: string): Promise<History> {
    let history = this.histories.get(sid);
    if (history === undefined) {
      history = await History.of(this.tx, sid);
      this.histories.set(sid, history);
    }
    return history;
  }
}

/**
 * Gives the steps of the sandbox `from` to `to`, in the order in which they were done. What was taken back in either cannot be done
 * again, for the adoption came after it.
 */
export async function adoptHistory(
  tx: WriteTransaction,
  from: string,
  to: string,
): Promise<void> {
  const source = await History.of(tx, from);
  const target = await History.of(tx, to);
  await source.forgetUndone();
  await target.forgetUndone();
  await target.takeOver(source);
}
