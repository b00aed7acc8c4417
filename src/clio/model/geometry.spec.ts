import * as v from "valibot";
import fc from "fast-check";
import { ANNOTATION_KINDS, annotationSchema } from "./annotation.js";
import {
  anchorsOf,
  boundsOf,
  centerOf,
  movedBy,
  withAnchor,
} from "./geometry.js";
import { anyRecord, anyVoxel } from "./testing/records.js";

describe("The geometry of a mark", () => {
  it("knows every kind, and makes records that the schema takes", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyRecord(), anyVoxel(), (record, delta) => {
        kinds.add(record.kind);
        const moved = movedBy(record, delta);
        expect(v.safeParse(annotationSchema, moved).issues).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(kinds).toEqual(new Set(ANNOTATION_KINDS));
  });

  it("moves all of a mark by the same voxels, and back to where it was", () => {
    fc.assert(
      fc.property(anyRecord(), anyVoxel(), (record, delta) => {
        const moved = movedBy(record, delta);
        anchorsOf(record).forEach((anchor, i) => {
          expect(anchorsOf(moved)[i]).toEqual([
            anchor[0] + delta[0],
            anchor[1] + delta[1],
            anchor[2] + delta[2],
          ]);
        });
        const back = movedBy(moved, [-delta[0], -delta[1], -delta[2]]);
        expect(anchorsOf(back)).toEqual(anchorsOf(record));
        expect(moved.description).toBe(record.description);
      }),
    );
  });

  it("moves one anchor and leaves the others", () => {
    fc.assert(
      fc.property(anyRecord(), anyVoxel(), fc.nat(), (record, to, n) => {
        const index = n % anchorsOf(record).length;
        const moved = anchorsOf(withAnchor(record, index, to));
        expect(moved).toEqual(anchorsOf(record).with(index, to));
      }),
    );
  });

  it("forgets what lay under a mark that has moved", () => {
    fc.assert(
      fc.property(anyRecord(), (record) => {
        const segments = { source: "precomputed://x", supervoxels: ["1"] };
        const moved = movedBy({ ...record, segments }, [1, 0, 0]);
        expect(moved.segments).toBeUndefined();
      }),
    );
  });

  it("keeps anchors and centre inside the bounds", () => {
    fc.assert(
      fc.property(anyRecord(), (record) => {
        const { lower, upper } = boundsOf(record);
        for (const voxel of [...anchorsOf(record), centerOf(record)]) {
          voxel.forEach((at, axis) => {
            expect(at).toBeGreaterThanOrEqual(lower[axis]);
            expect(at).toBeLessThanOrEqual(upper[axis]);
          });
        }
      }),
    );
  });
});
