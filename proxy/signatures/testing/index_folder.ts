/** Indexes on the disk for specs. */
import { mkdir } from "node:fs/promises";
import {
  publishManifest,
  segmentsFolder,
  type IndexSegment,
} from "../index/manifest.js";
import { makeKernel } from "../kernel/choose.js";
import type { Box, Records } from "../record.js";
import { writeSegment } from "../segment/segment_writer.js";
import { plan } from "./records.js";

/** The records of a segment, and the boxes in which they are hidden. */
export interface Part {
  readonly records: Records;
  readonly hidden?: readonly Box[];
}

/** Publishes an index in a folder, one segment a part. */
export async function publishParts(
  folder: string,
  parts: readonly Part[],
): Promise<readonly IndexSegment[]> {
  await mkdir(segmentsFolder(folder), { recursive: true });
  const segments = parts.map(({ records, hidden = [] }) => ({
    ...writeSegment(
      segmentsFolder(folder),
      // Nothing of what is written stays as it was, and the specs go on with theirs.
      structuredClone(records),
      plan.encoder.hash,
      makeKernel(),
    ),
    hidden,
  }));
  await publishManifest(folder, { ...plan, segments });
  return segments;
}
