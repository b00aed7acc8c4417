import fc from "fast-check";
import {
  AnnotationSerializer,
  AnnotationType,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import { pointsAsOne } from "../../../neuroglancer/point_batches.js";
import type { Slab } from "../../../neuroglancer/slice_slabs.js";
import type { AnnotationRecord, VoxelPosition } from "../model/annotation.js";
import { anyRecord } from "../model/testing/records.js";
import { MARK_PROPERTIES } from "./base.js";
import { CellGeometry } from "./cell_geometry.js";
import { drawnAnnotations } from "./drawn.js";
import { annotationsOf, type Mark, markOf } from "./mark.js";

const { POINT } = AnnotationType;
const VOXEL = [8, 8, 8] as const;
const serializers = makeAnnotationPropertySerializers(3, MARK_PROPERTIES);

function cellOf(marks: readonly Mark[]): CellGeometry {
  const serializer = new AnnotationSerializer(serializers);
  for (const mark of marks) {
    for (const part of annotationsOf(mark)) serializer.add(part);
  }
  return new CellGeometry(serializer.serialize());
}

/** A mark at a place, told apart by its number. */
function point(number: number, position: VoxelPosition): Mark {
  const record: AnnotationRecord = {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    ...{ kind: "point", position, description: "", tags: [], checked: false },
    ...{ user: "local", created: 1, modified: 1 },
  };
  return markOf(record, number % 2 === 0, VOXEL);
}

/** Points where slabs are, and a few marks of any kind. */
function anyMarks(): fc.Arbitrary<Mark[]> {
  const place = fc.integer({ min: -200, max: 240 });
  const points = fc
    .array(fc.tuple(place, place, place), { maxLength: 60, size: "max" })
    .map((places) => places.map((position, i) => point(i, position)));
  const others = fc
    .uniqueArray(anyRecord(), { maxLength: 3, selector: ({ id }) => id })
    .map((records) => records.map((one) => markOf(one, true, VOXEL)));
  return fc
    .tuple(points, others)
    .map(([points, others]) => [...points, ...others]);
}

function anySlab(): fc.Arbitrary<Slab> {
  const place = fc.integer({ min: -200, max: 200 });
  return fc
    .record({
      axis: fc.constantFrom<Slab["axis"]>(0, 1, 2),
      lower: place,
      thickness: fc.integer({ min: 0, max: 40 }),
    })
    .map(({ axis, lower, thickness }) => ({
      ...{ axis, lower },
      upper: lower + thickness,
    }));
}

describe("What a slice draws of a cell", () => {
  it("is every mark that may be in it, and of the points none that lies far from it", () => {
    let some = 0;
    fc.assert(
      fc.property(anyMarks(), anySlab(), (marks, slab) => {
        const cell = cellOf(marks);
        const { typeToIds } = cell.serializedAnnotations;
        const { ids } = cell.points(slab, 1);
        const isWhole = ids.length === typeToIds[POINT].length;
        for (const { record } of marks) {
          if (record.kind !== "point") continue;
          // A point lies in the middle of its voxel.
          const place = record.position[slab.axis] + 0.5;
          const drawn = ids.filter((id) => id === record.id).length;
          if (place >= slab.lower && place <= slab.upper) expect(drawn).toBe(1);
          const far = place < slab.lower - 2 || place > slab.upper + 2;
          if (far && !isWhole) {
            some += 1;
            expect(drawn).toBe(0);
          }
        }
        const others = cell.others?.serializedAnnotations.typeToIds;
        typeToIds.forEach((all, type) => {
          const expected = type === (POINT as number) ? [] : all;
          expect(others?.[type] ?? []).toEqual(expected);
        });
      }),
    );
    expect(some).toBeGreaterThan(0);
  });

  it("is the first marks where a part of them is wanted", () => {
    const marks = Array.from({ length: 64 }, (_, i) =>
      point(i, [0, 0, 63 - i]),
    );
    const cell = cellOf(marks);
    const first = marks.slice(0, 32).map(({ record }) => record.id);
    const { ids } = cell.points({ axis: 2, lower: 0, upper: 64 }, 0.5);
    expect([...ids].sort()).toEqual(first);
    expect(cell.points(undefined, 0.5).ids).toEqual(first);
  });
});

describe("The points of several cells", () => {
  it("are drawn, picked and read back together as the same marks", () => {
    const cells = [0, 100].map((from) =>
      cellOf(
        Array.from({ length: 100 }, (_, i) =>
          point(from + i, [i, 99 - i, (i * 37) % 100]),
        ),
      ),
    );
    const slabs: (Slab | undefined)[] = [0, 1, 2].map((axis) => ({
      axis: axis as Slab["axis"],
      ...{ lower: 40, upper: 50 },
    }));
    for (const slab of [...slabs, undefined]) {
      const drawn = pointsAsOne(cells.map((cell) => cell.points(slab, 1)));
      const { serializedAnnotations } = drawn;
      const { typeToIds, typeToIdMaps, typeToSize } = serializedAnnotations;
      const ids = typeToIds[POINT];
      expect(typeToSize[POINT]).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(slab === undefined ? 199 : 18);
      expect(ids.length).toBeLessThan(slab === undefined ? 201 : 30);
      ids.forEach((id, at) => {
        expect(typeToIdMaps[POINT].get(id)).toBe(at);
        const [cell] = cells.filter(({ serializedAnnotations: all }) =>
          all.typeToIds[POINT].includes(id),
        );
        expect(
          drawnAnnotations(serializedAnnotations, id, serializers),
        ).toEqual(
          drawnAnnotations(cell.serializedAnnotations, id, serializers),
        );
      });
      expect(typeToIdMaps[POINT].get("another")).toBeUndefined();
    }
  });
});
