// The worker's side of a page that asks for a single chunk. Registers over upstream's handler, and so is imported after it.
import type {
  Chunk,
  ChunkManager,
} from "neuroglancer/unstable/chunk_manager/backend.js";
import {
  ChunkPriorityTier,
  ChunkState,
} from "neuroglancer/unstable/chunk_manager/base.js";
import type { SliceViewChunkSourceBackend } from "neuroglancer/unstable/sliceview/backend.js";
import { SLICEVIEW_REQUEST_CHUNK_RPC_ID } from "neuroglancer/unstable/sliceview/base.js";
import { raceWithAbort } from "neuroglancer/unstable/util/abort.js";
import { registerPromiseRPC } from "neuroglancer/unstable/worker_rpc.js";

interface ChunkRequest {
  readonly source: number;
  readonly chunkGridPosition: Float32Array;
}

/**
 * Upstream's answer never comes where the chunk arrived while nobody waited for it: it is kept in the worker then, and is handed to the
 * page only for being drawn. So whoever read a chunk, stopped, and read it again would wait for ever.
 */
registerPromiseRPC(
  SLICEVIEW_REQUEST_CHUNK_RPC_ID,
  async function ({ source: id, chunkGridPosition }: ChunkRequest, { signal }) {
    const source = this.get(id) as SliceViewChunkSourceBackend;
    const { chunkManager } = source;
    // What nobody has asked for may be forgotten at any time: each look is at the chunk that there is then.
    const chunk = () => source.getChunk(chunkGridPosition);
    const { key } = chunk();
    const handOver = () => handToPage(chunkManager, chunk());
    let look!: () => void;
    const reached = new Promise<void>((resolve, reject) => {
      look = () => {
        const { state, error } = chunk();
        if (state === ChunkState.FAILED) reject(asError(error));
        else if (state <= ChunkState.SYSTEM_MEMORY) resolve();
        // Not at once: a chunk tells of its state while its queues are changed.
        else if (state === ChunkState.SYSTEM_MEMORY_WORKER) {
          setTimeout(handOver);
        }
      };
    });
    const want = () =>
      chunkManager.requestChunk(
        chunk(),
        ChunkPriorityTier.VISIBLE,
        Infinity,
        ChunkState.SYSTEM_MEMORY,
      );
    source.registerChunkListener(key!, look);
    const stopWanting = chunkManager.recomputeChunkPriorities.add(want);
    try {
      look();
      chunkManager.scheduleUpdateChunkPriorities();
      await raceWithAbort(reached, signal);
      return { value: undefined };
    } finally {
      source.unregisterChunkListener(key!, look);
      stopWanting();
      chunkManager.scheduleUpdateChunkPriorities();
    }
  },
);

/** Hands a chunk that is kept in the worker to the page. */
function handToPage({ queueManager }: ChunkManager, chunk: Chunk): void {
  if (chunk.state !== ChunkState.SYSTEM_MEMORY_WORKER) return;
  queueManager.moveChunkToFrontend(chunk);
  queueManager.updateChunkState(chunk, ChunkState.SYSTEM_MEMORY);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
