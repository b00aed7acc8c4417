import fc from "fast-check";
import { inColumns, ofColumns } from "./record_columns.js";

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.boolean(),
  fc.constant("same"),
  fc.array(fc.oneof(fc.string(), fc.constant(null)), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom("a", "b"), fc.integer()),
);
const object = fc.dictionary(fc.constantFrom("id", "kind", "title"), value, {
  noNullPrototype: true,
});

describe("Objects in columns", () => {
  it("come back as they were, through JSON too", () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 8 }), (all) => {
        const text = JSON.stringify(inColumns(all));
        const read = ofColumns(
          JSON.parse(text) as Parameters<typeof ofColumns>[0],
        );
        expect(read).toEqual(all);
        expect(new Set(read).size).toBe(all.length);
      }),
    );
  });

  it("name once what all have, and say it once where it is the same", () => {
    const all = [
      { id: "a", user: "ada", tags: ["x"] },
      { id: "b", user: "ada", tags: ["x"] },
    ];
    expect(inColumns(all)).toEqual({
      count: 2,
      same: [["user", "ada"]],
      each: [
        ["id", ["a", "b"]],
        ["tags", [["x"], ["x"]]],
      ],
    });
  });

  it("are none where one has a null", () => {
    expect(inColumns([{ id: "a" }, { id: null }])).toBeUndefined();
  });
});
