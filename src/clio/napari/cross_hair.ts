import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type Vec3, vec3 } from "../model/box.js";

/** Where the cross-hair is, in nm from position 0 on; undefined where the view has no x, y and z in metres. */
export function crossHair(viewer: Viewer): Vec3 | undefined {
  const { names, scales, units } = viewer.coordinateSpace.value;
  const dimensions = ["x", "y", "z"].map((name) => names.indexOf(name));
  const { value } = viewer.position;
  const isPlace = dimensions.every(
    (dimension) => units[dimension] === "m" && dimension < value.length,
  );
  if (!isPlace) return undefined;
  return vec3((axis) => {
    const dimension = dimensions[axis];
    return value[dimension] * scales[dimension] * 1e9;
  });
}
