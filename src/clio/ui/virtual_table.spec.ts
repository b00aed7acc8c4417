import axe from "axe-core";
import { element } from "./element.js";
import type { Column } from "./virtual_columns.js";
import {
  ROW_HEIGHT,
  type TableOptions,
  VirtualTable,
} from "./virtual_table.js";

interface Fake {
  readonly index: number;
}

const columns: readonly Column<Fake>[] = [
  {
    id: "choose",
    title: "Chosen",
    width: 14,
    sortable: false,
    fixed: true,
    cell: () => [element("span", { "aria-hidden": "true" }, "□")],
    press: (row) => pressed.push(row.index),
  },
  {
    id: "name",
    title: "Name",
    width: 100,
    grows: true,
    sortable: true,
    cell: ({ index }) => [element("span", {}, `row ${index}`)],
  },
  {
    id: "double",
    title: "Double",
    width: 80,
    numeric: true,
    sortable: true,
    cell: ({ index }) => [String(index * 2)],
  },
];

const MILLION = 1_000_000;
let pressed: number[];
let said: string[];
let count: number;
let chosen: Set<number>;
let table: VirtualTable<Fake>;
let place: HTMLElement;

/** A few turns, in which rows come and sizes are seen. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; ++i) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

function press(key: string, target: Element = table.element): boolean {
  return target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
}

/** The texts of the names in view, from top to bottom. */
function names(): string[] {
  return [...table.element.querySelectorAll(".clio-table-row")]
    .map((row) => ({
      top: row.getBoundingClientRect().top,
      name: row.children[1].textContent,
    }))
    .sort((a, b) => a.top - b.top)
    .map(({ name }) => name);
}

/** The active row, as a screen reader is told. */
function activeElement(): HTMLElement | null {
  const id = table.element.getAttribute("aria-activedescendant");
  return id === null ? null : document.getElementById(id);
}

function header(title: string): HTMLElement {
  return [
    ...table.element.querySelectorAll<HTMLElement>(".clio-table-sort"),
  ].find(({ textContent }) => textContent === title)!;
}

beforeEach(async () => {
  pressed = [];
  said = [];
  chosen = new Set();
  count = MILLION;
  const options: TableOptions<Fake> = {
    label: "Fakes",
    columns,
    source: {
      get count() {
        return count;
      },
      rows: (from, to) =>
        Promise.resolve(
          Array.from({ length: Math.min(to, count) - from }, (_, i) => ({
            index: from + i,
          })),
        ),
    },
    isChosen: ({ index }) => chosen.has(index),
    activated: ({ index }) => said.push(`activated ${index}`),
    entered: ({ index }) => said.push(`entered ${index}`),
    sort: (column) => said.push(`sort ${column}`),
    resized: (widths) => said.push(`widths ${JSON.stringify(widths)}`),
    failed: fail,
  };
  table = new VirtualTable(options);
  place = element("div", { style: "width: 400px" }, table.element);
  table.element.style.height = `${24 + 10 * ROW_HEIGHT}px`;
  document.body.append(place);
  await settled();
});

afterEach(() => {
  table.dispose();
  place.remove();
});

