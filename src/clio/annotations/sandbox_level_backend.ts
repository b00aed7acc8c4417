import {
  type AnnotationGeometryChunk,
  AnnotationGeometryChunkSourceBackend,
} from "neuroglancer/unstable/annotation/backend.js";
import { ChunkState } from "neuroglancer/unstable/chunk_manager/base.js";
import { WithParameters } from "neuroglancer/unstable/chunk_manager/backend.js";
import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import type { SandboxSourceBackend } from "./backend.js";
import { type CellUpdate, SandboxLevelParameters } from "./base.js";
import type { CellKey } from "./spatial_index.js";

/** The worker half of one level of a sandbox's index: the copies of its cells that are here or with the page. */
export class SandboxLevelBackend extends WithParameters(
  AnnotationGeometryChunkSourceBackend,
  SandboxLevelParameters,
) {
  declare parent: SandboxSourceBackend;

  constructor(rpc: RPC, options: object) {
    super(rpc, options);
    const { level } = this.parameters;
    this.parent.levels[level] = this;
    // Else the page would wait for cells that this half does not take to be in view.
    this.spec.limit = this.parent.expected?.[level] ?? this.spec.limit;
  }

  override download(chunk: AnnotationGeometryChunk): Promise<void> {
    chunk.data = this.parent.serialize(this.keyOf(chunk));
    return Promise.resolve();
  }

  /** Every cell of which the page or the worker holds a copy. */
  heldCells(): CellKey[] {
    return [...this.chunks.values()].map((chunk) => this.keyOf(chunk));
  }

  /** Puts the new contents where the copy of a cell is: here, or (returned) with the page. A cell that nobody holds needs nothing. */
  refresh(cell: number): CellUpdate | undefined {
    const { parent } = this;
    const { level } = this.parameters;
    const chunkKey = parent.grid.gridPosition(level, cell).join();
    const chunk = this.chunks.get(chunkKey);
    if (chunk === undefined) return undefined;
    if (chunk.data !== undefined) {
      // Read already, but not yet on its way to the page.
      chunk.data = parent.serialize({ level, cell });
      return undefined;
    }
    if (chunk.state > ChunkState.SYSTEM_MEMORY) return undefined;
    const data = parent.serialize({ level, cell });
    chunk.systemMemoryBytes = chunk.gpuMemoryBytes = data.numBytes;
    return { source: this.rpcId!, chunk: chunkKey, data };
  }

  private keyOf({ chunkGridPosition }: AnnotationGeometryChunk): CellKey {
    const { level } = this.parameters;
    const [x, y, z] = chunkGridPosition;
    return { level, cell: this.parent.grid.cellAt(level, [x, y, z]) };
  }
}
