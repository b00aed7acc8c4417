import { availableParallelism } from "node:os";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import { Thread } from "../thread.js";
import type { LookTask } from "./look_worker.js";

/** Signatures are compared in blocks of so many. */
const block = 128;

/**
 * All signatures in memory, and the look at every one of them as fast as the machine can: one thread a core. The memory is the
 * threads', and gone when they are closed.
 */
export class LookAtAll {
  private constructor(
    private readonly threads: readonly Thread<LookTask, number>[],
    /** How many signatures there are. */
    readonly count: number,
  ) {}

  /**
   * @param codesFile of signatures of 8 bytes
   * @param count of them
   */
  static async open(codesFile: string, count: number): Promise<LookAtAll> {
    const width = Math.min(availableParallelism(), Math.ceil(count / block));
    const share = block * Math.ceil(count / block / width);
    const threads = Array.from(
      { length: width },
      () =>
        new Thread<LookTask, number>(
          new Worker(new URL("./look_worker.js", import.meta.url)),
        ),
    );
    const look = new LookAtAll(threads, count);
    await Promise.all(
      threads.map((thread, i) => {
        const first = i * share;
        const own = Math.max(0, Math.min(share, count - first));
        return thread.run({ kind: "load", codesFile, first, count: own });
      }),
    );
    return look;
  }

  get width(): number {
    return this.threads.length;
  }

  /** How many signatures lie within a distance of the query: one pass over all. */
  countWithin(query: bigint, bound: number): Promise<number> {
    return this.sum({ kind: "count", query, bound });
  }

  /** The distances of the k nearest, ascending. */
  async distances(query: bigint, k: number): Promise<number[]> {
    const distances: number[] = [];
    for (let bound = 0; distances.length < k && bound <= 64; bound++) {
      const within = Math.min(k, await this.countWithin(query, bound));
      while (distances.length < within) distances.push(bound);
    }
    return distances;
  }

  /** Reads all of the memory, and does no more with it than it must. */
  async readAll(): Promise<void> {
    await this.sum({ kind: "read" });
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private async sum(task: LookTask): Promise<number> {
    const parts = await Promise.all(
      this.threads.map((thread) => thread.run(task)),
    );
    return parts.reduce((sum, part) => sum + part, 0);
  }
}
