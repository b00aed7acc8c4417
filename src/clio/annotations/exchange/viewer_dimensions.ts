/** From the coordinates of a viewer's state to the voxels of the dataset. */
import type { VoxelSize } from "../../model/measurement.js";
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
} from "../../model/files/json.js";

/** Where x, y and z stand in the coordinates of a layer, and how many of the dataset's voxels one step along each is. */
export interface ViewerAxes {
  readonly rank: number;
  readonly index: readonly [number, number, number];
  readonly voxels: VoxelSize;
}

const metres: Readonly<Record<string, number>> = {
  m: 1,
  mm: 1e-3,
  um: 1e-6,
  µm: 1e-6,
  nm: 1e-9,
  pm: 1e-12,
};

/**
 * The axes in which a layer's own annotations are written: those of its source, else those of the whole state; in older states a voxel
 * size in nm. Where a state says nothing at all its coordinates are taken for voxels of the dataset.
 * @param voxel edges of a voxel of the dataset in nm
 * @returns in place of the axes a text, to be read after "expected", where the coordinates cannot be known
 */
export function axesOf(
  state: JsonObject,
  layer: JsonObject,
  voxel: VoxelSize,
): ViewerAxes | string {
  const transform = transformOf(layer);
  if (transform?.matrix !== undefined && !isIdentity(transform.matrix)) {
    return "a layer that is neither moved nor turned";
  }
  const dimensions =
    transform?.inputDimensions ??
    transform?.outputDimensions ??
    state.dimensions;
  if (isObject(dimensions)) return axesOfDimensions(dimensions, voxel);
  const size = layer.voxelSize ?? voxelSizeOf(state);
  const steps = isList(size) ? size.map(Number) : [...voxel];
  return {
    rank: 3,
    index: [0, 1, 2],
    voxels: [0, 1, 2].map((axis) =>
      ratio(steps[axis], voxel[axis]),
    ) as unknown as VoxelSize,
  };
}

function axesOfDimensions(
  dimensions: JsonObject,
  voxel: VoxelSize,
): ViewerAxes | string {
  const names = Object.keys(dimensions);
  const index: number[] = [];
  const voxels: number[] = [];
  for (const [axis, name] of ["x", "y", "z"].entries()) {
    const dimension = dimensions[name];
    const [scale, unit] = isList(dimension) ? dimension : [];
    const length = typeof unit === "string" ? metres[unit] : undefined;
    if (typeof scale !== "number" || length === undefined) {
      return `dimensions x, y and z with a length, not ${names.join(", ")}`;
    }
    index.push(names.indexOf(name));
    voxels.push(ratio(scale * length * 1e9, voxel[axis]));
  }
  return {
    rank: names.length,
    index: index as unknown as ViewerAxes["index"],
    voxels: voxels as unknown as VoxelSize,
  };
}

function transformOf(layer: JsonObject): JsonObject | undefined {
  const source = isList(layer.source) ? layer.source[0] : layer.source;
  const transform = isObject(source) ? source.transform : undefined;
  return isObject(transform) ? transform : undefined;
}

function voxelSizeOf(state: JsonObject): Json | undefined {
  let at: Json | undefined = state;
  for (const key of ["navigation", "pose", "position", "voxelSize"]) {
    at = isObject(at) ? at[key] : undefined;
  }
  return at;
}

function isIdentity(matrix: Json): boolean {
  return (
    isList(matrix) &&
    matrix.every(
      (row, i) =>
        isList(row) && row.every((value, j) => value === (i === j ? 1 : 0)),
    )
  );
}

/** Rounded to what the lengths are exact to: 8e-9 m are not quite 8 nm, and a position at the edge of a voxel must stay in it. */
function ratio(step: number, voxel: number): number {
  return Number((step / voxel).toPrecision(12));
}
