import type { AnnotationRecord } from "../../model/annotation.js";
import { factsOf, timeAgo } from "./measures.js";

const common = {
  id: "00000000-0000-4000-8000-000000000001",
  description: "",
  tags: [],
  checked: false,
  user: "local",
  created: 1,
  modified: 1,
};

describe("the measures of a mark", () => {
  it("are those of its kind, right for voxels that are not cubes", () => {
    const sphere: AnnotationRecord = {
      ...common,
      kind: "sphere",
      ends: [
        [10, 10, 10],
        [10, 10, 20],
      ],
    };
    expect(factsOf(sphere, [4, 4, 40])).toEqual([
      ["centre", "10, 10, 15"],
      ["diameter", "400 nm"],
      ["radius", "200 nm"],
      ["volume", "0.0335 µm³"],
      ["Δ", "0, 0, 10"],
    ]);
    const point: AnnotationRecord = {
      ...common,
      kind: "point",
      position: [1, 2, 3],
    };
    expect(factsOf(point, [8, 8, 8])).toEqual([["at", "1, 2, 3"]]);
  });

  it("say how long ago it was made", () => {
    const minute = 60_000;
    const now = 1_000_000_000_000;
    expect(timeAgo(now + minute, now)).toBe("just now");
    expect(timeAgo(now - 3.5 * minute, now)).toBe("3 minutes ago");
    expect(timeAgo(now - 26 * 60 * minute, now)).toBe("yesterday");
    expect(timeAgo(now - 800 * 24 * 60 * minute, now)).toBe("2 years ago");
  });
});
