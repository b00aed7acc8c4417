import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import {
  blockBytes,
  CorruptSegmentError,
  decodeHeader,
  placeBytes,
  sectionOffsets,
  signatureBytes,
  type SectionName,
} from "./layout.js";
import {
  sharedHeaderBytes,
  waymarkRows,
  type SharedSegment,
} from "./segment_file.js";

/** Rows of lane 0. */
interface Rows {
  readonly first: number;
  readonly end: number;
}

/** Reads a segment in a worker thread, which may wait for the disk. */
export class SegmentReader {
  readonly count: number;
  private readonly offsets: Record<SectionName, number>;
  private readonly scratch = new Uint32Array(2 * waymarkRows);
  private readonly scratchBytes = new Uint8Array(this.scratch.buffer);
  private readonly waymarks: BigUint64Array;
  private starts: Uint32Array | undefined;
  private boxes: Uint32Array | undefined;

  constructor(readonly segment: SharedSegment) {
    this.count = segment.count;
    this.offsets = sectionOffsets(segment.count);
    this.waymarks = new BigUint64Array(segment.waymarks);
  }

  /**
   * Where the signatures of each 16 bits begin: `65537 * lane + bits`, and the next entry where they end.
   * @throws CorruptSegmentError where the section's checksum is wrong
   */
  get directory(): Uint32Array {
    this.starts ??= this.load("directory", this.segment.directory);
    return this.starts;
  }

  /** The box around each page: the least and the last x, y, z inside. */
  get pageBounds(): Uint32Array {
    this.boxes ??= this.load("pageBounds", this.segment.pageBounds);
    return this.boxes;
  }

  /**
   * Reads a part of a section.
   * @param at where it begins in the section, in bytes
   * @param length how much of the target to fill
   * @throws CorruptSegmentError where the disk gives less, or refuses
   */
  read(
    section: SectionName,
    at: number,
    target: Uint8Array,
    length = target.length,
  ): void {
    this.readAt(this.offsets[section] + at, target, length);
  }

  /** The rows of lane 0 that have a signature, given by its halves. */
  rowsOf(high: number, low: number): Rows {
    const { directory, scratch } = this;
    const bits = high >>> 16;
    const range = { first: directory[bits], end: directory[bits + 1] };
    if (range.first === range.end) return range;
    const { first, read } = this.firstRow(range, high, low);
    let end = first;
    while (
      end < read.end &&
      scratch[2 * (end - read.first)] === low &&
      scratch[2 * (end - read.first) + 1] === high
    ) {
      end++;
    }
    if (end < read.end || end === range.end) return { first, end };
    // More may follow what was read, and very many: up to the next signature as a number, or to the end of the range.
    const carry = low === 0xffff_ffff;
    const behind = { first: end, end: range.end };
    const next = this.firstRow(
      behind,
      carry ? high + 1 : high,
      carry ? 0 : low + 1,
    );
    return { first, end: next.first };
  }

  /** x, y, z of rows of lane 0. */
  places(first: number, end: number): Uint32Array {
    const places = new Uint32Array(3 * (end - first));
    this.read("places", first * placeBytes, new Uint8Array(places.buffer));
    return places;
  }

  /** The first row in the range whose signature is not below the one given, and the rows before and around it that were read. */
  private firstRow(range: Rows, high: number, low: number) {
    const signature = (BigInt(high) << 32n) | BigInt(low);
    // It lies behind the last waymark that is below it, and not behind the next.
    let first = Math.floor(range.first / waymarkRows);
    let last = Math.floor((range.end - 1) / waymarkRows);
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if (this.waymark(middle) < signature) first = middle;
      else last = middle - 1;
    }
    const read = {
      first: Math.max(range.first, first * waymarkRows),
      end: Math.min(range.end, (first + 1) * waymarkRows),
    };
    this.readSignatures(read);
    const { scratch } = this;
    let row = 0;
    let end = read.end - read.first;
    while (row < end) {
      const middle = (row + end) >> 1;
      const otherHigh = scratch[2 * middle + 1];
      if (otherHigh === high ? scratch[2 * middle] < low : otherHigh < high) {
        row = middle + 1;
      } else {
        end = middle;
      }
    }
    return { first: read.first + row, read };
  }

  /** The signature of a waymark: read once for all threads, but for one that is 0. */
  private waymark(number: number): bigint {
    const known = Atomics.load(this.waymarks, number);
    if (known !== 0n) return known;
    const row = number * waymarkRows;
    this.readSignatures({ first: row, end: row + 1 });
    const [low, high] = this.scratch;
    const signature = (BigInt(high) << 32n) | BigInt(low);
    Atomics.store(this.waymarks, number, signature);
    return signature;
  }

  private readSignatures({ first, end }: Rows): void {
    const { scratchBytes } = this;
    const length = (end - first) * signatureBytes;
    this.read("lane0", first * signatureBytes, scratchBytes, length);
  }

  /** A section that stays in memory: read and checked by the first thread that needs it, for all of them. */
  private load(section: SectionName, shared: SharedArrayBuffer): Uint32Array {
    const content = new Uint32Array(shared, sharedHeaderBytes);
    const isThere = new Int32Array(shared, 0, 1);
    if (Atomics.load(isThere, 0) === 1) return content;
    const { name } = this.segment;
    const block = Buffer.alloc(blockBytes);
    this.readAt(0, block, blockBytes);
    const { sha256 } = decodeHeader(name, block).sections[section];
    const bytes = new Uint8Array(content.byteLength);
    this.read(section, 0, bytes);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
      throw new CorruptSegmentError(
        name,
        `the checksum of ${section} is wrong`,
      );
    }
    // Another thread may be doing the same, to the same bytes.
    new Uint8Array(shared, sharedHeaderBytes).set(bytes);
    Atomics.store(isThere, 0, 1);
    return content;
  }

  private readAt(position: number, target: Uint8Array, length: number): void {
    const { name, file } = this.segment;
    for (let done = 0; done < length;) {
      let read: number;
      try {
        read = readSync(file, target, done, length - done, position + done);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new CorruptSegmentError(name, `the disk refuses it (${code})`);
      }
      if (read === 0)
        throw new CorruptSegmentError(name, "the file is cut off");
      done += read;
    }
  }
}
