import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import type { Kernel } from "../kernel/kernel.js";
import {
  blockBytes,
  CorruptSegmentError,
  decodeHeader,
  laneEntries,
  laneSections,
  pageRecords,
  placeBytes,
  sectionOffsets,
  signatureBytes,
  type Section,
  type SectionName,
} from "./layout.js";
import { gatherRows } from "./moved_rows.js";
import { pageBounds } from "./page_bounds.js";
import { SectionWriter } from "./section_writer.js";

/** The parts in which a joined segment is written, each by one thread. */
export const joinedParts = [
  "lane0",
  "pages",
  "lane1",
  "lane2",
  "lane3",
] as const;

export type JoinedPart = (typeof joinedParts)[number];

/** Segments that are to become one. */
export interface Join {
  /** In which they lie. */
  readonly folder: string;
  readonly segments: readonly {
    readonly name: string;
    readonly count: number;
  }[];
  /** The file of what they become, in the same folder. */
  readonly target: string;
}

/** The sections of a part. */
export type JoinedSections = Partial<Record<SectionName, Section>>;

/** How many records are merged at once: few enough to lie in a cache. A bucket that has more is merged whole. */
const mergedAtOnce = 2 ** 18;
/** The most records of a bucket: more do not fit into the kernel's 4 GiB. */
const largestBucket = 2 ** 26;

/**
 * Writes a part of the segment that others become together. What they have sorted is merged, bucket by bucket, so that it takes no more
 * memory than the largest bucket; the pages follow one another as they are.
 * @param join whose target exists
 * @returns undefined where so many signatures are nearly the same that there is no room to merge them
 * @throws CorruptSegmentError where one of them is not what was written
 */
export function writeJoinedPart(
  join: Join,
  part: JoinedPart,
  kernel: Kernel,
): JoinedSections | undefined {
  const sources = join.segments.map(
    ({ name, count }) => new Source(join.folder, name, count),
  );
  const file = openSync(path.join(join.folder, join.target), "r+");
  try {
    const joined = new JoinedSegment(sources, file, kernel);
    if (part === "pages") return joined.pages();
    if (part === "lane0") return joined.firstLane();
    return joined.lane(laneSections.indexOf(part));
  } finally {
    closeSync(file);
    for (const source of sources) source.close();
  }
}

/** A segment that is read from its beginning to its end, each section once. */
class Source {
  private readonly file: number;
  private readonly offsets: Record<SectionName, number>;
  private readonly sections: Record<SectionName, Section>;
  private readonly hashes = new Map<SectionName, Hash>();

  constructor(
    folder: string,
    readonly name: string,
    readonly count: number,
  ) {
    this.file = openSync(path.join(folder, name), "r");
    this.offsets = sectionOffsets(count);
    const block = Buffer.alloc(blockBytes);
    this.readAt(0, block);
    this.sections = decodeHeader(name, block).sections;
  }

  /** Reads what comes next in a section: each piece begins where the last one ended. */
  read(section: SectionName, at: number, target: Uint8Array): void {
    this.readAt(this.offsets[section] + at, target);
    const hash = this.hashes.get(section) ?? createHash("sha256");
    this.hashes.set(section, hash.update(target));
  }

  /** Compares what was read of a section, all of it, with its checksum. */
  check(section: SectionName): void {
    const sum = this.hashes.get(section)?.digest("hex");
    if (sum !== this.sections[section].sha256) {
      throw new CorruptSegmentError(
        this.name,
        `the checksum of ${section} is wrong`,
      );
    }
  }

  close(): void {
    closeSync(this.file);
  }

  private readAt(position: number, target: Uint8Array): void {
    for (let done = 0; done < target.length;) {
      const read = readSync(
        this.file,
        target,
        done,
        target.length - done,
        position + done,
      );
      if (read === 0) {
        throw new CorruptSegmentError(this.name, "the file is cut off");
      }
      done += read;
    }
  }
}

