import fc from "fast-check";
import type { MergeRecord } from "../model/merge.js";
import { pairsOfSets } from "../model/merge_pairs.js";
import { MergeSets } from "../model/merge_sets.js";
import { readMerges } from "./read_merges.js";
import { described } from "./testing/plain_sets.js";
import {
  acceptedCsv,
  acceptedJson,
  equivalencesJson,
  mergesCsv,
  mergesJson,
} from "./write_merges.js";

const LARGEST = 18446744073709551615n;

/** Decisions of one act, each newer than the one before. */
function decisionsOf(
  pairs: readonly (readonly [bigint, bigint])[],
  description = "",
): MergeRecord[] {
  return pairs.map(([onto, merged], i) => ({
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    kind: "merge",
    onto: String(onto),
    merged: String(merged),
    act: "00000000-0000-4000-8000-000000000000",
    position: [1, 2, 3],
    description,
    user: "ann",
    created: 1 + i,
    modified: 1 + i,
  }));
}

function setsOf(decisions: readonly MergeRecord[]): MergeSets {
  const sets = new MergeSets();
  for (const decision of decisions) sets.put(decision);
  return sets;
}

describe("A file of merges", () => {
  it("is read as the equivalences of a viewer, the first of each set its main, without the loss of a digit", () => {
    const expected = [
      [1n, 2n],
      [3n, LARGEST],
      [3n, 9007199254740993n],
    ];
    const sets = `[["1","2"],["3","${LARGEST}",9007199254740993],["7"],[]]`;
    for (const text of [sets, `\uFEFF{"equivalences": ${sets}, "x": 1}`]) {
      expect(readMerges(text, "file") as unknown).toEqual(expected);
    }
  });

  it("is read as a table of two columns, with a first line of names or without, or by the names of its columns", () => {
    const expected = [
      [5n, 12n],
      [7n, LARGEST],
    ];
    for (const text of [
      `5,12\n7,${LARGEST}\n`,
      `a,b\r\n5,12\r\n7,'${LARGEST}\r\n`,
      `"a";"b"\n5; 12\n\n7;${LARGEST}`,
      `faces,Merged,Main\n3,12,5\n4,${LARGEST},7`,
    ]) {
      expect(readMerges(text, "file") as unknown).toEqual(expected);
    }
  });

  for (const [what, text, message] of [
    ["empty", " \n", /^It is empty/],
    ["no JSON", '[["1","2"]', /cut/],
    [
      "an id of more than 64 bits",
      '[["1","2"],\n["3","18446744073709551616"]]',
      /^In line 2, equivalences\.1\.1: 18446744073709551616, expected a segment id/,
    ],
    [
      "a number that was rounded",
      "[[1,1.5]]",
      /equivalences\.0\.1: 1\.5, expected/,
    ],
    ["no list", '[["1"],"2"]', /equivalences\.1: 2, expected a list/],
    ["another object", '{"layers":[]}', /equivalences: \(missing\), expected/],
    [
      "a wrong cell",
      "a,b\n1,2\n3,-4\n",
      /^In line 3, column 2, b: -4, expected a segment id/,
    ],
    ["an empty cell", "1,2\n3,\n", /^In line 2, column 2, .*empty, expected/],
    ["a cell too many", "1,2\n3,4,5\n", /^In line 2, the row: 3,4,5, expected/],
    [
      "further columns that nobody named",
      "a,b,contact_faces\n1,2,3\n",
      /^In line 1, columns: a, b, contact_faces, expected two columns/,
    ],
  ] as const) {
    it(`is refused as a whole where it has ${what}, with the place and the value`, () => {
      expect(() => readMerges(text, "file")).toThrowError(message);
    });
  }
});

describe("Merges that are exported", () => {
  const ids = fc.bigInt({ min: 0n, max: LARGEST });
  const pairs = fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom(0n, 7n, LARGEST), fc.constantFrom(1n, 8n)),
      fc.tuple(ids, ids).filter(([a, b]) => a !== b),
    ),
  );

  it("come back from any file as the same sets with the same mains", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.string(), async (decided, comment) => {
        const decisions = decisionsOf(decided, comment);
        const sets = setsOf(decisions);
        const csv = await mergesCsv(decisions.toReversed()).text();
        const read = readMerges(csv, "clio-merges.csv");
        expect(read as unknown).toEqual(decided);
        const json = await mergesJson(decisions).text();
        const plain = await equivalencesJson(decisions).text();
        for (const text of [json, plain]) {
          const again = decisionsOf(readMerges(text, "clio-merges.json"));
          expect(described(setsOf(again))).toEqual(described(sets));
          expect(pairsOfSets([...sets.sets()]).length).toBe(again.length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("have every field, ids that no spreadsheet rounds, and no text that one takes for a formula", async () => {
    const decisions = decisionsOf([[LARGEST, 7n]], "=1+1");
    expect(await mergesCsv(decisions).text()).toBe(
      `main,merged,author,time,x,y,z,comment\r\n'${LARGEST},7,ann,1970-01-01T00:00:00.001Z,1,2,3,'=1+1\r\n`,
    );
    const json: unknown = JSON.parse(await mergesJson(decisions).text());
    expect(json).toEqual({
      equivalences: [[String(LARGEST), "7"]],
      decisions,
    });
    const plain: unknown = JSON.parse(await equivalencesJson(decisions).text());
    expect(plain).toEqual([[String(LARGEST), "7"]]);
  });

  it("say who accepted them, where somebody did", async () => {
    const [merge] = decisionsOf([[LARGEST, 7n]], "");
    const accepted = [{ merge, reviewer: "cleo@lab.org", decided: 5 }];
    expect(await acceptedCsv(accepted).text()).toContain(
      `'${LARGEST},7,ann,1970-01-01T00:00:00.001Z,1,2,3,,cleo@lab.org\r\n`,
    );
    const json: unknown = JSON.parse(await acceptedJson(accepted).text());
    expect(json).toEqual({
      equivalences: [[String(LARGEST), "7"]],
      decisions: [{ ...merge, reviewer: "cleo@lab.org", decided: 5 }],
    });
  });
});
