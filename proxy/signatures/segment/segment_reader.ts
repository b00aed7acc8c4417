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
import { sharedHeaderBytes, type SharedSegment } from "./segment_file.js";

/** Signatures that are looked through one by one once the search for one has come so far. */
const smallRange = 512;

/** Reads a segment in a worker thread, which may wait for the disk. */
export class SegmentReader {
  readonly count: number;
  private readonly offsets: Record<SectionName, number>;
  private readonly scratch = new Uint32Array(2 * smallRange);
  private starts: Uint32Array | undefined;
  private boxes: Uint32Array | undefined;

  constructor(readonly segment: SharedSegment) {
    this.count = segment.count;
    this.offsets = sectionOffsets(segment.count);
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
   * @throws CorruptSegmentError where the disk gives less, or refuses
   */
  read(section: SectionName, at: number, target: Uint8Array): void {
    this.readAt(this.offsets[section] + at, target);
  }

  /** The rows of lane 0 that have a signature, given by its halves. */
  rowsOf(high: number, low: number): { first: number; end: number } {
    const { directory } = this;
    const bits = high >>> 16;
    const range = { first: directory[bits], end: directory[bits + 1] };
    // The next signature as a number; what lies behind the 16 bits' own range ends at the range.
    const carry = low === 0xffff_ffff;
    return {
      first: this.firstRow(range, high, low),
      end: this.firstRow(range, carry ? high + 1 : high, carry ? 0 : low + 1),
    };
  }

  /** x, y, z of rows of lane 0. */
  places(first: number, end: number): Uint32Array {
    const places = new Uint32Array(3 * (end - first));
    this.read("places", first * placeBytes, new Uint8Array(places.buffer));
    return places;
  }

  /** The first row in the range whose signature is not below the one given. */
  private firstRow(
    range: { first: number; end: number },
    high: number,
    low: number,
  ): number {
    let { first, end } = range;
    const { scratch } = this;
    const isBefore = (i: number) => {
      const otherHigh = scratch[2 * i + 1];
      if (otherHigh !== high) return otherHigh < high;
      return scratch[2 * i] < low;
    };
    while (end - first > smallRange) {
      const middle = Math.floor((first + end) / 2);
      this.readSignatures(middle, middle + 1);
      if (isBefore(0)) first = middle + 1;
      else end = middle;
    }
    this.readSignatures(first, end);
    let row = 0;
    while (row < end - first && isBefore(row)) row++;
    return first + row;
  }

  private readSignatures(first: number, end: number): void {
    const bytes = (end - first) * signatureBytes;
    this.read(
      "lane0",
      first * signatureBytes,
      new Uint8Array(this.scratch.buffer, 0, bytes),
    );
  }

  /** A section that stays in memory: read and checked by the first thread that needs it, for all of them. */
  private load(section: SectionName, shared: SharedArrayBuffer): Uint32Array {
    const content = new Uint32Array(shared, sharedHeaderBytes);
    const isThere = new Int32Array(shared, 0, 1);
    if (Atomics.load(isThere, 0) === 1) return content;
    const { name } = this.segment;
    const block = Buffer.alloc(blockBytes);
    this.readAt(0, block);
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

  private readAt(position: number, target: Uint8Array): void {
    const { name, file } = this.segment;
    for (let done = 0; done < target.length;) {
      let read: number;
      try {
        read = readSync(
          file,
          target,
          done,
          target.length - done,
          position + done,
        );
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
