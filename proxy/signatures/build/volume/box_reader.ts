import type { Box, Triple } from "../../record.js";
import { chunkStore, type ChunkStore } from "./chunk_store.js";
import type { FileStore } from "./file_store.js";
import type { VolumeScale } from "./volume_info.js";

/** How many chunks of a box are read at once: while one is decoded here, others are read and decompressed elsewhere. */
const chunksAtOnce = 4;

/** How the chunks of a scale become voxels. */
export interface ChunkForm {
  readonly bytesPerVoxel: number;
  /**
   * @param bytes as they were stored
   * @param shape of the chunk in voxels
   * @param place names the chunk in messages
   * @returns the voxels, little-endian, x fastest
   * @throws VolumeError where the bytes are not such a chunk
   */
  decode(bytes: Uint8Array, shape: Triple, place: string): Promise<Uint8Array>;
}

interface Remembered {
  readonly chunk: Promise<Uint8Array | undefined>;
  /** Bytes that it takes decoded. */
  readonly size: number;
}

/** Reads boxes of voxels of one scale of a volume as bytes, and remembers the chunks that it decoded last. */
export class BoxReader {
  private readonly chunks: ChunkStore;
  private readonly remembered = new Map<string, Remembered>();
  private bytes = 0;

  /** @param rememberedBytes of decoded chunks: a box's neighbour needs the chunks along their common side again */
  constructor(
    store: FileStore,
    readonly scale: VolumeScale,
    private readonly form: ChunkForm,
    private readonly rememberedBytes: number,
  ) {
    this.chunks = chunkStore(store, scale);
  }

  get bytesPerVoxel(): number {
    return this.form.bytesPerVoxel;
  }

  /**
   * Reads a box of voxels, counted from the first voxel of the scale. Chunks that were never written are 0, and so is what
   * lies outside of the volume.
   * @param signal stops it before the next chunk
   * @returns little-endian, x fastest
   * @throws VolumeError where a chunk cannot be read; the signal's reason
   */
  async read({ min, max }: Box, signal?: AbortSignal): Promise<Uint8Array> {
    const shape = max.map((end, axis) => end - min[axis]);
    const { bytesPerVoxel } = this;
    const voxels = new Uint8Array(
      shape[0] * shape[1] * shape[2] * bytesPerVoxel,
    );
    const cells = this.cellsOf({ min, max });
    const work = async () => {
      for (const cell of cells) {
        signal?.throwIfAborted();
        const chunk = await this.chunk(cell);
        if (chunk === undefined) continue;
        copyCommon(
          chunk,
          this.boxOf(cell),
          voxels,
          { min, max },
          bytesPerVoxel,
        );
      }
    };
    await Promise.all(Array.from({ length: chunksAtOnce }, work));
    return voxels;
  }

  /** The cells of the grid of chunks that a box touches, to be taken one by one. */
  private *cellsOf({ min, max }: Box): Generator<Triple> {
    const { size } = this.scale;
    const edges = this.scale.chunk_sizes[0];
    const first = min.map((n, axis) =>
      Math.floor(Math.max(0, n) / edges[axis]),
    );
    const last = max.map((n, axis) =>
      Math.ceil(Math.min(n, size[axis]) / edges[axis]),
    );
    for (let z = first[2]; z < last[2]; z++)
      for (let y = first[1]; y < last[1]; y++)
        for (let x = first[0]; x < last[0]; x++) yield [x, y, z];
  }

  private boxOf(cell: Triple): Box {
    const { size, chunk_sizes } = this.scale;
    const corner = (step: 0 | 1, axis: 0 | 1 | 2): number =>
      Math.min((cell[axis] + step) * chunk_sizes[0][axis], size[axis]);
    return {
      min: [corner(0, 0), corner(0, 1), corner(0, 2)],
      max: [corner(1, 0), corner(1, 1), corner(1, 2)],
    };
  }

  private chunk(cell: Triple): Promise<Uint8Array | undefined> {
    const key = cell.join("_");
    const known = this.remembered.get(key);
    if (known !== undefined) {
      // Begins the list anew from here: what was used last is forgotten last.
      this.remembered.delete(key);
      this.remembered.set(key, known);
      return known.chunk;
    }
    const { min, max } = this.boxOf(cell);
    const shape: Triple = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
    const chunk = this.readChunk(cell, shape);
    const size = shape[0] * shape[1] * shape[2] * this.bytesPerVoxel;
    const entry = { chunk, size };
    this.remembered.set(key, entry);
    this.bytes += size;
    // What failed may be there the next time.
    chunk.catch(() => this.forget(key, entry));
    for (const [oldest, each] of this.remembered) {
      if (this.bytes <= this.rememberedBytes || oldest === key) break;
      this.forget(oldest, each);
    }
    return chunk;
  }

  private forget(key: string, entry: Remembered): void {
    if (this.remembered.get(key) !== entry) return;
    this.remembered.delete(key);
    this.bytes -= entry.size;
  }

  private async readChunk(
    cell: Triple,
    shape: Triple,
  ): Promise<Uint8Array | undefined> {
    const bytes = await this.chunks.read(cell);
    if (bytes === undefined) return undefined;
    return this.form.decode(bytes, shape, this.chunks.nameOf(cell));
  }
}

/** Copies the voxels that two boxes have in common. Both hold voxels of one size. */
function copyCommon(
  from: Uint8Array,
  source: Box,
  to: Uint8Array,
  target: Box,
  bytesPerVoxel: number,
): void {
  const low = source.min.map((n, axis) => Math.max(n, target.min[axis]));
  const high = source.max.map((n, axis) => Math.min(n, target.max[axis]));
  const width = (high[0] - low[0]) * bytesPerVoxel;
  if (width <= 0) return;
  for (let z = low[2]; z < high[2]; z++)
    for (let y = low[1]; y < high[1]; y++) {
      const begin = offsetIn(source, low[0], y, z) * bytesPerVoxel;
      to.set(
        from.subarray(begin, begin + width),
        offsetIn(target, low[0], y, z) * bytesPerVoxel,
      );
    }
}

function offsetIn({ min, max }: Box, x: number, y: number, z: number): number {
  const row = max[0] - min[0];
  return ((z - min[2]) * (max[1] - min[1]) + y - min[1]) * row + x - min[0];
}
