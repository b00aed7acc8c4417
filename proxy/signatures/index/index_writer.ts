import { isDeepStrictEqual } from "node:util";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import * as v from "valibot";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import {
  boundsOf,
  covers,
  overlap,
  type Box,
  type Records,
} from "../record.js";
import { largestSegment } from "../segment/layout.js";
import type { WrittenSegment } from "../segment/segment_writer.js";
import { Thread } from "../thread.js";
import { lockFolder } from "./folder_lock.js";
import { groupsOf, joinSegments, type WriteThread } from "./join_segments.js";
import {
  DescriptionSchema,
  publishManifest,
  readManifest,
  segmentsFolder,
  WrittenSegmentSchema,
  type IndexDescription,
  type IndexSegment,
} from "./manifest.js";
import { CorruptIndexError, readSealed, writeSealed } from "./sealed_file.js";

/** What an index is to become. */
export interface IndexPlan extends IndexDescription {
  /**
   * The part of the published index that is made anew: all records lie in it, and take the place of those that are there. The
   * whole index where not given.
   */
  readonly region?: Box;
  /** How many records are sorted at once (16,777,216 where not given); each thread that does takes 56 bytes for each. */
  readonly segmentRecords?: number;
}

/** The bytes that a thread takes for each record of a segment that it sorts and writes. */
const writingBytes = 56;
/** More threads than these wait for the disk, and the part of the machine's memory that they may take together. */
const mostThreads = 4;
const memoryPart = 1 / 4;

/** Thrown where an index cannot be written as it was asked. The message is for the person who asked. */
export class IndexPlanError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "IndexPlanError";
  }
}

/** Thrown where the disk refuses what an index is made of. What was safe before stays safe. */
export class IndexWriteError extends Error {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `the index cannot be written: ${why}; what was written before is safe, and the same command goes on from there`,
      { cause },
    );
    this.name = "IndexWriteError";
  }
}

const usualSegmentRecords = 2 ** 24;
const progressName = "progress.json";

const voxel = v.tuple([v.number(), v.number(), v.number()]);
const ProgressSchema = v.strictObject({
  ...DescriptionSchema.entries,
  region: v.nullable(v.strictObject({ min: voxel, max: voxel })),
  segmentRecords: v.number(),
  segments: v.array(WrittenSegmentSchema),
  checkpoint: v.nullable(v.string()),
});
/** What of an index under way is safe on the disk. */
type Progress = Omit<v.InferOutput<typeof ProgressSchema>, "segments"> & {
  segments: WrittenSegment[];
};

/**
 * Writes an index: batches of records become segments, and `publish` joins these and puts them in the place of what the index was. Until then
 * all of it lies in the folder `building` of the index, and a later writer of the same plan goes on from there. The same batches in
 * the same order give the same bytes, however often the writing was interrupted.
 */
export class IndexWriter {
  private batches: Records[] = [];
  private buffered = 0;
  private reached: string | undefined;
  /** The segments that are being written, in their order: each ends when it and all before it are safe. */
  private readonly writing: Promise<void>[] = [];
  private begun = 0;
  private failure: Error | undefined;

