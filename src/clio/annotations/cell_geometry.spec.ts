import fc from "fast-check";
import {
  AnnotationSerializer,
  AnnotationType,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import {
  type GL,
  initializeWebGL,
} from "neuroglancer/unstable/webgl/context.js";
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
  let gl: GL;

  beforeAll(() => {
    gl = initializeWebGL(document.createElement("canvas"));
  });

  it("is every mark that may be in it, and of the points none that lies far from it", () => {
    let some = 0;
    fc.assert(
      fc.property(anyMarks(), anySlab(), (marks, slab) => {
        const cell = cellOf(marks);
        const parts = cell.near(gl, slab, 1);
        const isWhole = parts.some(([part]) => part === cell);
        const ids = (type: AnnotationType) =>
          parts.flatMap(([part]) => part.serializedAnnotations.typeToIds[type]);
        for (const { record } of marks) {
          if (record.kind !== "point") continue;
          // A point lies in the middle of its voxel.
          const place = record.position[slab.axis] + 0.5;
          const drawn = ids(POINT).filter((id) => id === record.id).length;
          if (place >= slab.lower && place <= slab.upper) expect(drawn).toBe(1);
          const far = place < slab.lower - 2 || place > slab.upper + 2;
          if (far && !isWhole) {
            some += 1;
            expect(drawn).toBe(0);
          }
        }
        const { typeToIds } = cell.serializedAnnotations;
        typeToIds.forEach((all, type) => {
          if (type !== (POINT as number)) expect(ids(type)).toEqual(all);
        });
        cell.freeGPUMemory(gl);
      }),
    );
    expect(some).toBeGreaterThan(0);
  });

  it("is drawn, picked and read back as the same marks", () => {
    const marks = Array.from({ length: 100 }, (_, i) =>
      point(i, [i, 99 - i, (i * 37) % 100]),
    );
    const cell = cellOf(marks);
    const whole = cell.serializedAnnotations;
    for (const axis of [0, 1, 2] as const) {
      const [[part, fraction]] = cell.near(
        gl,
        { axis, lower: 40, upper: 50 },
        1,
      );
      const { serializedAnnotations: drawn, numPickIds, bufferValid } = part;
      expect([fraction, bufferValid]).toEqual([1, true]);
      expect(numPickIds).toBe(drawn.typeToIds[POINT].length);
      expect(numPickIds).toBeGreaterThan(9);
      expect(numPickIds).toBeLessThan(15);
      for (const id of drawn.typeToIds[POINT]) {
        expect(drawnAnnotations(drawn, id, serializers)).toEqual(
          drawnAnnotations(whole, id, serializers),
        );
      }
    }
  });

  it("takes the first marks where a part of them is wanted", () => {
    const marks = Array.from({ length: 64 }, (_, i) =>
      point(i, [0, 0, 63 - i]),
    );
    const cell = cellOf(marks);
    const [[part]] = cell.near(gl, { axis: 2, lower: 0, upper: 64 }, 0.5);
    const ids = part.serializedAnnotations.typeToIds[POINT];
    expect([...ids].sort()).toEqual(
      marks.slice(0, 32).map(({ record }) => record.id),
    );
  });
});
