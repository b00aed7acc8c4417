import { availableParallelism } from "node:os";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import { Thread } from "../thread.js";
import type { SearchAnswer, SearchTask } from "./search_task.js";

interface Job {
  readonly task: SearchTask;
  readonly resolve: (answer: SearchAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The threads in which all searches of the server run. Users take turns: whoever has asked for much waits behind their own
 * tasks, and not everybody else.
 */
export class SearchPool {
  /** How many tasks run at once. */
  readonly width: number;
  private readonly idle: Thread<SearchTask, SearchAnswer>[] = [];
  private readonly all = new Set<Thread<SearchTask, SearchAnswer>>();
  /** The tasks of each user who has some waiting; the user whose turn it is comes first. */
  private readonly waiting = new Map<string, Job[]>();
  private isClosed = false;

  /** @param width how many threads; one a core where not given */
  constructor(width = availableParallelism()) {
    this.width = width;
  }

  /**
   * Performs a task when it is the user's turn.
   * @throws Error where the task was cancelled, or the pool is closed
   */
  run(user: string, task: SearchTask): Promise<SearchAnswer> {
    return new Promise((resolve, reject) => {
      const jobs = this.waiting.get(user) ?? [];
      jobs.push({ task, resolve, reject });
      this.waiting.set(user, jobs);
      this.start();
    });
  }

  /** Ends all threads. Tasks that are not done yet fail. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of [...this.waiting.values()].flat()) {
      reject(new Error("the search was not begun: the server is stopping"));
    }
    this.waiting.clear();
    await Promise.all([...this.all].map((thread) => thread.close()));
  }

  private start(): void {
    while (this.waiting.size > 0 && !this.isClosed) {
      const thread = this.idleThread() ?? this.another();
      if (thread === undefined) return;
      void this.perform(thread, this.next());
    }
  }

  /** The next task of the user whose turn it is, who then stands behind all others. */
  private next(): Job {
    const [[user, jobs]] = this.waiting;
    const job = jobs.shift()!;
    this.waiting.delete(user);
    if (jobs.length > 0) this.waiting.set(user, jobs);
    return job;
  }

  private async perform(
    thread: Thread<SearchTask, SearchAnswer>,
    { task, resolve, reject }: Job,
  ): Promise<void> {
    try {
      resolve(await thread.run(task));
    } catch (error) {
      reject(error);
    }
    // A thread that has ended is made up for when the next task comes.
    if (thread.isAlive) this.idle.push(thread);
    else this.all.delete(thread);
    this.start();
  }

  private idleThread(): Thread<SearchTask, SearchAnswer> | undefined {
    for (;;) {
      const thread = this.idle.pop();
      if (thread === undefined || thread.isAlive) return thread;
      // It ended while it had nothing to do.
      this.all.delete(thread);
    }
  }

  private another(): Thread<SearchTask, SearchAnswer> | undefined {
    if (this.all.size >= this.width) return undefined;
    const worker = new Worker(new URL("./search_worker.js", import.meta.url));
    // A server that has nothing else to do may end.
    worker.unref();
    const thread = new Thread<SearchTask, SearchAnswer>(worker);
    this.all.add(thread);
    return thread;
  }
}
