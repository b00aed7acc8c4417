import fc from "fast-check";
import { placeCount } from "../encoder/encoder.js";
import { contains, type Box, type Triple } from "../record.js";
import {
  PlaceBlocks,
  placesOf,
  toFinest,
  type ScaleStep,
} from "./place_lattice.js";
import type { VolumeScale } from "./volume/volume_info.js";

function scaleOf(
  size: Triple,
  resolution: Triple,
  offset: Triple,
): VolumeScale {
  return {
    key: "s",
    size: [...size],
    resolution: [...resolution],
    voxel_offset: [...offset],
    chunk_sizes: [[64, 64, 64]],
    encoding: "raw",
  };
}

const triple = (min: number, max: number): fc.Arbitrary<Triple> => {
  const each = fc.integer({ min, max });
  return fc.tuple(each, each, each);
};

/** A scale of which 1, 2 or 4 voxels of the finest make one, and a stride. */
const anyLattice = fc
  .record({
    size: triple(1, 300),
    stride: triple(1, 40),
    offset: triple(0, 50),
    ratio: fc.tuple(
      fc.constantFrom(1, 2, 4),
      fc.constantFrom(1, 2, 4),
      fc.constantFrom(1, 2),
    ),
  })
  .map(({ size, stride, offset, ratio }) => ({
    stride,
    step: {
      scale: scaleOf(size, [8 * ratio[0], 8 * ratio[1], 30 * ratio[2]], offset),
      finest: scaleOf([4096, 4096, 4096], [8, 8, 30], [0, 0, 0]),
    } satisfies ScaleStep,
  }));

function positionsOf(
  step: ScaleStep,
  first: Triple,
  stride: Triple,
  count: Triple,
): Triple[] {
  const along = (axis: 0 | 1 | 2) =>
    Array.from({ length: count[axis] }, (_, i) =>
      toFinest(step, first[axis] + i * stride[axis], axis),
    );
  return along(2).flatMap((z) =>
    along(1).flatMap((y) => along(0).map((x): Triple => [x, y, z])),
  );
}

describe("The places of a volume", () => {
  it("lie in it, at least one along each axis, as far from one border as from the other to a stride", () => {
    fc.assert(
      fc.property(anyLattice, ({ step, stride }) => {
        const { first, count } = placesOf(step, stride, undefined);
        for (const axis of [0, 1, 2] as const) {
          const last = first[axis] + (count[axis] - 1) * stride[axis];
          expect(count[axis]).toBeGreaterThan(0);
          expect(last).toBeLessThan(step.scale.size[axis]);
          expect(last + stride[axis]).toBeGreaterThanOrEqual(
            step.scale.size[axis],
          );
        }
      }),
    );
  });

  it("of a region are those of the whole that lie in it", () => {
    fc.assert(
      fc.property(
        anyLattice,
        triple(0, 400),
        triple(1, 400),
        ({ step, stride }, min, extent) => {
          const region: Box = {
            min,
            max: [min[0] + extent[0], min[1] + extent[1], min[2] + extent[2]],
          };
          const whole = placesOf(step, stride, undefined);
          const part = placesOf(step, stride, region);
          fc.pre(placeCount(whole) < 20_000);
          expect(
            positionsOf(step, part.first, stride, part.count).map(String),
          ).toEqual(
            positionsOf(step, whole.first, stride, whole.count)
              .filter(([x, y, z]) => contains(region, x, y, z))
              .map(String),
          );
        },
      ),
    );
  });

  it("are each in one block", () => {
    fc.assert(
      fc.property(
        anyLattice,
        fc.constantFrom<Triple>([111, 111, 1], [111, 111, 111]),
        fc.integer({ min: 1, max: 500 }),
        ({ step, stride }, patch, most) => {
          const places = placesOf(step, stride, undefined);
          fc.pre(placeCount(places) < 20_000);
          const blocks = new PlaceBlocks(places, patch, 64, most);
          const found = Array.from({ length: blocks.length }, (_, i) => {
            const { first, count } = blocks.at(i);
            const part = positionsOf(step, first, stride, count);
            expect(part.length).toBeGreaterThan(0);
            expect(part.length).toBeLessThanOrEqual(most);
            return part.map(String);
          }).flat();
          const all = positionsOf(step, places.first, stride, places.count);
          expect(found.sort()).toEqual(all.map(String).sort());
        },
      ),
    );
  });
});
