// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import { LabelsError } from "../labels_error.js";
import type { Conversion, ConversionTask } from "./convert_volume.js";

/** What the thread says. */
export type ConversionReply =
  | { kind: "progress"; done: number }
  | { kind: "done"; conversion: Conversion }
  | { kind: "refused"; problem: string }
  | { kind: "failed"; reason: unknown; code: string | undefined };

/** The most that the objects of the thread may take, in MiB; voxels are not among them. A file that needs more ends the thread alone. */
const MOST_HEAP = 1024;

/**
 * Turns a file into a volume in a thread of its own, which ends with it.
 * @param onProgress told from 0 to 1
 * @param signal ends it; the folder may then hold anything
 * @throws LabelsError saying what is wrong with the file
 */
export async function convert(
  task: ConversionTask,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Conversion> {
  signal.throwIfAborted();
  const worker = new Worker(
    new URL("./conversion_worker.js", import.meta.url),
    {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
    },
  );
  const stop = (): void => void worker.terminate();
  signal.addEventListener("abort", stop);
  try {
    return await new Promise<Conversion>((resolve, reject) => {
      worker.on("message", (reply: ConversionReply) => {
        if (reply.kind === "progress") onProgress(reply.done);
        else if (reply.kind === "done") resolve(reply.conversion);
        else if (reply.kind === "refused")
          reject(new LabelsError(reply.problem));
        else reject(asError(reply.reason, reply.code));
      });
      worker.on("error", (error: NodeJS.ErrnoException) => {
        reject(
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? new LabelsError(
                "the file unfolds to more than can be held in memory, expected one that is stored in smaller parts",
              )
            : error,
        );
      });
      worker.on("exit", () => {
        reject(new Error("the conversion was ended"));
      });
    });
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function asError(reason: unknown, code: string | undefined): Error {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  return Object.assign(error, { code });
}
