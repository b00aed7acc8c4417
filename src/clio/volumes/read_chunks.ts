import pMap from "p-map";
import type {
  ChunkVoxels,
  VolumeScale,
  VolumeSource,
} from "../../../neuroglancer/volume_source.js";
import type { Vec3 } from "../model/box.js";
import { boxOfCell } from "./chunk_grid.js";

/** A browser opens six connections to a host; a few chunks more keep them busy, and leave the rest of upstream's queue to the screen. */
const chunksAtOnce = 8;

/** What a reader of voxels takes beside what to read. */
export interface ReadOptions {
  /** Ends the reading: nothing more is fetched, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A chunk that could not be read. `cause` is what upstream said. */
export class ChunkReadError extends Error {
  override readonly name = "ChunkReadError";
}

/**
 * Hands chunks of one scale to `read`, a few at a time, in no fixed order. The first failure stops the others.
 * @param read is called while the chunk is in memory, and must copy what it wants to keep
 * @throws ChunkReadError; the signal's reason as soon as it aborts
 */
export async function readChunks<Task extends { readonly cell: Vec3 }>(
  volume: VolumeSource,
  scale: VolumeScale,
  tasks: readonly Task[],
  read: (voxels: ChunkVoxels, task: Task) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any(
    signal === undefined ? [failed.signal] : [failed.signal, signal],
  );
  await pMap(
    tasks,
    async (task) => {
      try {
        await scale.readChunk(task.cell, (voxels) => read(voxels, task), stop);
      } catch (error) {
        signal?.throwIfAborted();
        failed.abort();
        throw readError(volume, scale, task.cell, error);
      }
    },
    { concurrency: chunksAtOnce, ...(signal && { signal }) },
  );
}

function readError(
  volume: VolumeSource,
  scale: VolumeScale,
  cell: Vec3,
  cause: unknown,
): ChunkReadError {
  const { lower, upper } = boxOfCell(scale, cell);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ChunkReadError(
    `${volume.name} could not be read at scale ${volume.scales.indexOf(scale)}, voxels ${lower.join()} to ${upper.join()}: ${reason}`,
    { cause },
  );
}
