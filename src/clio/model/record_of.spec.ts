import * as v from "valibot";
import { annotationSchema } from "./annotation.js";
import { parseDataset } from "./dataset.js";
import { ownValue } from "./fields.js";
import { recordOf } from "./record_of.js";
import { describeIssues } from "./schema_issues.js";

const point = {
  id: "00000000-0000-4000-8000-000000000001",
  kind: "point",
  position: [1, 2, 3],
  description: "",
  tags: [],
  checked: false,
  user: "ada",
  created: 1,
  modified: 1,
};

/** Names that every object has already, as an export or a server may bring them. */
const fields: unknown = JSON.parse(
  '{"constructor":"yes","prototype":2,"hasOwnProperty":true,"toString":"x","a":1}',
);

/** The name that makes a prototype of what is assigned to it. */
const proto: unknown = JSON.parse('{"a":1,"__proto__":{"b":2}}');

describe("An object of any names", () => {
  it("keeps each as a property of its own", () => {
    const found = v.parse(recordOf(v.unknown()), proto);
    expect(JSON.stringify(found)).toBe(JSON.stringify(proto));
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(found.b).toBe(undefined);
  });
});

describe("The own fields of a mark", () => {
  it("are kept whatever their names are but one, and harm nothing", () => {
    const record = v.parse(annotationSchema, { ...point, fields });
    expect(JSON.stringify(record.fields)).toBe(JSON.stringify(fields));
    expect(Object.getPrototypeOf(record.fields)).toBe(Object.prototype);
    expect(ownValue(record.fields, "hasOwnProperty")).toBe(true);
    expect(ownValue(record.fields, "valueOf")).toBe(undefined);
  });

  it("are refused by the name of the one that is wrong", () => {
    for (const [wrong, told] of [
      [{ constructor: [1] }, /^fields\.constructor: \[1\], expected /],
      [
        JSON.parse('{"__proto__":true}') as object,
        /^fields\.__proto__: true, expected a field of another name$/,
      ],
      [{ a: null }, /^fields\.a: null, expected /],
      [{ a: Infinity }, /^fields\.a: .*, expected .*a finite number$/],
      [[1], /^fields: \[1\], expected an object$/],
    ] as const) {
      const result = v.safeParse(annotationSchema, { ...point, fields: wrong });
      expect(describeIssues(result.issues ?? [])).toEqual([
        jasmine.stringMatching(told),
      ]);
    }
  });
});

describe("The roles of a dataset's layers", () => {
  const description = (roles: object) => ({
    roles,
    neuroglancer: {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      layers: [{ name: "constructor" }, { name: "em" }],
    },
  });

  it("are those of a layer of any name", () => {
    const roles = { constructor: ["mergeable"] };
    expect(parseDataset("d", description(roles)).roles).toEqual(roles);
  });

  it("are refused by the name of the layer", () => {
    expect(() =>
      parseDataset("d", description({ em: "mergeable" })),
    ).toThrowError(/^roles\.em: "mergeable", expected a list of roles$/);
  });
});
