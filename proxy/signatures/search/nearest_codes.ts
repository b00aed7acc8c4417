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
import type { SearchQuery } from "./query.js";
import type { Tally } from "./tally.js";

/** How many signatures are read at once, and how many of those are looked at before the bound is asked for anew. */
const readAtOnce = 2 ** 17;
const scannedAtOnce = 4096;
const hitsAt = readAtOnce * signatureBytes;
const memoryBytes = hitsAt + 4 * scannedAtOnce;

/** Buckets with no more signatures between them are read in one go: that many take as long as another read. */
const readAcross = 2048;

/** What the two ways of searching cost. */
export interface SearchCosts {
  /** Reading a bucket, in nanoseconds. */
  readonly read: number;
  /** Looking at a signature, in nanoseconds. */
  readonly look: number;
}

/** About what they cost where the pages of the file are cached; it is the ratio that matters. */
const usualCosts: SearchCosts = { read: 3000, look: 1.5 };

/** The numbers of 16 bits, by how many of the bits are set. */
const masks = Array.from({ length: 17 }, (): number[] => []);
for (let mask = 0; mask < 2 ** 16; mask++) {
  masks[mask.toString(2).replaceAll("0", "").length].push(mask);
}

/**
 * The search for the signatures of one segment that are nearest to the examples of a query: multi-index hashing, with a scan of
 * all where that costs less. The steps of it are described at `Kernel`.
 */
export class NearestCodes {
  private readonly list: CodeList;
  private readonly queries: readonly bigint[];
  private readonly distances: ExampleDistances;

  /**
   * @param after where in the order to begin, that code included
   * @param wanted how many records the codes are to have
   * @param tally counts the records met behind `after`; its bound ends the search
   */
  constructor(
    private readonly reader: SegmentReader,
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
    kernel.reserve(memoryBytes);
  }

  /**
   * Searches.
   * @returns codes in their order, none missing before the last; with as many records as wanted, or all up to the bound
   * @throws CancelledError, CorruptSegmentError
   */
  find(): readonly Code[] {
    for (let step = 0; step <= this.tally.bound; step++) {
      if (this.isScanCheaper(step >> 2)) {
        this.scanAll(step);
        break;
      }
      for (const example of this.queries.keys()) this.probe(step, example);
    }
    return this.list.cut();
  }

  /** Whether to look at all signatures takes less than to probe the four lanes at a radius. */
  private isScanCheaper(radius: number): boolean {
    const { read, look } = this.costs;
    const { count } = this.reader;
    const bucketCost = read + (count / 2 ** 16) * look;
    return 4 * masks[radius].length * bucketCost > count * look;
  }

  private scanAll(step: number): void {
    const { count } = this.reader;
    for (let first = 0; first < count; first += readAtOnce) {
      const length = Math.min(readAtOnce, count - first);
      this.read(0, first, length);
      for (const example of this.queries.keys()) {
        this.scan(step, example, 0, length);
      }
    }
  }

  /** Looks at the buckets that differ from an example in as many bits as the step's radius, in the step's lane. */
  private probe(step: number, example: number): void {
    const lane = step % 4;
    const own = Number(
      (this.queries[example] >> BigInt(48 - 16 * lane)) & 0xffffn,
    );
    const starts = this.reader.directory.subarray(lane * laneEntries);
    const buckets = Uint16Array.from(masks[step >> 2], (mask) => own ^ mask);
    buckets.sort();
    for (let i = 0; i < buckets.length;) {
      const first = starts[buckets[i]];
      let end = starts[buckets[i] + 1];
      const group = [buckets[i++]];
      while (
        i < buckets.length &&
        starts[buckets[i]] - end <= readAcross &&
        starts[buckets[i] + 1] - first <= readAtOnce
      ) {
        end = starts[buckets[i] + 1];
        group.push(buckets[i++]);
      }
      if (end - first > readAtOnce) {
        this.scanLargeBucket(step, example, first, end);
        continue;
      }
      if (end === first) continue;
      this.read(lane, first, end - first);
      for (const bucket of group) {
        this.scan(
          step,
          example,
          starts[bucket] - first,
          starts[bucket + 1] - starts[bucket],
        );
      }
    }
  }

  private scanLargeBucket(
    step: number,
    example: number,
    first: number,
    end: number,
  ): void {
    for (let row = first; row < end; row += readAtOnce) {
      const length = Math.min(readAtOnce, end - row);
      this.read(step % 4, row, length);
      this.scan(step, example, 0, length);
    }
  }

  private read(lane: number, first: number, length: number): void {
    this.reader.read(
      laneSections[lane],
      first * signatureBytes,
      new Uint8Array(this.kernel.memory, 0, length * signatureBytes),
    );
  }

  /** Looks at signatures that were read. */
  private scan(
    step: number,
    example: number,
    first: number,
    length: number,
  ): void {
    for (let done = 0; done < length; done += scannedAtOnce) {
      const count = Math.min(scannedAtOnce, length - done);
      this.effort.add(count);
      const found = this.kernel.scan(
        (first + done) * signatureBytes,
        count,
        this.queries[example],
        this.tally.bound,
        step,
        hitsAt,
      );
      if (found > 0) this.take(example, first + done, found);
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
        if (order > 0) this.tally.add(distance);
      } else {
        this.tally.add(distance);
      }
      this.list.add(distance, high, low);
    }
  }
}
