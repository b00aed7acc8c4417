import { laneEntries } from "../segment/layout.js";

/** What the ways of searching a segment cost. */
export interface SearchCosts {
  /** Reading a bucket, in nanoseconds. */
  readonly read: number;
  /** Looking at a signature, in nanoseconds. */
  readonly look: number;
}

/** The signatures that differ from an example, in one lane, in one number of bits. */
export interface Shell {
  readonly lane: number;
  /** The 16 bits that they have in the lane, ascending. */
  readonly buckets: Uint16Array;
  /** Of a look at all of them, in nanoseconds. */
  readonly cost: number;
}

/** The numbers of 16 bits, by how many of the bits are set. */
const masks = Array.from({ length: 17 }, (): number[] => []);
for (let mask = 0; mask < 2 ** 16; mask++) {
  masks[mask.toString(2).replaceAll("0", "").length].push(mask);
}

/** To look up how large a bucket is, in nanoseconds. */
const planCost = 2;

/**
 * The steps in which a segment is searched from one example: each probes one lane, at the radius behind that at which it was probed last. Which
 * lane makes no difference to what is met for sure (see `Kernel`), so it is the one in which there is least to look at: where
 * signatures crowd, they crowd in some lanes more than in others.
 */
export class LaneProbes {
  private readonly lanes: readonly number[];
  private readonly radii = [0, 0, 0, 0];
  private readonly shells: (Shell | undefined)[] = [];

  /** @param directory of the segment */
  constructor(
    private readonly directory: Uint32Array,
    signature: bigint,
    private readonly costs: SearchCosts,
  ) {
    this.lanes = [48n, 32n, 16n, 0n].map((shift) =>
      Number((signature >> shift) & 0xffffn),
    );
  }

  /** How often each lane was probed: see `Kernel`. */
  get met(): number {
    return this.radii.reduce(
      (met, radius, lane) => met | (radius << (8 * lane)),
      0,
    );
  }

  /** What the next step looks at. */
  get next(): Shell {
    const shells = this.radii.map(
      (_, lane) => (this.shells[lane] ??= this.shell(lane)),
    );
    return shells.reduce((least, shell) =>
      shell.cost < least.cost ? shell : least,
    );
  }

  /** Counts the next step as taken. */
  advance(): void {
    const { lane } = this.next;
    this.radii[lane]++;
    this.shells[lane] = undefined;
  }

  private shell(lane: number): Shell {
    const { directory } = this;
    const own = this.lanes[lane];
    // Beyond 16 there is nothing: all was met.
    const shell =
      this.radii[lane] < masks.length ? masks[this.radii[lane]] : [];
    const buckets = new Uint16Array(shell.length);
    const base = lane * laneEntries;
    let reads = 0;
    let rows = 0;
    for (let i = 0; i < shell.length; i++) {
      const bucket = own ^ shell[i];
      buckets[i] = bucket;
      const length = directory[base + bucket + 1] - directory[base + bucket];
      rows += length;
      if (length > 0) reads++;
    }
    const { read, look } = this.costs;
    const cost = reads * read + rows * look + shell.length * planCost;
    return { lane, buckets, cost };
  }
}
