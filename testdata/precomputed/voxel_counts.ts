import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { VoxelArray } from "./voxels.js";

/** The name of the folder of what is said of segments in that of their layer. */
export const PROPERTIES_FOLDER = "segment_properties";

/** Of so many segments at most it is written: a page reads all at once. */
const MOST_SEGMENTS = 500_000;

/** Counts the voxels of labels as their sections come. */
export class VoxelCounts {
  private counts = new Float64Array(1024);

  /** @param voxels numbers of labels */
  add(voxels: VoxelArray): void {
    for (let i = 0; i < voxels.length;) {
      const label = voxels[i];
      const from = i;
      while (i < voxels.length && voxels[i] === label) i++;
      if (label >= this.counts.length) this.grow(label);
      this.counts[label] += i - from;
    }
  }

  /**
   * Writes how many voxels each segment has, as upstream's segment properties: a number called `voxels`.
   * @param layer the layer's folder
   * @param ids of the labels by their numbers; 0 is background
   * @returns the name of the folder; undefined where there are too many segments, and nothing is written
   */
  async write(layer: string, ids: BigUint64Array): Promise<string | undefined> {
    // In the order of their ids, as upstream wants them.
    const numbers = Array.from(ids.keys())
      .filter((number) => number > 0 && this.counts[number] > 0)
      .sort((a, b) => (ids[a] < ids[b] ? -1 : 1));
    if (numbers.length > MOST_SEGMENTS) return undefined;
    const values = numbers.map((number) => this.counts[number]);
    const isSmall = values.every((value) => value < 2 ** 32);
    const info = {
      "@type": "neuroglancer_segment_properties",
      inline: {
        ids: numbers.map((number) => String(ids[number])),
        properties: [
          {
            id: "voxels",
            type: "number",
            description: "Voxels at the finest scale",
            data_type: isSmall ? "uint32" : "float32",
            values,
          },
        ],
      },
    };
    const folder = path.join(layer, PROPERTIES_FOLDER);
    await mkdir(folder);
    await writeFile(path.join(folder, "info"), `${JSON.stringify(info)}\n`);
    return PROPERTIES_FOLDER;
  }

  private grow(label: number): void {
    const grown = new Float64Array(Math.max(label + 1, 2 * this.counts.length));
    grown.set(this.counts);
    this.counts = grown;
  }
}
