import { availableParallelism } from "node:os";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import type { Answer, Reply, Task } from "./tasks.js";

interface Job {
  readonly task: Task;
  readonly onStep: (count: number) => void;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Worker threads that share the tasks of a dataset. Its own few lines because a bundler finds the worker's file only in a
 * `new Worker(new URL(…))` that it can read, which the pools on the registry do not let one write.
 */
export class Pool {
  /** How many tasks run at once. */
  readonly width: number;
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly running = new Map<Worker, Job>();
  private readonly waiting: Job[] = [];

  /** @param width how many threads; one a core, up to eight, where not given */
  constructor(width = Math.min(availableParallelism(), 8)) {
    this.width = width;
    for (let i = 0; i < width; i++) {
      const worker = new Worker(new URL("./worker.js", import.meta.url));
      worker.on("message", (message: Reply) => {
        this.hear(worker, message);
      });
      worker.on("error", (error) => {
        this.running.get(worker)?.reject(error);
        this.running.delete(worker);
      });
      this.all.push(worker);
      this.idle.push(worker);
    }
  }

  /** Does some work with a pool, whose threads have ended when the promise is settled. */
  static async use(work: (pool: Pool) => Promise<void>): Promise<void> {
    const pool = new Pool();
    try {
      await work(pool);
    } finally {
      await pool.close();
    }
  }

  /**
   * Does a task in the next free thread.
   * @param onStep told how many steps of it were done since the last time
   */
  async run<T extends Task>(
    task: T,
    onStep: (count: number) => void = () => undefined,
  ): Promise<Answer<T>> {
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.waiting.push({ task, onStep, resolve, reject });
      this.start();
    });
    // The worker is our own and answers each task with its kind of answer.
    return answer as Answer<T>;
  }

  private start(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const worker = this.idle.pop()!;
      const job = this.waiting.shift()!;
      this.running.set(worker, job);
      worker.postMessage(job.task);
    }
  }

  private hear(worker: Worker, message: Reply): void {
    const job = this.running.get(worker);
    if (!job) return;
    if (message.kind === "step") {
      job.onStep(message.count);
      return;
    }
    this.running.delete(worker);
    this.idle.push(worker);
    if (message.kind === "failed") job.reject(message.reason);
    else job.resolve(message.answer);
    this.start();
  }

  /** Ends all threads; tasks that are not done yet never will be. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }
}
