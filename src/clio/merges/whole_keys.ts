import type { MergeRow } from "./merge_rows.js";

/**
 * What of the wholes that they are parts of rows are in order by. It is kept as it was when each was put to its place: a row whose whole is
 * another by now is still found where it stands.
 */
export class WholeKeys {
  private readonly keys = new Map<MergeRow, number>();
  private readonly byOnto = new Map<bigint, Set<MergeRow>>();

  /** @param valueOf of the whole that a segment is in */
  constructor(private readonly valueOf: (id: bigint) => number) {}

  /** A row is put to its place. */
  add(row: MergeRow): void {
    const { keys, byOnto, valueOf } = this;
    const { onto } = row;
    const known = byOnto.get(onto);
    if (known === undefined) byOnto.set(onto, new Set([row]));
    else known.add(row);
    keys.set(row, valueOf(onto));
  }

  /** A row is taken from its place. */
  delete(row: MergeRow): void {
    const { keys, byOnto } = this;
    const { onto } = row;
    const known = byOnto.get(onto);
    if (!keys.delete(row) || known === undefined) return;
    known.delete(row);
    if (known.size === 0) byOnto.delete(onto);
  }

  /** By what a row was put to its place; NaN where it was to none. */
  of(row: MergeRow): number {
    return this.keys.get(row) ?? NaN;
  }

  /** The rows that are called after a segment. */
  rowsOnto(id: bigint): Iterable<MergeRow> {
    return this.byOnto.get(id) ?? [];
  }
}
