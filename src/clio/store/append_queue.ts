/** The way of changes to disk: in order, in as few transactions as it takes, and kept in memory where the disk refuses. */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { stackOf } from "../model/merge.js";
import type { SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";
import type { ClioDatabase } from "./database.js";
import type { StepTaken, Turn } from "./history.js";
import type {
  Appended,
  Entry,
  Outcome,
  Received,
  UndoableChange,
} from "./journal.js";
import { appendChanges } from "./journal.js";
import type { StoredChange } from "./packed_edits.js";
import type { Problem } from "./problems.js";
import { writeFailed } from "./problems.js";

/**
 * Changes written in one transaction at most. While one is flushed to disk (about a millisecond) others queue up; together they cost
 * hardly more than one, so that a held-down key never outruns the disk.
 */
const BATCH_CHANGES = 256;

/** What became of a change. */
export type Acknowledgement =
  /** It is on disk. */
  | { saved: true; seq: number }
  /** It is in memory, in its place in the queue, and will be tried again. */
  | { saved: false; problem: Problem };

interface Waiting {
  entry: Entry;
  written: (outcome: Outcome | undefined) => void;
  refused: (problem: Problem) => void;
  /** Set once it was tried: a seq older than whatever that attempt may have left behind. */
  triedAfter?: number;
}

export interface AppendQueueOwner {
  /** The open database, or why there is none; undefined while it is being opened. */
  database(): ClioDatabase | Problem | undefined;
  /** The newest change that is known to be in the database. */
  seen(): number;
  /** Called when changes are in the database; they are acknowledged once this is fulfilled, which must come. */
  mirror(appended: Appended): Promise<void>;
  appended(outcomes: readonly Outcome[]): void;
  /** The database refused; called before anybody hears that a change is unsaved. */
  refused(error: unknown): void;
}

export class AppendQueue {
  /** Changes that the disk has refused so far, and those queued behind them, oldest first. */
  readonly unsaved = new WatchableValue<readonly StoredChange[]>([]);
  /** What the last attempt failed of. */
  readonly problem = new WatchableValue<Problem | undefined>(undefined);
  private readonly waiting: Waiting[] = [];
  private batchSize = BATCH_CHANGES;
  private flushing: Promise<void> | undefined;
  private writing: Promise<Problem | undefined> = Promise.resolve(undefined);

  constructor(private readonly owner: AppendQueueOwner) {}

  /** Every change that is not acknowledged, oldest first, those included that are being written right now. */
  get pending(): readonly StoredChange[] {
    return this.waiting.flatMap(({ entry }) => changeOf(entry) ?? []);
  }

  /** Queues a change; resolves when it is on disk, or when it is known that it is not. */
  push(entry: StoredChange | UndoableChange): Promise<Acknowledgement> {
    const acknowledged = new Promise<Acknowledgement>((settle) => {
      this.waiting.push({
        entry,
        written: (outcome) => settle({ saved: true, seq: outcome!.seq }),
        refused: (problem) => settle({ saved: false, problem }),
      });
    });
    void this.flush();
    return acknowledged;
  }

  /**
   * Queues a step back or forth; resolves when it is on disk, with undefined where there was no step to take.
   * @throws Error where the disk refuses: then the turn is forgotten, for what it would come to later is not what was asked for.
   */
  turn(entry: Turn): Promise<StepTaken | undefined> {
    const taken = new Promise<StepTaken | undefined>((resolve, reject) => {
      this.waiting.push({
        entry,
        written: (outcome) => resolve(outcome?.step),
        refused: ({ happened }) => reject(new Error(happened)),
      });
    });
    void this.flush();
    return taken;
  }

  /**
   * Queues what the server has told; resolves when it is on disk.
   * @throws Error where the disk refuses: then it is forgotten, for the server tells it again.
   */
  receive(entry: Received): Promise<void> {
    const received = new Promise<void>((resolve, reject) => {
      this.waiting.push({
        entry,
        written: () => resolve(),
        refused: ({ happened }) => reject(new Error(happened)),
      });
    });
    void this.flush();
    return received;
  }

  /** Label of the newest step of a sandbox that is not acknowledged yet. */
  waitingStep(key: SandboxKey): string | undefined {
    for (const { entry } of this.waiting.toReversed()) {
      if ("undo" in entry && sameSandbox(stackOf(entry.change), key)) {
        return entry.change.label;
      }
    }
    return undefined;
  }

  /** Writes what is queued, oldest first, until all is written or the disk refuses. Never rejects. */
  flush(): Promise<void> {
    this.flushing ??= this.writeAll();
    return this.flushing;
  }

  /** Fulfilled when what is in the database by now is acknowledged. Never rejects. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // Lets all that is pushed in one go share a transaction.
    await Promise.resolve();
    let problem: Problem | undefined;
    try {
      while (this.waiting.length > 0 && problem === undefined) {
        const database = this.owner.database();
        if (database === undefined) break;
        if ("code" in database) problem = database;
        else {
          this.writing = this.writeBatch(database);
          problem = await this.writing;
        }
      }
    } finally {
      // In the same turn as the last look at the queue, and before anybody hears of it: what is pushed in between would be left lying.
      this.flushing = undefined;
    }
    if (problem !== undefined) this.settleUnsaved(problem);
  }

  /** Writes the head of the queue; returns what went wrong. */
  private async writeBatch(db: ClioDatabase): Promise<Problem | undefined> {
    const batch = this.waiting.slice(0, this.batchSize);
    const entries = batch.map(({ entry }) => entry);
    const tried = batch.flatMap(({ triedAfter }) => triedAfter ?? []);
    const knownUpTo = tried.length > 0 ? Math.min(...tried) : undefined;
    const seen = this.owner.seen();
    let appended: Appended;
    try {
      appended = await appendChanges(db, entries, knownUpTo);
    } catch (error) {
      for (const entry of batch) entry.triedAfter ??= seen;
      // One at a time from here: what fits on a full disk gets there, and no change waits for a larger one behind it.
      this.batchSize = 1;
      this.owner.refused(error);
      return writeFailed(error, this.pending.length);
    }
    await this.owner.mirror(appended);
    const { outcomes } = appended;
    this.waiting.splice(0, batch.length);
    this.batchSize = Math.min(BATCH_CHANGES, this.batchSize * 2);
    batch.forEach(({ written }, i) => written(outcomes[i]));
    this.problem.value = undefined;
    if (this.unsaved.value.length > 0) this.unsaved.value = this.pending;
    const made = outcomes.filter((outcome) => outcome !== undefined);
    if (made.length > 0) this.owner.appended(made);
    return undefined;
  }

  private settleUnsaved(problem: Problem): void {
    const refused = this.waiting.splice(0);
    this.waiting.push(
      ...refused.filter(({ entry }) => changeOf(entry) !== undefined),
    );
    if (this.waiting.length > 0) {
      this.problem.value = problem;
      this.unsaved.value = this.pending;
    }
    for (const entry of refused) entry.refused(problem);
  }
}

/** The change that a person made, and that is written as it is: not one that is only found out while it is written. */
function changeOf(entry: Entry): StoredChange | undefined {
  if ("direction" in entry || "received" in entry) return undefined;
  return "undo" in entry ? entry.change : entry;
}
