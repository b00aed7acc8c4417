import fc from "fast-check";
import {
  type Annotation,
  AnnotationSerializer,
  AnnotationType,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import type { AnnotationRecord, VoxelPosition } from "../model/annotation.js";
import { anchorsOf } from "../model/geometry.js";
import type { VoxelSize } from "../model/measurement.js";
import { anyRecord } from "../model/testing/records.js";
import { mark as record } from "../store/testing/marks.js";
import { MARK_PROPERTIES } from "./base.js";
import {
  drawnAnnotations,
  geometryOf,
  isDrawn,
  mainPart,
  withoutDrawn,
} from "./drawn.js";
import { annotationOf, annotationsOf, markOf, voxelOf } from "./mark.js";

const serializers = makeAnnotationPropertySerializers(3, MARK_PROPERTIES);
const VOXEL: VoxelSize = [4, 4, 40];

/** Up to where 32-bit floats still know the middle of a voxel from its edge. */
const FARTHEST = 2 ** 22;

const nearRecord = anyRecord().filter((record) =>
  anchorsOf(record).every((at) => at.every((x) => Math.abs(x) < FARTHEST)),
);
const records = fc.uniqueArray(nearRecord, {
  selector: (one) => one.id,
  maxLength: 20,
});

function serialized(parts: readonly Annotation[]) {
  const serializer = new AnnotationSerializer(serializers);
  for (const part of parts) serializer.add(part);
  return serializer.serialize();
}

function drawn(record: AnnotationRecord, saved = true, color?: number) {
  return annotationsOf(markOf(record, saved, VOXEL), color);
}

/** A record without what is not drawn. */
function shapeOf(record: AnnotationRecord) {
  const geometry = geometryOf(drawn(record))!;
  return { ...record, ...geometry };
}

describe("A mark", () => {
  it("is drawn so that its exact voxels can be read back, whatever its kind", () => {
    fc.assert(
      fc.property(nearRecord, (record) => {
        const { corners, ...rest } = { corners: [], ...record };
        if (record.kind !== "box") {
          expect(shapeOf(record)).toEqual(record);
          return;
        }
        // Which two of its corners a box was drawn from is not seen in it.
        const same = shapeOf(record);
        expect({ ...same, corners }).toEqual({ ...rest, kind: "box", corners });
        const sorted = (at: readonly VoxelPosition[]) =>
          [0, 1, 2].map((axis) => at.map((v) => v[axis]).sort((a, b) => a - b));
        expect(sorted(anchorsOf(same))).toEqual(sorted(anchorsOf(record)));
      }),
    );
  });

  it("lies in the middle of its voxel", () => {
    const point = annotationOf(
      markOf(
        { ...record(1), kind: "point", position: [5, -3, 0] },
        true,
        VOXEL,
      ),
    );
    if (point.type !== AnnotationType.POINT) throw new Error("no point");
    expect([...point.point]).toEqual([5.5, -2.5, 0.5]);
  });

  it("lies in the voxel of every point from its lower edges up to its upper ones", () => {
    expect(voxelOf([5, -3, 0])).toEqual([5, -3, 0]);
    expect(voxelOf([5.99, -2.01, 0.5])).toEqual([5, -3, 0]);
  });

  it("is round in nm as a sphere, about the middle of its diameter, which is drawn with it", () => {
    const { id, created, modified } = record(1);
    const parts = drawn({
      ...record(1),
      ...{ id, created, modified },
      kind: "sphere",
      ends: [
        [10, 20, 30],
        [20, 20, 30],
      ],
    });
    const [ball, line] = parts;
    if (ball.type !== AnnotationType.ELLIPSOID) throw new Error("no ball");
    expect([...ball.center]).toEqual([15.5, 20.5, 30.5]);
    expect([...ball.radii]).toEqual([5, 5, 0.5]);
    if (line.type !== AnnotationType.LINE) throw new Error("no diameter");
    expect([...line.pointA, ...line.pointB]).toEqual([
      10.5, 20.5, 30.5, 20.5, 20.5, 30.5,
    ]);
    expect(line.id).toBe(ball.id);
  });

  it("is drawn as a box up to the outer faces of its corner voxels", () => {
    const [box] = drawn({
      ...record(1),
      kind: "box",
      corners: [
        [10, 9, 3],
        [4, 9, 8],
      ],
    });
    if (box.type !== AnnotationType.AXIS_ALIGNED_BOUNDING_BOX) {
      throw new Error("no box");
    }
    expect([...box.pointA]).toEqual([4, 9, 3]);
    expect([...box.pointB]).toEqual([11, 10, 9]);
  });

  it("says to the shader whether it is saved, and which colour of its own it has", () => {
    const properties = (saved: boolean, color?: number) =>
      drawn(record(1), saved, color)[0].properties as number[];
    expect(properties(true)).toEqual([1, 0]);
    expect(properties(false)).toEqual([0, 0]);
    expect(properties(true, 0x112233)).toEqual([1, 0xff332211]);
  });
});

describe("What is drawn", () => {
  it("gives every mark back as it was put there, among any others", () => {
    fc.assert(
      fc.property(records, (list) => {
        const all = list.map((record) => drawn(record));
        const bytes = serialized(all.flat());
        list.forEach(({ id }, i) => {
          const found = drawnAnnotations(bytes, id, serializers);
          const main = mainPart(found);
          const wanted = serialized(all[i]).data;
          expect(serialized(found).data).toEqual(wanted);
          expect(main?.type).toBe(all[i][0].type);
        });
      }),
    );
  });

  it("has no mark that was not put there", () => {
    const bytes = serialized(drawn(record(1)));
    expect(isDrawn(bytes, record(1).id)).toBeTrue();
    expect(isDrawn(bytes, record(2).id)).toBeFalse();
    expect(drawnAnnotations(bytes, record(2).id, serializers)).toEqual([]);
  });

  it("is without a mark what it would be had the mark not been put there", () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, pick) => {
        if (list.length === 0) return;
        const { id } = list[pick % list.length];
        const parts = (records: readonly AnnotationRecord[]) =>
          serialized(records.flatMap((record) => drawn(record)));
        const left = withoutDrawn(parts(list), id, serializers);
        expect(left).toEqual(parts(list.filter((one) => one.id !== id)));
      }),
    );
  });
});