/** The segment that others become. */
class JoinedSegment {
  private readonly count: number;
  private readonly offsets: Record<SectionName, number>;

  constructor(
    private readonly sources: readonly Source[],
    private readonly file: number,
    private readonly kernel: Kernel,
  ) {
    this.count = sources.reduce((sum, { count }) => sum + count, 0);
    this.offsets = sectionOffsets(this.count);
  }

  /** Lane 0 with its places, and the directory of all lanes. */
  firstLane(): JoinedSections | undefined {
    const directories = this.directories();
    if (this.isCrowded(0, directories)) return undefined;
    const starts = new Uint32Array(4 * laneEntries);
    for (const directory of directories) {
      for (let i = 0; i < starts.length; i++) starts[i] += directory[i];
    }
    const directory = this.writer("directory");
    directory.write(new Uint8Array(starts.buffer));
    const lane0 = this.writer("lane0");
    const places = this.writer("places");
    this.mergeLane(0, directories, (codesAt, rowsAt, placesAt, count) => {
      lane0.write(this.bytes(codesAt, count * signatureBytes));
      const numbers = (address: number, length: number) =>
        new Uint32Array(this.kernel.memory, address, length);
      const sorted = new Uint32Array(3 * count);
      const rows = numbers(rowsAt, count);
      gatherRows(numbers(placesAt, 3 * count), sorted, 3, rows);
      places.write(new Uint8Array(sorted.buffer));
    });
    this.check("lane0", "places");
    return {
      directory: directory.end(),
      lane0: lane0.end(),
      places: places.end(),
    };
  }

  /** A lane other than the first. */
  lane(lane: number): JoinedSections | undefined {
    const directories = this.directories();
    if (this.isCrowded(lane, directories)) return undefined;
    const section = laneSections[lane];
    const writer = this.writer(section);
    this.mergeLane(lane, directories, (codesAt, _rows, _places, count) =>
      writer.write(this.bytes(codesAt, count * signatureBytes)),
    );
    this.check(section);
    return { [section]: writer.end() };
  }

  /** The pages of one after those of the other; a page at the seam may have records of both. */
  pages(): JoinedSections {
    const bounds = this.writer("pageBounds");
    const signatures = this.writer("pageSignatures");
    const places = this.writer("pagePlaces");
    this.copy("pageSignatures", signatureBytes, (piece) =>
      signatures.write(piece),
    );
    this.copy("pagePlaces", placeBytes, (piece) => {
      places.write(piece);
      const positions = new Uint32Array(piece.buffer, 0, piece.length / 4);
      const boxes = pageBounds(positions);
      bounds.write(new Uint8Array(boxes.buffer));
    });
    this.check("pageSignatures", "pagePlaces");
    return {
      pageBounds: bounds.end(),
      pageSignatures: signatures.end(),
      pagePlaces: places.end(),
    };
  }

  /** Reads a section of all sources in pieces of whole pages of the joined segment. */
  private copy(
    section: SectionName,
    bytes: number,
    write: (piece: Uint8Array<ArrayBuffer>) => void,
  ): void {
    const most = bytes * pageRecords * 512;
    const piece = new Uint8Array(most);
    let filled = 0;
    for (const source of this.sources) {
      const end = bytes * source.count;
      for (let at = 0; at < end;) {
        const length = Math.min(most - filled, end - at);
        source.read(section, at, piece.subarray(filled, filled + length));
        at += length;
        filled += length;
        if (filled === most) {
          write(piece);
          filled = 0;
        }
      }
    }
    if (filled > 0) write(piece.subarray(0, filled));
  }

  private directories(): Uint32Array[] {
    return this.sources.map((source) => {
      const directory = new Uint32Array(4 * laneEntries);
      source.read("directory", 0, new Uint8Array(directory.buffer));
      source.check("directory");
      return directory;
    });
  }

