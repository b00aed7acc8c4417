import { IndexWriter } from "../index/index_writer.js";
import type { PublishedManifest } from "../index/manifest.js";
import { visibleRecords } from "../index/visible_records.js";
import type { OnRecords } from "./import_records.js";

/**
 * Writes an index anew as one segment, without what is hidden: each segment costs every search some reads. An
 * interrupted merge is gone on with.
 * @param folder of the index
 * @param segmentRecords how many records are sorted at once; more than usual takes more memory
 * @throws IndexPlanError where something else was begun in the folder and not finished
 */
export async function mergeSegments(
  folder: string,
  { encoder, voxelSize, stride, segments }: PublishedManifest,
  segmentRecords: number | undefined,
  onRecords: OnRecords,
): Promise<void> {
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  const plan = { encoder, voxelSize, stride, segmentRecords };
  const writer = await IndexWriter.open(folder, plan);
  try {
    // Rows are counted through all segments.
    const begin = Number(writer.checkpoint ?? 0);
    let reached = 0;
    for (const segment of segments) {
      const from = Math.max(0, begin - reached);
      const batches = visibleRecords(folder, segment, from);
      for await (const { records, next } of batches) {
        await writer.add(records, String(reached + next));
        onRecords(reached + next, total);
      }
      reached += segment.count;
    }
  } catch (error) {
    await writer.close();
    throw error;
  }
  await writer.publish();
}
