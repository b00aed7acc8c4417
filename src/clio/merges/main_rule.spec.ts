import { type CellName, CellNames } from "../ui/cell_names.js";
import { chooseMain, decided, MAIN_RULES, mainRuleOf } from "./main_rule.js";

const BIG = 18446744073709551615n;
const NEXT = 18446744073709551614n;

const facts = (
  sizes: readonly (readonly [bigint, number])[],
  ...annotated: bigint[]
) => ({
  sizeOf: (id: bigint) => new Map(sizes).get(id),
  isAnnotated: (id: bigint) => annotated.includes(id),
  isAsked: () => false,
});
const NOTHING = facts([]);

describe("The main of what is to be merged", () => {
  it("is the first that was selected, or the one with the smallest id, whatever is known of them", () => {
    expect(chooseMain("first", [BIG, 7n, NEXT], NOTHING).main).toBe(BIG);
    expect(chooseMain("oldest", [BIG, NEXT], NOTHING).main).toBe(NEXT);
  });

  it("is the largest, of equal ones the first, where all sizes are known; else the first, and that is said", () => {
    const sizes = [
      [BIG, 5],
      [NEXT, 9],
      [7n, 9],
    ] as const;
    expect(chooseMain("largest", [BIG, NEXT, 7n], facts(sizes))).toEqual({
      main: NEXT,
      why: "largest",
    });
    expect(chooseMain("largest", [BIG, NEXT, 8n], facts(sizes))).toEqual({
      main: BIG,
      why: "first selected, as not all sizes are known",
      lacks: "unknown",
    });
  });

  it("is the annotated one; of several the largest, or the first where sizes are not known; where none is, the first", () => {
    const sizes = [
      [BIG, 5],
      [NEXT, 9],
      [7n, 99],
    ] as const;
    const all = [7n, BIG, NEXT];
    const of = (known: ReturnType<typeof facts>) =>
      chooseMain("annotated", all, known);
    expect(of(facts(sizes, BIG)).main).toBe(BIG);
    expect(of(facts(sizes, BIG, NEXT)).main).toBe(NEXT);
    expect(of(facts([], BIG, NEXT))).toEqual({
      main: BIG,
      why: "first annotated",
    });
    expect(of(facts(sizes))).toEqual({
      main: 7n,
      why: "first selected, as none is annotated",
    });
  });

  it("is the first where it is not known yet of all whether they are annotated, and that is said", () => {
    const known = { ...NOTHING, isAnnotated: (id: bigint) => id === BIG };
    const all = [7n, BIG, NEXT];
    expect(chooseMain("annotated", all, known).main).toBe(BIG);
    const isAnnotated = (id: bigint) => (id === BIG ? true : undefined);
    expect(chooseMain("annotated", all, { ...known, isAnnotated })).toEqual({
      main: 7n,
      why: "first selected, as not all names are known",
      lacks: "unknown",
    });
  });

  it("waits for sizes that are on their way, all asked for at once, and for those that do not come a while", async () => {
    const names = new CellNames();
    const questions: (readonly string[])[] = [];
    let sizes = [5, 9];
    let isAnswering = true;
    names.comeFrom((ids) => {
      questions.push(ids);
      if (!isAnswering) return new Promise(() => undefined);
      const found = ids.map((id, i): [string, CellName] => [
        id,
        { type: "KC", instance: "", size: sizes[i] },
      ]);
      return Promise.resolve(new Map(found));
    });
    const choose = () =>
      chooseMain("largest", [BIG, NEXT], {
        sizeOf: (id) => names.sizeOf(id),
        isAnnotated: (id) => names.of(id) !== undefined,
        isAsked: (id) => names.isAsked(id),
      });
    expect(choose().lacks).toBe("asked");
    expect(await decided(choose, names.changed)).toEqual({
      main: NEXT,
      why: "largest",
    });
    expect(questions).toEqual([[String(BIG), String(NEXT)]]);

    // Whoever is asked may know no size.
    sizes = [];
    names.askAnew();
    expect((await decided(choose, names.changed)).lacks).toBe("unknown");
    isAnswering = false;
    names.askAnew();
    const late = await decided(choose, names.changed, 1);
    expect([late.main, late.lacks]).toEqual([BIG, "asked"]);
  });

  it("is chosen by a rule that has a name, and by the first where it has none", () => {
    expect(MAIN_RULES.map(mainRuleOf)).toEqual([...MAIN_RULES]);
    expect(mainRuleOf("smallest")).toBe("first");
    expect(mainRuleOf(undefined)).toBe("first");
  });
});
