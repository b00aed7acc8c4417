import fc from "fast-check";
import * as v from "valibot";
import { mergedSegmentationOf, mergeSchema, mergesDataset } from "./merge.js";
import { imageDataset } from "./sandbox.js";

const ID = "0123abcd-0000-4000-8000-0123456789ab";

const decision = {
  id: ID,
  kind: "merge",
  onto: "18446744073709551615",
  merged: "9007199254740993",
  act: ID,
  position: [1, 2, 3],
  description: "the same axon",
  user: "local",
  created: 1,
  modified: 2,
};

describe("A merge", () => {
  it("is taken as it is, with ids of 64 bits", () => {
    expect(v.parse(mergeSchema, decision)).toEqual(decision as never);
  });

  for (const [field, wrong, expected] of [
    ["onto", "18446744073709551616", /at most 64 bits/],
    ["onto", 7, /string/],
    ["merged", "0x7", /decimal digits/],
    ["merged", decision.onto, /another segment/],
    ["position", [1, 2], /number/],
    ["act", "first", /uuid/],
  ] as const) {
    it(`is refused by the field where ${field} is ${JSON.stringify(wrong)}`, () => {
      const result = v.safeParse(mergeSchema, { ...decision, [field]: wrong });
      const [issue] = result.issues!;
      expect(v.getDotPath(issue)).toMatch(new RegExp(`^${field}`));
      expect(issue.message).toMatch(expected);
    });
  }
});

describe("A sandbox of merges", () => {
  it("says of which segmentation it is, whatever that is called", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
        (dataset, version) => {
          const name = mergesDataset({ dataset, version });
          expect(mergedSegmentationOf(name)).toEqual({ dataset, version });
        },
      ),
    );
  });

  it("is told from one of marks", () => {
    for (const name of ["medulla", imageDataset("merges:x:y"), "merges:%E0:a"])
      expect(mergedSegmentationOf(name)).toBeUndefined();
  });
});
