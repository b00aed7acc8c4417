import * as v from "valibot";
import { describeIssues } from "../../../../src/clio/model/schema_issues.js";
import type { FileStore } from "./file_store.js";
import { VolumeError } from "./volume_error.js";

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const bits = v.pipe(whole, v.maxValue(64));
const threeOf = <T extends v.GenericSchema>(entry: T) =>
  v.tuple([entry, entry, entry]);

const imageTypes = ["uint8", "uint16"] as const;
const labelTypes = ["uint8", "uint16", "uint32", "uint64"] as const;
const imageEncodings = ["raw", "jpeg", "png"] as const;
const labelEncodings = ["raw", "compressed_segmentation"] as const;
const packings = ["raw", "gzip"] as const;

const ShardingSchema = v.object({
  "@type": v.literal("neuroglancer_uint64_sharded_v1"),
  preshift_bits: bits,
  hash: v.picklist(
    ["identity", "murmurhash3_x86_128"],
    "identity or murmurhash3_x86_128",
  ),
  minishard_bits: v.pipe(whole, v.maxValue(32)),
  shard_bits: bits,
  minishard_index_encoding: v.optional(
    v.picklist(packings, packings.join(" or ")),
    "raw",
  ),
  data_encoding: v.optional(v.picklist(packings, packings.join(" or ")), "raw"),
});

const scaleParts = {
  key: v.pipe(v.string(), v.nonEmpty()),
  size: threeOf(positive),
  resolution: threeOf(v.pipe(v.number(), v.gtValue(0))),
  voxel_offset: v.optional(threeOf(v.pipe(v.number(), v.integer())), [0, 0, 0]),
  chunk_sizes: v.pipe(v.array(threeOf(positive)), v.minLength(1)),
  sharding: v.nullish(ShardingSchema),
};

const ImageScaleSchema = v.object({
  ...scaleParts,
  encoding: v.picklist(
    imageEncodings,
    `an encoding that images are read from: ${imageEncodings.join(", ")}`,
  ),
});

const LabelScaleSchema = v.object({
  ...scaleParts,
  encoding: v.picklist(
    labelEncodings,
    `an encoding that segmentations are read from: ${labelEncodings.join(", ")}`,
  ),
  compressed_segmentation_block_size: v.optional(threeOf(positive)),
});

const InfoSchema = v.object({
  type: v.literal("image", "an image: signatures are of what can be seen"),
  data_type: v.picklist(imageTypes, imageTypes.join(" or ")),
  num_channels: positive,
  scales: v.pipe(v.array(ImageScaleSchema), v.minLength(1)),
});

const LabelInfoSchema = v.object({
  type: v.literal("segmentation", "a segmentation"),
  data_type: v.picklist(labelTypes, labelTypes.join(" or ")),
  num_channels: v.literal(1, "one channel"),
  scales: v.pipe(v.array(LabelScaleSchema), v.minLength(1)),
});

/** How the chunks of a scale lie in shards. Source: "Sharded format" of the precomputed format's specification. */
export type Sharding = v.InferOutput<typeof ShardingSchema>;

/** One scale of a volume, as its `info` says. */
export type ImageScale = v.InferOutput<typeof ImageScaleSchema>;
export type LabelScale = v.InferOutput<typeof LabelScaleSchema>;
export type VolumeScale = ImageScale | LabelScale;

/** What a volume in the precomputed format says of itself. Source: "Info JSON file" of the format's specification. */
export type VolumeInfo = v.InferOutput<typeof InfoSchema>;

/** The same of a segmentation. */
export type LabelInfo = v.InferOutput<typeof LabelInfoSchema>;

/**
 * Reads the description of an image volume in the precomputed format.
 * @throws VolumeError where there is none, or where it is of a kind that signatures cannot be made of
 */
export async function readVolumeInfo(store: FileStore): Promise<VolumeInfo> {
  return readInfo(store, InfoSchema);
}

/**
 * Reads the description of a segmentation in the precomputed format.
 * @throws VolumeError where there is none, or where its voxels are not stored in a way that is read here
 */
export async function readLabelInfo(store: FileStore): Promise<LabelInfo> {
  return readInfo(store, LabelInfoSchema);
}

/**
 * A scale of a volume, 0 for the finest.
 * @throws VolumeError where there is no such scale
 */
export function scaleOf<Scale>(
  { scales }: { readonly scales: readonly Scale[] },
  index: number,
  store: FileStore,
): Scale {
  if (index in scales) return scales[index];
  throw new VolumeError(
    store.nameOf("info"),
    `has no scale ${index}, expected one from 0 to ${scales.length - 1}`,
  );
}

async function readInfo<Info>(
  store: FileStore,
  schema: v.GenericSchema<unknown, Info>,
): Promise<Info> {
  const name = store.nameOf("info");
  const bytes = await store.read("info");
  if (bytes === undefined)
    throw new VolumeError(
      name,
      "there is no such file, expected a volume in the precomputed format",
    );
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new VolumeError(name, "not JSON");
  }
  const result = v.safeParse(schema, json);
  if (!result.success)
    throw new VolumeError(name, describeIssues(result.issues).join("; "));
  return result.output;
}
