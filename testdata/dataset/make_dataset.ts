import path from "node:path";
import { equalise } from "../input/contrast.js";
import { InputError } from "../input/input_error.js";
import { LabelTable } from "../input/label_table.js";
import { openVolume } from "../input/open_volume.js";
import type { InputVoxels, VolumeSource } from "../input/volume_source.js";
import { MESH_FOLDER, writeAllMeshes } from "../mesh/mesh_writer.js";
import { LayerWriter } from "../precomputed/layer_writer.js";
import { CHUNK } from "../precomputed/scales.js";
import type { Triple } from "../precomputed/scales.js";
import { VoxelCounts } from "../precomputed/voxel_counts.js";
import { bytesOf, voxelView } from "../precomputed/voxels.js";
import type { VoxelArray, VoxelType } from "../precomputed/voxels.js";
import { Pool } from "../work/pool.js";
import { writeDescription } from "./description.js";
import { makeFolder } from "./new_folder.js";
import type { Progress } from "./progress.js";

/** What a dataset is made from. */
export interface DatasetPlan {
  /** The dataset's folder. Its name is the name that the dataset is served under. */
  readonly out: string;
  /** Whether an older dataset there may go. */
  readonly replace?: boolean;
  readonly title?: string;
  readonly description?: string;
  /** The image: a raw volume with its sidecar, a folder of slices or a TIFF file. */
  readonly image: string;
  /** Label volumes of the same size, by the name of their layer. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Voxel size in nm, x,y,z; that of the image's sidecar where not given. */
  readonly voxelSize?: Triple;
  /** Whether the contrast of each section is equalised. */
  readonly clahe?: boolean;
  /** Whether labels get meshes; they do where not said. */
  readonly meshes?: boolean;
  readonly onProgress?: Progress;
}

/** Meshes are made from the finest level that has no more voxels than this (128 MB). */
const MESHED = 32 * 2 ** 20;

/** Names that a layer can have: it is a folder and a part of an address. */
const LAYER_NAME = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Turns a person's own volume into a dataset that the server serves. Volumes are read once, 64 sections at a time.
 * @throws InputError naming the file or option, the value and what was expected; nothing is left behind then
 */
export async function makeDataset(plan: DatasetPlan): Promise<void> {
  const image = await openVolume(plan.image);
  const resolution = plan.voxelSize ?? image.resolution;
  if (!resolution)
    throw new InputError(
      `${plan.image}: says no voxel size; give it as --voxel-size X,Y,Z in nm`,
    );
  const type = imageType(image, plan.clahe ?? false);
  const labels = await openLabels(plan, image);
  await makeFolder(plan.out, plan.replace ?? false, (folder) =>
    Pool.use(async (pool) => {
      await writeImage(folder, image, type, resolution, plan, pool);
      for (const [name, source] of labels)
        await writeLabels(folder, name, source, resolution, plan, pool);
      await describe(folder, plan, image.size, resolution, [...labels.keys()]);
    }),
  );
}

function imageType(image: VolumeSource, clahe: boolean): VoxelType {
  if (clahe && (image.type === "uint8" || image.type === "uint16"))
    return "uint8";
  if (clahe || image.type === "uint64")
    throw new InputError(
      `${image.path}: voxels of ${image.type}, expected ${clahe ? "uint8 or uint16 for --clahe" : "uint8, uint16 or uint32 for an image"}`,
    );
  return image.type;
}

async function openLabels(
  plan: DatasetPlan,
  image: VolumeSource,
): Promise<Map<string, VolumeSource>> {
  const labels = new Map<string, VolumeSource>();
  for (const [name, file] of plan.labels ?? []) {
    if (!LAYER_NAME.test(name) || name === "image")
      throw new InputError(
        `--labels ${name}=${file}: the layer's name is ${JSON.stringify(name)}, expected small letters, digits, - and _, and not image`,
      );
    const source = await openVolume(file);
    if (source.size.some((extent, axis) => extent !== image.size[axis]))
      throw new InputError(
        `${file}: ${source.size.join(" x ")} voxels, expected ${image.size.join(" x ")} as ${image.path}`,
      );
    labels.set(name, source);
  }
  return labels;
}

