import { actsOf, newPairs } from "./merge_pairs.js";

describe("Pairs from elsewhere", () => {
  it("are sorted into those that are new, those of a segment and itself, and those that are there or repeat", () => {
    const found = newPairs(
      [
        [2n, 1n],
        [3n, 3n],
        [2n, 3n],
        [3n, 2n],
        [3n, 1n],
      ],
      [{ onto: "1", merged: "2" }],
    );
    expect(found.pairs as unknown).toEqual([
      [2n, 3n],
      [3n, 1n],
    ]);
    expect([found.selves, found.repeated]).toEqual([1, 2]);
  });

  it("have an act for all that become one by them", () => {
    const [a, b, c] = actsOf([
      [1n, 2n],
      [8n, 9n],
      [3n, 2n],
    ]);
    expect(c).toBe(a);
    expect(b).not.toBe(a);
  });
});
