import type { Transferable } from "node:worker_threads";
import { parentPort, type Worker } from "node:worker_threads";

/** What a worker sends back. */
type Reply = { answer: unknown } | { failure: unknown };

/** A worker thread that does one task after the other. */
export class Thread<Task, Answer> {
  private readonly waiting: {
    resolve: (answer: Answer) => void;
    reject: (reason: unknown) => void;
  }[] = [];
  private end: Error | undefined;

  /** @param worker whose entry calls `answerTasks` with a function from `Task` to `Answer` */
  constructor(private readonly worker: Worker) {
    worker.on("message", (reply: Reply) => {
      const caller = this.waiting.shift();
      // The worker is our own, and answers a task with its kind of answer.
      if ("answer" in reply) caller?.resolve(reply.answer as Answer);
      else caller?.reject(reply.failure);
    });
    worker.on("error", (error) => this.fail(error));
    worker.on("exit", () =>
      this.fail(new Error("the worker thread has ended")),
    );
  }

  /** Whether the thread takes tasks. */
  get isAlive(): boolean {
    return this.end === undefined;
  }

  /** Does a task, after those before it. What is in `transfer` is the thread's from then on. */
  run(task: Task, transfer: readonly Transferable[] = []): Promise<Answer> {
    if (this.end !== undefined) return Promise.reject(this.end);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(task, transfer);
    });
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.end ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.end);
  }
}

/** The answer to a task, and what of it goes over without a copy. */
export interface Performed<Answer> {
  readonly answer: Answer;
  readonly transfer?: Transferable[];
}

/** The other end: answers the tasks that this worker thread is given, one after the other. */
export function answerTasks<Task, Answer>(
  perform: (task: Task) => Performed<Answer> | Promise<Performed<Answer>>,
): void {
  const port = parentPort!;
  const answerTask = async (task: Task): Promise<void> => {
    try {
      const { answer, transfer } = await perform(task);
      port.postMessage({ answer } satisfies Reply, transfer);
    } catch (failure) {
      port.postMessage({ failure } satisfies Reply);
    }
  };
  // One that waits for its data must not be overtaken: answers are told apart by their order alone.
  let last = Promise.resolve();
  port.on("message", (task: Task) => {
    last = last.then(() => answerTask(task));
  });
}
