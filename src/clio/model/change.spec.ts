import fc from "fast-check";
import type { Change } from "./change.js";
import { editedId, parseChange } from "./change.js";

const ID = "0123abcd-0000-4000-8000-0123456789ab";

/** A good change, with `replacement` put in the place of what `path` names, such as "edits.0.record.id". */
function changeWith(path: string, replacement: unknown): unknown {
  const change: unknown = {
    id: ID,
    user: "local",
    dataset: "demo",
    at: 1_700_000_000_000,
    label: "Place point",
    edits: [
      {
        op: "put",
        record: {
          id: ID,
          kind: "point",
          position: [1, -2, 3],
          description: "",
          tags: ["a"],
          checked: false,
          user: "local",
          created: 0,
          modified: 0,
        },
      },
      { op: "delete", id: ID },
    ],
  };
  const fields = path.split(".");
  const last = fields.pop()!;
  let place = change as Record<string, unknown>;
  for (const field of fields) place = place[field] as Record<string, unknown>;
  place[last] = replacement;
  return change;
}

describe("A change", () => {
  it("is taken as it is", () => {
    const change = changeWith("label", "x");
    expect(parseChange(change)).toEqual(change as Change);
    expect(parseChange(change).edits.map(editedId)).toEqual([ID, ID]);
  });

  for (const [path, wrong, expected] of [
    ["id", "ABC", /id is "ABC", expected a lower-case uuid/],
    ["user", "", /user is "", expected a user/],
    ["at", 1.5, /at is 1\.5, expected whole milliseconds/],
    ["at", -1, /at is -1, expected milliseconds since 1970/],
    ["edits.0.op", "move", /edits\.0\.op is "move"/],
    ["edits.0.record.kind", "cube", /edits\.0\.record\.kind is "cube"/],
    ["edits.0.record.position", [1, 2], /edits\.0\.record\.position\.2/],
    ["edits.0.record.position.0", NaN, /position\.0 is NaN/],
    ["edits.0.record.position.0", 2 ** 53, /expected a whole voxel/],
    ["edits.0.record.tags", "a", /edits\.0\.record\.tags is "a"/],
    ["edits.1.id", 7, /edits\.1\.id is 7/],
  ] as const) {
    it(`is refused, by name, where ${path} is ${JSON.stringify(wrong)}`, () => {
      expect(() => parseChange(changeWith(path, wrong))).toThrowError(expected);
    });
  }

  it("keeps nothing that the schema does not know", () => {
    const change = changeWith("edits.0.record.extra", 1);
    expect(JSON.stringify(parseChange(change))).not.toContain("extra");
  });

  it("is never made of anything else, and nothing else breaks the parser", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (input) => {
        try {
          parseChange(input);
          return false;
        } catch (error) {
          return (error as Error).message.startsWith("Not a change: ");
        }
      }),
    );
  });
});
