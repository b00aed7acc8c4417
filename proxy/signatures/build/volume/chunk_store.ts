import { chunkIndex, shardHash } from "../../../../neuroglancer/codecs.js";
import type { Triple } from "../../record.js";
import type { FileStore } from "./file_store.js";
import { decompress, type ByteRange } from "./reading.js";
import { VolumeError } from "./volume_error.js";
import type { Sharding, VolumeScale } from "./volume_info.js";

/** The chunks of one scale as they are stored. */
export interface ChunkStore {
  /**
   * Reads a chunk, still encoded.
   * @param cell of the chunk in the grid of chunks
   * @returns undefined where it was never written
   * @throws VolumeError where it cannot be read
   */
  read(cell: Triple): Promise<Uint8Array | undefined>;
  /** Where a chunk lies, for messages. */
  nameOf(cell: Triple): string;
}

/** Opens the chunks of a scale, in a file each or in shards. */
export function chunkStore(store: FileStore, scale: VolumeScale): ChunkStore {
  return scale.sharding
    ? new ShardedChunks(store, scale, scale.sharding)
    : new ChunkFiles(store, scale);
}

class ChunkFiles implements ChunkStore {
  constructor(
    private readonly store: FileStore,
    private readonly scale: VolumeScale,
  ) {}

  read(cell: Triple): Promise<Uint8Array | undefined> {
    return this.store.read(this.file(cell));
  }

  nameOf(cell: Triple): string {
    return this.store.nameOf(this.file(cell));
  }

  private file(cell: Triple): string {
    const { key, size, voxel_offset, chunk_sizes } = this.scale;
    const ranges = cell.map((n, axis) => {
      const from = n * chunk_sizes[0][axis];
      const to = Math.min(from + chunk_sizes[0][axis], size[axis]);
      return `${from + voxel_offset[axis]}-${to + voxel_offset[axis]}`;
    });
    return `${key}/${ranges.join("_")}`;
  }
}

/** Where the chunks of a minishard lie in their shard file, by the index of the chunk. */
type MinishardIndex = ReadonlyMap<bigint, ByteRange>;

/** How many indexes of minishards are remembered; a neighbour's chunk is mostly in the same one. */
const rememberedIndexes = 64;
/** Bytes of an entry of a shard's own index, and of a minishard's. */
const shardEntry = 16;
const minishardEntry = 24;

/** Chunks in shards. Source: "Sharded format" of the precomputed format's specification. */
class ShardedChunks implements ChunkStore {
  private readonly indexes = new Map<bigint, Promise<MinishardIndex>>();
  private readonly grid: Uint32Array;

  constructor(
    private readonly store: FileStore,
    private readonly scale: VolumeScale,
    private readonly sharding: Sharding,
  ) {
    const { size, chunk_sizes } = scale;
    this.grid = Uint32Array.from(size, (n, axis) =>
      Math.ceil(n / chunk_sizes[0][axis]),
    );
  }

  async read(cell: Triple): Promise<Uint8Array | undefined> {
    const id = this.idOf(cell);
    const at = this.minishardOf(id);
    const range = (await this.index(at)).get(id);
    if (range === undefined) return undefined;
    const file = this.file(at);
    const bytes = await this.store.read(file, range);
    if (bytes === undefined)
      throw new VolumeError(this.store.nameOf(file), "has gone");
    return this.sharding.data_encoding === "gzip"
      ? decompress(bytes, this.nameOf(cell))
      : bytes;
  }

  nameOf(cell: Triple): string {
    const id = this.idOf(cell);
    return `${this.store.nameOf(this.file(this.minishardOf(id)))}, chunk ${id}`;
  }

  private idOf(cell: Triple): bigint {
    return chunkIndex(Uint32Array.from(cell), this.grid);
  }

  /** The number of the minishard, with that of its shard above it. */
  private minishardOf(id: bigint): bigint {
    const { preshift_bits, hash, minishard_bits, shard_bits } = this.sharding;
    const shifted = id >> BigInt(preshift_bits);
    const hashed = hash === "identity" ? shifted : shardHash(0, shifted);
    return BigInt.asUintN(Math.min(64, minishard_bits + shard_bits), hashed);
  }

  private file(minishard: bigint): string {
    const { minishard_bits, shard_bits } = this.sharding;
    const shard = minishard >> BigInt(minishard_bits);
    const digits = Math.ceil(shard_bits / 4);
    return `${this.scale.key}/${shard.toString(16).padStart(digits, "0")}.shard`;
  }

  private index(minishard: bigint): Promise<MinishardIndex> {
    const known = this.indexes.get(minishard);
    if (known !== undefined) return known;
    const index = this.readIndex(minishard);
    this.indexes.set(minishard, index);
    // What failed may be there the next time.
    index.catch(() => this.indexes.delete(minishard));
    if (this.indexes.size > rememberedIndexes)
      this.indexes.delete(this.indexes.keys().next().value!);
    return index;
  }

  private async readIndex(minishard: bigint): Promise<MinishardIndex> {
    const { minishard_bits, minishard_index_encoding } = this.sharding;
    const file = this.file(minishard);
    const name = this.store.nameOf(file);
    const number = Number(BigInt.asUintN(minishard_bits, minishard));
    const head = await this.store.read(file, {
      offset: number * shardEntry,
      length: shardEntry,
    });
    if (head === undefined) return new Map();
    const start = shardEntry * 2 ** minishard_bits;
    const [from, to] = Array.from(words(head), Number);
    if (from === to) return new Map();
    const stored = await this.store.read(file, {
      offset: start + from,
      length: to - from,
    });
    if (stored === undefined) throw new VolumeError(name, "has gone");
    const bytes =
      minishard_index_encoding === "gzip"
        ? await decompress(stored, `${name}, index of minishard ${number}`)
        : stored;
    if (bytes.length % minishardEntry !== 0)
      throw new VolumeError(
        name,
        `the index of minishard ${number} has ${bytes.length} bytes, expected a multiple of ${minishardEntry}`,
      );
    return parseIndex(words(bytes), start);
  }
}

/** @param start of the shard's data, from which offsets count */
function parseIndex(entries: BigUint64Array, start: number): MinishardIndex {
  const count = entries.length / 3;
  const index = new Map<bigint, ByteRange>();
  let id = 0n;
  let end = BigInt(start);
  for (let i = 0; i < count; i++) {
    id += entries[i];
    const offset = end + entries[count + i];
    const length = entries[2 * count + i];
    end = offset + length;
    index.set(id, { offset: Number(offset), length: Number(length) });
  }
  return index;
}

/** Little-endian numbers of 64 bits, as all machines that Node runs on have them. */
function words(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(new Uint8Array(bytes).buffer);
}
