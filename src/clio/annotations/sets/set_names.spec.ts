import fc from "fast-check";
import { SetNames } from "./set_names.js";

describe("The names of sets in a link", () => {
  it("are read as they were written, after any acts", () => {
    const name = fc.constantFrom("", "done", "Done", "two words", "é\n");
    const act = fc.oneof(
      fc.record({ put: name, isIn: fc.boolean() }),
      fc.record({ from: name, to: name }),
    );
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const names = new SetNames();
        const plain = new Set<string>();
        for (const one of acts) {
          if ("put" in one) {
            names.put(one.put, one.isIn);
            if (one.isIn) plain.add(one.put);
            else plain.delete(one.put);
          } else {
            names.rename(one.from, one.to);
            if (plain.delete(one.from)) plain.add(one.to);
          }
        }
        expect(names.value).toEqual(plain);
        const again = new SetNames();
        again.restoreState(JSON.parse(JSON.stringify(names.toJSON() ?? null)));
        expect(again.value).toEqual(plain);
      }),
    );
  });

  it("are whatever names there are in anything else", () => {
    const names = new SetNames();
    fc.assert(
      fc.property(fc.anything(), (json) => {
        names.restoreState(json);
        for (const name of names.value) expect(typeof name).toBe("string");
      }),
    );
    names.restoreState(["a", 1, null, "b"]);
    expect([...names.value]).toEqual(["a", "b"]);
    names.restoreState(undefined);
    expect(names.toJSON()).toBeUndefined();
  });

  it("say so when they are others, and are the same object while they are the same", () => {
    const names = new SetNames();
    let told = 0;
    names.changed.add(() => ++told);
    names.put("a", false);
    names.reset();
    expect(told).toBe(0);
    names.put("a", true);
    const { value } = names;
    names.put("a", true);
    expect(told).toBe(1);
    expect(names.value).toBe(value);
  });
});
