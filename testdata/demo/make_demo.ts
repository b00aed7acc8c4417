import { writeFile } from "node:fs/promises";
import path from "node:path";
import { writeDescription } from "../dataset/description.js";
import { makeFolder } from "../dataset/new_folder.js";
import type { Progress } from "../dataset/progress.js";
import { MESH_FOLDER, writeAllMeshes } from "../mesh/mesh_writer.js";
import { LayerWriter } from "../precomputed/layer_writer.js";
import type { LayerPlan } from "../precomputed/layer_writer.js";
import { CHUNK } from "../precomputed/scales.js";
import type { Triple } from "../precomputed/scales.js";
import { VoxelCounts } from "../precomputed/voxel_counts.js";
import { Pool } from "../work/pool.js";
import type { Components } from "./components.js";
import { BLOCK } from "./division.js";
import type { Tissue } from "./tissue.js";
import { bodyId, supervoxelId, tellTruth } from "./truth.js";
import { NEUROPIL } from "./vocabulary.js";

/** Which demo volume is wanted. */
export interface DemoPlan {
  /** The dataset's folder. */
  readonly out: string;
  /** Whether an older dataset there may go. */
  readonly replace?: boolean;
  /** In voxels; 512 x 512 x 256 where not given. */
  readonly size?: Triple;
  /** The same seed and size give the same volume; 1 where not given. */
  readonly seed?: number;
  readonly onProgress?: Progress;
}

const SIZE: Triple = [512, 512, 256];
/** Voxel size in nm. */
const RESOLUTION: Triple = [8, 8, 8];
/** Meshes are made from the finest level that has no more voxels than this: finer ones look the same and take far longer. */
const MESHED = 2 ** 21;
/** How many of the largest bodies are shown from the start. */
const SHOWN = 12;

/** Makes the demo dataset: image, supervoxels, their true bodies, meshes of both, and the truth. */
export function makeDemo(plan: DemoPlan): Promise<void> {
  return makeFolder(plan.out, plan.replace ?? false, (folder) =>
    Pool.use((pool) => new Demo(plan, folder, pool).make()),
  );
}

class Demo {
  private readonly size: Triple;
  private readonly seed: number;
  private readonly voxels: number;

  constructor(
    private readonly plan: DemoPlan,
    private readonly folder: string,
    private readonly pool: Pool,
  ) {
    this.size = plan.size ?? SIZE;
    this.seed = plan.seed ?? 1;
    this.voxels = this.size[0] * this.size[1] * this.size[2];
  }

  private tell(stage: string, done: number, total: number): void {
    this.plan.onProgress?.(stage, done, total);
  }

  async make(): Promise<void> {
    this.tell("tissue", 0, 1);
    const { size, seed } = this;
    const tissue = await this.pool.run({ kind: "plan", size, seed });
    this.tell("tissue", 1, 1);
    const image = new SharedArrayBuffer(this.voxels);
    const pieces = new SharedArrayBuffer(this.voxels * 4);
    await this.paint(tissue, image, pieces);
    const supervoxels = new Uint32Array(pieces);
    const { pieceCell } = tissue.neurites;
    this.tell("connections", 0, 1);
    const [components] = await Promise.all([
      this.pool.run({ kind: "connect", size, pieces, pieceCell }, (steps) => {
        this.tell("connections", steps, 1);
      }),
      this.write("image", image, { type: "uint8" }),
    ]);
    const bodies = new SharedArrayBuffer(this.voxels * 4);
    const bodyVoxels = mapTo(supervoxels, components.body, bodies);
    await Promise.all([
      this.writeLabels("supervoxels", pieces, components.count, supervoxelId),
      this.writeLabels("bodies", bodies, components.bodyCount, bodyId),
      this.writeTruth(tissue, supervoxels, components),
    ]);
    await this.describe(bodyVoxels);
  }

