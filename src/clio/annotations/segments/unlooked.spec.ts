import fc from "fast-check";
import { anchorsOf } from "../../model/geometry.js";
import { anyRecord } from "../../model/testing/records.js";
import { type Mark, markOf } from "../mark.js";
import { type Marks, UnlookedMarks } from "./unlooked.js";

const anyMark = fc
  .tuple(anyRecord(), fc.boolean())
  .map(([record, saved]) => markOf(record, saved, [8, 8, 8]));

function marksOf(marks: readonly Mark[]): Marks {
  const byId = new Map(marks.map((mark) => [mark.id, mark]));
  return {
    get: (id) => byId.get(id),
    [Symbol.iterator]: () => byId.values(),
  };
}

describe("marks under which segments are still to be looked up", () => {
  it("are those that are saved and have none, each with its anchors, at most as many as wanted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyMark, { maxLength: 30, selector: ({ id }) => id }),
        fc.integer({ min: 1, max: 20 }),
        async (marks, limit) => {
          const wanting = marks.filter(
            ({ record, saved }) => saved && record.segments === undefined,
          );
          const found = await new UnlookedMarks(marksOf(marks)).first(limit);
          expect(found.length).toBe(Math.min(limit, wanting.length));
          for (const { id, anchors } of found) {
            const mark = wanting.find((one) => one.id === id)!;
            expect(anchors).toEqual(anchorsOf(mark.record));
          }
        },
      ),
    );
  });

  it("come block by block, so that each chunk is read once", async () => {
    const marks = [
      at(700, "d"),
      at(1, "a"),
      at(701, "e"),
      at(63, "b"),
      at(64, "c"),
    ];
    const unlooked = new UnlookedMarks(marksOf(marks));
    expect(await firstIds(unlooked, 4)).toBe("a b c d");
  });

  it("begin with what was just placed", async () => {
    const marks = [at(1, "a"), at(64, "b")];
    const byId = new Map(marks.map((mark) => [mark.id, mark]));
    const unlooked = new UnlookedMarks({
      get: (id) => byId.get(id),
      [Symbol.iterator]: () => byId.values(),
    });
    expect(await firstIds(unlooked, 2)).toBe("a b");
    byId.set("c", at(700, "c"));
    unlooked.changed("c");
    expect(await firstIds(unlooked, 2)).toBe("c a");
  });

  it("are the same after any edits as if all were looked through anew", async () => {
    const edit = fc.record({
      id: fc.constantFrom(..."abcdefgh"),
      state: fc.constantFrom("gone", "unlooked", "looked up"),
      x: fc.integer({ min: 0, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 40 }), async (edits) => {
        const byId = new Map<string, Mark>();
        const marks: Marks = {
          get: (id) => byId.get(id),
          [Symbol.iterator]: () => byId.values(),
        };
        const unlooked = new UnlookedMarks(marks);
        for (const { id, state, x } of edits) {
          if (state === "gone") byId.delete(id);
          else byId.set(id, at(x, id, state === "looked up"));
          unlooked.changed(id);
          const found = await firstIds(unlooked, 20);
          const anew = await firstIds(new UnlookedMarks(marks), 20);
          const sorted = (ids: string) => ids.split(" ").sort().join(" ");
          expect(sorted(found)).toBe(sorted(anew));
        }
      }),
    );
  });
});

async function firstIds(
  unlooked: UnlookedMarks,
  limit: number,
): Promise<string> {
  return (await unlooked.first(limit)).map(({ id }) => id).join(" ");
}

function at(x: number, id: string, isLookedUp = false): Mark {
  return markOf(
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
      ...(isLookedUp && { segments: { source: "", supervoxels: ["1"] } }),
    },
    true,
    [8, 8, 8],
  );
}
