import type { ExportedSandbox } from "./export.js";
import { appendChanges } from "./journal.js";
import { maintain } from "./maintenance.js";
import { readManifest } from "./manifest.js";
import type { Row } from "./pages.js";
import { rowId } from "./pages.js";
import { pagesDamaged } from "./problems.js";
import { readRecord, readSandbox } from "./reader.js";
import { findSandbox } from "./sandboxes.js";
import { sweepPages } from "./staging.js";
import { Fault } from "./testing/faults.js";
import {
  change,
  cleanUp,
  DEMO,
  freshName,
  markId,
  marks,
} from "./testing/marks.js";
import { Tab } from "./testing/tabs.js";

afterEach(cleanUp);

/** A tab with three pages, of the marks 1 and 2, 3 and 4, 5 and 6, and a journal with mark 7. */
async function threePages() {
  const tab = new Tab({ name: freshName() });
  await tab.reach("ready");
  const { db } = tab;
  const pages: string[] = [];
  for (const script of ["+1 +2", "+3.5 +4.9", "+5 +6"]) {
    await appendChanges(db, [change(script)]);
    await maintain(db, DEMO);
    const { sid } = (await findSandbox(db, DEMO))!;
    const manifest = await readManifest(db.transaction(["manifests"]), sid);
    pages.push(manifest.pages[manifest.pages.length - 1].page);
  }
  await appendChanges(db, [change("+7")]);
  return { tab, db, pages };
}

async function damage(
  { db, pages }: Awaited<ReturnType<typeof threePages>>,
  index: number,
): Promise<void> {
  const row = (await db.get("pages", pages[index]))!;
  const bytes = row.bytes.slice();
  const text = new TextDecoder("latin1").decode(bytes);
  // Within the first mark's own line, so that the second can still be read.
  bytes[text.indexOf('"kind"')] = 0;
  await db.put("pages", { ...row, bytes });
}

describe("A damaged page", () => {
  it("is set aside, and the rest is read", async () => {
    const here = await threePages();
    await damage(here, 1);
    expect(await marks(here.db)).toBe("1.0 2.0 5.0 6.0 7.0");
    expect(await here.db.count("quarantine")).toBe(1);
  });

  it("is reported by the read that finds it, and in words until it is dealt with", async () => {
    const here = await threePages();
    await damage(here, 1);
    const { damaged } = await readSandbox(here.db, DEMO, () => undefined);
    expect(damaged.map(({ reason }) => reason)).toEqual([
      jasmine.stringMatching(/checksum/),
    ]);
    expect((await readSandbox(here.db, DEMO, () => undefined)).damaged).toEqual(
      [],
    );
    const { store } = here.tab;
    await store.checkDamage(DEMO);
    const [problem] = store.problems.value;
    expect(problem.code).toBe("pages-damaged");
    expect(problem.happened).toContain(
      "Up to 2 marks, last changed between 2023-11-14 and 2023-11-14,",
    );
    expect((await store.list())[0].quarantined).toBe(1);
  });

  it("is set aside too where it is missing altogether", async () => {
    const here = await threePages();
    await here.db.delete("pages", here.pages[0]);
    const { damaged } = await readSandbox(here.db, DEMO, () => undefined);
    expect(damaged.map(({ reason }) => reason)).toEqual(["it is missing"]);
    expect(await marks(here.db)).toBe("3.5 4.9 5.0 6.0 7.0");
  });

  it("is kept as it was found, and what is left of it is exported", async () => {
    const here = await threePages();
    await damage(here, 1);
    await marks(here.db);
    expect(await sweepPages(here.db)).toBe(0);
    const file = await here.tab.store.export(DEMO);
    const { records, quarantined } = JSON.parse(
      await file.text(),
    ) as ExportedSandbox;
    expect(records.length).toBe(5);
    const [[row]] = quarantined.map(({ rows }) => rows as Row[]);
    expect([markId(3), markId(4)]).toContain(rowId(row));
    expect(quarantined.flatMap(({ rows }) => rows).length).toBe(1);
  });

  it("that is found while merging stops the merge and not the sandbox", async () => {
    const here = await threePages();
    await damage(here, 0);
    for (const script of ["+8", "+9", "+10"]) {
      await appendChanges(here.db, [change(script)]);
      await maintain(here.db, DEMO);
    }
    expect(await marks(here.db)).toBe("3.5 4.9 5.0 6.0 7.0 8.0 9.0 10.0");
    expect(await sweepPages(here.db)).toBe(0);
  });

  it("is put back when it can be read after all, and deletes nothing back to life", async () => {
    const here = await threePages();
    const { db, pages } = here;
    const sound = (await db.get("pages", pages[1]))!;
    await damage(here, 1);
    expect(await marks(db)).toBe("1.0 2.0 5.0 6.0 7.0");
    for (const script of ["-3", "-5", "+8"]) {
      await appendChanges(db, [change(script)]);
      await maintain(db, DEMO);
    }
    expect(await marks(db)).toBe("1.0 2.0 6.0 7.0 8.0");
    await db.put("pages", sound);
    await maintain(db, DEMO);
    expect(await marks(db)).toBe("1.0 2.0 4.9 6.0 7.0 8.0");
    expect(await db.count("quarantine")).toBe(0);
  });

  it("is not what a single failed read makes of a page", async () => {
    const here = await threePages();
    // The first four calls take the snapshot; the next ones read pages.
    const fault = new Fault("throw", 8);
    const { damaged } = await readSandbox(here.db, DEMO, () => undefined);
    fault.heal();
    expect(fault.hit).toBeTrue();
    expect(damaged).toEqual([]);
  });

  it("does not keep one record of another page from being found", async () => {
    const here = await threePages();
    await damage(here, 1);
    expect(await readRecord(here.db, DEMO, markId(3))).toBeUndefined();
    expect(await readRecord(here.db, DEMO, markId(5))).toBeDefined();
  });

  it("without a single date is described without dates", () => {
    const none = { minModified: Infinity, maxModified: 0, count: 3 };
    const problem = pagesDamaged([
      none as Parameters<typeof pagesDamaged>[0][0],
    ]);
    expect(problem.happened).toContain("Up to 3 marks cannot be read");
  });
});
