import type { Kernel } from "../kernel/kernel.js";
import {
  laneEntries,
  laneSections,
  signatureBytes,
} from "../segment/layout.js";
import type { SegmentReader } from "../segment/segment_reader.js";
import {
  CodeList,
  compareCodes,
  type Code,
  type CodeKey,
} from "./code_list.js";
import { ExampleDistances } from "./distances.js";
import type { Effort } from "./effort.js";
import { LaneProbes, type SearchCosts } from "./lane_probes.js";
import type { SearchQuery } from "./query.js";
import type { Tally } from "./tally.js";

/** How many signatures are read at once: as many as a core's own cache holds. */
const readAtOnce = 2 ** 15;
/** How many are looked at before the bound is asked for anew, at first and at most: at first it is wide, and all are found. */
const firstScan = 256;
const largestScan = 4096;
const hitsAt = readAtOnce * signatureBytes;
const memoryBytes = hitsAt + 4 * largestScan;

/** Buckets with no more signatures between them are read in one go: that many take as long as another read. */
const readAcross = 1024;

/** It takes about as long to read so many as to read fewer. */
const pieceRows = 512;

/** About what they cost where the pages of the file are cached; it is the ratio that matters. */
const usualCosts: SearchCosts = { read: 1500, look: 1.2 };

/** How many steps more there are, about, once they take so long that a scan comes into question. */
const stepsAhead = 2;

/** Which part of the work on each segment a thread does, where several share it. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/**
 * The search for the signatures of one segment that are nearest to the examples of a query: multi-index hashing, with a scan of
 * all where that costs less. The steps of it are described at `Kernel`. Of the buckets of each step it looks at those of its
 * part: a code is met in one bucket alone, so all of its records are.
 */
export class NearestCodes {
  private readonly list: CodeList;
  private readonly queries: readonly bigint[];
  private readonly distances: ExampleDistances;
  private readonly probes: readonly LaneProbes[];
  private readonly target: Uint8Array;
  /** What each part has been dealt so far, in nanoseconds: the same in all threads. */
  private readonly loads: number[];
  private steps = 0;
  private isScanned = false;
  private scanLength = firstScan;

  /**
   * @param after where in the order to begin, that code included
   * @param wanted how many records the codes are to have
   * @param tally counts the records met behind `after`; its bound ends the search
   */
  constructor(
    private readonly reader: SegmentReader,
    private readonly part: Part,
    private readonly kernel: Kernel,
    private readonly effort: Effort,
    query: SearchQuery,
    private readonly after: CodeKey | undefined,
    wanted: number,
    private readonly tally: Tally,
    private readonly costs = usualCosts,
  ) {
    this.list = new CodeList(wanted, tally);
    this.queries = query.examples.map(({ signature }) => signature);
    this.distances = new ExampleDistances(query);
    this.probes = this.queries.map(
      (signature) => new LaneProbes(reader.directory, signature, costs),
    );
    this.loads = new Array<number>(part.of).fill(0);
    kernel.reserve(memoryBytes);
    this.target = new Uint8Array(kernel.memory, 0, hitsAt);
  }

  /**
   * Takes the next step of the search.
   * @returns false where there is none
   * @throws CancelledError, CorruptSegmentError
   */
  advance(): boolean {
    if (this.isScanned || this.steps > this.tally.bound) return false;
    if (this.isScanCheaper()) {
      this.scanAll();
      this.isScanned = true;
      return false;
    }
    for (const [example, probes] of this.probes.entries()) {
      const { lane, buckets } = probes.next;
      this.probe(example, lane, buckets, probes.met);
      probes.advance();
    }
    this.steps++;
    return true;
  }

  /** Of what was met, codes in their order; where the search has ended none is missing before the last, and they have as many records as wanted, or all up to the bound. */
  get codes(): readonly Code[] {
    return this.list.cut();
  }

  /**
   * Whether to look at all signatures takes less than to go on. That must not follow from the tally: where one thread scans its part of all
   * and another probes its part of the buckets, some is in neither.
   */
  private isScanCheaper(): boolean {
    const { read, look } = this.costs;
    const all = this.reader.count * look;
    if (all < read) return true;
    return this.probes.some(({ next }) => stepsAhead * next.cost > all);
  }

  private scanAll(): void {
    const end = this.firstRow(this.part.index + 1);
    for (
      let first = this.firstRow(this.part.index);
      first < end;
      first += readAtOnce
    ) {
      const length = Math.min(readAtOnce, end - first);
      this.read(0, first, length);
      for (const [example, { met }] of this.probes.entries()) {
        this.scan(example, met, 0, length);
      }
    }
  }

