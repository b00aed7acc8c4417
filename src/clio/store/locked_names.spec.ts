import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { LockedNames } from "./locked_names.js";
import { DEMO } from "./testing/marks.js";

describe("The names of locked sets", () => {
  it("are those of all views that show a sandbox now, as they are now", () => {
    const locked = new LockedNames();
    const of = (key = DEMO) => [...locked.of(key)].sort().join();
    const [one, other] = ["a", "b"].map(
      (name) => new WatchableValue<ReadonlySet<string>>(new Set([name])),
    );
    const letGo = locked.add(DEMO, one);
    locked.add(DEMO, other);
    expect(of()).toBe("a,b");
    expect(of({ ...DEMO, dataset: "other" })).toBe("");
    one.value = new Set(["a", "c"]);
    expect(of()).toBe("a,b,c");
    letGo();
    expect(of()).toBe("b");
  });
});
