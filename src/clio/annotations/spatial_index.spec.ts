import fc from "fast-check";
import { SpatialGrid } from "./spatial_grid.js";
import { type Located, SpatialIndex } from "./spatial_index.js";

const CAPACITY = 3;
const bounds = { lower: [0, 0, 0], upper: [300, 130, 70] };

function makeIndex() {
  return new SpatialIndex<Located>(
    new SpatialGrid(bounds, [8, 8, 30]),
    CAPACITY,
  );
}

/** Every cell that draws a mark, as text, in a fixed order. */
function contents(index: SpatialIndex<Located>): string[] {
  const { levels } = index.grid;
  const lines: string[] = [];
  levels.forEach(({ shape }, level) => {
    for (let cell = 0; cell < shape[0] * shape[1] * shape[2]; ++cell) {
      const ids = index.drawn({ level, cell }).map((record) => record.id);
      if (ids.length > 0) lines.push(`${level}/${cell}: ${ids.join(" ")}`);
    }
  });
  return lines;
}

const id = fc
  .integer({ min: 0, max: 40 })
  .chain((n) =>
    fc.constant(
      `00000000-0000-4000-8000-0000${((n * 2654435761) >>> 0).toString(16).padStart(8, "0")}`,
    ),
  );
const position = fc.tuple(
  fc.integer({ min: -20, max: 320 }),
  fc.integer({ min: -20, max: 150 }),
  fc.integer({ min: -20, max: 90 }),
);
/** Half the edges of a mark: mostly none, often small, sometimes larger than the volume. */
const reach = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 400 }) },
);
const located: fc.Arbitrary<Located> = fc
  .record({ id, position, reach: fc.tuple(reach, reach, reach) })
  .map(({ id, position, reach }) => ({
    id,
    position,
    extent: reach.every((r) => r === 0)
      ? undefined
      : {
          lower: position.map((x, i) => x - reach[i]),
          upper: position.map((x, i) => x + reach[i] + 1),
        },
  }));
interface Edit {
  id: string;
  mark?: Located;
}
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: located.map((mark) => ({ id: mark.id, mark })) },
  { weight: 1, arbitrary: fc.record({ id }) },
);

function applyTo(index: SpatialIndex<Located>, { id, mark }: Edit) {
  return mark === undefined ? index.delete(id) : index.put(mark);
}

/** Whether a mark reaches into a cell: marks outside of the volume reach into the nearest cells. */
function reachesInto(
  { grid }: SpatialIndex<Located>,
  mark: Located,
  level: number,
  cell: number,
): boolean {
  const { cellSize, shape } = grid.levels[level];
  const at = grid.gridPosition(level, cell);
  const { lower, upper } = mark.extent ?? {
    lower: mark.position,
    upper: mark.position.map((x) => x + 1),
  };
  return cellSize.every((size, i) => {
    const first = at[i] === 0 ? -Infinity : at[i] * size;
    const end = at[i] === shape[i] - 1 ? Infinity : (at[i] + 1) * size;
    return upper[i] > first && lower[i] < end;
  });
}

const marks = fc.uniqueArray(located, {
  selector: (record) => record.id,
  maxLength: 41,
});

function forEachCell(
  { grid }: SpatialIndex<Located>,
  visit: (level: number, cell: number) => void,
): void {
  grid.levels.forEach(({ shape }, level) => {
    for (let cell = 0; cell < shape[0] * shape[1] * shape[2]; ++cell) {
      visit(level, cell);
    }
  });
}

describe("The spatial index", () => {
  it("holds the same after any edits as when it is built at once from what is left", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 120 }), (edits: Edit[]) => {
        const edited = makeIndex();
        const left = new Map<string, Located>();
        for (const one of edits) {
          applyTo(edited, one);
          if (one.mark === undefined) left.delete(one.id);
          else left.set(one.id, one.mark);
        }
        const built = makeIndex();
        built.load(left.values());
        expect(contents(edited)).toEqual(contents(built));
        expect(edited.size).toBe(left.size);
      }),
    );
  });

  it("names every cell that an edit changes", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 60 }), (edits: Edit[]) => {
        const index = makeIndex();
        for (const one of edits) {
          const before = contents(index);
          const changed = applyTo(index, one).map(
            ({ level, cell }) => `${level}/${cell}:`,
          );
          const after = contents(index);
          const differing = [
            ...before.filter((line) => !after.includes(line)),
            ...after.filter((line) => !before.includes(line)),
          ];
          for (const line of differing) {
            expect(changed).toContain(line.slice(0, line.indexOf(":") + 1));
          }
        }
      }),
    );
  });

  it("keeps every mark exactly once, and over its capacity only what is too large for smaller cells", () => {
    fc.assert(
      fc.property(marks, (records) => {
        const index = makeIndex();
        index.load(records);
        const { grid } = index;
        const seen: string[] = [];
        const tooLarge = ({ extent }: Located, level: number) =>
          level === grid.levels.length - 1 ||
          (extent !== undefined && grid.levelFor(extent) === level);
        forEachCell(index, (level, cell) => {
          const members = index.cell({ level, cell });
          for (const member of members.slice(CAPACITY)) {
            expect(tooLarge(member, level)).toBeTrue();
          }
          for (const member of members) {
            expect(grid.cellOf(level, member.position)).toBe(cell);
            seen.push(member.id);
          }
        });
        expect(seen.sort()).toEqual(records.map((r) => r.id).sort());
      }),
    );
  });

  it("draws a mark in every cell of its level that it reaches into, in eight at most, and in no other", () => {
    fc.assert(
      fc.property(marks, (records) => {
        const index = makeIndex();
        index.load(records);
        const levelOf = new Map<string, number>();
        forEachCell(index, (level, cell) => {
          for (const { id } of index.cell({ level, cell })) {
            levelOf.set(id, level);
          }
        });
        const cells = new Map<string, number>();
        const wrong: string[] = [];
        forEachCell(index, (level, cell) => {
          const drawn = new Set(index.drawn({ level, cell }));
          for (const record of records) {
            const wanted =
              levelOf.get(record.id) === level &&
              reachesInto(index, record, level, cell);
            if (drawn.has(record) !== wanted) {
              wrong.push(`${record.id} in ${level}/${cell}`);
            }
            if (wanted) cells.set(record.id, 1 + (cells.get(record.id) ?? 0));
          }
        });
        expect(wrong).toEqual([]);
        expect(Math.max(0, ...cells.values())).toBeLessThanOrEqual(8);
      }),
    );
  });
});

describe("The spatial grid", () => {
  it("nests every cell in one cell of the level above", () => {
    const grid = new SpatialGrid(bounds, [8, 8, 30]);
    for (let level = 0; level + 1 < grid.levels.length; ++level) {
      const { shape } = grid.levels[level];
      const children: number[] = [];
      for (let cell = 0; cell < shape[0] * shape[1] * shape[2]; ++cell) {
        children.push(...grid.children(level, cell));
      }
      const inner = grid.levels[level + 1].shape;
      expect(children.sort((a, b) => a - b)).toEqual(
        Array.from({ length: inner[0] * inner[1] * inner[2] }, (_, i) => i),
      );
    }
  });

  it("begins with one cell and halves the longest edges first", () => {
    const grid = new SpatialGrid(
      { lower: [0, 0, 0], upper: [1024, 1024, 64] },
      [8, 8, 8],
    );
    expect(grid.levels[0].shape).toEqual([1, 1, 1]);
    expect(grid.levels[1].cellSize).toEqual([512, 512, 64]);
    expect(grid.levels.at(-1)!.cellSize).toEqual([16, 16, 16]);
  });
});
