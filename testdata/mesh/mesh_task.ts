import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Scale } from "../precomputed/scales.js";
import { voxelView } from "../precomputed/voxels.js";
import type { VoxelType } from "../precomputed/voxels.js";
import type { Box } from "./label_index.js";
import { refineSurface } from "./refinement.js";
import { extractSurface } from "./surface.js";
import type { Surface } from "./surface.js";

/** Some labels of one level whose meshes are to be written. */
export interface MeshTask {
  readonly kind: "meshes";
  /** The folder of the meshes. */
  readonly folder: string;
  readonly scale: Scale;
  readonly type: VoxelType;
  /** The labels of the whole level, x fastest. */
  readonly labels: SharedArrayBuffer;
  readonly items: readonly {
    readonly label: number;
    /** The id of 64 bits, decimal. */
    readonly id: string;
    readonly boxes: readonly Box[];
  }[];
}

/** Writes the mesh of each label: a manifest and one fragment. @param step told after each */
export async function writeMeshes(
  task: MeshTask,
  step: (count: number) => void,
): Promise<void> {
  const { size, resolution, offset } = task.scale;
  const labels = voxelView(
    task.type,
    task.labels,
    0,
    size[0] * size[1] * size[2],
  );
  for (const { label, id, boxes } of task.items) {
    const surface = extractSurface(labels, size, label, boxes);
    const mesh = await refineSurface(surface, size, resolution);
    for (let at = 0; at < mesh.positions.length; at++)
      mesh.positions[at] += offset[at % 3] * resolution[at % 3];
    const fragment = `${id}.mesh`;
    writeFileSync(
      path.join(task.folder, `${fragment}.gz`),
      gzipSync(encodeFragment(mesh), { level: 1 }),
    );
    writeFileSync(
      path.join(task.folder, `${id}:0`),
      JSON.stringify({ fragments: [fragment] }),
    );
    step(1);
  }
}

/** A mesh in upstream's legacy single-resolution format; little-endian. */
export function encodeFragment({
  positions,
  triangles,
}: Surface): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * (positions.length + triangles.length));
  new DataView(bytes.buffer).setUint32(0, positions.length / 3, true);
  new Float32Array(bytes.buffer, 4, positions.length).set(positions);
  new Uint32Array(bytes.buffer, 4 + 4 * positions.length).set(triangles);
  return bytes;
}
