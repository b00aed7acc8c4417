import fc from "fast-check";
import { FoundRows } from "./found_rows.js";

describe("The rows that are found", () => {
  it("are those that match, in order, whichever of them are asked for first", () => {
    const given = fc.array(fc.boolean(), { maxLength: 40 }).chain((matches) =>
      fc.record({
        matches: fc.constant(matches),
        order: fc.shuffledSubarray([...matches.keys()], {
          minLength: matches.length,
        }),
        asked: fc.array(fc.tuple(fc.nat(45), fc.nat(10)), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(given, ({ matches, order, asked }) => {
        const plain = order.filter((row) => matches[row]);
        const found = new FoundRows(
          Uint32Array.from(order),
          Uint8Array.from(matches, Number),
          plain.length,
          new Uint32Array(plain.length),
        );
        for (const [from, count] of asked) {
          const rows = [...found.between(from, from + count)];
          expect(rows).toEqual(plain.slice(from, from + count));
        }
        for (const row of order) {
          const rank = plain.indexOf(row);
          expect(found.rankOf(row)).toBe(rank < 0 ? undefined : rank);
        }
        expect([...found.all]).toEqual(plain);
      }),
    );
  });

  it("end with the marks where more were counted than match", () => {
    const order = Uint32Array.of(2, 0, 1);
    const matches = Uint8Array.of(1, 0, 0);
    const found = new FoundRows(order, matches, 2, new Uint32Array(2));
    expect([...found.between(0, 2)]).toEqual([0]);
    expect([...found.between(1, 2)]).toEqual([]);
  });
});
