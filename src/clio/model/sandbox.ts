/** A sandbox: one person's own marks in one dataset. */
import * as v from "valibot";
import { marksSchema } from "./fields.js";

/** The one user of a machine on which no identity is configured. */
export const LOCAL_USER = "local";

/** In the place of a user: what holds for all who may read a dataset. No user is called so. */
export const EVERYBODY = "everybody";

/** What the dataset of a sandbox is called when a link names a bare image source and no dataset of the catalogue. */
const IMAGE_PREFIX = "image:";

export const sandboxKeySchema = v.object({
  user: v.pipe(v.string(), v.regex(/./s, "expected a user")),
  /** A dataset of the catalogue, or `image:` and the URL of an image source. */
  dataset: v.pipe(v.string(), v.regex(/./s, "expected a dataset")),
});
export type SandboxKey = v.InferOutput<typeof sandboxKeySchema>;

/** The `dataset` of a sandbox that belongs to an image source and to no dataset of the catalogue. */
export function imageDataset(sourceUrl: string): string {
  return IMAGE_PREFIX + sourceUrl;
}

/** The image source that `dataset` stands for, or undefined where it is the name of a dataset. */
export function imageSourceOf(dataset: string): string | undefined {
  return dataset.startsWith(IMAGE_PREFIX)
    ? dataset.slice(IMAGE_PREFIX.length)
    : undefined;
}

export function sameSandbox(a: SandboxKey, b: SandboxKey): boolean {
  return a.user === b.user && a.dataset === b.dataset;
}

/**
 * Whether the marks of a sandbox are a person's own to change. Those of others can only be looked at.
 * @param person the user who sits before the screen
 */
export function isOwnSandbox({ user }: SandboxKey, person: string): boolean {
  return user === person;
}

/** Where positions lie: enough to show a sandbox's marks when its image server is away. */
export const coordinateSpaceSchema = v.object({
  names: v.tuple([v.string(), v.string(), v.string()]),
  /** Metres a voxel, one an axis. */
  scales: v.tuple([v.number(), v.number(), v.number()]),
  /** First voxel of the volume. */
  lower: v.tuple([v.number(), v.number(), v.number()]),
  /** One past the last voxel of the volume. */
  upper: v.tuple([v.number(), v.number(), v.number()]),
});
export type CoordinateSpace = v.InferOutput<typeof coordinateSpaceSchema>;

/** What the viewer knows of the dataset behind a sandbox. */
export const sandboxDescriptionSchema = v.object({
  title: v.string(),
  /** URL of the image that the marks were placed on. */
  image: v.optional(v.string()),
  space: v.optional(coordinateSpaceSchema),
  /** Words and fields for the marks, kept so that they are there when the catalogue is not. */
  vocabulary: v.optional(marksSchema),
  /** Name of the layer whose segments are looked up under the marks; absent where the dataset names none. */
  segmentation: v.optional(v.string()),
  /** Version of that segmentation, where the dataset says one. */
  segmentationVersion: v.optional(v.string()),
});
export type SandboxDescription = v.InferOutput<typeof sandboxDescriptionSchema>;
