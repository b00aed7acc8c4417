import { sizesWanted } from "./sizes.js";

describe("The sizes of a benchmark", () => {
  it("are numbers, with k, M and G for thousands, millions and billions", () => {
    expect(sizesWanted("16")).toEqual([16]);
    expect(sizesWanted("200k, 10M,1G")).toEqual([200_000, 10_000_000, 1e9]);
  });

  it("are none where nothing is said, and nothing else than numbers", () => {
    expect(sizesWanted("")).toBe(undefined);
    for (const text of ["0", "1.5M", "-1", "10MB", "1M,", "1e6"])
      expect(() => sizesWanted(text)).toThrowError(/--sizes: .*expected/);
  });
});
