import type { BodyValue } from "./body.js";
import { bodySchemaOf, bodyValueProblem } from "./body_schema.js";
import { parseDataset } from "./dataset.js";

const described = (more: object) =>
  parseDataset("vnc", {
    neuroglancer: {
      layers: [{ type: "image", name: "em", source: "precomputed://x" }],
    },
    ...more,
  });

const written = {
  required: ["bodyid"],
  properties: {
    bodyid: { type: "integer" },
    group: { type: ["integer", "null"], minimum: 1, maximum: 9 },
    status: { type: "string", enum: ["Traced", "Anchor"] },
    position: {
      ...{ type: "array", items: { type: "integer" } },
      ...{ minItems: 3, maxItems: 3 },
    },
    tags: { type: "array" },
    checked: { type: "boolean", description: "by two people" },
  },
};

describe("What a dataset says of its bodies", () => {
  it("gives the fields that are shown, by rank, each with its editor and its limits", () => {
    const { fields } = bodySchemaOf(
      described({
        bodyAnnotationSchema: {
          shape: ["bodyid", "note", "status", "group", "group"],
          collection: {
            note: { title: "Note", filterEnabled: false, textLengthHint: 40 },
            status: {
              rank: 1,
              editElement: { type: "select", options: ["Traced", ""] },
            },
            group: { rank: 0, editElement: { type: "integer" } },
          },
        },
        typing: { bodyAnnotation: written },
      }),
    );
    expect(fields).toEqual([
      {
        ...{ name: "group", title: "group", kind: "integer", options: [] },
        ...{ min: 1, max: 9, isFiltered: true },
      },
      {
        ...{ name: "status", title: "status", kind: "choice" },
        ...{ options: ["Traced", ""], isFiltered: true },
      },
      {
        ...{ name: "note", title: "Note", kind: "text", options: [] },
        ...{ usualLength: 40, isFiltered: false },
      },
    ]);
  });

  it("follows from what may be written where it does not say what is shown, and is the usual where it says neither", () => {
    const { fields } = bodySchemaOf(
      described({ typing: { bodyAnnotation: written } }),
    );
    expect(fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      ...["group integer", "status choice", "position point", "tags list"],
      "checked boolean",
    ]);
    expect(fields[4].description).toBe("by two people");
    expect(bodySchemaOf(described({})).fields[0].name).toBe("type");
  });

  it("takes what may be written, and says what was expected in the place of the rest", () => {
    const schema = bodySchemaOf(
      described({ typing: { bodyAnnotation: written } }),
    );
    const problem = (name: string, value: BodyValue | null) =>
      bodyValueProblem(schema, name, value);
    for (const [name, value, expected] of [
      ["group", 5, undefined],
      ["group", null, undefined],
      ["group", 2n ** 60n, "9 or less"],
      ["group", 0, "1 or more"],
      ["group", "5", "a whole number or null"],
      ["status", "Traced", undefined],
      ["status", "traced", "one of Traced, Anchor"],
      ["position", [1, 2, 3], undefined],
      ["position", [1, 2], "a list of 3 or more"],
      ["position", [1, 2, 3, 4], "a list of 3 or fewer"],
      ["position", [1, 2, "3"], "a list, each item a whole number"],
      ["tags", "a", "a list"],
      ["checked", 1, "true or false"],
      ["other", { a: 1 }, undefined],
    ] as const) {
      expect(problem(name, value)).withContext(name).toBe(expected);
    }
    const closed = { ...written, additionalProperties: false };
    expect(
      bodyValueProblem(
        bodySchemaOf(described({ typing: { bodyAnnotation: closed } })),
        ...(["other", 1] as const),
      ),
    ).toMatch(/^a field of the dataset \(group, /);
  });

  it("is refused by the key that is wrong", () => {
    for (const [more, key] of [
      [{ bodyAnnotationSchema: {} }, "bodyAnnotationSchema.shape"],
      [
        { typing: { bodyAnnotation: { properties: { a: { type: "int" } } } } },
        "typing.bodyAnnotation.properties.a.type",
      ],
    ] as const) {
      expect(() => bodySchemaOf(described(more))).toThrowError(
        new RegExp(`^${key.replaceAll(".", "\\.")}: `),
      );
    }
  });
});