  private constructor(
    private readonly folder: string,
    private progress: Progress,
    private readonly threads: readonly WriteThread[],
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Begins to write an index, or goes on where an interrupted writer of the same plan came to.
   * @param folder of the index, made where there is none
   * @throws IndexBusyError where another process writes it
   * @throws IndexPlanError where a writer with another plan was interrupted (see `discard`), or where a region is to go into an
   * index that there is not, or that another encoder made
   */
  static async open(folder: string, plan: IndexPlan): Promise<IndexWriter> {
    await mkdir(buildingFolder(folder), { recursive: true });
    await mkdir(segmentsFolder(folder), { recursive: true });
    const unlock = await lockFolder(path.join(folder, "lock"));
    try {
      if (plan.region !== undefined) await checkRegionPlan(folder, plan);
      const progress = await resume(folder, plan);
      const threads = Array.from(
        { length: threadsFor(progress.segmentRecords) },
        (): WriteThread =>
          new Thread(
            new Worker(new URL("../segment/write_worker.js", import.meta.url)),
          ),
      );
      return new IndexWriter(folder, progress, threads, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Removes what an interrupted writer has left. The published index stays. */
  static async discard(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const unlock = await lockFolder(path.join(folder, "lock"));
    try {
      await rm(buildingFolder(folder), { recursive: true, force: true });
    } finally {
      await unlock();
    }
  }

  /** The checkpoint of the last batch that is safe on the disk: what comes after it is to be added (again). */
  get checkpoint(): string | undefined {
    return this.progress.checkpoint ?? undefined;
  }

  /** How many records are safe on the disk. */
  get written(): number {
    return this.progress.segments.reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Adds records; they may be empty. Waits where the disk is behind.
   * @param records the writer's own from now on: they must not be changed
   * @param checkpoint what the writer's `checkpoint` is once these and all before them are safe
   * @throws IndexPlanError where a place lies outside of the plan's region, or there are more records than a segment takes
   * @throws IndexWriteError where the disk refuses what was added before
   */
  async add(records: Records, checkpoint: string): Promise<void> {
    const { length } = records.signatures;
    const { region, segmentRecords } = this.progress;
    if (records.positions.length !== 3 * length || length > segmentRecords) {
      throw new IndexPlanError(
        `${length} signatures with ${records.positions.length} coordinates, expected three a signature and at most ${segmentRecords} at once`,
      );
    }
    if (region && length > 0 && !covers(region, boundsOf(records.positions))) {
      throw new IndexPlanError("a place lies outside of the region");
    }
    if (this.buffered + length > segmentRecords) await this.flush();
    this.batches.push(records);
    this.buffered += length;
    this.reached = checkpoint;
    if (this.failure !== undefined) throw this.failure;
  }

  /**
   * Makes what was written the index, at once: a reader finds the old one or the new one. Ends the writer.
   * @throws IndexWriteError where the disk refuses; then the published index is as it was, and a later writer can go on
   */
  async publish(): Promise<void> {
    try {
      await this.flush();
      await Promise.all(this.writing);
      if (this.failure !== undefined) throw this.failure;
      await this.join();
      const { encoder, voxelSize, stride, region } = this.progress;
      const added = this.progress.segments.map((segment): IndexSegment => ({
        ...segment,
        hidden: [],
      }));
      const kept = region === null ? [] : await this.keptBeside(region);
      for (const { name } of added) await this.moveIntoIndex(name);
      await publishManifest(this.folder, {
        encoder,
        voxelSize,
        stride,
        segments: [...kept, ...added],
      });
      await rm(buildingFolder(this.folder), { recursive: true });
    } finally {
      await this.close();
    }
  }

  /** Ends the writer without publishing. What is safe on the disk stays there for a later one. */
  async close(): Promise<void> {
    await Promise.all(this.writing);
    await Promise.all(this.threads.map((thread) => thread.close()));
    await this.unlock();
  }

  /** Makes one segment of those that were written, or as few as may be: each costs every search some reads. */
  private async join(): Promise<void> {
    const folder = buildingFolder(this.folder);
    const { hash } = this.progress.encoder;
    try {
      for (const group of groupsOf(this.progress.segments, largestSegment)) {
        const joined = await joinSegments(folder, group, hash, this.threads);
        if (joined === undefined) continue;
        const segments = [...this.progress.segments];
        segments.splice(segments.indexOf(group[0]), group.length, joined);
        const progress = { ...this.progress, segments };
        await writeSealed(progressFile(this.folder), progress);
        this.progress = progress;
        for (const { name } of group) await rm(path.join(folder, name));
      }
    } catch (error) {
      throw new IndexWriteError(error);
    }
  }

  /** Hands what is buffered to a thread, once one is free. */
  private async flush(): Promise<void> {
    if (this.writing.length === this.threads.length) await this.writing.shift();
    const { batches, reached: checkpoint, buffered } = this;
    if (batches.length === 0 || this.failure !== undefined) return;
    this.batches = [];
    this.buffered = 0;
    const before = this.writing.at(-1);
    const writing = this.write(joined(batches, buffered), checkpoint, before);
    this.writing.push(
      writing.catch((error: unknown) => {
        this.failure ??= new IndexWriteError(error);
      }),
    );
  }

  /** @param before ends when all segments before this one are safe, or one of them has failed */
  private async write(
    records: Records,
    checkpoint: string | undefined,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const written = await this.writtenSegment(records).finally(() => before);
    // An index with a gap must not count as safe up to here.
    if (this.failure !== undefined) return;
    const { segments } = this.progress;
    const progress = {
      ...this.progress,
      segments: written === undefined ? segments : [...segments, written],
      checkpoint: checkpoint ?? null,
    };
    // This also makes the segment's name safe, which lies in the same folder.
    await writeSealed(progressFile(this.folder), progress);
    this.progress = progress;
  }

  private async writtenSegment(
    records: Records,
  ): Promise<WrittenSegment | undefined> {
    if (records.signatures.length === 0) return undefined;
    // The threads take turns: the one whose turn it is has ended what it was given before.
    const thread = this.threads[this.begun++ % this.threads.length];
    const { segment } = await thread.run(
      {
        kind: "write",
        folder: buildingFolder(this.folder),
        records,
        encoder: this.progress.encoder.hash,
      },
      [records.positions.buffer, records.signatures.buffer],
    );
    return segment;
  }

  /** The published segments, those in the region without what is made anew. */
  private async keptBeside(region: Box): Promise<IndexSegment[]> {
    const published = await readManifest(this.folder);
    const added = new Set(this.progress.segments.map(({ name }) => name));
    return (published?.segments ?? [])
      .filter(({ name, bounds }) => !added.has(name) && !covers(region, bounds))
      .map((segment) =>
        overlap(segment.bounds, region)
          ? { ...segment, hidden: [...segment.hidden, region] }
          : segment,
      );
  }

  private async moveIntoIndex(name: string): Promise<void> {
    const target = path.join(segmentsFolder(this.folder), name);
    try {
      await rename(path.join(buildingFolder(this.folder), name), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      // Interrupted while publishing, it was moved before.
      await stat(target);
    }
  }
}

/** How many segments of that size are written at once. */
function threadsFor(segmentRecords: number): number {
  const fitting = (totalmem() * memoryPart) / (writingBytes * segmentRecords);
  const most = Math.min(mostThreads, availableParallelism(), fitting);
  return Math.max(1, Math.floor(most));
}

function buildingFolder(folder: string): string {
  return path.join(folder, "building");
}

function progressFile(folder: string): string {
  return path.join(buildingFolder(folder), progressName);
}

/** @throws IndexPlanError where the published index cannot take a region of this plan */
async function checkRegionPlan(folder: string, plan: IndexPlan): Promise<void> {
  const published = await readManifest(folder);
  if (published === undefined) {
    throw new IndexPlanError(
      "a region is to be made anew, but there is no index yet: make the whole of it first",
    );
  }
  for (const key of ["encoder", "voxelSize", "stride"] as const) {
    if (!isDeepStrictEqual(published[key], plan[key])) {
      throw new IndexPlanError(
        `${key}: the region's is not that of the published index, whose signatures it would not match`,
      );
    }
  }
}

/** What is there of an interrupted writer of this plan; a beginning where there was none. */
async function resume(folder: string, plan: IndexPlan): Promise<Progress> {
  const { encoder, voxelSize, stride, region, segmentRecords } = plan;
  const beginning: Progress = {
    encoder: { ...encoder, patch: [...encoder.patch] },
    voxelSize: [...voxelSize],
    stride: [...stride],
    region: region ? { min: [...region.min], max: [...region.max] } : null,
    segmentRecords: segmentRecords ?? usualSegmentRecords,
    segments: [],
    checkpoint: null,
  };
  const file = progressFile(folder);
  const sealed = await readSealed(file);
  const progress =
    sealed === undefined ? beginning : parseProgress(file, sealed.json);
  if (
    !isDeepStrictEqual(
      { ...progress, segments: [], checkpoint: null },
      JSON.parse(JSON.stringify(beginning)),
    )
  ) {
    throw new IndexPlanError(
      "an index with other settings was begun here and not finished: finish it with those, or discard it",
    );
  }
  // What was being written when the process was killed is no part of the progress.
  const safe = new Set(progress.segments.map(({ name }) => name));
  for (const name of await readdir(buildingFolder(folder))) {
    if (name === progressName || safe.has(name)) continue;
    await rm(path.join(buildingFolder(folder), name));
  }
  return progress;
}

function parseProgress(file: string, json: unknown): Progress {
  const result = v.safeParse(ProgressSchema, json);
  if (!result.success) {
    throw new CorruptIndexError(
      file,
      "this version of Clio reads another form",
    );
  }
  return result.output;
}

function joined(batches: readonly Records[], count: number): Records {
  const positions = new Uint32Array(3 * count);
  const signatures = new BigUint64Array(count);
  let row = 0;
  for (const batch of batches) {
    positions.set(batch.positions, 3 * row);
    signatures.set(batch.signatures, row);
    row += batch.signatures.length;
  }
  return { positions, signatures };
}
