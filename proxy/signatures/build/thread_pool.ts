import { pMapIterable } from "p-map";
import type { Worker } from "worker_threads";
import { Thread } from "../thread.js";

/** Threads that do tasks of one kind, each the next that is waiting. */
export class ThreadPool<Task, Answer> {
  private readonly threads: Thread<Task, Answer>[];
  private readonly idle: Thread<Task, Answer>[];

  /** @param start starts one more thread */
  constructor(width: number, start: () => Worker) {
    this.threads = Array.from({ length: width }, () => new Thread(start()));
    this.idle = [...this.threads];
  }

  /**
   * Does tasks, as many at once as there are threads, and hands out the answers in their order. No more than twice as many
   * answers are held as there are threads: who takes them slowly slows the threads.
   */
  answers(tasks: Iterable<Task>): AsyncIterable<Answer> {
    const width = this.threads.length;
    return pMapIterable(
      tasks,
      async (task) => {
        const thread = this.idle.pop()!;
        try {
          return await thread.run(task);
        } finally {
          this.idle.push(thread);
        }
      },
      { concurrency: width, backpressure: 2 * width },
    );
  }

  /** Ends all threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}
