import type { Components } from "../demo/components.js";
import type { ConnectTask, PaintTask, PlanTask } from "../demo/demo_tasks.js";
import type { Tissue } from "../demo/tissue.js";
import type { MeshTask } from "../mesh/mesh_task.js";
import type { ChunkRowTask } from "../precomputed/chunk_row.js";

/** What a worker can be asked to do. Large results go to shared memory or to files. */
export type Task = PlanTask | PaintTask | ConnectTask | ChunkRowTask | MeshTask;

/** What each kind of task has for an answer. */
interface Answers {
  plan: Tissue;
  paint: undefined;
  connect: Components;
  chunkRow: undefined;
  meshes: undefined;
}

/** The answer to a task. */
export type Answer<T extends Task> = Answers[T["kind"]];

/** What a worker sends: some steps of the task were done, or the task is over. */
export type Reply =
  | { kind: "step"; count: number }
  | { kind: "done"; answer: unknown }
  | { kind: "failed"; reason: unknown };
