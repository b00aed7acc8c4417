import moduleBytes from "./planes.wat";

interface PlanesExports {
  memory: WebAssembly.Memory;
  countWithin(
    planes: number,
    count: number,
    query: bigint,
    bound: number,
  ): number;
  sum(at: number, quarter: number): number;
}

/** Where the planes begin; the module needs no memory before them but its first page. */
const pageBytes = 65536;

/** All signatures in memory, and the look at every one of them as fast as one thread can. */
export class BruteForce {
  private readonly planes: PlanesExports;
  private filled = 0;

  /** @param count of the signatures, a multiple of 16 */
  constructor(private readonly count: number) {
    const module = new WebAssembly.Module(moduleBytes);
    const { exports } = new WebAssembly.Instance(module);
    // What planes.wat exports.
    this.planes = exports as unknown as PlanesExports;
    this.planes.memory.grow(Math.ceil((8 * count) / pageBytes));
  }

  add(signatures: BigUint64Array<ArrayBuffer>): void {
    const bytes = new Uint8Array(signatures.buffer);
    for (let plane = 0; plane < 8; plane++) {
      const target = new Uint8Array(
        this.planes.memory.buffer,
        plane * this.count + this.filled,
        signatures.length,
      );
      for (let i = 0; i < target.length; i++) target[i] = bytes[8 * i + plane];
    }
    this.filled += signatures.length;
  }

  /** How many signatures lie within a distance of the query: one pass over all. */
  countWithin(query: bigint, bound: number): number {
    return this.planes.countWithin(0, this.count, query, bound);
  }

  /** The distances of the k nearest, ascending. */
  distances(query: bigint, k: number): number[] {
    const distances: number[] = [];
    for (let bound = 0; distances.length < k && bound <= 64; bound++) {
      const within = Math.min(k, this.countWithin(query, bound));
      while (distances.length < within) distances.push(bound);
    }
    return distances;
  }

  /** Reads all of the memory, and does no more with it than it must. */
  readAll(): number {
    return this.planes.sum(0, 2 * this.count);
  }
}