  private async paint(
    tissue: Tissue,
    image: SharedArrayBuffer,
    pieces: SharedArrayBuffer,
  ): Promise<void> {
    const next = new SharedArrayBuffer(4);
    const slabs = Math.ceil(this.size[2] / BLOCK);
    let done = 0;
    this.tell("sections", done, slabs);
    await Promise.all(
      Array.from({ length: Math.min(this.pool.width, slabs) }, () =>
        this.pool.run(
          { kind: "paint", tissue, next, image, pieces },
          (steps) => {
            done += steps;
            this.tell("sections", done, slabs);
          },
        ),
      ),
    );
  }

  /** Writes the voxels of a layer; its description is for `finish`. */
  private async write(
    name: string,
    voxels: SharedArrayBuffer,
    kind: Pick<LayerPlan, "type" | "ids" | "keep">,
  ): Promise<LayerWriter> {
    const [width, height, depth] = this.size;
    this.tell(name, 0, depth);
    const writer = await LayerWriter.create(
      {
        folder: path.join(this.folder, name),
        size: this.size,
        resolution: RESOLUTION,
        ...kind,
      },
      this.pool,
    );
    for (let z = 0; z < depth; z += CHUNK) {
      const sections = Math.min(CHUNK, depth - z);
      await writer.write(voxels, z * width * height, z, sections);
      this.tell(name, z + sections, depth);
    }
    if (!kind.ids) await writer.finish();
    return writer;
  }

  private async writeLabels(
    name: string,
    voxels: SharedArrayBuffer,
    count: number,
    idOf: (number: number) => bigint,
  ): Promise<void> {
    const table = new SharedArrayBuffer(8 * (count + 1));
    const ids = new BigUint64Array(table);
    for (let number = 1; number <= count; number++) ids[number] = idOf(number);
    const writer = await this.write(name, voxels, {
      type: "uint32",
      ids: () => table,
      keep: MESHED,
    });
    const { kept } = writer;
    if (kept)
      await writeAllMeshes(
        path.join(this.folder, name),
        kept,
        "uint32",
        ids,
        this.pool,
        (done, total) => {
          this.tell(`meshes of ${name}`, done, total);
        },
      );
    const counts = new VoxelCounts();
    counts.add(new Uint32Array(voxels));
    await writer.finish({
      ...(kept && { mesh: MESH_FOLDER }),
      properties: await counts.write(path.join(this.folder, name), ids),
    });
  }

  private async writeTruth(
    tissue: Tissue,
    supervoxels: Uint32Array,
    components: Components,
  ): Promise<void> {
    const truth = tellTruth(tissue, RESOLUTION, supervoxels, components);
    await writeFile(
      path.join(this.folder, "truth.json"),
      `${JSON.stringify(truth, undefined, 1)}\n`,
    );
  }

  private async describe(bodies: Uint32Array): Promise<void> {
    const size = this.size.join(" x ");
    await writeDescription(this.folder, {
      name: "demo",
      title: "Demo volume",
      text: `Synthetic neuropil with its true segmentation: ${size} voxels of 8 nm, seed ${this.seed}`,
      size: this.size,
      resolution: RESOLUTION,
      layers: [
        { name: "image", type: "image" },
        { name: "supervoxels", type: "segmentation" },
        {
          name: "bodies",
          type: "segmentation",
          segments: largest(bodies, SHOWN).map((number) =>
            bodyId(number).toString(),
          ),
        },
      ],
      marks: NEUROPIL,
    });
  }
}

/** Each voxel's number replaced by what `table` has for it. */
function mapTo(
  from: Uint32Array,
  table: Uint32Array,
  buffer: SharedArrayBuffer,
): Uint32Array {
  const to = new Uint32Array(buffer);
  for (let i = 0; i < from.length; i++) to[i] = table[from[i]];
  return to;
}

/** The `count` numbers that most voxels have, the most frequent first. */
function largest(voxels: Uint32Array, count: number): number[] {
  const times = new Map<number, number>();
  // Every 7th voxel tells large from small as well.
  for (let i = 0; i < voxels.length; i += 7)
    times.set(voxels[i], (times.get(voxels[i]) ?? 0) + 1);
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([number]) => number);
}
