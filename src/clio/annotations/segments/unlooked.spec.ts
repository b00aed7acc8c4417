import fc from "fast-check";
import { anchorsOf } from "../../model/geometry.js";
import { anyRecord } from "../../model/testing/records.js";
import { markOf } from "../mark.js";
import { unlookedMarks } from "./unlooked.js";

const anyMark = fc
  .tuple(anyRecord(), fc.boolean())
  .map(([record, saved]) => markOf(record, saved, [8, 8, 8]));

describe("marks under which segments are still to be looked up", () => {
  it("are those that are saved and have none, each with its anchors, at most as many as wanted", () => {
    fc.assert(
      fc.property(
        fc.array(anyMark, { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (marks, limit) => {
          const wanting = marks.filter(
            ({ record, saved }) => saved && record.segments === undefined,
          );
          const found = unlookedMarks(marks, limit);
          expect(found.length).toBe(Math.min(limit, wanting.length));
          for (const { id, anchors } of found) {
            const mark = wanting.find((one) => one.id === id)!;
            expect(anchors).toEqual(anchorsOf(mark.record));
          }
        },
      ),
    );
  });

  it("come block by block, so that each chunk is read once", () => {
    const at = (x: number, id: string) =>
      markOf(
        {
          id,
          kind: "point",
          position: [x, 0, 0],
          description: "",
          tags: [],
          checked: false,
          user: "local",
          created: 1,
          modified: 1,
        },
        true,
        [8, 8, 8],
      );
    const marks = [
      at(700, "d"),
      at(1, "a"),
      at(701, "e"),
      at(63, "b"),
      at(64, "c"),
    ];
    expect(unlookedMarks(marks, 4).map(({ id }) => id)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });
});
