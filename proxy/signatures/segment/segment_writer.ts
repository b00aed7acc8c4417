import { createHash, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { Kernel } from "../kernel/kernel.js";
import { boundsOf, type Box, type Records } from "../record.js";
import {
  encodeHeader,
  laneEntries,
  laneSections,
  largestSorted,
  segmentBytes,
  type Section,
  type SectionName,
  type SegmentHeader,
} from "./layout.js";
import { pageBounds } from "./page_bounds.js";
import { SectionWriter, writeAll } from "./section_writer.js";
import { SortedRecords } from "./sorted_records.js";

/** A segment that lies on the disk. */
export interface WrittenSegment {
  /** The name of its file, which follows from its content. */
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly bounds: Box;
}

/** What the name of a segment's file ends in. */
export const segmentSuffix = ".segment";

/**
 * Writes records as a segment, which has its name once all of it is on the disk. Nothing is left of one that failed.
 * @param folder that exists
 * @param records are sorted where they lie: nothing of them stays as it was
 * @param encoder the hash of the encoder that made the signatures
 * @throws RangeError where there are no records, or more than a segment holds
 */
export function writeSegment(
  folder: string,
  records: Records,
  encoder: string,
  kernel: Kernel,
): WrittenSegment {
  const { length: count } = records.signatures;
  if (count === 0 || count > largestSorted) {
    throw new RangeError(
      `${count} records, expected from 1 to ${largestSorted} in a segment`,
    );
  }
  const partial = path.join(folder, `${randomUUID()}.partial`);
  const file = openSync(partial, "wx");
  try {
    const bounds = boundsOf(records.positions);
    const sections = writeSections(file, records, bounds, kernel);
    return sealSegment(file, partial, { encoder, count, bounds, sections });
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Writes the header of a segment whose sections are written, and gives it its name once all of it is on the disk.
 * @param file descriptor of the segment's file, open for writing
 * @param partial its path until then
 */
export function sealSegment(
  file: number,
  partial: string,
  header: SegmentHeader,
): WrittenSegment {
  const { count, bounds } = header;
  const block = encodeHeader(header);
  writeAll(file, block, 0);
  fsyncSync(file);
  const name = `${createHash("sha256").update(block).digest("hex").slice(0, 32)}${segmentSuffix}`;
  renameSync(partial, path.join(path.dirname(partial), name));
  return { name, count, bytes: segmentBytes(count), bounds };
}

function writeSections(
  file: number,
  records: Records,
  bounds: Box,
  kernel: Kernel,
): Record<SectionName, Section> {
  const sorted = new SortedRecords(kernel, records);
  const writer = new SectionWriter(file);
  sorted.sortBySignature();
  writer.write(bytesOf(directory(sorted.codes)));
  const sections: Partial<Record<SectionName, Section>> = {
    directory: writer.end(),
  };
  for (const [lane, name] of laneSections.entries()) {
    const codes = lane === 0 ? sorted.codes : sorted.codesByLane(lane);
    writer.write(bytesOf(codes));
    sections[name] = writer.end();
  }
  writer.write(bytesOf(sorted.places));
  sections.places = writer.end();

  sorted.sortBySpace(bounds);
  writer.write(bytesOf(pageBounds(sorted.places)));
  sections.pageBounds = writer.end();
  writer.write(bytesOf(sorted.codes));
  sections.pageSignatures = writer.end();
  writer.write(bytesOf(sorted.places));
  sections.pagePlaces = writer.end();
  return sections as Record<SectionName, Section>;
}

/** Where the signatures of each 16 bits begin, lane by lane. */
function directory(signatures: Uint32Array): Uint32Array {
  const starts = new Uint32Array(4 * laneEntries);
  for (let i = 0; i < signatures.length; i += 2) {
    const low = signatures[i];
    const high = signatures[i + 1];
    starts[(high >>> 16) + 1]++;
    starts[laneEntries + (high & 0xffff) + 1]++;
    starts[2 * laneEntries + (low >>> 16) + 1]++;
    starts[3 * laneEntries + (low & 0xffff) + 1]++;
  }
  for (let lane = 0; lane < 4; lane++) {
    const first = lane * laneEntries;
    for (let i = first + 1; i < first + laneEntries; i++) {
      starts[i] += starts[i - 1];
    }
  }
  return starts;
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