describe("A virtual table of a million rows", () => {
  it("has the rows in view on the page and no others", () => {
    expect(names().length).toBeLessThanOrEqual(12);
    expect(names().slice(0, 2)).toEqual(["row 0", "row 1"]);
    expect(table.element.getAttribute("aria-rowcount")).toBe("1000001");
  });

  it("leaves a cell alone whose row has changed in nothing that the cell goes by", async () => {
    const fake = columns[1];
    table.showColumns([columns[0], { ...fake, basis: () => "" }, columns[2]]);
    await settled();
    const cells = [...table.element.querySelector(".clio-table-row")!.children];
    const [, kept, made] = cells.map(({ firstChild }) => firstChild);
    table.reload();
    await settled();
    expect(cells[1].firstChild).toBe(kept);
    expect(cells[2].firstChild).not.toBe(made);
    expect(cells[2].textContent).toBe("0");
  });

  it("goes by keys to the first, the last and the next rows, and says which is active", async () => {
    table.element.focus();
    press("ArrowDown");
    press("ArrowDown");
    await settled();
    expect(said).toEqual(["activated 0", "activated 1"]);
    expect(activeElement()?.getAttribute("aria-rowindex")).toBe("3");
    expect(activeElement()?.textContent).toContain("row 1");

    press("End");
    await settled();
    expect(said.at(-1)).toBe("activated 999999");
    expect(names().at(-1)).toBe("row 999999");
    expect(activeElement()?.getAttribute("aria-rowindex")).toBe("1000001");

    press("PageUp");
    await settled();
    expect(said.at(-1)).toBe("activated 999990");
    press("Home");
    await settled();
    expect(said.at(-1)).toBe("activated 0");
    expect(names()[0]).toBe("row 0");
    expect(document.activeElement).toBe(table.element);
  });

  it("shows the rows where the thumb is dragged to", async () => {
    table.element.scrollTop = table.element.scrollHeight / 2;
    await settled();
    const middle = Number(names()[0].slice(4));
    expect(middle).toBeGreaterThan(MILLION / 2 - 100);
    expect(middle).toBeLessThan(MILLION / 2 + 100);
    table.element.scrollTop = table.element.scrollHeight;
    await settled();
    expect(names().at(-1)).toBe("row 999999");
  });

  it("keeps its keys from the viewer and leaves all others to it", () => {
    const heard: string[] = [];
    place.addEventListener("keydown", ({ key }) => heard.push(key));
    expect(press("ArrowDown")).toBeFalse();
    expect(press("k")).toBeTrue();
    expect(heard).toEqual(["k"]);
  });

  it("enters the active row by Enter and by a double click", async () => {
    press("ArrowDown");
    press("Enter");
    activeElement()!.children[1].dispatchEvent(
      new MouseEvent("dblclick", { bubbles: true }),
    );
    await settled();
    expect(said).toEqual(["activated 0", "entered 0", "entered 0"]);
  });

  it("leaves a press on a column that acts by itself to the column", () => {
    const row = table.element.querySelector<HTMLElement>(".clio-table-row")!;
    (row.children[0] as HTMLElement).click();
    expect(said).toEqual([]);
    expect(pressed.length).toBe(1);
  });

  it("has its rows read out from top to bottom, however it was scrolled", async () => {
    const readOut = () =>
      [...table.element.querySelectorAll(".clio-table-row")].map(
        (row) => row.children[1].textContent,
      );
    for (const rows of [0, 7, 3, 400, 395, 2]) {
      table.element.scrollTop = rows * ROW_HEIGHT;
      await settled();
      expect(readOut()).withContext(`${rows} rows down`).toEqual(names());
    }
  });

  it("shows the details below the active row, and keeps the focus in them while it is scrolled", async () => {
    table.activate(3);
    const field = element("input", { "aria-label": "Name" });
    table.showDetails(element("div", { style: "height: 90px" }, field));
    await settled();
    const row = activeElement()!.getBoundingClientRect();
    const details = table.element
      .querySelector(".clio-table-details")!
      .getBoundingClientRect();
    expect(details.top).toBeCloseTo(row.bottom, 0);
    const next = [...table.element.querySelectorAll(".clio-table-row")].find(
      (row) => row.getAttribute("aria-rowindex") === "6",
    )!;
    expect(next.getBoundingClientRect().top).toBeCloseTo(details.bottom, 0);

    field.focus();
    table.element.scrollTop = 100_000;
    await settled();
    expect(document.activeElement).toBe(field);
    table.element.scrollTop = 0;
    await settled();
    expect(activeElement()?.textContent).toContain("row 3");
  });

  it("keeps the focus in the details when rows go, until it is told where their row is now", async () => {
    count = 4;
    table.reload();
    table.activate(3);
    const field = element("input");
    table.showDetails(field);
    field.focus();
    count = 2;
    table.reload();
    await settled();
    expect(document.activeElement).toBe(field);
    table.activeMoved(1);
    await settled();
    expect(document.activeElement).toBe(field);
    expect(activeElement()?.textContent).toContain("row 1");
  });

  it("leaves the keys that are pressed in the details to them", () => {
    table.activate(3);
    const field = element("input");
    table.showDetails(field);
    press("ArrowDown", field);
    expect(table.active).toBe(3);
  });

  it("brings in the row that it is told is active, and says nothing of it", async () => {
    table.activate(765_432);
    await settled();
    expect(names()).toContain("row 765432");
    expect(said).toEqual([]);
  });

  it("stays where it is when rows are added, and ends where they end when they are gone", async () => {
    table.activate(500_000);
    await settled();
    const before = names();
    count = MILLION + 5;
    table.reload();
    await settled();
    expect(names()).toEqual(before);
    count = 4;
    table.reload();
    await settled();
    expect(names()).toEqual(["row 0", "row 1", "row 2", "row 3"]);
    expect(table.active).toBeUndefined();
  });

  it("says which rows are chosen", () => {
    chosen.add(1);
    table.choiceChanged();
    const states = [...table.element.querySelectorAll(".clio-table-row")]
      .filter((row) => row.getAttribute("aria-selected") === "true")
      .map((row) => row.children[1].textContent);
    expect(states).toEqual(["row 1"]);
  });
});

describe("The header of a virtual table", () => {
  it("sorts by the column that is pressed, and says by which it is sorted", () => {
    header("Double").click();
    expect(said).toEqual(["sort double"]);
    table.showSorting({ column: "double", descending: true });
    const sorts = [
      ...table.element.querySelectorAll('[role="columnheader"]'),
    ].map((cell) => cell.getAttribute("aria-sort"));
    expect(sorts).toEqual([null, "none", "descending"]);
  });

  it("is one stop of the Tab key, with arrows from column to column", () => {
    const stops = table.element.querySelectorAll("[tabindex='0']");
    expect(stops.length).toBe(1);
    header("Name").focus();
    press("ArrowRight", header("Name"));
    expect(document.activeElement).toBe(header("Double"));
    press("ArrowLeft", header("Double"));
    expect(document.activeElement).toBe(header("Name"));
  });

  it("makes a column wider by Shift and an arrow, and never narrower than can be seen", () => {
    const widen = (key: string) =>
      header("Double").dispatchEvent(
        new KeyboardEvent("keydown", { key, shiftKey: true, bubbles: true }),
      );
    header("Double").focus();
    widen("ArrowRight");
    expect(said).toEqual(['widths {"double":96}']);
    expect(table.element.style.getPropertyValue("--columns")).toBe(
      "14px minmax(100px, 1fr) 96px",
    );
    for (let i = 0; i < 10; ++i) widen("ArrowLeft");
    expect(said.at(-1)).toBe('widths {"double":32}');
  });

  it("keeps the focus on a column that moves", () => {
    header("Double").focus();
    table.showColumns([columns[0], columns[2], columns[1]]);
    expect(document.activeElement).toBe(header("Double"));
  });
});

describe("A virtual table, to a screen reader,", () => {
  it("is in order in the eyes of axe, with rows, with details and without rows", async () => {
    const found = async () =>
      (await axe.run(table.element)).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`,
      );
    expect(await found()).toEqual([]);
    table.activate(2);
    table.showDetails(element("input", { "aria-label": "Name" }));
    expect(await found()).toEqual([]);
    count = 0;
    table.reload();
    expect(await found()).toEqual([]);
  });
});
