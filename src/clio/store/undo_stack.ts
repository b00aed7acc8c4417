/** Undo and redo: one stack for each sandbox, which all tabs share. */
import type { SandboxKey } from "../model/sandbox.js";
import type { AppendQueue } from "./append_queue.js";
import type { ClioDatabase } from "./database.js";
import type {
  Direction,
  NextSteps,
  StepAhead,
  StepTaken,
  Turn,
} from "./history.js";
import { readNextSteps, readStep } from "./history.js";

export class UndoStack {
  /** @param now milliseconds since 1970. */
  constructor(
    private readonly queue: AppendQueue,
    private readonly database: () => ClioDatabase | undefined,
    private readonly now: () => number,
  ) {}

  /**
   * Takes back the newest step of a sandbox that is done, whichever tab did it, after all changes that were made here before. The
   * store tells of it as of any other change.
   * @param instead what is done in the place of the edits that a step was written with, where it is still that step
   * @returns undefined where there is no step to take back
   * @throws Error where the disk refuses; then nothing is taken back, now or later.
   */
  undo(
    key: SandboxKey,
    instead?: Turn["instead"],
  ): Promise<StepTaken | undefined> {
    return this.queue.turn({ direction: "undo", ...this.act(key), instead });
  }

  /** Does again the step that was taken back last; otherwise as `undo`. */
  redo(
    key: SandboxKey,
    instead?: Turn["instead"],
  ): Promise<StepTaken | undefined> {
    return this.queue.turn({ direction: "redo", ...this.act(key), instead });
  }

  /** What undo and redo would do, those steps included that are only in memory; nothing where the database is not open. */
  async next(key: SandboxKey): Promise<NextSteps> {
    const waiting = this.queue.waitingStep(key);
    if (waiting !== undefined) return { undo: waiting };
    const db = this.database();
    return db === undefined ? {} : readNextSteps(db, key);
  }

  /**
   * What `undo` or `redo` would do, after all changes that were made here before; undefined where there is nothing to do, or the
   * database is not open.
   */
  async peek(
    key: SandboxKey,
    direction: Direction,
  ): Promise<StepAhead | undefined> {
    await this.queue.flush();
    const db = this.database();
    return db === undefined ? undefined : readStep(db, key, direction);
  }

  private act(key: SandboxKey) {
    return { key, id: crypto.randomUUID(), at: this.now() };
  }
}
