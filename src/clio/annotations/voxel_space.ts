import type { CoordinateSpace as ViewerSpace } from "neuroglancer/unstable/coordinate_transform.js";
import type { DataSourceRegistry } from "neuroglancer/unstable/datasource/index.js";
import { emptyValidCoordinateSpace } from "neuroglancer/unstable/coordinate_transform.js";
import { constantWatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { CoordinateSpace } from "../model/sandbox.js";

type Triple = [number, number, number];

/**
 * The voxel grid of an image: what a sandbox's positions count.
 * @throws {Error} where the source cannot be read, or is not a bounded volume in metres along x,y,z
 */
export async function readVoxelSpace(
  registry: DataSourceRegistry,
  imageUrl: string,
  signal: AbortSignal,
): Promise<CoordinateSpace> {
  const source = await registry.get({
    url: imageUrl,
    transform: undefined,
    globalCoordinateSpace: constantWatchableValue(emptyValidCoordinateSpace),
    signal,
  });
  return toVoxelSpace(source.modelTransform.outputSpace, imageUrl);
}

/**
 * The voxel grid of an image whose dimensions are these, in whatever order.
 * @throws {Error} where that is not a bounded volume in metres along x,y,z
 */
export function toVoxelSpace(
  space: ViewerSpace,
  imageUrl: string,
): CoordinateSpace {
  const axes = ["x", "y", "z"].map((name) => space.names.indexOf(name));
  if (axes.some((axis) => axis < 0 || space.units[axis] !== "m")) {
    throw new Error(
      `${imageUrl} has the dimensions ${space.names.join(", ")}; expected x, y and z with a length`,
    );
  }
  const pick = (values: ArrayLike<number>) =>
    axes.map((axis) => values[axis]) as Triple;
  const lower = pick(space.bounds.lowerBounds);
  const upper = pick(space.bounds.upperBounds);
  if (![...lower, ...upper].every(Number.isFinite)) {
    throw new Error(`${imageUrl} has no bounds; expected a bounded volume`);
  }
  return { names: ["x", "y", "z"], scales: pick(space.scales), lower, upper };
}
