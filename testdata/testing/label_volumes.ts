import { indexLabels } from "../mesh/label_index.js";
import { extractSurface } from "../mesh/surface.js";
import type { Surface } from "../mesh/surface.js";
import type { Triple } from "../precomputed/scales.js";

/** A volume of labels by a function of the voxel. */
export function volume(
  size: Triple,
  label: (x: number, y: number, z: number) => number,
): Uint32Array {
  return Uint32Array.from({ length: size[0] * size[1] * size[2] }, (_, at) =>
    label(
      at % size[0],
      Math.floor(at / size[0]) % size[1],
      Math.floor(at / (size[0] * size[1])),
    ),
  );
}

/** The surface of one label of a volume. */
export function surfaceOf(
  labels: Uint32Array,
  size: Triple,
  label: number,
): Surface {
  return extractSurface(
    labels,
    size,
    label,
    indexLabels(labels, size).get(label) ?? [],
  );
}
