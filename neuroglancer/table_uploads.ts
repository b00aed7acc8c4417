import type { HashTableBase } from "neuroglancer/unstable/gpu_hash/hash_table.js";
import type { GPUHashTable } from "neuroglancer/unstable/gpu_hash/shader.js";

/** What of upstream's table writes to its slots. It keeps these to itself. */
interface SlotWrites {
  /** Puts what waits to be inserted into a slot, and takes out what was there. */
  swapPending(table: BigUint64Array, offset: number): void;
  /** All slots are others from here on. */
  allocate(tableSize: number): void;
  clearTable(): void;
  chooseAnotherEmptyKey(): void;
}

/** Where more rows of the texture are others, it is handed over whole: a call for each would take longer. */
const MOST_ROWS = 1000;

const followed = new WeakSet<GPUHashTable<HashTableBase>>();

/**
 * Has a table of the graphics card take over what has changed of its table alone. Upstream hands it over whole after any change, which takes
 * 8 ms at a hundred thousand entries. To be called before a change; doing so again does nothing more.
 */
export function uploadChanges(gpu: GPUHashTable<HashTableBase>): void {
  if (followed.has(gpu)) return;
  followed.add(gpu);
  const changes = new ChangedSlots(gpu.hashTable);
  const copyWhole = gpu.copyToGPU.bind(gpu);
  gpu.copyToGPU = () => {
    const { hashTable, generation } = gpu;
    if (generation === hashTable.generation) return;
    const rows = rowsOf(gpu, changes.since(generation));
    if (rows === undefined) copyWhole();
    else copyRows(gpu, rows);
    changes.forget();
  };
}

/** The slots of a table that were written to since they were forgotten last. */
class ChangedSlots {
  private from: number;
  /** Undefined where all may be others. */
  private slots: Set<number> | undefined = new Set();

  constructor(private readonly table: HashTableBase) {
    this.from = table.generation;
    // These are private to upstream's class.
    const writes = table as unknown as SlotWrites;
    const swapPending = writes.swapPending.bind(table);
    writes.swapPending = (array, offset) => {
      this.slots?.add(offset);
      swapPending(array, offset);
    };
    for (const name of [
      "allocate",
      "clearTable",
      "chooseAnotherEmptyKey",
    ] as const) {
      const write = (writes[name] as (...args: unknown[]) => void).bind(table);
      writes[name] = (...args: unknown[]) => {
        this.slots = undefined;
        write(...args);
      };
    }
    const remove = table.delete.bind(table);
    table.delete = (key) => {
      const offset = table.indexOf(key);
      if (offset !== -1) this.slots?.add(offset);
      return remove(key);
    };
  }

  /** The slots that are others than at a generation of the table; undefined where that is not known of each. */
  since(generation: number): ReadonlySet<number> | undefined {
    return generation === this.from ? this.slots : undefined;
  }

  forget(): void {
    this.from = this.table.generation;
    this.slots = new Set();
  }
}

/** The rows of the texture that have these slots; undefined where it is to be handed over whole. */
function rowsOf(
  { gl, hashTable }: GPUHashTable<HashTableBase>,
  slots: ReadonlySet<number> | undefined,
): ReadonlySet<number> | undefined {
  if (slots === undefined) return undefined;
  const length = lengthOfRow(hashTable.table.length, gl.maxTextureSize);
  const rows = new Set<number>();
  for (const slot of slots) {
    for (let i = 0; i < hashTable.entryStride; ++i) {
      rows.add(Math.floor((slot + i) / length));
    }
  }
  return rows.size > MOST_ROWS ? undefined : rows;
}

function copyRows(
  gpu: GPUHashTable<HashTableBase>,
  rows: ReadonlySet<number>,
): void {
  const { gl, texture, hashTable } = gpu;
  gpu.generation = hashTable.generation;
  gl.activeTexture(gl.TEXTURE0 + gl.tempTextureUnit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  hashTable.tableWithMungedEmptyKey((table) => {
    const length = lengthOfRow(table.length, gl.maxTextureSize);
    for (const row of rows) {
      const { buffer, byteOffset } = table.subarray(row * length);
      const texels = new Uint32Array(buffer, byteOffset, 2 * length);
      const { TEXTURE_2D, RG_INTEGER, UNSIGNED_INT } = gl;
      gl.texSubImage2D(
        TEXTURE_2D,
        0,
        0,
        row,
        length,
        1,
        RG_INTEGER,
        UNSIGNED_INT,
        texels,
      );
    }
  });
  gl.bindTexture(gl.TEXTURE_2D, null);
}

/** How many words of 64 bits are side by side in the texture of so many: as in upstream's `setOneDimensionalTextureData`. */
function lengthOfRow(words: number, maxTextureSize: number): number {
  return 2 ** Math.ceil(Math.log2(Math.ceil(words / maxTextureSize)));
}
