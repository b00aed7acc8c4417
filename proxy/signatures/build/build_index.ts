import { mkdir, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
// Not "node:worker_threads": webpack knows the class as one whose file it is to build under this name alone.
import { Worker } from "worker_threads";
import { placeCount } from "../encoder/encoder.js";
import { LearnedEncoder } from "../encoder/learned_encoder.js";
import { lookFor, patchOf } from "../encoder/patch_features.js";
import { learnProjection } from "../encoder/projection.js";
import { Random } from "../encoder/random.js";
import { joinSamples, planSample, type BoxSample } from "../encoder/sample.js";
import { IndexWriter } from "../index/index_writer.js";
import { readManifest } from "../index/manifest.js";
import { readSealed, writeSealed } from "../index/sealed_file.js";
import type { Box, Records, Triple } from "../record.js";
import type { EncodeThreadData } from "./encode_task.js";
import {
  MOST_PLACES,
  PlaceBlocks,
  placesOf,
  type PlaceBlock,
} from "./place_lattice.js";
import type { SampleTask, SampleThreadData } from "./sample_task.js";
import type { ImageSource } from "./source.js";
import { ThreadPool } from "./thread_pool.js";
import { fileStore, type Place } from "./volume/file_store.js";
import { valueOf, VolumeError, type Outcome } from "./volume/volume_error.js";
import { readVolumeInfo, type VolumeInfo } from "./volume/volume_info.js";

/** Told how far a stage is. */
export type Progress = (stage: string, done: number, total: number) => void;

/** What to make an index of. */
export interface BuildPlan {
  /** Where the image lies. */
  readonly place: Place;
  /** Of the image, 0 for the finest; one whose pixels suit the encoder where not given. */
  readonly scale?: number;
  /** From one place to the next, in voxels of the finest scale; 16 along x and y, as far along z, where not given. */
  readonly stride?: Triple;
  /** The part of an existing index that is made anew, in voxels of the finest scale; all of it where not given. */
  readonly region?: Box;
  /** Of the index. */
  readonly folder: string;
  /** Of another index, whose encoder is to make the signatures: what has the same one can be searched together. */
  readonly encoderFrom?: string;
  /** Of all that is random in learning the encoder: any integer of 32 bits. */
  readonly seed: number;
  /** The most signatures between two points from which an interrupted build goes on. */
  readonly segmentRecords?: number;
  /** How many threads make signatures; one a core where not given. */
  readonly threads?: number;
  readonly onProgress?: Progress;
}

/** What was made. */
export interface BuildOutcome {
  readonly signatures: number;
  /** Places that were left out because there is nothing to see. */
  readonly blank: number;
}

/** Thrown where a plan does not fit the volume. The message names the option, the value and what was expected. */
export class BuildPlanError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BuildPlanError";
  }
}

/** Pixels up to this size, in nm, are fine enough to begin with; finer ones only take longer to read. */
const COARSEST_PIXEL = 10;
const USUAL_STRIDE = 16;
/** An index is made in about so many segments, each of at least and at most so many signatures. */
const SEGMENTS = 64;
const SEGMENT_RECORDS = { least: 2 ** 18, most: 2 ** 24 };

const draftName = "encoder.json";
const DraftSchema = v.strictObject({
  place: v.unknown(),
  scale: v.number(),
  seed: v.number(),
  region: v.unknown(),
  parameters: v.unknown(),
});

/**
 * Makes the index of an image: learns an encoder from it, makes the signatures of places at regular distances in parallel, and
 * publishes them. Killed at any moment and begun again with the same plan, it goes on, and the index is the same to the byte.
 * What was published before stays in use until the new index is whole.
 * @throws BuildPlanError, VolumeError, IndexPlanError, IndexBusyError
 */
