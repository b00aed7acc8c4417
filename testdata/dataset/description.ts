import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseDataset } from "../../src/clio/model/dataset.js";
import type { MarksVocabulary } from "../../src/clio/model/fields.js";
import type { Triple } from "../precomputed/scales.js";

/** A layer of a dataset, whose folder has its name. */
export interface LayerDescription {
  readonly name: string;
  readonly type: "image" | "segmentation";
  /** Segments that are shown from the start. */
  readonly segments?: readonly string[];
}

/** What a dataset's description says of it. */
export interface DatasetDescription {
  /** The name it is served under. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** In voxels. */
  readonly size: Triple;
  /** Voxel size in nm. */
  readonly resolution: Triple;
  /** The image first. */
  readonly layers: readonly LayerDescription[];
  /** Words and fields for the marks that people leave in it. */
  readonly marks?: MarksVocabulary;
}

/** The layer of this name is an oversegmentation: its segments can be merged. */
export const MERGEABLE_LAYER = "supervoxels";

const IN_METRES = 1e-9;

/**
 * Writes the description that makes a folder of layers a dataset.
 * @throws DatasetError where a name or value is none that the server would take
 */
export async function writeDescription(
  folder: string,
  description: DatasetDescription,
): Promise<void> {
  const { name, title, text, size, resolution, layers, marks } = description;
  const shortest = Math.min(...resolution);
  const extent = Math.max(...size.map((n, axis) => n * resolution[axis]));
  const dimension = (axis: number): [number, string] => [
    // Through its decimal form: 8 nm is 8e-9 m, not 8.000000000000001e-9.
    Number(`${resolution[axis]}e-9`) || resolution[axis] * IN_METRES,
    "m",
  ];
  const dataset = {
    title,
    description: text,
    mainLayer: layers[0].name,
    ...(layers.some((layer) => layer.name === MERGEABLE_LAYER) && {
      roles: { [MERGEABLE_LAYER]: ["mergeable"] },
    }),
    ...(marks && { marks }),
    neuroglancer: {
      dimensions: { x: dimension(0), y: dimension(1), z: dimension(2) },
      position: size.map((n) => n / 2),
      crossSectionScale: 1,
      // Voxels of the shortest side of a voxel that fit the view: the whole volume with some room.
      projectionScale: Math.ceil((1.6 * extent) / shortest),
      layout: "4panel",
      layers: layers.map((layer) => ({
        name: layer.name,
        type: layer.type,
        source: `./${layer.name}`,
        ...(layer.type === "segmentation" && { selectedAlpha: 0.2 }),
        ...(layer.segments && { segments: layer.segments }),
      })),
    },
  };
  // What is written is what the server will read: a mistake shows here and not there.
  parseDataset(name, dataset);
  await writeFile(
    path.join(folder, "dataset.json"),
    `${JSON.stringify(dataset, undefined, 2)}\n`,
  );
}
