import { readdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import {
  MESH_FOLDER,
  writeAllMeshes,
} from "../../../testdata/mesh/mesh_writer.js";
import { LayerWriter } from "../../../testdata/precomputed/layer_writer.js";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import { VoxelCounts } from "../../../testdata/precomputed/voxel_counts.js";
import {
  requireInside,
  requireMemory,
  writtenSpace,
  type Space,
} from "../label_space.js";
import { LabelsError } from "../labels_error.js";
import type { LabelSource } from "../sources/label_source.js";
import type { LabelVoxels } from "../sources/label_voxels.js";
import {
  asLabelsError,
  openSource,
  readable,
  type BroughtFile,
} from "../sources/open_source.js";
import { LabelSlab } from "./label_slab.js";
import { ownThread } from "./own_thread.js";

/** A file that is to become a volume. Plain data, so that it can be sent to a thread. */
export interface ConversionTask {
  readonly brought: BroughtFile;
  /** What its bringer has said of where it lies. */
  readonly offset?: Triple;
  readonly voxelSize?: Triple;
  /** Of the dataset's image. */
  readonly dataset: Space;
  /** Where the volume is written, which must not exist. */
  readonly folder: string;
  /** The most voxels that are taken. */
  readonly voxels: number;
  /** The most bytes of memory for the voxels that are in work. */
  readonly memory: number;
  /** The most bytes that the volume may have on the disk. */
  readonly room: number;
}

/** What has become of it. */
export interface Conversion {
  readonly space: Space;
  /** How many labels there are, 0 aside. */
  readonly labels: number;
  readonly meshes: boolean;
  /** On the disk. */
  readonly bytes: number;
}

/** Meshes are made from the finest level that has no more voxels than this (128 MB). */
const MESHED = 32 * 2 ** 20;

/** Volumes of more labels get no meshes: each is two files. */
const MOST_MESHED = 20_000;

/** The most labels of a volume: each is looked up for each voxel. */
const MOST_LABELS = 2_000_000;

/** The share of the work that the voxels are; the meshes are the rest. */
const VOXELS_SHARE = 0.8;

/** How many slabs are written before it is looked how much they take. */
const WEIGHED = 8;

/**
 * Turns a file into a segmentation in the precomputed format: all scales, meshes, ids of 64 bits. The file is read once, in the order
 * of its sections, and memory is that of CHUNK sections whatever its depth.
 * @param onProgress told from 0 to 1
 * @throws LabelsError saying what is wrong with the file, or that there is no room for it
 */
export async function convertVolume(
  task: ConversionTask,
  onProgress: (done: number) => void,
): Promise<Conversion> {
  const { dataset, voxels, memory } = task;
  const bounds = { voxels, bytes: memory / 4 };
  const source = await openSource(task.brought, bounds);
  try {
    const space: Space = {
      shape: source.shape,
      offset: task.offset ?? source.offset ?? [0, 0, 0],
      voxelSize: task.voxelSize ?? source.voxelSize ?? dataset.voxelSize,
    };
    requireInside(space, dataset);
    requireMemory(space, memory);
    return await write(source, space, task, onProgress);
  } finally {
    await source.close();
  }
}

async function write(
  source: LabelSource,
  space: Space,
  task: ConversionTask,
  onProgress: (done: number) => void,
): Promise<Conversion> {
  const { folder, room } = task;
  const { shape: size, offset, voxelSize } = writtenSpace(space);
  const padding = offsetBetween(offset, space.offset);
  const slab = new LabelSlab(space.shape, size, padding);
  const writer = await LayerWriter.create(
    {
      folder,
      size,
      offset,
      resolution: voxelSize,
      type: "uint32",
      ids: () => slab.ids,
      keep: MESHED,
    },
    ownThread,
  );
  const counts = new VoxelCounts();
  let slabs = 0;
  const flush = async (): Promise<void> => {
    counts.add(slab.voxels);
    await writer.write(slab.buffer, 0, slab.begin, slab.depth);
    slab.next();
    onProgress((VOXELS_SHARE * slab.begin) / size[2]);
    slabs++;
    if (slabs % WEIGHED === 0) requireRoom(folder, room);
  };
  for (let left = padding[2]; left > 0;) {
    left -= slab.skip(left);
    if (slab.isFull) await flush();
  }
  for await (const sections of readSections(source))
    for (const section of slab.sectionsOf(sections)) {
      slab.put(section);
      if (slab.isFull) await flush();
      if (slab.labels > MOST_LABELS)
        throw new LabelsError(
          `the volume has more than ${MOST_LABELS} labels, expected at most as many`,
        );
    }
  const { kept } = writer;
  const labels = slab.labels;
  const meshes = kept !== undefined && labels <= MOST_MESHED;
  if (meshes)
    await writeAllMeshes(
      folder,
      kept,
      "uint32",
      new BigUint64Array(slab.ids),
      ownThread,
      (done, total) => {
        onProgress(
          VOXELS_SHARE + ((1 - VOXELS_SHARE) * done) / Math.max(1, total),
        );
      },
    );
  await writer.finish({
    ...(meshes && { mesh: MESH_FOLDER }),
    properties: await counts.write(folder, new BigUint64Array(slab.ids)),
  });
  const bytes = requireRoom(folder, room);
  await syncTree(folder);
  return { space, labels, meshes, bytes };
}

const offsetBetween = (from: Triple, to: Triple): Triple => [
  to[0] - from[0],
  to[1] - from[1],
  to[2] - from[2],
];

/** The sections of a source, what goes wrong in it as an error about the file. */
async function* readSections(source: LabelSource): AsyncGenerator<LabelVoxels> {
  const sections = source.sections()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await readable(sections.next());
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw asLabelsError(error);
  } finally {
    await sections.return?.();
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** How many bytes a folder has. */
function requireRoom(folder: string, room: number): number {
  const bytes = filesOf(folder).reduce(
    (sum, file) => sum + statSync(file).size,
    0,
  );
  if (bytes <= room) return bytes;
  throw new LabelsError(
    `the quota is reached: the volume takes more than the ${room} bytes that are left of it`,
  );
}

/** Makes all that was written outlast a loss of power. */
async function syncTree(folder: string): Promise<void> {
  const folders = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const place of [...filesOf(folder), ...folders, folder]) {
    const handle = await open(place, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
