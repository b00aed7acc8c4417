/** What the stories of the table and of reviewing do on a page: they put many marks there at once, and read rows as a person does. */
import type { Page } from "playwright-core";
import type { Voxel } from "../../../../config/stories/harness.js";
import type { AnnotationRecord, PointRecord } from "../../model/annotation.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import { marksPanel, type PageWithMarks, statusReads } from "./marks_page.js";

const TYPES = ["vesicle", "synapse", "ribosome", "question"];
const TAGS = ["soma", "dark", "glia", "review"];

/** So many points of the demo volume, named `mark 1` and on, the first one the newest; made from their number alone. */
export function manyMarks(count: number): AnnotationRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `00000000-0000-4000-8000-${String(i + 1).padStart(12, "0")}`,
    kind: "point",
    position: [60 + ((i * 7) % 130), 60 + ((i * 13) % 130), 20 + (i % 80)],
    description: `mark ${i + 1}`,
    type: TYPES[i % TYPES.length],
    tags: i % 3 === 0 ? [] : [TAGS[i % TAGS.length]],
    checked: i % 5 === 4,
    user: LOCAL_USER,
    created: 1_700_000_000_000 - i * 60_000,
    modified: 1_700_000_000_000,
  }));
}

/** A point of the demo volume with such a number, which makes its id. */
export function pointMark(
  number: number,
  [x, y, z]: Voxel,
  rest: Partial<PointRecord> = {},
): PointRecord {
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    kind: "point",
    position: [x, y, z],
    description: `mark ${number}`,
    tags: [],
    checked: false,
    user: LOCAL_USER,
    created: 1_700_000_000_000 - number * 60_000,
    modified: 1_700_000_000_000,
    ...rest,
  };
}

/** Puts marks into the demo dataset's sandbox in one change, and waits until the disk has them. */
export async function putMarks(
  page: Page,
  records: readonly AnnotationRecord[],
): Promise<void> {
  await page.evaluate(
    async ({ records, user }) => {
      const { clio } = window as unknown as PageWithMarks;
      await clio.store.apply({
        id: crypto.randomUUID(),
        user,
        dataset: "demo",
        at: Date.now(),
        label: "Put marks",
        edits: records.map((record) => ({ op: "put" as const, record })),
      });
    },
    { records, user: LOCAL_USER },
  );
}

/** Opens the panel by its key, and waits until the rows of so many marks are there: a key that comes before has nothing to act on. */
export async function openTable(page: Page, count: number): Promise<void> {
  await page.keyboard.press("i");
  await statusReads(page, new RegExp(`^${count} marks? `));
  await marksTable(page)
    .locator(".clio-table-row:not(.clio-table-waiting)")
    .first()
    .waitFor();
}

/** The table of the panel. */
export function marksTable(page: Page) {
  return marksPanel(page).getByRole("grid", { name: "Marks" });
}

/** The selected row as it reads, without what it is drawn with; empty where none is. */
export async function selectedRow(page: Page): Promise<string> {
  const row = marksTable(page).locator('[aria-current="true"]');
  return (await row.count()) === 0
    ? ""
    : (await row.innerText()).replace(/\s+/g, " ").trim();
}

/** What a column reads in the rows in view, from top to bottom. */
export async function columnReads(
  page: Page,
  title: string,
): Promise<string[]> {
  return marksTable(page).evaluate((grid, title) => {
    const heads = [...grid.querySelectorAll('[role="columnheader"]')];
    const column = heads.findIndex(
      (head) =>
        head.textContent === title ||
        head.querySelector("button")?.ariaLabel === title,
    );
    return [...grid.querySelectorAll<HTMLElement>(".clio-table-row")]
      .map((row) => ({
        top: row.getBoundingClientRect().top,
        text: (row.children[column] as HTMLElement).innerText,
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text);
  }, title);
}
