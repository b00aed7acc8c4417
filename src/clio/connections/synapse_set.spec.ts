import fc from "fast-check";
import { runs } from "../store/testing/counts.js";
import { parseSynapsesUrl, synapsesUrl } from "./synapse_set.js";

const idArbitrary = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe("The source of a layer of synapses", () => {
  it("says which they are and holds none of them", () => {
    fc.assert(
      fc.property(
        fc.record({
          dataset: fc.string({ minLength: 1, unit: "grapheme" }),
          side: fc.constantFrom("inputs" as const, "outputs" as const),
          cells: fc.array(idArbitrary, { minLength: 1, maxLength: 5 }),
          partner: fc.option(idArbitrary, { nil: undefined }),
          least: fc.integer({ min: 1, max: 999_999_999 }),
        }),
        (set) => {
          expect(parseSynapsesUrl(synapsesUrl(set))).toEqual(set);
        },
      ),
      { numRuns: runs(100, 10_000) },
    );
  });

  it("is refused by the part of it that is wrong", () => {
    for (const [rest, part] of [
      ["demo", "source"],
      ["?side=inputs&of=1", "source"],
      ["%E0%A4%A?side=inputs&of=1", "source"],
      ["demo?of=1", "side: missing"],
      ["demo?side=both&of=1", 'side: "both"'],
      ["demo?side=inputs", 'of: ""'],
      ["demo?side=inputs&of=1,-2", 'of: "-2"'],
      ["demo?side=inputs&of=18446744073709551616", "of: "],
      ["demo?side=inputs&of=1&partner=x", 'partner: "x"'],
      ["demo?side=inputs&of=1&least=0", 'least: "0"'],
      ["demo?side=inputs&of=1&least=1e9", 'least: "1e9"'],
    ]) {
      expect(() => parseSynapsesUrl(`clio://synapses/${rest}`))
        .withContext(rest)
        .toThrowError(new RegExp(`^${part.replaceAll("?", "\\?")}`));
    }
  });
});
