import { newPage, origin } from "../../../config/stories/harness.js";
import type { Vec3 } from "../model/box.js";
import type { SectionPlane } from "./section.js";
import { readImage, readSection, show } from "./testing/page.js";

const SHAPE: Vec3 = [256, 256, 128];
const VOXEL_NM = 8;
const upright: SectionPlane = {
  right: { axis: 0, sign: 1 },
  down: { axis: 1, sign: 1 },
};
/** As a panel lies that shows z to the left and y upwards. */
const turned: SectionPlane = {
  right: { axis: 2, sign: -1 },
  down: { axis: 1, sign: -1 },
};

describe("A section", () => {
  for (const [where, plane, center] of [
    ["in the middle", upright, [100, 120, 60.5]],
    ["turned and mirrored", turned, [100.5, 120, 60]],
    ["at a corner of the volume", upright, [2, 254, 0.5]],
    ["outside of the volume", upright, [-300, 20, 0.5]],
  ] as const) {
    it(`${where} is centred on its place, voxel for voxel, and shows nothing where there is no volume`, async () => {
      const { page } = await newPage();
      await show(page, origin(), [
        {
          type: "image",
          source: `precomputed://${origin()}/volumes/demo/image`,
          name: "image",
        },
      ]);
      const edge = 20;
      const section = await readSection(page, "image", {
        center,
        plane,
        width: edge * VOXEL_NM,
      });
      expect(section.edge).toBe(edge);
      const reach = (sign: 1 | -1): Vec3 => [
        center[0] + sign * edge,
        center[1] + sign * edge,
        center[2] + sign * edge,
      ];
      const box = { lower: reach(-1), upper: reach(1) };
      const {
        values,
        shape,
        box: covered,
      } = await readImage(page, "image", box);
      const expected: (number | undefined)[] = [];
      for (let row = 0; row < edge; ++row) {
        for (let column = 0; column < edge; ++column) {
          const at: number[] = [...center];
          const { right, down } = plane;
          at[right.axis] += right.sign * (column + 0.5 - edge / 2);
          at[down.axis] += down.sign * (row + 0.5 - edge / 2);
          const voxel = at.map(Math.floor);
          const isInside = voxel.every((v, axis) => v >= 0 && v < SHAPE[axis]);
          const [x, y, z] = voxel.map((v, axis) => v - covered.lower[axis]);
          const index = x + shape[0] * (y + shape[1] * z);
          expected.push(isInside ? Number(values[index]) : undefined);
        }
      }
      expect(section.pixels).toEqual(expected);
    });
  }
});
