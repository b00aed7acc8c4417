import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Box } from "../record.js";

/**
 * A segment is one immutable file of signatures in the orders in which they are looked for:
 *
 * - a header block: `CLIOSEG1`, the length of a JSON text (u32), the text, zeros, and the SHA-256 of all that;
 * - the sections, each with its SHA-256 in the header and beginning at a multiple of the block, with zeros between.
 *
 * All numbers are little-endian. Lane 0 is sorted as its signatures are as numbers, and equal ones by z, y, x of their places;
 * each other lane by its own 16 bits and then as lane 0 is. The bytes of a segment follow from the sets of records that were sorted together,
 * and from the order of these sets.
 */
export const sectionNames = [
  /** Where the signatures of each 16 bits begin in each lane: 4 × 65537 u32. */
  "directory",
  /** The signatures in the order of each lane: u64 each. */
  "lane0",
  "lane1",
  "lane2",
  "lane3",
  /** The places in the order of lane 0: x, y, z, u32 each. */
  "places",
  /** The box around each page of the spatial order: min x, y, z and the last x, y, z inside, u32 each. */
  "pageBounds",
  /** Signatures and places, in pages: u64 each, and x, y, z, u32 each. Those that were sorted together lie along a Morton curve. */
  "pageSignatures",
  "pagePlaces",
] as const;

export type SectionName = (typeof sectionNames)[number];

/** The lanes, by their number. */
export const laneSections = ["lane0", "lane1", "lane2", "lane3"] as const;

/** How many signatures a page of the spatial order holds; the last may hold fewer. */
export const pageRecords = 512;
/** The entries of one lane in the directory. */
export const laneEntries = 2 ** 16 + 1;
export const blockBytes = 4096;
export const signatureBytes = 8;
export const placeBytes = 12;
export const pageBoundsBytes = 24;

/** The most records of a segment: what the directory can count. */
export const largestSegment = 2 ** 32 - 1;
/** The most that are sorted at once: what sorting can hold in 4 GiB. Larger segments are joined of such. */
export const largestSorted = 96 * 2 ** 20;

/** Where a section lies in its file, in bytes. */
export interface Section {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
}

/** What a segment says about itself. */
export interface SegmentHeader {
  /** The hash of the encoder that made the signatures. */
  readonly encoder: string;
  /** How many records there are, at least one. */
  readonly count: number;
  /** The box around all places. */
  readonly bounds: Box;
  readonly sections: Readonly<Record<SectionName, Section>>;
}

/** Thrown where a segment is not what was written. The message says which part of it. */
export class CorruptSegmentError extends Error {
  constructor(
    /** The name of the segment's file. */
    readonly segment: string,
    readonly reason: string,
  ) {
    super(`${segment}: ${reason}`);
    this.name = "CorruptSegmentError";
  }
}

const magic = "CLIOSEG1";
const textAt = 12;
const sumBytes = 32;
const sumAt = blockBytes - sumBytes;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const voxel = v.tuple([whole, whole, whole]);
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const SectionSchema = v.strictObject({ offset: whole, length: whole, sha256 });
const HeaderSchema = v.strictObject({
  encoder: v.string(),
  count: v.pipe(whole, v.minValue(1), v.maxValue(largestSegment)),
  bounds: v.strictObject({ min: voxel, max: voxel }),
  sections: v.strictObject(v.entriesFromList(sectionNames, SectionSchema)),
});

/** How long each section of a segment of `count` records is, in bytes. */
export function sectionLengths(count: number): Record<SectionName, number> {
  const signatures = count * signatureBytes;
  return {
    directory: 4 * laneEntries * 4,
    lane0: signatures,
    lane1: signatures,
    lane2: signatures,
    lane3: signatures,
    places: count * placeBytes,
    pageBounds: Math.ceil(count / pageRecords) * pageBoundsBytes,
    pageSignatures: signatures,
    pagePlaces: count * placeBytes,
  };
}

/** Where each section begins, in bytes. */
export function sectionOffsets(count: number): Record<SectionName, number> {
  const lengths = sectionLengths(count);
  const offsets = {} as Record<SectionName, number>;
  let offset = blockBytes;
  for (const name of sectionNames) {
    offsets[name] = offset;
    offset += roundUp(lengths[name]);
  }
  return offsets;
}

/** The size of the file of a segment of `count` records, in bytes. */
export function segmentBytes(count: number): number {
  const sum = Object.values(sectionLengths(count)).reduce(
    (bytes, length) => bytes + roundUp(length),
    0,
  );
  return blockBytes + sum;
}

/** `bytes`, or what is more and a multiple of the block. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

/** The header's block. */
export function encodeHeader(header: SegmentHeader): Buffer {
  const block = Buffer.alloc(blockBytes);
  const text = Buffer.from(JSON.stringify(header));
  if (textAt + text.length > sumAt) {
    throw new RangeError(`a header of ${text.length} bytes has no room`);
  }
  block.write(magic, "latin1");
  block.writeUInt32LE(text.length, magic.length);
  text.copy(block, textAt);
  sum(block).copy(block, sumAt);
  return block;
}

/**
 * Reads a header's block.
 * @param segment the name of the file, for the error
 * @throws CorruptSegmentError where a bit of it has changed, or it was written by another version
 */
export function decodeHeader(segment: string, block: Buffer): SegmentHeader {
  if (block.length < blockBytes) {
    throw new CorruptSegmentError(segment, "the header is cut off");
  }
  if (!sum(block).equals(block.subarray(sumAt, blockBytes))) {
    throw new CorruptSegmentError(segment, "the header's checksum is wrong");
  }
  if (block.toString("latin1", 0, magic.length) !== magic) {
    throw new CorruptSegmentError(segment, `the file is no ${magic}`);
  }
  const length = block.readUInt32LE(magic.length);
  const json: unknown = JSON.parse(
    block.toString("utf8", textAt, textAt + length),
  );
  const result = v.safeParse(HeaderSchema, json);
  if (!result.success) {
    throw new CorruptSegmentError(segment, "the header has another form");
  }
  return result.output;
}

function sum(block: Buffer): Buffer {
  return createHash("sha256").update(block.subarray(0, sumAt)).digest();
}
