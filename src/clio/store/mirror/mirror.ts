/**
 * The mirror: a second copy of the database in files of a format of our own. Chromium deletes the database when it takes one of its files
 * for damaged, and a browser that is killed while it writes can leave such a file; our own are read again up to where they are whole.
 * Browsers that let no two tabs write to a file keep the database in another way, which has no such flaw: there is no mirror there.
 */
import type { Remote } from "comlink";
import { wrap } from "comlink";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { ClioDatabase } from "../database.js";
import type { SecondCopy } from "../persistence.js";
import type { AppendedRows, Rescue } from "./keeper.js";
import { begin, isComplete } from "./lineage.js";
import type { WorkerKeeper } from "./mirror_worker.js";

/** Names of the errors by which a browser says that it has no such files, and never will have here. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "FilesUnsupported",
  "SecurityError",
  "TypeError",
]);

/**
 * A database that is not complete was never begun, or it was lost and the second copy has everything. Where that cannot be read, it is
 * tried so often before the person may go on without it.
 */
const RESCUE_ATTEMPTS = 3;

export function mirrorWorker(): Worker {
  return new Worker(
    /* webpackChunkName: "mirror-worker" */ new URL(
      "./mirror_worker.ts",
      import.meta.url,
    ),
    { type: "module" },
  );
}

/** The keeper in its worker. */
interface Keeping {
  readonly worker: Worker;
  readonly keeper: Promise<Remote<WorkerKeeper>>;
  /** Rejected when the worker is of no use any more. */
  readonly broken: Promise<never>;
}

export class Mirror {
  /** Undefined where there is no mirror, or it is not known yet how it is. */
  readonly standing = new WatchableValue<SecondCopy | undefined>(undefined);
  private keeping: Keeping | undefined;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private rescueAttempts = 0;

  /**
   * @param name of the database that this is the mirror of
   * @param makeWorker makes the worker that keeps it; null where there is to be none
   */
  constructor(
    private readonly name: string,
    private readonly version: number,
    private makeWorker: (() => Worker) | null,
  ) {}

  /**
   * Sees to it that `first`, just opened, holds all that it should, and from then on that the mirror does. Nothing may be written
   * to `first` before this is fulfilled.
   * @throws Error where it cannot be restored; then the mirror is as it was, and it is to be tried again.
   */
  async rescue(first: ClioDatabase): Promise<Rescue> {
    const rescue = await this.restore(first);
    // The last kill may have damaged the first, and the browser finds that out only when it is opened once more.
    await this.bringUp();
    return rescue;
  }

  /**
   * Writes what was appended to the database to the mirror too. Never rejects: when this is fulfilled, the mirror has it and all
   * before it, or cannot be written.
   */
  async append({ sandboxes, journal, history }: AppendedRows): Promise<void> {
    const { standing } = this;
    if (standing.value === "failing") return;
    const rows = { sandboxes, journal, history };
    const written =
      standing.value === "kept" &&
      // Bringing it up writes it too, and says what is wrong where that fails as well.
      (await this.ask((keeper) => keeper.append(rows)).catch(() => false));
    if (!written) await this.bringUp();
  }

  /** Makes the mirror what the database is, after whatever was written to that so far. Never rejects: `standing` says how it went. */
  bringUp(): Promise<void> {
    if (this.next === undefined) {
      this.next = this.running.then(() => {
        this.next = undefined;
        return this.copyFirst();
      });
      this.running = this.next;
    }
    return this.next;
  }

  /** Takes all that is in the files away from the disk. Rejects where it cannot. */
  async clear(): Promise<void> {
    if (this.makeWorker === null) return;
    await this.ask((keeper) => keeper.clear());
  }

  /** Makes it anew where that has failed. */
  async retry(): Promise<void> {
    if (this.standing.value === "failing") await this.bringUp();
  }

  /** Lets go of the files, and ends the worker when what it is at is done. */
  close(): void {
    this.makeWorker = null;
    const { keeping } = this;
    this.keeping = undefined;
    this.standing.value = undefined;
    void keeping?.keeper
      .then((keeper) => keeper.close())
      .finally(() => keeping.worker.terminate())
      .catch(() => undefined);
  }

  private async restore(first: ClioDatabase): Promise<Rescue> {
    if (this.makeWorker !== null) {
      try {
        return await this.ask((keeper) => keeper.rescue());
      } catch (error) {
        this.fail(error);
        this.rescueAttempts += 1;
        const isHopeless =
          this.makeWorker === null || this.rescueAttempts >= RESCUE_ATTEMPTS;
        if (!isHopeless && !(await isComplete(first))) throw error;
      }
    }
    if (!(await isComplete(first))) await begin(first);
    return "none";
  }

  private async copyFirst(): Promise<void> {
    if (this.makeWorker === null) return;
    try {
      await this.ask((keeper) => keeper.bringUp());
      this.standing.value = "kept";
    } catch (error) {
      this.fail(error);
    }
  }

  private async ask<T>(
    question: (keeper: Remote<WorkerKeeper>) => Promise<T>,
  ): Promise<T> {
    const { keeper, broken } = this.keep();
    return Promise.race([keeper.then(question), broken]);
  }

  private keep(): Keeping {
    if (this.keeping === undefined) {
      if (this.makeWorker === null) throw new Error("The mirror is closed");
      const worker = this.makeWorker();
      const broken = new Promise<never>((_resolve, reject) => {
        worker.addEventListener("error", ({ message }) => {
          reject(new Error(message || "its worker could not be started"));
          // What comes next begins another.
          if (this.keeping?.worker === worker) this.endWorker();
        });
      });
      broken.catch(() => undefined);
      const Keeper = wrap<typeof WorkerKeeper>(worker);
      const keeper = new Keeper(this.name, this.version);
      this.keeping = { worker, keeper, broken };
    }
    return this.keeping;
  }

  private fail(error: unknown): void {
    // Closed while it was asked.
    if (this.makeWorker === null) return;
    if (error instanceof Error && UNSUPPORTED.has(error.name)) {
      this.close();
      return;
    }
    if (this.standing.value !== "failing") {
      console.warn("Clio could not write its second copy of the marks:", error);
    }
    this.endWorker();
    this.standing.value = "failing";
  }

  /** The next use begins another. */
  private endWorker(): void {
    this.keeping?.worker.terminate();
    this.keeping = undefined;
  }
}
