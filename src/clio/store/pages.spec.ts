import fc from "fast-check";
import type { PageDescriptor } from "./database.js";
import { insist } from "./testing/insist.js";
import type { Row } from "./pages.js";
import { PagePacker, salvageRows, unpackPage } from "./pages.js";
import { change, mark, markId } from "./testing/marks.js";
import { rowsOfJournal } from "./merge.js";

function pack(rows: readonly Row[]) {
  const packer = new PagePacker(7);
  const pages = rows.map((row) => packer.add(row));
  return [...pages, packer.flush()].filter((page) => page !== undefined);
}

/** How `unpackPage` begins to say why it refuses the page; empty where it does not. */
function reasonAgainst(descriptor: PageDescriptor, bytes: Uint8Array): string {
  try {
    unpackPage(descriptor, bytes);
    return "";
  } catch (error) {
    return (error as Error).message.slice(0, "its checksum is".length);
  }
}

const rows = (script: string) =>
  rowsOfJournal([{ seq: 5, sid: "", change: change(script) }]);

describe("A page", () => {
  it("gives back the rows that it was packed from, whatever is in them", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), text, text)), (contents) => {
        const rows = contents.map(([seq, description, tag]): Row => [
          seq,
          // Half a surrogate pair is the one thing that UTF-8 cannot hold; JSON escapes it.
          { ...mark(seq), description, tags: [tag, "\ud800"] },
        ]);
        const pages = pack(rows);
        const read = pages.flatMap((page) =>
          unpackPage(page.descriptor, page.bytes),
        );
        insist(JSON.stringify(read), JSON.stringify(rows));
      }),
    );
  });

  it("is described by its rows", () => {
    const [page] = pack(rows("+1.3 +2.5 -3"));
    const ids = [1, 2, 3].map(markId).sort();
    expect(page.descriptor).toEqual({
      ...page.descriptor,
      ...{ run: 7, count: 3, tombstones: 1, bytes: page.bytes.length },
      ...{ minId: ids[0], maxId: ids[2], minSeq: 5, maxSeq: 5 },
      minModified: mark(1, 3).modified,
      maxModified: mark(1, 5).modified,
    });
  });

  it("is closed at 4,096 rows, or when long texts have made it a megabyte", () => {
    const counts = (rows: Row[]) =>
      pack(rows).map(({ descriptor }) => descriptor.count);
    const many = Array.from({ length: 5000 }, (_, n): Row => [n, markId(n)]);
    expect(counts(many)).toEqual([4096, 904]);
    const long = { ...mark(1), description: "x".repeat(600_000) };
    expect(counts([1, 2, 3].map((seq): Row => [seq, long]))).toEqual([2, 1]);
  });

  it("is refused when any one of its bits is another", () => {
    const [{ descriptor, bytes }] = pack(rows("+1 -2"));
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3] ^= 1 << (bit & 7);
        insist(reasonAgainst(descriptor, damaged), "its checksum is");
      }),
    );
  });

  it("is refused when it is cut short, with the numbers", () => {
    const [{ descriptor, bytes }] = pack(rows("+1"));
    expect(() => unpackPage(descriptor, bytes.slice(0, 9))).toThrowError(
      `its length is 9 bytes, expected ${bytes.length}`,
    );
  });

  it("lets go of the lines that are still whole when it is damaged", () => {
    const [{ bytes }] = pack(rows("+1 +2 +3"));
    const text = new TextDecoder().decode(bytes);
    const damaged = text.replace(/"description":/, '"descr');
    const salvaged = salvageRows(new TextEncoder().encode(damaged));
    expect(salvaged.length).toBe(2);
    expect(rows("+1 +2 +3")).toEqual(
      jasmine.arrayContaining(salvaged as Row[]),
    );
  });
});
