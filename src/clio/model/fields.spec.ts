import type { Field } from "./fields.js";
import { allTypes, readFieldValue } from "./fields.js";
import type { DatasetError } from "./dataset.js";
import { parseDataset } from "./dataset.js";

const scene = {
  dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
  layers: [{ name: "image", type: "image", source: "precomputed://x" }],
};

function vocabularyOf(marks: unknown) {
  return parseDataset("demo", { neuroglancer: scene, marks }).marks;
}

function problemsOf(marks: unknown): readonly string[] {
  try {
    vocabularyOf(marks);
    return [];
  } catch (error) {
    return (error as DatasetError).problems;
  }
}

describe("A dataset's words and fields for marks", () => {
  it("are empty where the dataset says nothing", () => {
    expect(vocabularyOf(undefined)).toEqual({ types: {}, fields: [] });
  });

  it("are read from its description, each word once", () => {
    const types = { point: ["soma", "synapse"], sphere: ["soma"] };
    expect(allTypes(vocabularyOf({ types }))).toEqual(["soma", "synapse"]);
  });

  it("are refused with the key and what was expected", () => {
    const field = { name: "confidence", type: "number", min: 5, max: 1 };
    expect(problemsOf({ fields: [field] }).join()).toContain(
      "a min that is not above max",
    );
    expect(problemsOf({ fields: [{ name: "a b\n", type: "text" }] }).join())
      .withContext("a name with a newline")
      .toContain("marks.fields.0.name");
    const choice = { name: "c", type: "choice", options: [] };
    expect(problemsOf({ fields: [choice] }).join()).toContain(
      "at least one option",
    );
    expect(problemsOf({ types: { point: "soma" } }).join()).toContain(
      "marks.types.point",
    );
    const twice = { name: "c", type: "text" };
    expect(problemsOf({ fields: [twice, twice] }).join()).toContain(
      "fields of different names",
    );
  });
});

describe("The value of a field", () => {
  const number: Field = {
    name: "n",
    type: "number",
    min: 1,
    max: 5,
    integer: true,
  };

  it("is read from what a person writes", () => {
    expect(readFieldValue(number, " 4 ")).toEqual({ value: 4 });
    expect(readFieldValue({ name: "b", type: "boolean" }, "Yes")).toEqual({
      value: true,
    });
    expect(readFieldValue({ name: "t", type: "text" }, "=1")).toEqual({
      value: "=1",
    });
  });

  it("is refused with what was expected", () => {
    for (const wrong of ["", "four", "2.5", "6", "0", "1e999", null, true]) {
      expect(readFieldValue(number, wrong)).toEqual({
        expected: "a whole number from 1 to 5",
      });
    }
    expect(
      readFieldValue({ name: "c", type: "choice", options: ["a", "b"] }, "A"),
    ).toEqual({ expected: "one of a, b" });
    expect(readFieldValue({ name: "b", type: "boolean" }, "maybe")).toEqual({
      expected: "yes or no",
    });
    expect(readFieldValue({ name: "t", type: "text" }, 5)).toEqual({
      expected: "a text",
    });
  });
});
