import fc from "fast-check";
import { runs } from "../store/testing/counts.js";
import { decision, mergeId } from "../model/testing/merges.js";
import type { MergeRecord } from "../model/merge.js";
import { MergeSets } from "../model/merge_sets.js";
import { type ActEdit, MergeActs } from "./merge_acts.js";
import { commentOf, type MergeRow, orderRows, rowsOf } from "./merge_rows.js";
import { OrderedRows, type RowsWanted, type Wholes } from "./ordered_rows.js";

/** Few acts, ids and moments, so that they meet. */
const anyEdit = fc
  .record({
    n: fc.nat(9),
    act: fc.nat(3),
    created: fc.nat(4),
    isPut: fc.boolean(),
  })
  .map(({ n, act, created, isPut }): ActEdit => {
    const more = {
      ...{ act: mergeId(100 + act), created },
      description: n % 2 === 0 ? "one axon" : "",
      user: n % 3 === 0 ? "Bea" : "ann",
    };
    return isPut
      ? {
          op: "put",
          record: decision(n, 2n ** 64n - 1n - BigInt(act), n, more),
        }
      : { op: "delete", id: mergeId(n) };
  });

const ORDERS = [
  "main",
  "count",
  "voxels",
  "author",
  "comment",
  "created",
] as const;

/** What is wanted of the rows, in the plain way. */
function plainly(
  rows: readonly MergeRow[],
  { text, order, descending }: RowsWanted,
  { countOf, voxelsOf }: Wholes,
): MergeRow[] {
  const found = rows.filter(({ decisions }) =>
    decisions.some((each) =>
      [each.onto, each.merged, each.description, each.user].some((part) =>
        part.toLowerCase().includes(text.trim().toLowerCase()),
      ),
    ),
  );
  const keyOf = (row: MergeRow): bigint | number | string => {
    switch (order) {
      case "main":
        return row.onto;
      case "count":
        return countOf(row.onto);
      case "voxels":
        return voxelsOf(row.onto) ?? -1;
      case "author":
        return row.decisions[0].user;
      case "comment":
        return commentOf(row);
      case "created":
        return row.decisions[0].created;
    }
  };
  const sign = descending ? 1 : -1;
  return found.sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const isNewest = order === "created" ? sign : 1;
    return x === y ? isNewest * orderRows(a, b) : sign * (x < y ? 1 : -1);
  });
}

describe("The rows of a book", () => {
  it("are after any changes what they would be if they were made anew, in any order, as far as they match", () => {
    const wanted = fc.record<RowsWanted>({
      text: fc.constantFrom("", " 7 ", "AXON", "bea"),
      order: fc.constantFrom(...ORDERS),
      descending: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(anyEdit, { maxLength: 3 }), { maxLength: 20 }),
        wanted,
        (changes, wanted) => {
          const known = new Map<string, MergeRecord>();
          const acts = new MergeActs([]);
          const sets = new MergeSets();
          const wholes: Wholes = {
            membersOf: (id) => sets.membersOf(id),
            countOf: (id) => sets.sizeOf(id),
            voxelsOf: (id) =>
              sets.mainOf(id) % 2n === 0n ? sets.sizeOf(id) : undefined,
          };
          const ordered = new OrderedRows(acts, wanted, wholes);
          for (const edits of changes) {
            const touched = new Set<bigint>();
            for (const edit of edits) {
              if (edit.op === "put") known.set(edit.record.id, edit.record);
              else known.delete(edit.id);
              const ends =
                edit.op === "put"
                  ? sets.put(edit.record)
                  : sets.delete(edit.id);
              for (const id of ends) touched.add(id);
            }
            const change = acts.apply(edits, known.values());
            expect(ordered.follow(change)).toBeTrue();
            expect(ordered.followWholes(touched)).toBeTrue();
            const rows = rowsOf(known.values());
            expect(acts.oldestFirst).toEqual(rows.toReversed());
            const shown = ordered.slice(0, Infinity);
            expect(shown).toEqual(plainly(rows, wanted, wholes));
            expect(ordered.length).toBe(shown.length);
            shown.forEach((row, index) => {
              expect(acts.rowOf(row.act)).toBe(row);
              expect(ordered.indexOf(row)).toBe(index);
              expect(ordered.at(index)).toBe(row);
            });
          }
        },
      ),
      { numRuns: runs(150, 2000) },
    );
  });

  it("that too many changes have moved are put in order anew, and so are those of which anything may have changed", () => {
    const sets = new MergeSets();
    const decisions = Array.from({ length: 300 }, (_, n) =>
      decision(n, 2n ** 60n, n, { act: mergeId(1000 + n) }),
    );
    for (const each of decisions) sets.put(each);
    const acts = new MergeActs(decisions);
    const ordered = (order: RowsWanted["order"]) =>
      new OrderedRows(
        acts,
        { text: "", order, descending: true },
        {
          membersOf: (id) => sets.membersOf(id),
          countOf: (id) => sets.sizeOf(id),
          voxelsOf: () => undefined,
        },
      );
    const touched = new Set([7n]);
    expect(ordered("count").followWholes(touched)).toBeFalse();
    expect(ordered("voxels").followWholes(undefined)).toBeFalse();
    expect(ordered("created").followWholes(undefined)).toBeTrue();
    expect(ordered("created").follow(undefined)).toBeFalse();
  });
});
