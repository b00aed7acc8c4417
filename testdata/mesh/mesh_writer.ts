import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { KeptLevel } from "../precomputed/layer_writer.js";
import { voxelView } from "../precomputed/voxels.js";
import type { VoxelType } from "../precomputed/voxels.js";
import type { Pool } from "../work/pool.js";
import { indexLabels } from "./label_index.js";

/** How many labels are handed to a worker at once: many enough to be cheap, few enough to share the work evenly. */
const BATCH = 24;

/** The name of the folder of meshes in that of their layer. */
export const MESH_FOLDER = "mesh";

/**
 * Writes the meshes of all labels of a layer but 0, in upstream's legacy single-resolution format.
 * @param folder of the layer
 * @param ids the id of 64 bits of each label
 * @param onStep told how many of how many are done
 */
export async function writeAllMeshes(
  folder: string,
  { scale, buffer }: KeptLevel,
  type: VoxelType,
  ids: BigUint64Array,
  pool: Pick<Pool, "run">,
  onStep: (done: number, total: number) => void,
): Promise<void> {
  const meshes = path.join(folder, MESH_FOLDER);
  await mkdir(meshes, { recursive: true });
  await writeFile(
    path.join(meshes, "info"),
    `${JSON.stringify({ "@type": "neuroglancer_legacy_mesh" })}\n`,
  );
  const count = scale.size[0] * scale.size[1] * scale.size[2];
  const index = indexLabels(voxelView(type, buffer, 0, count), scale.size);
  // The largest first, so that no thread is left alone with one at the end.
  const items = [...index]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([label, boxes]) => ({ label, id: ids[label].toString(), boxes }));
  let done = 0;
  onStep(done, items.length);
  const batches: Promise<void>[] = [];
  for (let at = 0; at < items.length;) {
    const size = at < 8 * BATCH ? 2 : BATCH;
    batches.push(
      pool.run(
        {
          kind: "meshes",
          folder: meshes,
          scale,
          type,
          labels: buffer,
          items: items.slice(at, at + size),
        },
        (steps) => {
          done += steps;
          onStep(done, items.length);
        },
      ),
    );
    at += size;
  }
  await Promise.all(batches);
}
