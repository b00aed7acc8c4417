/** Cells and wires by chance, with ids that no JavaScript number holds. */
import type { Voxel, WiredCell, Wire } from "./connectome.js";

/** The regions of these wires; `whole` holds the other two. */
export const primary = ["left", "right"];

const at = (i: number, step: number): number => (i * step) % 500;

/** The same each time. */
export function smallConnectome(): { cells: WiredCell[]; wires: Wire[] } {
  const cells = Array.from({ length: 12 }, (_, i): WiredCell => {
    const id = (1n << 56n) + BigInt(i);
    // The last two are fragments.
    if (i >= 10) return { id };
    return {
      id,
      size: 1000 + i,
      type: `T${i % 4}`,
      instance: `T${i % 4}_${i % 2 === 0 ? "L" : "R"}`,
      status: "Traced",
    };
  });
  const wires = Array.from({ length: 400 }, (_, i): Wire => {
    const pre: Voxel = [at(i >> 1, 97), at(i >> 1, 61), at(i >> 1, 37)];
    const side = i % 3 === 0 ? primary[0] : primary[1];
    return {
      from: cells[(i >> 1) % 5].id,
      to: cells[(i * i + 3 * i) % 12].id,
      pre,
      post: [pre[0] + 4, pre[1] + 2, pre[2] + (i % 3)],
      regions: i % 7 === 0 ? [] : [side, "whole"],
    };
  });
  return { cells, wires };
}
