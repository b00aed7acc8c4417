import { writeMeshes } from "../../../testdata/mesh/mesh_task.js";
import { writeChunkRow } from "../../../testdata/precomputed/chunk_row.js";
import type { Pool } from "../../../testdata/work/pool.js";
import type { Answer, Task } from "../../../testdata/work/tasks.js";

/**
 * Does the tasks of a layer in the thread that asks. A pool of threads below a thread that may be ended at any moment brings the whole
 * process down with it (Node 20), and the server has other things to do with its cores.
 */
export const ownThread: Pick<Pool, "run"> = {
  async run<T extends Task>(
    task: T,
    onStep: (count: number) => void = () => undefined,
  ): Promise<Answer<T>> {
    if (task.kind === "chunkRow") writeChunkRow(task);
    else if (task.kind === "meshes") await writeMeshes(task, onStep);
    else throw new Error(`no task of labels: ${task.kind}`);
    // Neither kind has another answer.
    return undefined as Answer<T>;
  },
};
