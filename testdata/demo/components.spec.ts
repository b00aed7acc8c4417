import fc from "fast-check";
import { partsOf } from "../testing/connectivity.js";
import { connect } from "./components.js";

describe("Connected supervoxels", () => {
  const extent = fc.integer({ min: 1, max: 24 });

  it("are each in one part, in a body that is in one part, for any division", () => {
    fc.assert(
      fc.property(
        fc.tuple(extent, extent, extent),
        fc.integer({ min: 2, max: 9 }),
        fc.infiniteStream(fc.nat(5)),
        (size, grain, stream) => {
          const table = Array.from(
            { length: 27 ** 2 },
            () => stream.next().value as number,
          );
          const pieces = Uint32Array.from(
            { length: size[0] * size[1] * size[2] },
            (_, at) => {
              const x = at % size[0];
              const y = Math.floor(at / size[0]) % size[1];
              const z = Math.floor(at / (size[0] * size[1]));
              const block =
                Math.floor(x / grain) +
                9 * Math.floor(y / grain) +
                81 * Math.floor(z / grain);
              return table[block % table.length];
            },
          );
          // Pieces 2n and 2n + 1 are of one cell.
          const { count, body, bodyCount } = connect(
            pieces,
            size,
            [0, 0, 1, 1, 2, 2],
          );
          const supervoxels = [...pieces];
          expect([...new Set(supervoxels)].sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, i) => i + 1),
          );
          expect(partsOf(supervoxels, size).size).toBe(count);
          expect(new Set(body.slice(1)).size).toBe(bodyCount);
          expect(
            partsOf(
              supervoxels.map((number) => body[number]),
              size,
            ).size,
          ).toBe(bodyCount);
        },
      ),
      { numRuns: process.env.CLIO_NIGHTLY ? 500 : 40 },
    );
  });

  it("give a crumb to the neighbour of its own cell, though another one touches it more", () => {
    // Along x: 400 voxels of piece 0, one of piece 1 (the same cell), 400 of piece 2.
    const size = [801, 1, 1] as const;
    const pieces = Uint32Array.from({ length: 801 }, (_, x) =>
      x < 400 ? 0 : x === 400 ? 1 : 2,
    );
    const { count, cell } = connect(pieces, size, [0, 0, 1]);
    expect(count).toBe(2);
    expect(pieces[400]).toBe(pieces[399]);
    expect(cell[pieces[800]]).toBe(1);
  });
});
