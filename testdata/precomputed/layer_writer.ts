import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Pool } from "../work/pool.js";
import { SEGMENTATION_BLOCK } from "./chunk_row.js";
import type { SharedSlab } from "./chunk_row.js";
import { CHUNK, planScales } from "./scales.js";
import type { Scale, Triple } from "./scales.js";
import { bytesOf, voxelView } from "./voxels.js";
import type { VoxelType } from "./voxels.js";

/** What a layer of a dataset is written from. */
export interface LayerPlan {
  /** The layer's folder, which must not exist yet. */
  readonly folder: string;
  /** In voxels. */
  readonly size: Triple;
  /** Voxel size in nm. */
  readonly resolution: Triple;
  /** Where the first voxel lies in the dataset, in voxels (see planScales); at its beginning where not given. */
  readonly offset?: Triple;
  readonly type: VoxelType;
  /**
   * For labels: the ids of 64 bits that the voxel values stand for, by value; shared, because all threads read it. It may
   * still grow while sections are written, as long as every value of a written section is in it.
   */
  readonly ids?: () => SharedArrayBuffer;
  /** For labels: the most voxels that the level has which is kept for meshes; none is kept where not given. */
  readonly keep?: number;
}

/** Sections of a level that wait until a row of chunks is full. */
interface Pending {
  readonly scale: Scale;
  readonly buffer: SharedArrayBuffer;
  z0: number;
  depth: number;
}

/** The level that meshes are made from, whole. */
export interface KeptLevel {
  readonly scale: Scale;
  readonly buffer: SharedArrayBuffer;
}

/**
 * Writes one layer in upstream's precomputed format, all scales, from its sections in order. It holds CHUNK sections of
 * each level at a time, whatever the size of the volume.
 */
export class LayerWriter {
  readonly scales: readonly Scale[];
  /** The finest level that is small enough to be kept, complete once all sections are written. */
  readonly kept?: KeptLevel;
  private readonly pending: Pending[];

  private constructor(
    private readonly plan: LayerPlan,
    private readonly pool: Pick<Pool, "run">,
  ) {
    this.scales = planScales(plan.size, plan.resolution, plan.offset);
    this.pending = this.scales.slice(1).map((scale) => ({
      scale,
      buffer: new SharedArrayBuffer(
        scale.size[0] * scale.size[1] * CHUNK * bytesOf(plan.type),
      ),
      z0: 0,
      depth: 0,
    }));
    const most = plan.keep ?? 0;
    const scale = this.scales.find(({ size }) => volume(size) <= most);
    if (scale)
      this.kept = {
        scale,
        buffer: new SharedArrayBuffer(volume(scale.size) * bytesOf(plan.type)),
      };
  }

  /** Makes the layer's folders. */
  static async create(
    plan: LayerPlan,
    pool: Pick<Pool, "run">,
  ): Promise<LayerWriter> {
    const writer = new LayerWriter(plan, pool);
    for (const { key } of writer.scales)
      await mkdir(path.join(plan.folder, key), { recursive: true });
    return writer;
  }

  /**
   * Writes the next sections: CHUNK of them, fewer only at the end of the volume. They are shared memory, and are free
   * again when the promise is fulfilled.
   * @param offset of the first voxel in `buffer`, in voxels
   */
  async write(
    buffer: SharedArrayBuffer,
    offset: number,
    z0: number,
    depth: number,
  ): Promise<void> {
    const { type } = this.plan;
    await this.put(0, {
      scale: this.scales[0],
      type,
      buffer,
      offset,
      z0,
      depth,
    });
  }

  private async put(level: number, slab: SharedSlab): Promise<void> {
    const { folder, ids } = this.plan;
    const height = slab.scale.size[1];
    if (slab.scale === this.kept?.scale) this.keep(slab);
    const next: Pending | undefined = this.pending[level];
    const coarser = next && {
      scale: next.scale,
      type: slab.type,
      buffer: next.buffer,
      offset: next.depth * next.scale.size[0] * next.scale.size[1],
      z0: next.z0 + next.depth,
      depth: Math.ceil(slab.depth / next.scale.factor[2]),
    };
    const rows: Promise<void>[] = [];
    for (let y0 = 0; y0 < height; y0 += CHUNK)
      rows.push(
        this.pool.run({
          kind: "chunkRow",
          folder,
          slab,
          y0,
          ids: ids?.(),
          coarser,
        }),
      );
    await Promise.all(rows);
    if (!next || !coarser) return;
    next.depth += coarser.depth;
    if (next.depth < CHUNK && next.z0 + next.depth < next.scale.size[2]) return;
    const { z0, depth } = next;
    next.z0 += depth;
    next.depth = 0;
    await this.put(level + 1, { ...coarser, offset: 0, z0, depth });
  }

  private keep({ scale, type, buffer, offset, z0, depth }: SharedSlab): void {
    const section = scale.size[0] * scale.size[1];
    voxelView(type, this.kept!.buffer, z0 * section, depth * section).set(
      voxelView(type, buffer, offset, depth * section),
    );
  }

  /**
   * Writes the description of the layer, which makes it readable.
   * @param beside the names of folders in that of the layer: of its meshes, and of what is said of its segments
   */
  async finish(
    beside: { mesh?: string; properties?: string | undefined } = {},
  ): Promise<void> {
    const { mesh, properties } = beside;
    const isLabels = this.plan.ids !== undefined;
    const info = {
      "@type": "neuroglancer_multiscale_volume",
      type: isLabels ? "segmentation" : "image",
      data_type: isLabels ? "uint64" : this.plan.type,
      num_channels: 1,
      ...(mesh && { mesh }),
      ...(properties && { segment_properties: properties }),
      scales: this.scales.map(({ key, size, resolution, offset }) => ({
        key,
        size,
        resolution,
        voxel_offset: offset,
        chunk_sizes: [size.map((extent) => Math.min(extent, CHUNK))],
        ...(isLabels
          ? {
              encoding: "compressed_segmentation",
              compressed_segmentation_block_size: [
                SEGMENTATION_BLOCK,
                SEGMENTATION_BLOCK,
                SEGMENTATION_BLOCK,
              ],
            }
          : { encoding: "raw" }),
      })),
    };
    await writeFile(
      path.join(this.plan.folder, "info"),
      `${JSON.stringify(info, undefined, 1)}\n`,
    );
  }
}

const volume = (size: Triple): number => size[0] * size[1] * size[2];
