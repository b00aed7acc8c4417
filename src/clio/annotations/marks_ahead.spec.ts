/** The invariant: marks that are made ready ahead of their edits are what the same edits come to one by one. */
import fc from "fast-check";
import type { AnnotationRecord, PointRecord } from "../model/annotation.js";
import type { Edit } from "../model/change.js";
import { anyRecord } from "../model/testing/records.js";
import { packAll } from "../store/packed_edits.js";
import { runs } from "../store/testing/counts.js";
import { markId } from "../store/testing/marks.js";
import { type Mark, markOf } from "./mark.js";
import { type IndexedMarks, MarksAhead } from "./marks_ahead.js";
import { EVERYTHING, QueryEngine } from "./query/engine.js";
import { parseQuery } from "./query/language.js";
import type { Question } from "./query/messages.js";
import { ShownMarks } from "./query/shown_marks.js";
import { SpatialGrid } from "./spatial_grid.js";
import { SpatialIndex } from "./spatial_index.js";

const bounds = { lower: [0, 0, 0], upper: [1000, 1000, 1000] };

function point(n: number): PointRecord {
  return {
    id: markId(n),
    kind: "point",
    position: [n, 2 * n, 3 * n],
    description: "",
    tags: [],
    checked: false,
    user: "local",
    created: n,
    modified: n,
  };
}

const VOXEL = [8, 8, 8] as const;

function noMarks(): IndexedMarks {
  // Few to a cell, so that a few marks fill some.
  const emptyIndex = () =>
    new SpatialIndex<Mark>(new SpatialGrid(bounds, VOXEL), 3);
  const engine = new QueryEngine(VOXEL);
  return { engine, shown: new ShownMarks(emptyIndex(), engine, emptyIndex) };
}

/** All marks as they will be once these edits have come to the others. */
function aheadOf(
  before: Iterable<AnnotationRecord>,
  edits: readonly Edit[],
  asked: () => Question = () => EVERYTHING,
): MarksAhead {
  const onTheirWay = { change: "change", edits: packAll(edits) };
  return new MarksAhead(onTheirWay, before, noMarks(), asked, VOXEL);
}

function put(record: AnnotationRecord): Edit {
  return { op: "put", record };
}

/** All marks after edits that were taken over one by one. */
function oneByOne(edits: readonly Edit[], asked: Question): IndexedMarks {
  const marks = noMarks();
  const { engine, shown } = marks;
  for (const edit of edits) {
    if (edit.op === "put") {
      engine.put(edit.record);
      shown.apply([markOf(edit.record, true, VOXEL)]);
    } else {
      engine.delete(edit.id);
      shown.apply([edit.id]);
    }
  }
  shown.show(asked);
  finish(shown.build());
  engine.ask(asked);
  finish(engine.update());
  return marks;
}

function finish(work: Iterator<void>): void {
  while (work.next().done !== true);
}

/** All that a person finds and sees of marks: the rows, the words in use, and what each cell draws, level by level. */
function shownOf({ engine, shown }: IndexedMarks) {
  const { index } = shown;
  const { grid } = index;
  const cellsOf = ({ position, extent }: Mark, level: number) =>
    extent === undefined || level > grid.levelFor(extent)
      ? [grid.cellOf(level, position)]
      : [...grid.cellsOf(level, extent)];
  return {
    total: engine.total,
    rows: engine.rows(0, engine.total),
    facets: engine.facets(),
    all: shown.all.size,
    cells: grid.levels.map((_, level) => {
      const cells = [...index].flatMap((mark) => cellsOf(mark, level));
      return [...new Set(cells)]
        .sort((a, b) => a - b)
        .map((cell) => ({ cell, marks: index.drawn({ level, cell }) }));
    }),
  };
}

/** One of few marks, so that edits meet. */
function aMark(): fc.Arbitrary<AnnotationRecord> {
  const some = fc.record({
    number: fc.nat(24),
    tags: fc.subarray(["soma", "dark"]),
    checked: fc.boolean(),
  });
  return fc
    .tuple(anyRecord(), some)
    .map(([record, { number, tags, checked }]) => ({
      ...record,
      id: markId(number),
      tags,
      checked,
    }));
}

function anEdit(): fc.Arbitrary<Edit> {
  return fc.oneof(
    { weight: 4, arbitrary: aMark().map(put) },
    {
      weight: 1,
      arbitrary: fc
        .nat(24)
        .map((number): Edit => ({ op: "delete", id: markId(number) })),
    },
  );
}

function aQuestion(): fc.Arbitrary<Question> {
  return fc
    .constantFrom("", "tag:soma", "-is:checked", "o", "tag:dark kind:point")
    .map((text) => ({ ...EVERYTHING, terms: parseQuery(text, []).terms }));
}

describe("The marks that are made ready ahead", () => {
  it("are those that were there and those that are being written", () => {
    const edits = [point(2), point(3)].map(put);
    const ready = aheadOf([point(1)], edits).finish();
    expect(ready?.shown.all.size).toBe(3);
    expect([...ready!.engine].map(({ id }) => id)).toEqual(
      [1, 2, 3].map(markId),
    );
  });

  it("are of no use where making them ready has failed half-way", () => {
    const warned = spyOn(console, "warn");
    function* torn(): Generator<PointRecord> {
      yield point(1);
      throw new Error("torn");
    }
    expect(aheadOf(torn(), [put(point(2))]).finish()).toBeUndefined();
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it("are what their edits come to one by one, whatever is asked meanwhile", () => {
    const before = fc.uniqueArray(aMark(), {
      selector: ({ id }) => id,
      maxLength: 20,
    });
    const given = fc.tuple(
      before,
      fc.array(anEdit(), { maxLength: 30 }),
      fc.tuple(aQuestion(), aQuestion()),
    );
    fc.assert(
      fc.property(given, ([before, edits, [first, then]]) => {
        // What a table has taken over belongs to it.
        const [own, others] = [structuredClone(before), structuredClone(edits)];
        let asked = first;
        const ahead = aheadOf(before, edits, () => asked);
        asked = then;
        const ready = ahead.finish()!;
        ready.engine.ask(asked);
        finish(ready.engine.update());
        const plain = oneByOne([...own.map(put), ...others], asked);
        expect(shownOf(ready)).toEqual(shownOf(plain));
      }),
      { numRuns: runs(150, 2000) },
    );
  });
});