export async function buildIndex(plan: BuildPlan): Promise<BuildOutcome> {
  const { place, folder, region } = plan;
  const info = await readVolumeInfo(fileStore(place));
  const finest = info.scales[0];
  const source = { place, scale: scaleFor(info, plan.scale) };
  const step = { scale: info.scales[source.scale], finest };
  const { stride, inScale } = strideFor(info, source.scale, plan.stride);
  const places = placesOf(step, inScale, region);
  const total = placeCount(places);
  if (total === 0)
    throw new BuildPlanError(
      `region ${boxText(region!)}: holds no place, expected a part of the volume`,
    );
  const encoder = await encoderFor(plan, source, info);
  const segmentRecords = plan.segmentRecords ?? segmentRecordsFor(total);
  const writer = await IndexWriter.open(folder, {
    encoder: {
      name: encoder.name,
      hash: encoder.hash,
      patch: inFinest(encoder.patch, step.scale.resolution, finest.resolution),
      parameters: encoder.parameters,
    },
    voxelSize: finest.resolution,
    stride,
    ...(region && { region }),
    segmentRecords,
  });
  const blocks = new PlaceBlocks(
    places,
    encoder.patch,
    step.scale.chunk_sizes[0][2],
    Math.min(MOST_PLACES, segmentRecords),
  );
  const threads = new ThreadPool<PlaceBlock, Outcome<Records>>(
    plan.threads ?? availableParallelism(),
    () =>
      new Worker(new URL("./encode_worker.js", import.meta.url), {
        workerData: {
          source,
          parameters: encoder.parameters,
          stride: inScale,
          step,
        } satisfies EncodeThreadData,
      }),
  );
  let isPublished = false;
  try {
    // The checkpoint is the number of blocks that are done.
    let done = Number(writer.checkpoint ?? 0);
    const rest = function* (): Iterable<PlaceBlock> {
      for (let i = done; i < blocks.length; i++) yield blocks.at(i);
    };
    let signatures = writer.written;
    for await (const outcome of threads.answers(rest())) {
      const records = valueOf(outcome);
      done++;
      signatures += records.signatures.length;
      await writer.add(records, String(done));
      plan.onProgress?.("Making signatures", done, blocks.length);
    }
    isPublished = true;
    await writer.publish();
    await rm(path.join(folder, draftName), { force: true });
    return { signatures, blank: total - signatures };
  } finally {
    await threads.close();
    if (!isPublished) await writer.close();
  }
}

/** Removes what an interrupted build has left. The published index stays. */
export async function discardBuild(folder: string): Promise<void> {
  await IndexWriter.discard(folder);
  await rm(path.join(folder, draftName), { force: true });
}

const boxText = ({ min, max }: Box): string =>
  `${min.join(",")} to ${max.join(",")}`;

function scaleFor({ scales }: VolumeInfo, wanted: number | undefined): number {
  if (wanted === undefined) {
    const coarser = scales.findLastIndex(
      ({ resolution }) =>
        Math.max(resolution[0], resolution[1]) <= COARSEST_PIXEL,
    );
    return Math.max(0, coarser);
  }
  if (scales[wanted] !== undefined) return wanted;
  throw new BuildPlanError(
    `scale ${wanted}: expected one from 0 to ${scales.length - 1}`,
  );
}

/** The stride in voxels of the finest scale, and of the scale that is read. */
function strideFor(
  { scales }: VolumeInfo,
  index: number,
  wanted: Triple | undefined,
): { stride: Triple; inScale: Triple } {
  const finest = scales[0].resolution;
  const ratio = scales[index].resolution.map((n, axis) => n / finest[axis]);
  const usual = [0, 1, 2].map((axis) => {
    const asFar = (USUAL_STRIDE * finest[0]) / finest[axis] / ratio[axis];
    return ratio[axis] * Math.max(1, Math.round(asFar));
  });
  const stride = wanted ?? usual;
  const inScale = [0, 1, 2].map((axis) => stride[axis] / ratio[axis]);
  if (!inScale.every((n) => Number.isInteger(n) && n > 0))
    throw new BuildPlanError(
      `stride ${stride.join(",")}: expected multiples of ${ratio.join(",")}, the voxels of scale ${index}`,
    );
  return {
    stride: [stride[0], stride[1], stride[2]],
    inScale: [inScale[0], inScale[1], inScale[2]],
  };
}

function segmentRecordsFor(total: number): number {
  const { least, most } = SEGMENT_RECORDS;
  return Math.min(most, Math.max(least, Math.ceil(total / SEGMENTS)));
}

function inFinest(patch: Triple, scale: Triple, finest: Triple): Triple {
  const along = (axis: 0 | 1 | 2) =>
    Math.max(1, (patch[axis] * scale[axis]) / finest[axis]);
  return [along(0), along(1), along(2)];
}

