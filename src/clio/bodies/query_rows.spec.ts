import fc from "fast-check";
import type { BodyField } from "../model/body_schema.js";
import { groupsOf, queryOf, type QueryGroups } from "./query_rows.js";

const field = (name: string, kind: BodyField["kind"]): BodyField => ({
  ...{ name, title: name, kind },
  ...{ options: [], isFiltered: true },
});
const fields = new Map(
  [
    field("type", "text"),
    field("tags", "list"),
    field("group", "integer"),
    field("isRight", "boolean"),
    field("position", "point"),
  ].map((each) => [each.name, each]),
);

function asked(groups: QueryGroups): unknown {
  const made = queryOf(groups, fields);
  return "query" in made ? made.query : made.problem.message;
}

describe("The rows of a query", () => {
  it("say what scripts write, each value of the kind of its field", () => {
    const groups: QueryGroups = [
      [
        { field: "type", test: "is", text: "KC" },
        { field: "group", test: "is any of", text: "1; 18446744073709551615" },
        { field: "isRight", test: "is", text: "yes" },
        { field: " status ", test: "is there", text: "left over" },
      ],
      [{ field: "type", test: "matches", text: "^KC.*" }],
      [{ field: "position", test: "is missing", text: "" }],
    ];
    expect(asked(groups)).toEqual([
      {
        type: "KC",
        group: [1, 18446744073709551615n],
        isRight: true,
        status: "exists/1",
      },
      { type: "re/^KC.*" },
      { position: "exists/0" },
    ]);
    expect(asked([[]])).toEqual({});
  });

  it("are refused with a sentence that names the field", () => {
    const one = (field: string, text: string) =>
      asked([[{ field, test: "is", text }]]);
    expect(one("", "x")).toBe("Name a field, or take the row away.");
    expect(one("group", "many")).toBe("group: expected a whole number.");
    expect(one("isRight", "left")).toBe("isRight: expected yes or no.");
    expect(one("type", " ")).toBe("type: expected a value.");
    const twice = { field: "type", test: "is", text: "a" } as const;
    expect(asked([[twice, twice]])).toMatch(/^A row above asks about type/);
  });

  it("come back from the JSON that they make", () => {
    const text = fc
      .stringMatching(/^[A-Za-z0-9 (),.'"=-]{1,12}$/)
      .filter((each) => each.trim() === each && each !== "");
    const row = fc.oneof(
      fc.record({
        field: fc.constantFrom("type", "tags", "other"),
        test: fc.constant("is" as const),
        text,
      }),
      fc.record({
        field: fc.constantFrom("type", "tags", "other"),
        test: fc.constantFrom("is there" as const, "is missing" as const),
        text: fc.constant(""),
      }),
      fc.record({
        field: fc.constant("group"),
        test: fc.constant("is" as const),
        text: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
      }),
    );
    const group = fc.uniqueArray(row, { selector: ({ field }) => field });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (groups) => {
        const first = queryOf(groups, fields);
        if (!("query" in first)) throw new Error(first.problem.message);
        const again = groupsOf(first.query);
        expect(again && asked(again)).toEqual(first.query);
      }),
    );
  });

  it("cannot say every query, and say so", () => {
    for (const json of [[], { a: [] }, { a: { b: 1 } }, "x", [1], { a: null }])
      expect(groupsOf(json)).toBeUndefined();
  });
});
