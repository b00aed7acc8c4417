import type { DatasetScene } from "../model/dataset.js";

const nanometres: Readonly<Record<string, number>> = {
  m: 1e9,
  mm: 1e6,
  um: 1e3,
  µm: 1e3,
  nm: 1,
  pm: 1e-3,
};

/** The size of a voxel for people: `8 nm` where its edges are alike, else `4 × 4 × 40 nm` (x, y, z). */
export function voxelSize({ dimensions }: DatasetScene): string {
  // The scale is stored in metres as a rule: six digits are more than any is known to, and leave out the noise of 8e-9 × 1e9.
  const edges = [dimensions.x, dimensions.y, dimensions.z].map(
    ([scale, unit]) => Number((scale * nanometres[unit]).toPrecision(6)),
  );
  const alike = edges.every((edge) => edge === edges[0]);
  return `${alike ? edges[0] : edges.join(" × ")} nm`;
}
