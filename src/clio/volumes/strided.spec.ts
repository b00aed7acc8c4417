import fc from "fast-check";
import { type Vec3, vec3, voxelCount } from "../model/box.js";
import { copyVoxels, from, type Strided, xFastest } from "./strided.js";

const vec = (min: number, max: number): fc.Arbitrary<Vec3> => {
  const edge = fc.integer({ min, max });
  return fc.tuple(edge, edge, edge);
};

/** An array whose axes lie in memory in some order, and in which every value is another. */
const arrays = fc
  .record({
    shape: vec(1, 6),
    order: fc.constantFrom<number[]>(
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 0],
    ),
    offset: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ shape, order, offset }) => {
    const strides: [number, number, number] = [0, 0, 0];
    let stride = 1;
    for (const axis of order) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    const data = Uint16Array.from(
      { length: offset + voxelCount(shape) },
      (_, index) => index + 1,
    );
    return { shape, array: { data, offset, strides } satisfies Strided };
  });

const valueAt = ({ data, offset, strides }: Strided, [x, y, z]: Vec3) =>
  data[offset + x * strides[0] + y * strides[1] + z * strides[2]];

describe("Copying voxels between arrays", () => {
  it("moves exactly the voxels of the box, whatever the order of either array's axes", () => {
    fc.assert(
      fc.property(
        arrays,
        vec(1, 6),
        vec(0, 5),
        vec(0, 5),
        ({ shape, array }, targetShape, start, place) => {
          const first = vec3((axis) => start[axis] % shape[axis]);
          const target: Strided = {
            data: new Uint16Array(voxelCount(targetShape)),
            offset: 0,
            strides: xFastest(targetShape),
          };
          const to = vec3((axis) => place[axis] % targetShape[axis]);
          const size = vec3((axis) =>
            Math.min(shape[axis] - first[axis], targetShape[axis] - to[axis]),
          );
          copyVoxels(from(array, first), from(target, to), size);
          for (let z = 0; z < targetShape[2]; ++z)
            for (let y = 0; y < targetShape[1]; ++y)
              for (let x = 0; x < targetShape[0]; ++x) {
                const voxel = [x, y, z] as const;
                const at = vec3((axis) => voxel[axis] - to[axis]);
                const isCopied = at.every(
                  (value, axis) => value >= 0 && value < size[axis],
                );
                const source = vec3((axis) => at[axis] + first[axis]);
                expect(valueAt(target, voxel)).toBe(
                  isCopied ? valueAt(array, source) : 0,
                );
              }
        },
      ),
    );
  });
});
