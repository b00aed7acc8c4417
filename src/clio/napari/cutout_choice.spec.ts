import fc from "fast-check";
import {
  type Box,
  intersection,
  shapeOf,
  type Vec3,
  vec3,
} from "../model/box.js";
import type { CutoutLayer } from "../model/cutout.js";
import {
  boxAround,
  bytesText,
  durationText,
  inNanometres,
  leadingLayer,
  partBytes,
  partsOf,
  sampleOf,
} from "./cutout_choice.js";

const layer = (
  name: string,
  type: CutoutLayer["type"],
  sizes: readonly Vec3[],
  extent: Vec3 = [8000, 8000, 3000],
): CutoutLayer => ({
  ...{ name, type, mergeable: false },
  dtype: type === "image" ? "uint8" : "uint64",
  scales: sizes.map((voxelSize) => ({
    voxelSize: [...voxelSize],
    lower: [0, 0, 0],
    upper: [...vec3((axis) => Math.ceil(extent[axis] / voxelSize[axis]))],
  })),
});

const image = layer("em", "image", [
  [8, 8, 30],
  [16, 16, 30],
  [32, 32, 60],
]);
const cells = layer("cells", "segmentation", [
  [16, 16, 30],
  [64, 64, 60],
]);

describe("A choice of what goes to napari", () => {
  it("is thought of in the voxels of the first image", () => {
    const info = { layers: [cells, image], others: [], limit: 1 };
    expect(leadingLayer(info)).toBe(image);
    expect(leadingLayer({ ...info, layers: [cells] })).toBe(cells);
    expect(leadingLayer({ ...info, layers: [] })).toBeUndefined();
  });

  it("has the voxel at the cross-hair in the middle of its box", () => {
    const size: Vec3 = [8, 8, 30];
    const box = boxAround([804, 4, 31], [3, 4, 1], size);
    expect(box).toEqual({ lower: [792, -16, 30], upper: [816, 16, 60] });
    const around = inNanometres(
      { lower: [99, -2, 1], upper: [102, 2, 2] },
      size,
    );
    expect(box).toEqual(around);
  });

  it("takes each layer at the scale that is as fine as the chosen one, and no finer than it must be", () => {
    const place: Box = { lower: [800, 800, 300], upper: [1600, 1600, 600] };
    const scales = (voxelSize: Vec3) =>
      partsOf([image, cells], place, voxelSize).map(({ scale }) => scale);
    expect(scales([8, 8, 30])).toEqual([0, 0]);
    expect(scales([16, 16, 30])).toEqual([1, 0]);
    expect(scales([32, 32, 60])).toEqual([2, 0]);
    expect(scales([64, 64, 60])).toEqual([2, 1]);
    const [em, ids] = partsOf([image, cells], place, [16, 16, 30]);
    expect(em.box).toEqual({ lower: [50, 50, 10], upper: [100, 100, 20] });
    expect(ids.box).toEqual(em.box);
    expect(partBytes(em)).toBe(25_000);
    expect(partBytes(ids)).toBe(200_000);
  });

  it("holds every voxel that the place touches and the volume has, and no other", () => {
    const edge = fc.integer({ min: -2000, max: 9000 });
    fc.assert(
      fc.property(
        fc.tuple(edge, edge, edge),
        fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 5000 }))),
        fc.constantFrom(...image.scales),
        (from, length, { voxelSize }) => {
          const lower: Vec3 = [from[0], from[1], from[2]];
          const place = { lower, upper: vec3((i) => lower[i] + length[i]) };
          const [part] = partsOf([image], place, voxelSize);
          const scale = image.scales[part?.scale ?? 0];
          const all = inNanometres(scale, scale.voxelSize);
          if (part === undefined) {
            expect(intersection(all, place)).toBeUndefined();
            return;
          }
          for (const axis of [0, 1, 2]) {
            const size = scale.voxelSize[axis];
            const inside = (voxel: number) =>
              voxel >= scale.lower[axis] && voxel < scale.upper[axis];
            const touches = (voxel: number) =>
              (voxel + 1) * size > place.lower[axis] &&
              voxel * size < place.upper[axis];
            const { lower: first, upper: end } = part.box;
            expect(touches(first[axis]) && inside(first[axis])).toBeTrue();
            expect(touches(end[axis] - 1) && inside(end[axis] - 1)).toBeTrue();
            for (const beside of [first[axis] - 1, end[axis]])
              expect(touches(beside) && inside(beside)).toBeFalse();
          }
        },
      ),
    );
  });

  it("is measured by a part that lies in it", () => {
    const [part] = partsOf(
      [image],
      { lower: [0, 0, 0], upper: [8000, 80, 3000] },
      [8, 8, 30],
    );
    const sample = sampleOf(part);
    expect(shapeOf(sample.box)).toEqual([64, 10, 64]);
    expect(intersection(part.box, sample.box)).toEqual(sample.box);
  });

  it("is told in sizes and times that people read", () => {
    expect(bytesText(24_000)).toBe("24.0 kB");
    expect(bytesText(24_640_000)).toBe("24.6 MB");
    expect(bytesText(1_074_000_000)).toBe("1.07 GB");
    expect(durationText(0.2)).toBe("about a second");
    expect(durationText(31.4)).toBe("about 31 s");
    expect(durationText(600)).toBe("about 10 min");
    expect(durationText(7200)).toBe("about 2.0 h");
  });
});
