import fc from "fast-check";
import { MergeSets } from "../../src/clio/model/merge_sets.js";
import { decision } from "../../src/clio/model/testing/merges.js";
import { runs } from "../testing/counts.js";
import {
  agree,
  documentsOf,
  pairsOf,
  type ThreeDocuments,
} from "./three_documents.js";

/** Few, so that decisions meet; neighbours that a number would take for one among them. */
const SEGMENTS = [
  1n,
  2n,
  3n,
  9007199254740993n,
  9007199254740994n,
  2n ** 64n - 1n,
];

const anyDecisions = fc
  .array(
    fc.record({
      onto: fc.constantFrom(...SEGMENTS),
      merged: fc.constantFrom(...SEGMENTS),
    }),
    { maxLength: 14 },
  )
  .map((ends) =>
    ends
      .filter(({ onto, merged }) => onto !== merged)
      .map(({ onto, merged }, i) => decision(i + 1, onto, merged)),
  );

function setsOf(pairs: readonly (readonly [bigint, bigint])[]): MergeSets {
  const sets = new MergeSets();
  pairs.forEach(([onto, merged], i) => sets.put(decision(i + 1, onto, merged)));
  return sets;
}

const described = (sets: MergeSets) =>
  SEGMENTS.map((id) => `${id} in ${sets.mainOf(id)} of ${sets.sizeOf(id)}`);

/** How the original's page finds the main of a segment: it never ends where there is a circle. */
function ultimateMain(
  { otherToMain }: ThreeDocuments,
  id: bigint,
): string | undefined {
  let main = String(id);
  for (let step = 0; step <= SEGMENTS.length; ++step) {
    if (!Object.hasOwn(otherToMain, main)) return main;
    main = String(otherToMain[main]);
  }
  return undefined;
}

describe("The three documents of merges", () => {
  it("say of any decisions what these come to, agree, and have no circle", () => {
    fc.assert(
      fc.property(anyDecisions, (decisions) => {
        const sets = setsOf(
          decisions.map(({ onto, merged }) => [BigInt(onto), BigInt(merged)]),
        );
        const documents = documentsOf(decisions);
        expect(agree(documents)).toBe(true);
        expect(described(setsOf(pairsOf(documents)))).toEqual(described(sets));
        for (const id of SEGMENTS) {
          expect(ultimateMain(documents, id)).toBe(String(sets.mainOf(id)));
        }
      }),
      { numRuns: runs(200, 2000) },
    );
  });

  it("keep a main that was merged onto another as one of its others, newest first", () => {
    const { mainToOthers, otherToMain, mainOrdered } = documentsOf([
      decision(1, 1, 2),
      decision(2, 3, 4),
      decision(3, 3, 1),
    ]);
    expect(mainToOthers).toEqual({ "1": [2n], "3": [4n, 1n] });
    expect(otherToMain).toEqual({ "1": 3n, "2": 1n, "4": 3n });
    expect(mainOrdered.array).toEqual([3n, 1n]);
  });

  const whole: ThreeDocuments = {
    mainToOthers: { "3": [1n], "1": [2n] },
    otherToMain: { "1": 3n, "2": 1n },
    mainOrdered: { array: [3n, 1n] },
  };
  for (const [what, documents, expected] of [
    ["as they are written", whole, true],
    [
      "where they name the main of the main",
      { ...whole, otherToMain: { "1": 3n, "2": 3n } },
      true,
    ],
    [
      "with a main that is listed and has none",
      { ...whole, mainOrdered: { array: [7n, 3n, 1n, 3n] } },
      true,
    ],
    [
      "where an other is not told",
      { ...whole, otherToMain: { "1": 3n } },
      false,
    ],
    [
      "where an other is told that no main has",
      { ...whole, otherToMain: { ...whole.otherToMain, "5": 3n } },
      false,
    ],
    [
      "where a main is not listed",
      { ...whole, mainOrdered: { array: [3n] } },
      false,
    ],
    ["where the first of them is empty", { ...whole, mainToOthers: {} }, false],
    [
      "where they lead to another main",
      { ...whole, otherToMain: { "1": 9n, "2": 1n } },
      false,
    ],
  ] as const) {
    it(`${expected ? "agree" : "do not agree"} ${what}`, () => {
      expect(agree(documents)).toBe(expected);
    });
  }

  it("are taken in where a chain, or one whole, is as long as a body has parts", () => {
    const n = 100_000;
    const links = Array.from({ length: n }, (_, i) => i + 1);
    for (const decisions of [
      links.map((i) => decision(i, i + 1, 1)),
      links.map((i) => decision(i, 1, i + 1)),
    ]) {
      const documents = documentsOf(decisions);
      expect(agree(documents)).toBe(true);
      expect(pairsOf(documents).length).toBe(n);
    }
    // Each other of the first main is a main itself.
    const wide: ThreeDocuments = {
      mainToOthers: Object.fromEntries<readonly bigint[]>([
        ["1", links.map((i) => BigInt(i + 1))],
        ...links.map((i) => [String(i + 1), [BigInt(n + i + 1)]] as const),
      ]),
      otherToMain: Object.fromEntries(
        links.flatMap((i) => [
          [String(i + 1), 1n] as const,
          [String(n + i + 1), BigInt(i + 1)] as const,
        ]),
      ),
      mainOrdered: { array: links.map(BigInt).concat(BigInt(n + 1)) },
    };
    expect(agree(wide)).toBe(true);
    expect(pairsOf(wide).length).toBe(2 * n);
  });

  it("come to an end where they have a circle", () => {
    const circle: ThreeDocuments = {
      mainToOthers: { "1": [2n], "2": [1n] },
      otherToMain: { "1": 2n, "2": 1n },
      mainOrdered: { array: [1n, 2n] },
    };
    expect(agree(circle)).toBe(true);
    expect(setsOf(pairsOf(circle)).sizeOf(1n)).toBe(2);
  });
});
