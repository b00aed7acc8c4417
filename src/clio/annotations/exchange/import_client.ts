import type {
  ImportAnswer,
  ImportMessage,
  ImportRequestKind,
  ImportRequests,
} from "./import_messages.js";
import type { Tell } from "../../model/files/progress.js";
import { FileRefused } from "../../model/files/refusal.js";

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly tell: Tell | undefined;
}

/**
 * Has the browser fetch the worker, which it keeps for the time when an import wants it.
 * @throws {Error} where it cannot be had
 */
export async function loadWorker(): Promise<void> {
  const client = new ImportClient();
  try {
    await client.ask("ready", {});
  } finally {
    client.dispose();
  }
}

/** The page's half of an import: asks the worker. */
export class ImportClient {
  private readonly worker = new Worker(
    /* webpackChunkName: "import-worker" */ new URL(
      "./import_worker.ts",
      import.meta.url,
    ),
    { type: "module" },
  );
  private readonly waiting = new Map<number, Waiting>();
  private messages = 0;

  constructor() {
    this.worker.addEventListener(
      "message",
      ({ data }: MessageEvent<ImportAnswer>) => this.answered(data),
    );
    this.worker.addEventListener("error", (event) => {
      // Out of memory, or the worker could not be loaded: nothing more will come.
      const reason = event.message || "its worker could not be started";
      this.failAll(new Error(reason));
    });
  }

  /**
   * @param tell told now and then how far the worker is with it
   * @throws {FileRefused} with what a person should know about the file
   * @throws {Error} where the worker fails
   */
  ask<K extends ImportRequestKind>(
    kind: K,
    question: ImportRequests[K]["question"],
    tell?: Tell,
  ): Promise<ImportRequests[K]["answer"]> {
    const number = ++this.messages;
    const message = { number, kind, question } as ImportMessage;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, {
        resolve: (answer) => resolve(answer as ImportRequests[K]["answer"]),
        reject,
        tell,
      });
      this.worker.postMessage(message);
    });
  }

  /** Ends the work at once; what is still asked is never answered. */
  dispose(): void {
    this.worker.terminate();
    this.waiting.clear();
  }

  private answered(data: ImportAnswer): void {
    const waiting = this.waiting.get(data.number);
    if ("progress" in data) {
      const { done, of, unit } = data.progress;
      waiting?.tell?.(done, of, unit);
      return;
    }
    this.waiting.delete(data.number);
    if ("answer" in data) waiting?.resolve(data.answer);
    else if ("refused" in data) waiting?.reject(new FileRefused(data.refused));
    else waiting?.reject(new Error(data.error));
  }

  private failAll(reason: Error): void {
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }
}