  private isCrowded(lane: number, directories: readonly Uint32Array[]) {
    const base = lane * laneEntries;
    for (let bucket = base; bucket < base + 2 ** 16; bucket++) {
      let rows = 0;
      for (const starts of directories) {
        rows += starts[bucket + 1] - starts[bucket];
      }
      if (rows > largestBucket) return true;
    }
    return false;
  }

  /**
   * Merges a lane, and with the first the places.
   * @param write is given where the codes lie in the kernel's memory in their order, and the rows that they had among the places
   */
  private mergeLane(
    lane: number,
    directories: readonly Uint32Array[],
    write: (
      codesAt: number,
      rowsAt: number,
      placesAt: number,
      count: number,
    ) => void,
  ): void {
    const base = lane * laneEntries;
    const rowsBelow = (bucket: number) =>
      directories.reduce((sum, starts) => sum + starts[base + bucket], 0);
    for (let bucket = 0; bucket < 2 ** 16;) {
      const first = rowsBelow(bucket);
      let next = bucket + 1;
      while (next < 2 ** 16 && rowsBelow(next + 1) - first <= mergedAtOnce) {
        next++;
      }
      const count = rowsBelow(next) - first;
      if (count > 0) {
        const ends = directories.map((starts) => ({
          first: starts[base + bucket],
          end: starts[base + next],
        }));
        const placesAt = 24 * count;
        this.kernel.reserve(placesAt + placeBytes * count);
        const runs = this.read(lane, ends, placesAt);
        const { codesAt, rowsAt } = this.merge(lane, runs, count, placesAt);
        write(codesAt, rowsAt, placesAt, count);
      }
      bucket = next;
    }
  }

  /** Reads the rows of each source, one behind the other. @returns where each ends */
  private read(
    lane: number,
    rows: readonly { first: number; end: number }[],
    placesAt: number,
  ): number[] {
    let read = 0;
    return this.sources.map((source, i) => {
      const { first, end } = rows[i];
      const length = end - first;
      if (length > 0) {
        source.read(
          laneSections[lane],
          first * signatureBytes,
          this.bytes(read * signatureBytes, length * signatureBytes),
        );
        if (lane === 0) {
          const at = placesAt + read * placeBytes;
          source.read(
            "places",
            first * placeBytes,
            this.bytes(at, length * placeBytes),
          );
        }
      }
      read += length;
      return read;
    });
  }

  /** Merges neighbours until all are one. */
  private merge(lane: number, ends: number[], count: number, placesAt: number) {
    let codesAt = 0;
    let rowsAt = 16 * count;
    let [codesRoomAt, rowsRoomAt] = [8 * count, 20 * count];
    const rows = new Uint32Array(this.kernel.memory, rowsAt, count);
    if (lane === 0) for (let row = 0; row < count; row++) rows[row] = row;
    while (ends.length > 1) {
      const merged: number[] = [];
      let first = 0;
      for (let i = 0; i < ends.length; i += 2) {
        const middle = ends[i];
        const end = i + 1 < ends.length ? ends[i + 1] : middle;
        this.kernel.mergeRuns(
          codesAt + 8 * first,
          rowsAt + 4 * first,
          middle - first,
          end - first,
          lane,
          placesAt,
          codesRoomAt + 8 * first,
          rowsRoomAt + 4 * first,
        );
        merged.push(end);
        first = end;
      }
      ends = merged;
      [codesAt, codesRoomAt] = [codesRoomAt, codesAt];
      [rowsAt, rowsRoomAt] = [rowsRoomAt, rowsAt];
    }
    return { codesAt, rowsAt };
  }

  private check(...sections: SectionName[]): void {
    for (const source of this.sources) {
      for (const section of sections) source.check(section);
    }
  }

  private writer(section: SectionName): SectionWriter {
    return new SectionWriter(this.file, this.offsets[section]);
  }

  private bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.memory, address, length);
  }
}
