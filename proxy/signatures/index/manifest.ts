import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { WrittenSegment } from "../segment/segment_writer.js";
import type { Box, Triple } from "../record.js";
import {
  CorruptIndexError,
  readSealed,
  syncFolder,
  writeSealed,
} from "./sealed_file.js";

/** What made the signatures. Those of encoders with different hashes never meet in an index. */
export interface EncoderDescription {
  readonly name: string;
  /** Of all that the signatures depend on. */
  readonly hash: string;
  /** The patch that one signature stands for, in voxels of the dataset's finest scale. */
  readonly patch: Triple;
  /** What the encoder wants to find again: any JSON. */
  readonly parameters: unknown;
}

/** What an index holds, whatever its signatures are. */
export interface IndexDescription {
  readonly encoder: EncoderDescription;
  /** Of the dataset's finest scale, in nm: what positions are measured in. */
  readonly voxelSize: Triple;
  /** From one signature to the next, in voxels of the dataset's finest scale. */
  readonly stride: Triple;
}

/** A segment of an index. */
export interface IndexSegment extends WrittenSegment {
  /** Boxes whose records a later segment has replaced: those of this one there count as absent. */
  readonly hidden: readonly Box[];
}

/** The list of what an index is made of. */
export interface Manifest extends IndexDescription {
  readonly segments: readonly IndexSegment[];
}

/** A manifest as it lies in its folder. */
export interface PublishedManifest extends Manifest {
  /** The checksum of all of it: another where anything in the index is another. */
  readonly id: string;
}

const manifestName = "manifest.json";
const formatVersion = 1;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const lengths = v.tuple([positive, positive, positive]);
const voxel = v.tuple([whole, whole, whole]);
const BoxSchema = v.strictObject({ min: voxel, max: voxel });

export const DescriptionSchema = v.strictObject({
  encoder: v.strictObject({
    name: v.string(),
    hash: v.string(),
    patch: lengths,
    parameters: v.unknown(),
  }),
  voxelSize: lengths,
  stride: lengths,
});

export const WrittenSegmentSchema = v.strictObject({
  // A name from a file becomes a path: nothing but what segments are called.
  name: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}\.segment$/)),
  count: v.pipe(whole, v.minValue(1)),
  bytes: whole,
  bounds: BoxSchema,
});

const ManifestSchema = v.strictObject({
  format: v.literal(formatVersion),
  ...DescriptionSchema.entries,
  segments: v.array(
    v.strictObject({
      ...WrittenSegmentSchema.entries,
      hidden: v.array(BoxSchema),
    }),
  ),
});

/** The folder of an index's segments. */
export function segmentsFolder(folder: string): string {
  return path.join(folder, "segments");
}

/** Where a change of the manifest can be seen. */
export function manifestFile(folder: string): string {
  return path.join(folder, manifestName);
}

/**
 * Reads the manifest of an index.
 * @returns undefined where the folder holds no index
 * @throws CorruptIndexError where it is broken, or was written by another version
 */
export async function readManifest(
  folder: string,
): Promise<PublishedManifest | undefined> {
  const file = manifestFile(folder);
  const sealed = await readSealed(file);
  if (sealed === undefined) return undefined;
  const result = v.safeParse(ManifestSchema, sealed.json);
  if (!result.success) {
    throw new CorruptIndexError(
      file,
      "this version of Clio reads another form",
    );
  }
  const { encoder, voxelSize, stride, segments } = result.output;
  return { encoder, voxelSize, stride, segments, id: sealed.sum };
}

/**
 * Makes a manifest the index's own, at once: a reader finds the old one or the new one. Segments that it does not list are
 * removed after that; whoever has opened them reads on.
 * @param folder whose segments folder holds all that the manifest lists
 */
export async function publishManifest(
  folder: string,
  { encoder, voxelSize, stride, segments }: Manifest,
): Promise<void> {
  await mkdir(segmentsFolder(folder), { recursive: true });
  // The names of the segments must be on the disk before a manifest that lists them is.
  await syncFolder(segmentsFolder(folder));
  await writeSealed(manifestFile(folder), {
    format: formatVersion,
    encoder,
    voxelSize,
    stride,
    segments,
  });
  const listed = new Set(segments.map(({ name }) => name));
  for (const name of await readdir(segmentsFolder(folder))) {
    if (!listed.has(name)) await rm(path.join(segmentsFolder(folder), name));
  }
}
