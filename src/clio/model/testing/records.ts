/** Marks of every kind and with every field, for property tests. */
import fc from "fast-check";
import type { AnnotationRecord, VoxelPosition } from "../annotation.js";

/** Texts as people write and paste them: newlines, quotes, right to left, emoji, formulas. */
export function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "",
      "two\nlines\r\nand three",
      'a "quoted" word, and a comma',
      "שלום עולם",
      "🧠 axon",
      "=cmd()",
      "+1",
      "-1",
      "@SUM(A1)",
      "\t tab",
      "'=1",
      " padded ",
    ),
  );
}

/** A voxel, mostly within a volume, sometimes far away or below 0. */
export function anyVoxel(): fc.Arbitrary<VoxelPosition> {
  const coordinate = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }) },
  );
  return fc.tuple(coordinate, coordinate, coordinate);
}

function anyGeometry() {
  const voxel = anyVoxel();
  const ends = fc.tuple(voxel, voxel);
  const radius = fc.integer({ min: 1, max: 5000 });
  return fc.oneof(
    fc.record({ kind: fc.constant("point" as const), position: voxel }),
    fc.record({ kind: fc.constant("line" as const), ends }),
    fc.record({
      kind: fc.constant("polyline" as const),
      vertices: fc.array(voxel, { minLength: 2, maxLength: 12 }),
    }),
    fc.record({ kind: fc.constant("sphere" as const), ends }),
    fc.record({ kind: fc.constant("box" as const), corners: ends }),
    fc.record({
      kind: fc.constant("ellipsoid" as const),
      center: voxel,
      radii: fc.tuple(radius, radius, radius),
    }),
  );
}

/** A record of any kind. */
export function anyRecord(): fc.Arbitrary<AnnotationRecord> {
  const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
  const common = fc.record(
    {
      id: fc.uuid(),
      description: anyText(),
      title: anyText(),
      type: anyText(),
      tags: fc.uniqueArray(anyText(), { maxLength: 4 }),
      checked: fc.boolean(),
      fields: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.oneof(anyText(), fc.integer(), fc.boolean()),
        { maxKeys: 3 },
      ),
      set: anyText(),
      user: fc.constantFrom("local", "maria@lab.org"),
      created: time,
      modified: time,
    },
    {
      requiredKeys: [
        "id",
        "description",
        "tags",
        "checked",
        "user",
        "created",
        "modified",
      ],
    },
  );
  return fc
    .tuple(common, anyGeometry())
    .map(([fields, geometry]) => ({ ...fields, ...geometry }));
}
