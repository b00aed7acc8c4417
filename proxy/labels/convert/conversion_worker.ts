// The entry of the thread that turns one file into a volume.
import { parentPort, workerData } from "node:worker_threads";
import { LabelsError } from "../labels_error.js";
import { convertVolume, type ConversionTask } from "./convert_volume.js";
import type { ConversionReply } from "./convert.js";

const port = parentPort!;
const reply = (message: ConversionReply): void => {
  port.postMessage(message);
};

convertVolume(workerData as ConversionTask, (done) => {
  reply({ kind: "progress", done });
}).then(
  (conversion) => {
    reply({ kind: "done", conversion });
  },
  (error: unknown) => {
    // An error's class does not outlast the way from one thread to another.
    if (error instanceof LabelsError)
      reply({ kind: "refused", problem: error.message });
    else {
      // Nor does its code: by that a full disk is known.
      const { code } = error as NodeJS.ErrnoException;
      reply({ kind: "failed", reason: error, code });
    }
  },
);
