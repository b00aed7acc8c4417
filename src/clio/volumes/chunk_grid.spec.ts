import fc from "fast-check";
import { type Box, type Vec3, vec3 } from "../model/box.js";
import {
  boxOfCell,
  cellsOf,
  type ChunkGrid,
  groupByChunk,
} from "./chunk_grid.js";

const vec = (min: number, max: number): fc.Arbitrary<Vec3> => {
  const edge = fc.integer({ min, max });
  return fc.tuple(edge, edge, edge);
};

const grids: fc.Arbitrary<ChunkGrid> = fc
  .record({ lower: vec(0, 3), size: vec(1, 9), chunkShape: vec(1, 5) })
  .map(({ lower, size, chunkShape }) => ({
    bounds: { lower, upper: vec3((axis) => lower[axis] + size[axis]) },
    chunkShape,
  }));

const boxes: fc.Arbitrary<Box> = fc
  .record({ lower: vec(-4, 14), size: vec(0, 12) })
  .map(({ lower, size }) => ({
    lower,
    upper: vec3((axis) => lower[axis] + size[axis]),
  }));

/** Every voxel of a box, one by one. */
function voxelsOf({ lower, upper }: Box): Vec3[] {
  const voxels: Vec3[] = [];
  for (let z = lower[2]; z < upper[2]; ++z)
    for (let y = lower[1]; y < upper[1]; ++y)
      for (let x = lower[0]; x < upper[0]; ++x) voxels.push([x, y, z]);
  return voxels;
}

const isIn = (box: Box, voxel: Vec3) =>
  voxelsOf(box).some((known) => known.join() === voxel.join());

describe("A chunk grid", () => {
  it("puts every voxel that exists into exactly one group, that of the cell it lies in", () => {
    fc.assert(
      fc.property(grids, fc.array(vec(-3, 13)), (grid, voxels) => {
        const groups = groupByChunk(grid, voxels);
        const keys = groups.map(({ cell }) => cell.join());
        expect(new Set(keys).size).toBe(keys.length);
        for (const { cell, indices } of groups)
          for (const index of indices)
            expect(isIn(boxOfCell(grid, cell), voxels[index])).toBeTrue();
        const grouped = groups.flatMap(({ indices }) => indices);
        const existing = voxels.flatMap((voxel, index) =>
          isIn(grid.bounds, voxel) ? [index] : [],
        );
        expect(grouped.sort((a, b) => a - b)).toEqual(existing);
      }),
    );
  });

  it("finds the cells of a box that hold voxels of both the box and the volume, and no others", () => {
    fc.assert(
      fc.property(grids, boxes, (grid, box) => {
        const needed = groupByChunk(grid, voxelsOf(box)).map(({ cell }) =>
          cell.join(),
        );
        const found = cellsOf(grid, box).map((cell) => cell.join());
        expect(found.sort()).toEqual(needed.sort());
      }),
    );
  });
});
