import fc from "fast-check";
import { mergesUrl, parseMergesPath } from "./merges_url.js";

const pathOf = (url: string) => url.replace("clio://", "");

describe("The URL of merges", () => {
  it("leads back to its dataset and version, whatever these are called", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        text.filter((dataset) => dataset !== ""),
        text,
        (dataset, version) => {
          const url = mergesUrl({ dataset, version });
          expect(parseMergesPath(pathOf(url))).toEqual({ dataset, version });
        },
      ),
    );
  });

  it("is told from that of marks, and refused by name where it is wrong", () => {
    expect(parseMergesPath("sandbox/demo")).toBeUndefined();
    for (const path of ["merges/", "merges/a/b/c", "merges/%E0"]) {
      expect(() => parseMergesPath(path)).toThrowError(
        `clio://${path} names no merges; expected clio://merges/<dataset> or clio://merges/<dataset>/<version>`,
      );
    }
  });
});
