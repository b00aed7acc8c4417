import type { VoxelSize } from "../../model/measurement.js";
import type { SandboxSource } from "../frontend.js";

/** Edges of a voxel of a sandbox's image along x,y,z in nm, without the last digits that a length in metres has too many. */
export function voxelSizeOf({
  parameters: { space },
}: Pick<SandboxSource, "parameters">): VoxelSize {
  const nm = (axis: number) =>
    Number((space.scales[axis] * 1e9).toPrecision(12));
  return [nm(0), nm(1), nm(2)];
}
