import fc from "fast-check";
import { runs } from "../store/testing/counts.js";
import { MergeSets } from "../model/merge_sets.js";
import { described, PlainSets, sorted } from "./testing/plain_sets.js";

/** Few segments, so that decisions meet; most beyond 2^53, where numbers would take neighbours for one. */
const SEGMENTS = [
  "1",
  "2",
  "9007199254740992",
  "9007199254740993",
  "9007199254740994",
  "18446744073709551613",
  "18446744073709551614",
  "18446744073709551615",
] as const;

/** Names of decisions: few, so that some are replaced. */
const DECISIONS = Array.from({ length: 24 }, (_, i) => `decision ${i}`);

const anyDecision = fc.record({
  id: fc.constantFrom(...DECISIONS),
  act: fc.constantFrom("act a", "act b", "act c"),
  created: fc.integer({ min: 0, max: 6 }),
  onto: fc.constantFrom(...SEGMENTS),
  merged: fc.constantFrom(...SEGMENTS),
});

interface Real {
  sets: MergeSets;
  /** What a follower would show who is told of nothing but the sets that were touched. */
  followed: Map<string, string>;
}

class Change implements fc.Command<PlainSets, Real> {
  constructor(
    private readonly name: string,
    private readonly onPlain: (plain: PlainSets) => void,
    private readonly onReal: (sets: MergeSets) => bigint[],
  ) {}

  check(): boolean {
    return true;
  }

  run(plain: PlainSets, { sets, followed }: Real): void {
    this.onPlain(plain);
    for (const id of this.onReal(sets)) {
      const members = sets.membersOf(id);
      for (const member of members) followed.set(`${member}`, `${members[0]}`);
    }
    expect(described(sets)).withContext(this.name).toEqual(plain.described);
    for (const id of SEGMENTS) {
      const main = sets.mainOf(BigInt(id));
      expect(followed.get(id) ?? id).toBe(String(main));
      const set = plain.sets.find((each) => each.has(id));
      expect(sorted(sets.membersOf(BigInt(id)))).toBe(sorted(set ?? [id]));
      const outermost = sets.outermostOf(BigInt(id));
      expect(outermost.map((each) => each.id).sort()).toEqual(
        set === undefined ? [] : plain.outermostOf(set),
      );
      expect(outermost.at(-1)).toBe(sets.newestOf(BigInt(id)));
      expect([...outermost].sort((a, b) => a.created - b.created)).toEqual(
        outermost,
      );
    }
  }

  toString(): string {
    return this.name;
  }
}

const commands = [
  anyDecision.map(
    (decision) =>
      new Change(
        `put ${JSON.stringify(decision)}`,
        ({ decisions }) => decisions.set(decision.id, decision),
        (sets) => sets.put(decision),
      ),
  ),
  fc.constantFrom(...DECISIONS).map(
    (id) =>
      new Change(
        `delete ${id}`,
        ({ decisions }) => decisions.delete(id),
        (sets) => sets.delete(id),
      ),
  ),
];

describe("Merged sets", () => {
  it("are those of a plain model after each of random decisions, replaced ones and removals, and tell a follower enough", () => {
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 60 }), (sequence) => {
        fc.modelRun(
          () => ({
            model: new PlainSets(),
            real: { sets: new MergeSets(), followed: new Map() },
          }),
          sequence,
        );
      }),
      { numRuns: runs(150, 1000) },
    );
  });

  it("are the same on all devices, in whatever order these learn of decisions", () => {
    const orders = fc
      .uniqueArray(anyDecision, { selector: ({ id }) => id, maxLength: 24 })
      .chain((decisions) =>
        fc.tuple(
          fc.constant(decisions),
          fc.shuffledSubarray(decisions, { minLength: decisions.length }),
          fc.subarray(decisions),
        ),
      );
    fc.assert(
      fc.property(orders, ([decisions, shuffled, takenBack]) => {
        const one = new MergeSets();
        for (const each of decisions) one.put(each);
        for (const { id } of takenBack) one.delete(id);
        const other = new MergeSets();
        const kept = shuffled.filter((each) => !takenBack.includes(each));
        for (const each of kept) other.put(each);
        expect(described(one)).toEqual(described(other));
      }),
      { numRuns: runs(150, 1000) },
    );
  });

  it("keep ids apart that are the same as numbers", () => {
    const sets = new MergeSets();
    sets.put({
      id: "a",
      act: "a",
      created: 0,
      onto: "18446744073709551615",
      merged: "18446744073709551614",
    });
    expect(sets.mainOf(18446744073709551614n)).toBe(18446744073709551615n);
    expect(sets.mainOf(18446744073709551613n)).toBe(18446744073709551613n);
  });

  it("fall apart where a decision in the middle is taken back, and keep their mains", () => {
    const sets = new MergeSets();
    const decide = (id: string, onto: string, merged: string, created = 0) =>
      sets.put({ id, act: id, created, onto, merged });
    decide("a", "1", "2", 1);
    decide("b", "2", "3", 2);
    decide("c", "4", "3", 3);
    expect(sets.membersOf(1n)).toEqual([4n, 1n, 2n, 3n]);
    expect(sets.delete("b")).toEqual([2n, 3n]);
    expect(described(sets)).toEqual(["1: 1 2", "4: 3 4"]);
  });

  it("let go of segments that nothing is merged with any more", () => {
    const sets = new MergeSets();
    const decision = { id: "a", act: "a", created: 0 };
    sets.put({ ...decision, onto: "1", merged: "2" });
    sets.put({ ...decision, onto: "1", merged: "1" });
    expect([...sets.sets()]).toEqual([]);
    expect(sets.size).toBe(0);
    expect(sets.mainOf(2n)).toBe(2n);
    expect(sets.outermostOf(1n)).toEqual([]);
  });
});
