import fc from "fast-check";
import { type Edit, parseChange } from "../../model/change.js";
import { anyText } from "../../model/testing/records.js";
import { editsOfMarks, unpackEdits } from "../../store/packed_edits.js";
import { guessMapping } from "./columns.js";
import { ImportPlan } from "./plan.js";
import { Preparation } from "./prepare.js";
import { openFile, readColumns } from "./read_file.js";
import { FileRefused } from "../../model/files/refusal.js";
import { WITH_FIELDS } from "./testing/contexts.js";

/** What stands in the cells and values of files that nobody vouches for. */
function anyValue(): fc.Arbitrary<string> {
  return fc.oneof(
    anyText(),
    fc.integer({ min: -300, max: 300 }).map(String),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.constantFrom(
      ...["", "point", "sphere", "line", "box", "ellipsoid", "polyline"],
      ...[
        "true",
        "1",
        "NaN",
        "1e308",
        "-0",
        "2147483648",
        "1,2,3",
        "[4, 5, 6]",
      ],
      ...["2026-11-27T00:00:00Z", "left", "a;b", "__proto__", "constructor"],
    ),
    fc.uuid(),
  );
}

const COLUMNS = [
  ...["x", "y", "z", "x2", "y2", "z2", "radius", "kind", "type", "id", "set"],
  ...["description", "title", "tags", "checked", "user", "created", "modified"],
  ...["position", "point", "confidence", "side", "seen", "remark", "__proto__"],
  ...["segments", "supervoxel", "rx", "ry", "rz", "fields"],
];

/** The text of a table, whose positions are good ones more often than not. */
function anyTable(): fc.Arbitrary<string> {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const place = fc.oneof(
    { weight: 4, arbitrary: fc.nat(200).map(String) },
    { weight: 1, arbitrary: anyValue() },
  );
  return fc
    .uniqueArray(fc.constantFrom(...COLUMNS), { maxLength: 12 })
    .chain((others) => {
      const header = [...new Set(["x", "y", "z", ...others])];
      const row = fc.tuple(
        ...header.map((name) => (/^[xyz]2?$/.test(name) ? place : anyValue())),
      );
      return fc
        .array(row, { minLength: 1, maxLength: 5 })
        .map((rows) =>
          [header, ...rows]
            .map((cells) => cells.map(quoted).join(","))
            .join("\n"),
        );
    });
}

/** The text of a list of marks as the original writes them, whose positions are good ones more often than not. */
function anyJson(): fc.Arbitrary<string> {
  const value = fc.oneof(
    anyValue(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(anyText(), { maxLength: 3 }),
  );
  const own = fc.dictionary(fc.constantFrom(...COLUMNS), value, { maxKeys: 3 });
  const place = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)),
    },
    { weight: 1, arbitrary: fc.array(fc.double(), { maxLength: 4 }) },
  );
  const mark = fc
    .tuple(own, own, place)
    .map(([own, prop, pos]): object => ({ ...own, kind: "point", pos, prop }));
  // What JSON cannot say becomes null, as in files of careless programs.
  return fc
    .array(mark, { minLength: 1, maxLength: 4 })
    .map((marks) => JSON.stringify(marks));
}

/** The edits that a file comes to; none where it is refused as a whole. */
function editsOf(text: string, name: string): Edit[] {
  try {
    const opened = openFile(text, name, WITH_FIELDS);
    const reading =
      "reading" in opened
        ? opened.reading
        : readColumns(
            opened.table,
            guessMapping(opened.table.header, WITH_FIELDS.vocabulary),
            WITH_FIELDS,
          );
    const plan = new ImportPlan(reading, { user: "local", now: 1 });
    plan.decide();
    const { added, records } = new Preparation(plan.rows).finish();
    return [
      ...unpackEdits(editsOfMarks(added.edits)),
      ...records.map((record): Edit => ({ op: "put", record })),
    ];
  } catch (error) {
    if (error instanceof FileRefused) return [];
    throw error;
  }
}

describe("Whatever a file says", () => {
  for (const [kind, any, name] of [
    ["a table", anyTable, "marks.csv"],
    ["a list", anyJson, "marks.json"],
  ] as const) {
    it(`is a mark that can be stored or is refused, in ${kind}`, () => {
      let marks = 0;
      fc.assert(
        fc.property(any(), (text) => {
          const edits = editsOf(text, name);
          marks += edits.length;
          parseChange({
            id: "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            ...{ user: "local", dataset: "demo", at: 1, label: "Import" },
            edits,
          });
        }),
        { numRuns: 500 },
      );
      expect(marks).toBeGreaterThan(50);
    });
  }
});