/** The encoder to make signatures with. What was learned is kept until the index is whole. */
async function encoderFor(
  plan: BuildPlan,
  source: ImageSource,
  info: VolumeInfo,
): Promise<LearnedEncoder> {
  const { folder, region, encoderFrom } = plan;
  if (encoderFrom !== undefined) {
    return otherEncoder(encoderFrom, info.scales[source.scale].resolution);
  }
  const encoder =
    (await readDraft(plan, source)) ??
    (region ? await publishedEncoder(folder) : undefined) ??
    (await learnEncoder(plan, source, info));
  await writeDraft(plan, source, encoder);
  return encoder;
}

/** @throws BuildPlanError where there is no other index, or its encoder looks at voxels of another size */
async function otherEncoder(
  folder: string,
  resolution: Triple,
): Promise<LearnedEncoder> {
  const name = path.basename(folder);
  const encoder = await publishedEncoder(folder);
  if (encoder === undefined) {
    throw new BuildPlanError(
      `encoder-of ${name}: there is no index, expected a dataset that has one`,
    );
  }
  const look = lookFor(resolution);
  if (isDeepStrictEqual(encoder.patch, patchOf(look))) return encoder;
  throw new BuildPlanError(
    `encoder-of ${name}: its encoder looks at ${encoder.patch.join(" × ")} voxels, expected ${patchOf(look).join(" × ")} for those of ${resolution.join(" × ")} nm`,
  );
}

/** The encoder that an interrupted build of this volume has learned. */
async function readDraft(
  { folder, seed, region }: BuildPlan,
  source: ImageSource,
): Promise<LearnedEncoder | undefined> {
  await removePartial(folder);
  const sealed = await readSealed(path.join(folder, draftName));
  if (sealed === undefined) return undefined;
  const { parameters, ...made } = v.parse(DraftSchema, sealed.json);
  const isOurs = isDeepStrictEqual(made, {
    ...source,
    seed,
    region: region ?? null,
  });
  return isOurs ? LearnedEncoder.from(parameters) : undefined;
}

/** Removes drafts that were being written when their process was killed. */
async function removePartial(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder))
    if (name.startsWith(draftName) && name !== draftName)
      await rm(path.join(folder, name), { force: true });
}

async function writeDraft(
  { folder, seed, region }: BuildPlan,
  source: ImageSource,
  { parameters }: LearnedEncoder,
): Promise<void> {
  const draft = { ...source, seed, region: region ?? null, parameters };
  await writeSealed(path.join(folder, draftName), draft);
}

/** The encoder of the index as it is. */
async function publishedEncoder(
  folder: string,
): Promise<LearnedEncoder | undefined> {
  const manifest = await readManifest(folder);
  return manifest && LearnedEncoder.from(manifest.encoder.parameters);
}

async function learnEncoder(
  { seed, threads: width, onProgress }: BuildPlan,
  source: ImageSource,
  info: VolumeInfo,
): Promise<LearnedEncoder> {
  const scale = info.scales[source.scale];
  const look = lookFor(scale.resolution);
  const { size, places, boxes } = planSample(scale.size, look, seed);
  const threads = new ThreadPool<SampleTask, Outcome<BoxSample>>(
    width ?? availableParallelism(),
    () =>
      new Worker(new URL("./sample_worker.js", import.meta.url), {
        workerData: { source, look, size, places } satisfies SampleThreadData,
      }),
  );
  const stage = "Learning the encoder";
  try {
    const samples: BoxSample[] = [];
    const tasks = boxes.map((first, i) => ({ first, seed: seed + i }));
    for await (const sample of threads.answers(tasks)) {
      samples.push(valueOf(sample));
      onProgress?.(stage, samples.length, boxes.length + 1);
    }
    const { places: rows, variants } = joinSamples(samples);
    if (rows.data.length === 0)
      throw new VolumeError(
        fileStore(source.place).nameOf(scale.key),
        `there is nothing to see at any of the ${boxes.length} boxes that were looked at`,
      );
    const projection = learnProjection(rows, variants, new Random(seed));
    onProgress?.(stage, boxes.length + 1, boxes.length + 1);
    return new LearnedEncoder(look, projection);
  } finally {
    await threads.close();
  }
}
