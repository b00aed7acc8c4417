import path from "node:path";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import type { Records } from "../record.js";
import type { WriteTask, Written } from "../segment/write_worker.js";
import { Thread } from "../thread.js";
import { lockFolder } from "./folder_lock.js";
import { IndexPlanError, IndexWriteError } from "./index_writer.js";
import { publishManifest, readManifest, segmentsFolder } from "./manifest.js";

/**
 * Publishes records as one more segment of an index, at once. What another process has begun to build in the folder stays.
 * @param folder of an index that is published
 * @param records at least one
 * @param encoder the hash of the encoder that made them
 * @throws IndexBusyError where another process writes the index
 * @throws IndexPlanError where there is no index any more, or one of another encoder
 * @throws IndexWriteError where the disk refuses; the index is as it was
 */
export async function appendSegment(
  folder: string,
  records: Records,
  encoder: string,
): Promise<void> {
  const unlock = await lockFolder(path.join(folder, "lock"));
  const thread = new Thread<WriteTask, Written>(
    new Worker(new URL("../segment/write_worker.js", import.meta.url)),
  );
  try {
    const manifest = await readManifest(folder);
    if (manifest?.encoder.hash !== encoder) {
      throw new IndexPlanError(
        "the index was replaced by one of another encoder, whose signatures these would not match",
      );
    }
    try {
      const { segment } = await thread.run({
        kind: "write",
        folder: segmentsFolder(folder),
        records,
        encoder,
      });
      const segments = [...manifest.segments, { ...segment!, hidden: [] }];
      await publishManifest(folder, { ...manifest, segments });
    } catch (error) {
      throw new IndexWriteError(error);
    }
  } finally {
    await thread.close();
    await unlock();
  }
}