async function writeImage(
  folder: string,
  source: VolumeSource,
  type: VoxelType,
  resolution: Triple,
  plan: DatasetPlan,
  pool: Pool,
): Promise<void> {
  const { size } = source;
  const [width, height] = size;
  const writer = await LayerWriter.create(
    { folder: path.join(folder, "image"), size, resolution, type },
    pool,
  );
  const fill: Fill = async (voxels, out) => {
    // What images cannot be was refused before.
    if (voxels instanceof BigUint64Array) return;
    if (!plan.clahe || voxels instanceof Uint32Array) {
      out.set(voxels);
      return;
    }
    for (let at = 0; at < voxels.length; at += width * height)
      out.set(
        await equalise(voxels.subarray(at, at + width * height), width, height),
        at,
      );
  };
  await writeSlabs(source, writer, type, fill, (done, total) =>
    plan.onProgress?.("image", done, total),
  );
  await writer.finish();
}

async function writeLabels(
  folder: string,
  name: string,
  source: VolumeSource,
  resolution: Triple,
  plan: DatasetPlan,
  pool: Pool,
): Promise<void> {
  const table = new LabelTable();
  const counts = new VoxelCounts();
  const layer = path.join(folder, name);
  const writer = await LayerWriter.create(
    {
      folder: layer,
      size: source.size,
      resolution,
      type: "uint32",
      ids: () => table.table,
      ...((plan.meshes ?? true) && { keep: MESHED }),
    },
    pool,
  );
  const fill: Fill = (voxels, out) => {
    table.replace(voxels, out);
    counts.add(out);
    return Promise.resolve();
  };
  await writeSlabs(source, writer, "uint32", fill, (done, total) =>
    plan.onProgress?.(name, done, total),
  );
  const { kept } = writer;
  if (kept)
    await writeAllMeshes(
      layer,
      kept,
      "uint32",
      new BigUint64Array(table.table),
      pool,
      (done, total) => plan.onProgress?.(`meshes of ${name}`, done, total),
    );
  await writer.finish({
    ...(kept && { mesh: MESH_FOLDER }),
    properties: await counts.write(layer, new BigUint64Array(table.table)),
  });
}

/** Puts voxels as they were read into those that are written. */
type Fill = (voxels: InputVoxels, out: VoxelArray) => Promise<void>;

async function writeSlabs(
  source: VolumeSource,
  writer: LayerWriter,
  type: VoxelType,
  fill: Fill,
  onStep: (done: number, total: number) => void,
): Promise<void> {
  const [width, height, depth] = source.size;
  const section = width * height;
  const buffer = new SharedArrayBuffer(
    section * Math.min(CHUNK, depth) * bytesOf(type),
  );
  let z = 0;
  onStep(z, depth);
  for await (const voxels of source.slabs(CHUNK)) {
    const sections = voxels.length / section;
    await fill(voxels, voxelView(type, buffer, 0, voxels.length));
    await writer.write(buffer, 0, z, sections);
    z += sections;
    onStep(z, depth);
  }
}

function describe(
  folder: string,
  plan: DatasetPlan,
  size: Triple,
  resolution: Triple,
  labels: readonly string[],
): Promise<void> {
  const name = path.basename(path.resolve(plan.out));
  return writeDescription(folder, {
    name,
    title: plan.title ?? name,
    text:
      plan.description ??
      `${size.join(" x ")} voxels of ${resolution.join(" x ")} nm, made from ${path.basename(plan.image)}`,
    size,
    resolution,
    layers: [
      { name: "image", type: "image" },
      ...labels.map((layer) => ({
        name: layer,
        type: "segmentation" as const,
      })),
    ],
  });
}
