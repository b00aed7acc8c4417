import fc from "fast-check";
import { element } from "./element.js";
import { type Column, textCells } from "./virtual_columns.js";
import { VirtualViews } from "./virtual_views.js";

interface Fake {
  readonly id: number;
}

/** What is asked for in turn: rows by their ids, of which a window is in view, and some of those have not come yet. */
const shownRows = fc.array(
  fc.record({
    ids: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }),
    first: fc.nat(6),
    length: fc.nat(8),
    missing: fc.uniqueArray(fc.nat(12), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);

let layer: HTMLElement;
let views: VirtualViews<Fake>;
let made: number[];
let columns: readonly Column<Fake>[];

beforeEach(() => {
  made = [];
  const { cell, basis } = textCells<Fake>(({ id }) => `row ${id}`);
  columns = [
    {
      id: "name",
      title: "Name",
      width: 100,
      sortable: false,
      cell: (row) => {
        made.push(row.id);
        return cell(row);
      },
      basis,
    },
  ];
  layer = element("div", {}, element("div", { class: "details" }));
  views = new VirtualViews(layer, "fakes", ({ id }) => id);
});

function show(rows: readonly (Fake | undefined)[], first = 0): void {
  views.show(first, rows.length, (index) => rows[index], columns);
}

const texts = () => [...layer.children].map(({ textContent }) => textContent);

describe("The elements of the rows in view", () => {
  it("stand in the order of the rows, whatever comes, goes and moves, before what else there is; each row keeps its own", () => {
    fc.assert(
      fc.property(shownRows, (steps) => {
        let before = new Map<number, Element>();
        for (const { ids, first, length, missing } of steps) {
          const rows = ids.map((id) =>
            missing.includes(id) ? undefined : { id },
          );
          const end = Math.max(first, Math.min(rows.length, first + length));
          views.show(first, end, (index) => rows[index], columns);
          const shown = rows.slice(first, end);
          expect(texts()).toEqual([
            ...shown.map((row) => (row === undefined ? "" : `row ${row.id}`)),
            "",
          ]);
          expect(layer.lastElementChild!.className).toBe("details");
          expect([...layer.children].slice(0, -1).map(({ id }) => id)).toEqual(
            shown.map((_, i) => views.at(first + i)!.element.id),
          );
          const now = new Map<number, Element>();
          shown.forEach((row, i) => {
            if (row !== undefined) now.set(row.id, layer.children[i]);
          });
          for (const [id, view] of now) {
            expect(before.get(id) ?? view).toBe(view);
          }
          before = now;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are moved where a row comes before them, and only that of the new row is written", () => {
    show([{ id: 1 }, { id: 2 }, { id: 3 }]);
    made = [];
    show([{ id: 4 }, { id: 1 }, { id: 2 }, { id: 3 }]);
    expect(made).toEqual([4]);
    expect(texts()).toEqual(["row 4", "row 1", "row 2", "row 3", ""]);
    expect(layer.children[1].getAttribute("aria-rowindex")).toBe("3");
  });

  it("show rows as they are now, those too that were out of view when it changed", () => {
    let prefix = "old";
    columns = [
      { ...columns[0], ...textCells<Fake>(({ id }) => `${prefix} ${id}`) },
    ];
    const rows = [{ id: 1 }, { id: 2 }];
    show(rows);
    show([rows[0]]);
    prefix = "new";
    views.refresh();
    show(rows);
    expect(texts()).toEqual(["new 1", "new 2", ""]);
  });

  it("say which of them has a node in it", () => {
    show([{ id: 1 }, { id: 2 }]);
    const cell = layer.children[1].firstChild!;
    expect(views.holding(cell)?.row).toEqual({ id: 2 });
    expect(views.holding(layer)).toBeUndefined();
  });
});
