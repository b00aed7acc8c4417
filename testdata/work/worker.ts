// The entry of a worker thread: does one task after the other.
import { parentPort } from "node:worker_threads";
import { connectPieces, paint, plan } from "../demo/demo_tasks.js";
import { writeMeshes } from "../mesh/mesh_task.js";
import { writeChunkRow } from "../precomputed/chunk_row.js";
import type { Answer, Reply, Task } from "./tasks.js";

const port = parentPort!;
const reply = (message: Reply): void => {
  port.postMessage(message);
};
const step = (count: number): void => {
  reply({ kind: "step", count });
};

async function perform(task: Task): Promise<Answer<Task>> {
  switch (task.kind) {
    case "plan":
      return plan(task);
    case "paint":
      paint(task, step);
      return undefined;
    case "connect":
      return connectPieces(task, step);
    case "chunkRow":
      writeChunkRow(task);
      return undefined;
    case "meshes":
      await writeMeshes(task, step);
      return undefined;
  }
}

port.on("message", (task: Task) => {
  perform(task).then(
    (answer) => {
      reply({ kind: "done", answer });
    },
    (reason: unknown) => {
      reply({ kind: "failed", reason });
    },
  );
});
