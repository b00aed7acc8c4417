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

/**
 * Takes back elsewhere what a step did there, or does it again: so that a second time, after one that was interrupted, does no harm.
 * @throws Error in words for the person, where it cannot be done: then the step stays as it is here too
 */
export type Carrier = (what: unknown, direction: Direction) => Promise<void>;

export class UndoStack {
  /** Who does and takes back what steps do outside of the database, by their names. */
  readonly carriers = new Map<string, Carrier>();

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

  /**
   * Takes a step elsewhere, where it did something there. To be called before it is taken here, and by nobody else meanwhile.
   * @throws Error where that cannot be done now
   */
  async carry({ elsewhere }: StepAhead, direction: Direction): Promise<void> {
    if (elsewhere === undefined) return;
    const carrier = this.carriers.get(elsewhere.by);
    // A newer program has written it.
    if (carrier === undefined) {
      throw new Error(
        "This version of Clio does not know how. Reload the page.",
      );
    }
    await carrier(elsewhere.what, direction);
  }

  private act(key: SandboxKey) {
    return { key, id: crypto.randomUUID(), at: this.now() };
  }
}
