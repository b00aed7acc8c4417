import { createHash, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { Kernel } from "../kernel/kernel.js";
import { boundsOf, type Box, type Records } from "../record.js";
import {
  encodeHeader,
  laneEntries,
  laneSections,
  largestSegment,
  pageRecords,
  segmentBytes,
  type Section,
  type SectionName,
} from "./layout.js";
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

/** How many rows are put in order at once on their way to the file. */
const gatheredRows = 2 ** 16;

/**
 * Writes records as a segment, which has its name once all of it is on the disk. Nothing is left of one that failed.
 * @param folder that exists
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
  if (count === 0 || count > largestSegment) {
    throw new RangeError(
      `${count} records, expected from 1 to ${largestSegment} in a segment`,
    );
  }
  const partial = path.join(folder, `${randomUUID()}.partial`);
  const file = openSync(partial, "wx");
  try {
    const bounds = boundsOf(records.positions);
    const sections = writeSections(file, records, bounds, kernel);
    const header = encodeHeader({ encoder, count, bounds, sections });
    writeAll(file, header, 0);
    fsyncSync(file);
    const name = `${createHash("sha256").update(header).digest("hex").slice(0, 32)}${segmentSuffix}`;
    renameSync(partial, path.join(folder, name));
    return { name, count, bytes: segmentBytes(count), bounds };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
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
  // The directory comes first in the file, and needs no order.
  writer.write(bytesOf(directory(sorted.signatures)));
  const sections: Partial<Record<SectionName, Section>> = {
    directory: writer.end(),
  };
  const bySignature = sorted.order.slice();
  for (const [lane, name] of laneSections.entries()) {
    const codes = lane === 0 ? sorted.codes : sorted.codesByLane(lane);
    writer.write(bytesOf(codes));
    sections[name] = writer.end();
  }
  writeGathered(writer, sorted.positions, 3, bySignature);
  sections.places = writer.end();

  sorted.order.set(bySignature);
  sorted.sortBySpace(bounds);
  writer.write(bytesOf(pageBounds(sorted.positions, sorted.order)));
  sections.pageBounds = writer.end();
  writeGathered(writer, sorted.signatures, 2, sorted.order);
  sections.pageSignatures = writer.end();
  writeGathered(writer, sorted.positions, 3, sorted.order);
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

/** The box around each page: the least and the last x, y, z inside. */
function pageBounds(positions: Uint32Array, order: Uint32Array): Uint32Array {
  const pages = Math.ceil(order.length / pageRecords);
  const bounds = new Uint32Array(6 * pages);
  for (let page = 0; page < pages; page++) {
    const box = bounds.subarray(6 * page, 6 * page + 6);
    box.fill(0xffff_ffff, 0, 3);
    const first = page * pageRecords;
    for (const row of order.subarray(first, first + pageRecords)) {
      for (let axis = 0; axis < 3; axis++) {
        const value = positions[3 * row + axis];
        if (value < box[axis]) box[axis] = value;
        if (value > box[3 + axis]) box[3 + axis] = value;
      }
    }
  }
  return bounds;
}

/** Adds `width` numbers a row, two or three, in the order given. */
function writeGathered(
  writer: SectionWriter,
  numbers: Uint32Array,
  width: 2 | 3,
  order: Uint32Array,
): void {
  const gathered = new Uint32Array(width * gatheredRows);
  for (let first = 0; first < order.length; first += gatheredRows) {
    const end = Math.min(first + gatheredRows, order.length);
    let length = 0;
    // Written out, without a loop over the width: much of the time of a segment is spent here.
    for (let i = first; i < end; i++) {
      const at = width * order[i];
      gathered[length] = numbers[at];
      gathered[length + 1] = numbers[at + 1];
      if (width === 3) gathered[length + 2] = numbers[at + 2];
      length += width;
    }
    writer.write(bytesOf(gathered.subarray(0, length)));
  }
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