  /** Where a part of lane 0 begins: at a bucket, so that no code is in two of them. */
  private firstRow(part: number): number {
    const { count, directory } = this.reader;
    const row = Math.floor((count * part) / this.part.of);
    let [first, end] = [0, 2 ** 16];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (directory[middle] < row) first = middle + 1;
      else end = middle;
    }
    return directory[first];
  }

  /** Looks at the buckets of a step that are this part's. */
  private probe(
    example: number,
    lane: number,
    buckets: Uint16Array,
    met: number,
  ): void {
    const { directory } = this.reader;
    // What was not met is as far as the number of the step at least; at the bound itself only the first signatures count.
    const isLast = this.steps === this.tally.bound;
    const last = isLast ? this.tally.boundHigh : 0xffff_ffff;
    const base = lane * laneEntries;
    buckets.sort();
    /** Where the buckets that are read in one go begin and end. */
    let rows: number[] = [];
    for (const bucket of buckets) {
      const first = directory[base + bucket];
      const end = directory[base + bucket + 1];
      if (end === first) continue;
      if (
        rows.length > 0 &&
        (first - rows[rows.length - 1] > readAcross ||
          end - rows[0] > readAtOnce)
      ) {
        this.look(example, lane, rows, met, last);
        rows = [];
      }
      rows.push(first, end);
    }
    if (rows.length > 0) this.look(example, lane, rows, met, last);
  }

  /**
   * Reads buckets in one go and looks at them, where it is this part's turn.
   * @param last the higher half of a signature above which there is nothing to find
   */
  private look(
    example: number,
    lane: number,
    rows: readonly number[],
    met: number,
    last: number,
  ): void {
    const begin = rows[0];
    const length = rows[rows.length - 1] - begin;
    if (!this.isOwn(this.costs.read + length * this.costs.look)) return;
    if (rows.length === 2 && length > pieceRows) {
      this.lookAtBucket(example, lane, begin, length, met, last);
      return;
    }
    this.read(lane, begin, length);
    for (let i = 0; i < rows.length; i += 2) {
      this.scan(example, met, rows[i] - begin, rows[i + 1] - rows[i]);
    }
  }

  /** Looks at a bucket up to the last signature that counts: it is in the order of signatures. */
  private lookAtBucket(
    example: number,
    lane: number,
    begin: number,
    length: number,
    met: number,
    last: number,
  ): void {
    const halves = new Uint32Array(this.kernel.memory);
    // About so many, where they lie evenly, and some more.
    const share = Math.ceil((1.1 * length * last) / 2 ** 32) + pieceRows / 4;
    for (let done = 0; done < length;) {
      const wanted = done === 0 ? share : readAtOnce;
      const piece = Math.min(readAtOnce, wanted, length - done);
      this.read(lane, begin + done, piece);
      this.scan(example, met, 0, piece);
      if (halves[2 * piece - 1] > last) return;
      done += piece;
    }
  }

  /** Whether work of such a cost is this part's: it goes to the part that has been dealt least. */
  private isOwn(cost: number): boolean {
    const { loads } = this;
    const least = loads.indexOf(Math.min(...loads));
    loads[least] += cost;
    return least === this.part.index;
  }

  private read(lane: number, first: number, length: number): void {
    this.reader.read(
      laneSections[lane],
      first * signatureBytes,
      this.target,
      length * signatureBytes,
    );
  }

  /** Looks at signatures that were read. */
  private scan(
    example: number,
    met: number,
    first: number,
    length: number,
  ): void {
    for (let done = 0; done < length;) {
      const count = Math.min(this.scanLength, length - done);
      this.effort.add(count);
      const found = this.kernel.scan(
        (first + done) * signatureBytes,
        count,
        this.queries[example],
        this.tally.bound,
        met,
        hitsAt,
      );
      if (found > 0) this.take(example, first + done, found);
      done += count;
      this.scanLength = Math.min(2 * this.scanLength, largestScan);
    }
  }

  /** Adds what a scan has found. */
  private take(example: number, first: number, found: number): void {
    const { memory } = this.kernel;
    const hits = new Uint32Array(memory, hitsAt, found);
    const halves = new Uint32Array(memory, first * signatureBytes);
    for (const hit of hits) {
      const distance = hit & 127;
      const low = halves[2 * (hit >>> 7)];
      const high = halves[2 * (hit >>> 7) + 1];
      if (!this.distances.counts(low, high, example, distance)) continue;
      if (this.after !== undefined) {
        const order = compareCodes({ distance, high, low }, this.after);
        if (order < 0) continue;
        // Some of its records may lie before the place from which on the search goes: the tally must not count too many.
        if (order > 0) this.tally.add(distance, high);
      } else {
        this.tally.add(distance, high);
      }
      this.list.add(distance, high, low);
    }
  }
}
