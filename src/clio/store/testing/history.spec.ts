import { backOf, lastOf, outcomeOf, scriptOf } from "./history.js";
import { edits, markNumber, marksOf, markVersion } from "./marks.js";

describe("The history of the kill story", () => {
  it("comes to what a map comes to that all its changes are applied to", () => {
    const versions = new Map<number, number>();
    const apply = (script: string) => {
      for (const edit of edits(script)) {
        if (edit.op === "delete") versions.delete(markNumber(edit.id));
        else versions.set(markNumber(edit.record.id), markVersion(edit.record));
      }
    };
    expect(lastOf("")).toBe(-1);
    for (let number = 0; number < 100; number += 1) {
      apply(scriptOf(number));
      apply(backOf(number));
      expect(marksOf(versions)).toBe(outcomeOf(number - 1));
      apply(scriptOf(number));
      const names = outcomeOf(number);
      expect(names).toBe(marksOf(versions));
      expect(lastOf(names)).toBe(number);
    }
  });
});
