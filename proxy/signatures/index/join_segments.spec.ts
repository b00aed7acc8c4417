import fc from "fast-check";
import { groupsOf } from "./join_segments.js";

function segmentOf(count: number) {
  const bounds = { min: [0, 0, 0], max: [1, 1, 1] } as const;
  return { name: "", count, bytes: 0, bounds };
}

describe("The groups of segments that become one", () => {
  it("are as large as a segment can be, and the same once some of them were joined", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 20 }),
        fc.integer({ min: 10, max: 30 }),
        fc.nat(5),
        (counts, most, joined) => {
          const segments = counts.map(segmentOf);
          const groups = groupsOf(segments, most);
          expect(groups.flat()).toEqual(segments);
          const sums = groups.map((group) =>
            group.reduce((sum, { count }) => sum + count, 0),
          );
          sums.forEach((sum, i) => {
            expect(sum).toBeLessThanOrEqual(most);
            const next = groups.at(i + 1)?.[0].count ?? most;
            expect(sum + next).toBeGreaterThan(most);
          });
          const after = [
            ...sums.slice(0, joined).map(segmentOf),
            ...groups.slice(joined).flat(),
          ];
          expect(
            groupsOf(after, most).map((group) =>
              group.reduce((sum, { count }) => sum + count, 0),
            ),
          ).toEqual(sums);
        },
      ),
    );
  });
});
