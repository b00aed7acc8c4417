/** Volumes of labels that people bring back from other programs: what a page or a script and the server say to each other of them. */
import * as v from "valibot";
import { epochSchema } from "./annotation.js";
import { LABEL_FORMATS } from "./label_formats.js";

/** The kinds of voxel, under NumPy's names. */
export const LABEL_TYPES = [
  "bool",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
] as const;
export type LabelType = (typeof LABEL_TYPES)[number];

/** The most bytes of one request that brings a part of a file. */
export const MOST_PART_BYTES = 16 * 1024 * 1024;

/** The longest name of a volume, in characters. */
export const LONGEST_LABELS_NAME = 200;

/** The longest key of an upload, in characters. */
const LONGEST_KEY = 100;

const nameSchema = v.pipe(
  v.string("a name"),
  v.trim(),
  v.nonEmpty("a name, not an empty text"),
  v.maxLength(
    LONGEST_LABELS_NAME,
    `a name of at most ${LONGEST_LABELS_NAME} characters`,
  ),
  v.regex(/^\P{Cc}*$/u, "a name without control characters"),
);

const extent = v.pipe(
  v.number("a whole number above 0"),
  v.safeInteger("a whole number above 0"),
  v.minValue(1, "a whole number above 0"),
);
const coordinate = v.pipe(
  v.number("a whole number of voxels"),
  v.safeInteger("a whole number of voxels"),
);
const length = v.pipe(
  v.number("a length in nm above 0"),
  v.finite("a length in nm above 0"),
  v.gtValue(0, "a length in nm above 0"),
);
const threeOf = <T extends v.GenericSchema>(entry: T) =>
  v.strictTuple([entry, entry, entry], "three numbers: x, y, z");

/** Asks for an upload. */
export const newLabelsSchema = v.object({
  name: nameSchema,
  format: v.picklist(LABEL_FORMATS, `one of ${LABEL_FORMATS.join(", ")}`),
  /** How many bytes will come. */
  bytes: v.pipe(
    v.number("a whole number of bytes above 0"),
    v.safeInteger("a whole number of bytes above 0"),
    v.minValue(1, "a whole number of bytes above 0"),
  ),
  /** Of a plain array. */
  dtype: v.optional(
    v.picklist(LABEL_TYPES, `one of ${LABEL_TYPES.join(", ")}`),
  ),
  /** Voxels along x, y, z; needed of a plain array, and checked where a file says its own. */
  shape: v.optional(threeOf(extent)),
  /** Where the first voxel lies, in voxels of this volume from position 0 of the dataset; what the file says, or 0, where not given. */
  offset: v.optional(threeOf(coordinate)),
  /** In nm; what the file says, or that of the dataset, where not given. */
  voxelSize: v.optional(threeOf(length)),
  /** What tells this file, as it is now, from others: asked for again with the same of all, it is the same upload, and goes on. */
  key: v.optional(
    v.pipe(
      v.string("a text"),
      v.nonEmpty("a text that is not empty"),
      v.maxLength(LONGEST_KEY, `a text of at most ${LONGEST_KEY} characters`),
    ),
  ),
});
export type NewLabels = v.InferInput<typeof newLabelsSchema>;

/** An upload on its way. It becomes the volume of the same id. */
export const labelsUploadSchema = v.object({
  id: v.string(),
  name: v.string(),
  format: v.picklist(LABEL_FORMATS),
  bytes: v.number(),
  /** How many bytes of them are on the server's disk. */
  received: v.number(),
  state: v.picklist(["receiving", "converting", "done", "failed"]),
  /** How far the conversion is, from 0 to 1. */
  progress: v.number(),
  /** What is wrong, where it has failed. */
  problem: v.optional(v.string()),
  created: epochSchema,
});
export type LabelsUpload = v.InferOutput<typeof labelsUploadSchema>;

/** A volume of labels that is there. */
export const labelVolumeSchema = v.object({
  id: v.string(),
  dataset: v.string(),
  name: v.string(),
  owner: v.string(),
  /** The groups whose members see it. Of another's volume those that one is in. */
  groups: v.array(v.string()),
  created: epochSchema,
  /** Voxels along x, y, z. */
  shape: v.tuple([v.number(), v.number(), v.number()]),
  /** The first voxel, in voxels of this volume from position 0 of the dataset. */
  offset: v.tuple([v.number(), v.number(), v.number()]),
  /** In nm. */
  voxelSize: v.tuple([v.number(), v.number(), v.number()]),
  /** How many labels it has, 0 aside. */
  labels: v.number(),
  meshes: v.boolean(),
  /** What it takes of its owner's quota, in bytes. */
  bytes: v.number(),
});
export type LabelVolume = v.InferOutput<typeof labelVolumeSchema>;

/** The volumes of a dataset that one may see, and one's own uploads that are not done. */
export const labelListSchema = v.object({
  volumes: v.array(labelVolumeSchema),
  uploads: v.array(labelsUploadSchema),
  /** Of one's own volumes in all datasets, in bytes. */
  quota: v.object({ used: v.number(), limit: v.number() }),
  /** Who asks, and the groups that one is in. */
  user: v.string(),
  groups: v.array(v.string()),
});
export type LabelList = v.InferOutput<typeof labelListSchema>;

/** What is to be changed of a volume. */
export const labelChangeSchema = v.object({
  name: v.optional(nameSchema),
  groups: v.optional(
    v.pipe(v.array(v.string("the name of a group")), v.maxLength(100)),
  ),
});
export type LabelChange = v.InferInput<typeof labelChangeSchema>;

/** Where the server has the volumes of a dataset, and its uploads. */
export function labelsPath(dataset: string): string {
  return `/api/labels/${encodeURIComponent(dataset)}`;
}

/** Where the files of a volume are served, in the precomputed format. */
export function labelFilesPath({
  dataset,
  id,
}: Pick<LabelVolume, "dataset" | "id">): string {
  return `/labels/${encodeURIComponent(dataset)}/${id}`;
}
