/** A cell with very many partners, beside those of the demo volume. */
import type {
  WiredCell,
  Wire,
} from "../../proxy/neuprint/testing/connectome.js";

/** How many types its partners have. */
const TYPES = 50;

/** It is none of the demo volume's, and no JavaScript number holds it. */
export const BUSY_CELL = (1n << 60n) + 1n;

/**
 * Its wiring: partner `i` of `count` is of type `many<i % 50>`, and gets two connections where `i` is even, else one.
 */
export function busyCell(count: number): { cells: WiredCell[]; wires: Wire[] } {
  const idOf = (i: number) => BUSY_CELL + BigInt(i + 1);
  const cells = Array.from({ length: count }, (_, i): WiredCell => ({
    id: idOf(i),
    type: `many${i % TYPES}`,
    instance: `many${i % TYPES}_${i}`,
    status: "Traced",
  }));
  const wires = Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: i % 2 === 0 ? 2 : 1 }, (_, n): Wire => ({
      ...{ from: BUSY_CELL, to: idOf(i), regions: ["left"] },
      ...{ pre: [i % 200, n, 5], post: [i % 200, n, 9] },
    })),
  );
  const hub = { id: BUSY_CELL, type: "busy", status: "Traced" };
  return { cells: [hub, ...cells], wires };
}
