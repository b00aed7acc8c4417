import type { PointRecord } from "../../model/annotation.js";
import type { Mark } from "../mark.js";
import { SpatialGrid } from "../spatial_grid.js";
import { SpatialIndex } from "../spatial_index.js";
import { EVERYTHING, QueryEngine } from "./engine.js";
import { parseQuery } from "./language.js";
import { ShownMarks } from "./shown_marks.js";

const bounds = { lower: [0, 0, 0], upper: [1000, 1000, 1000] };

function mark(i: number, tags: string[], set?: string): Mark {
  const record: PointRecord = {
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    kind: "point",
    position: [i % 1000, (i * 31) % 1000, (i * 57) % 1000],
    description: "",
    tags,
    ...(set !== undefined && { set }),
    checked: false,
    user: "local",
    created: i,
    modified: i,
  };
  const { id, position } = record;
  return { id, position, record, saved: true, extent: undefined };
}

/** Marks of which every third has the tag "soma", and what is shown of them. */
function shownOf(count: number) {
  const engine = new QueryEngine([8, 8, 8]);
  const shown = new ShownMarks(
    new SpatialIndex<Mark>(new SpatialGrid(bounds, [8, 8, 8]), 16),
    engine,
    () => new SpatialIndex<Mark>(new SpatialGrid(bounds, [8, 8, 8]), 16),
  );
  const put = (marks: Mark[]) => {
    for (const { record } of marks) engine.put(record);
    return shown.apply(marks);
  };
  put(Array.from({ length: count }, (_, i) => mark(i, i % 3 ? [] : ["soma"])));
  const ask = (text: string, hides = true) =>
    shown.show({ ...EVERYTHING, terms: parseQuery(text, []).terms, hides });
  return { engine, shown, put, ask };
}

function finish(work: Iterator<void>): void {
  while (work.next().done !== true);
}

describe("The marks that are shown", () => {
  it("are all marks until what is searched for is found, and then those alone", () => {
    const { shown, ask } = shownOf(5000);
    expect(ask("tag:soma")).toBeFalse();
    shown.build().next();
    expect(shown.index.size).toBe(5000);
    finish(shown.build());
    expect(shown.isBuilding).toBeFalse();
    expect(shown.index.size).toBe(1667);
    expect(
      [...shown.index].every(({ record }) => record.tags[0] === "soma"),
    ).toBeTrue();
    expect(shown.all.size).toBe(5000);
    expect(ask("")).toBeTrue();
    expect(shown.index.size).toBe(5000);
  });

  it("are all where the view is not to follow the search, or it is for what is in view", () => {
    const { shown, ask } = shownOf(30);
    expect(ask("tag:soma", false)).toBeFalse();
    expect(ask("in:view")).toBeFalse();
    expect(shown.isBuilding).toBeFalse();
    expect(shown.index.size).toBe(30);
  });

  it("follow edits, those too that are made while the search is going on", () => {
    const { engine, shown, put, ask } = shownOf(5000);
    ask("tag:soma");
    shown.build().next();
    put([mark(0, []), mark(1, ["soma"]), mark(9000, ["soma"])]);
    engine.delete(mark(3, []).id);
    shown.apply([mark(3, []).id]);
    finish(shown.build());
    expect(shown.index.size).toBe(1667);
    const has = (i: number) => shown.index.get(mark(i, []).id) !== undefined;
    expect([0, 1, 2, 3, 6, 9000].map(has)).toEqual([
      false,
      true,
      false,
      false,
      true,
      true,
    ]);

    expect(put([mark(1, [])]).length).toBeGreaterThan(0);
    expect(put([mark(2, [])])).toEqual([]);
    expect(has(1)).toBeFalse();
    expect(shown.all.get(mark(1, []).id)?.record.tags).toEqual([]);
  });

  it("are the same after many edits at once as after each for itself", () => {
    for (const text of ["", "tag:soma"]) {
      const [one, many] = [shownOf(500), shownOf(500)];
      const edits = Array.from({ length: 700 }, (_, i) =>
        i % 7 === 0 ? mark(i, []).id : mark(i, i % 2 ? [] : ["soma"]),
      );
      for (const { ask, shown, engine } of [one, many]) {
        ask(text);
        finish(shown.build());
        for (const edit of edits) {
          if (typeof edit === "string") engine.delete(edit);
          else engine.put(edit.record);
        }
      }
      one.shown.apply(edits);
      many.shown.applyMany(edits);
      const [expected, found] = [one, many].map(({ shown }) =>
        shown.index.grid.levels.flatMap(({ shape: [x, y, z] }, level) =>
          Array.from({ length: x * y * z }, (_, cell) =>
            shown.index.drawn({ level, cell }).map(({ record }) => record),
          ),
        ),
      );
      expect(found).toEqual(expected);
      expect([...many.shown.all].length).toBe(600);
    }
  });

  it("are without those of hidden sets, whatever is searched for, and whether others are hidden or not", () => {
    const { shown, put } = shownOf(90);
    put([mark(90, ["soma"], "done"), mark(91, ["soma"], "Done")]);
    const hide = (hiddenSets: readonly string[], text = "", hides = true) => {
      const { terms } = parseQuery(text, []);
      shown.show({ ...EVERYTHING, terms, hides, hiddenSets });
      finish(shown.build());
      return shown.index.size;
    };
    expect(hide(["done"])).toBe(91);
    expect(hide(["done"], "tag:soma")).toBe(31);
    expect(hide(["done", "Done"], "tag:soma", false)).toBe(90);
    // The marks that are in no set are hidden by the empty name.
    expect(hide([""])).toBe(2);
    put([mark(92, [], "done"), mark(91, ["soma"])]);
    expect(shown.index.size).toBe(2);
    expect(hide([])).toBe(93);
  });
});
