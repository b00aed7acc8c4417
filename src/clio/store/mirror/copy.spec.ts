/**
 * The invariant: at whatever call copying fails or the browser is killed, the copy either does not count as complete or is in a
 * state in which the original once was; and copying again makes it what the original is.
 */
import type { ClioDatabase } from "../database.js";
import { DATABASE_VERSION, newLineage } from "../database.js";
import { foldStep } from "../fold.js";
import { appendChanges } from "../journal.js";
import { maintain } from "../maintenance.js";
import { adoptSandbox, findSandbox } from "../sandboxes.js";
import { runs, stillRunning } from "../testing/counts.js";
import type { FaultKind } from "../testing/faults.js";
import { Fault } from "../testing/faults.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  freshName,
  marks,
} from "../testing/marks.js";
import { MemoryDisk } from "../testing/memory_file.js";
import { makeEqual } from "./copy.js";
import { FileRows } from "./file_rows.js";
import { ALL_STORES, DatabaseRows, type Rows } from "./rows.js";

afterEach(cleanUp);

/** Milliseconds; copying has some hundred calls, and each is a database of its own. */
const EXHAUSTIVE_TIMEOUT = 240_000;

const OTHER = { ...DEMO, dataset: "other" };

async function held(db: ClioDatabase): Promise<string> {
  return `${await marks(db)} | ${await marks(db, OTHER)}`;
}

async function fold(db: ClioDatabase): Promise<void> {
  await foldStep(db, (await findSandbox(db, DEMO))!);
}

/** A complete database with pages and a journal of two sandboxes. */
async function makeOriginal(): Promise<ClioDatabase> {
  const db = await connect();
  await db.put("meta", newLineage());
  for (const script of ["+1 +2", "-2"]) {
    await appendChanges(db, [change(script)]);
    await fold(db);
  }
  await appendChanges(db, [change("+7", OTHER), change("+3")]);
  return db;
}

/** Changes what a copy may have: rows are added, moved to another sandbox, folded away, and pages replaced. */
async function goOn(db: ClioDatabase): Promise<void> {
  await appendChanges(db, [change("+8", OTHER), change("+1.1")]);
  await adoptSandbox(db, OTHER, DEMO, { id: crypto.randomUUID(), at: 0 });
  await appendChanges(db, [change("+4 -3"), change("+9", OTHER)]);
  await fold(db);
  await appendChanges(db, [change("+5")]);
  await maintain(db, DEMO);
  await appendChanges(db, [change("+6")]);
}

/** Somewhere to copy to, as whoever comes after a crash finds it. */
interface Target {
  rows: Rows;
  /** After a crash: what is left, in new hands. */
  reopened(): Promise<Target>;
}

async function databaseTarget(name?: string): Promise<Target> {
  const db = await connect(name);
  return {
    rows: new DatabaseRows(db),
    reopened() {
      db.close();
      return databaseTarget(db.name);
    },
  };
}

function filesOn(disk: MemoryDisk): FileRows {
  return new FileRows(freshName(), DATABASE_VERSION, disk);
}

function fileTarget(disk: MemoryDisk): Target {
  return {
    rows: filesOn(disk),
    reopened() {
      disk.revive();
      return Promise.resolve(fileTarget(disk));
    },
  };
}

async function isComplete(rows: Rows): Promise<boolean> {
  return (
    (await rows.read((view) => view.get("meta", "complete"))) !== undefined
  );
}

/** What a complete copy holds. */
async function heldBy(rows: Rows): Promise<string> {
  const db = await connect();
  await makeEqual(rows, new DatabaseRows(db));
  const names = await held(db);
  db.close();
  return names;
}

interface Situation {
  name: string;
  makeTarget: () => Promise<Target>;
  /** Whether the copy was equal to the original before that went on. */
  behind: boolean;
}

const makeFileTarget = () => Promise.resolve(fileTarget(new MemoryDisk()));

const SITUATIONS: Situation[] = [
  {
    name: "restoring a database",
    makeTarget: () => databaseTarget(),
    behind: false,
  },
  {
    name: "making a second copy",
    makeTarget: makeFileTarget,
    behind: false,
  },
  {
    name: "bringing a second copy up",
    makeTarget: makeFileTarget,
    behind: true,
  },
];

const FAULTS: Record<FaultKind, string> = {
  crash: "is the last one before a crash",
  throw: "fails",
  full: "is on a full disk",
  abort: "is aborted",
};

/** A crash hits the most; the other faults are for the nights. */
const KINDS = (Object.keys(FAULTS) as FaultKind[]).slice(0, runs(1, 4));

/** An original that has gone on, and what it was and is. */
async function makeSituation() {
  const db = await makeOriginal();
  const old = filesOn(new MemoryDisk());
  await makeEqual(new DatabaseRows(db), old);
  const before = await held(db);
  await goOn(db);
  return { db, old, before, after: await held(db) };
}

/** Expects that `target` is as it may be after a crash, and that copying again makes it equal. */
async function expectSound(
  target: Target,
  from: Rows,
  { before, after, behind }: { before: string; after: string; behind: boolean },
): Promise<void> {
  const { rows } = await target.reopened();
  if (behind) expect([before, after]).toContain(await heldBy(rows));
  else if (await isComplete(rows)) expect(await heldBy(rows)).toBe(after);
  await makeEqual(from, rows);
  expect(await isComplete(rows)).toBeTrue();
  expect(await heldBy(rows)).toBe(after);
}

describe("A copy", () => {
  for (const { name, makeTarget, behind } of SITUATIONS) {
    for (const kind of KINDS) {
      it(
        `is whole or not taken for one after ${name} when the n-th call of the database ${FAULTS[kind]}, for every n`,
        async () => {
          spyOn(console, "warn");
          const { db, old, before, after } = await makeSituation();
          const files = filesOn(new MemoryDisk());
          await makeEqual(new DatabaseRows(db), files);
          let at = 0;
          for (let hit = true; hit;) {
            at += 1;
            stillRunning();
            const target = await makeTarget();
            const toDatabase = target.rows instanceof DatabaseRows;
            const from = toDatabase ? files : new DatabaseRows(db);
            if (behind) await makeEqual(old, target.rows);
            const fault = new Fault(kind, at);
            await makeEqual(from, target.rows).catch(() => undefined);
            fault.heal();
            hit = fault.hit;
            await expectSound(target, from, { before, after, behind });
          }
          // A copy that was never hit would prove nothing.
          expect(at).toBeGreaterThan(10);
        },
        EXHAUSTIVE_TIMEOUT,
      );
    }
  }

  for (const behind of [false, true]) {
    it(
      `in files is whole or not taken for one when it is killed in the n-th write, for every n, ${behind ? "after it was equal" : "from the start"}`,
      async () => {
        const { db, old, before, after } = await makeSituation();
        const from = new DatabaseRows(db);
        let writes = 0;
        for (let hit = true; hit; writes += 1) {
          stillRunning();
          const disk = new MemoryDisk();
          const target = fileTarget(disk);
          if (behind) await makeEqual(old, target.rows);
          disk.killAfterWrites = writes;
          await makeEqual(from, target.rows).catch(() => undefined);
          hit = disk.isDead;
          await expectSound(target, from, { before, after, behind });
        }
        expect(writes).toBeGreaterThan(2);
      },
      EXHAUSTIVE_TIMEOUT,
    );
  }

  it("has every row of the original, and none besides, when it has come through files", async () => {
    const from = await makeOriginal();
    const files = filesOn(new MemoryDisk());
    await makeEqual(new DatabaseRows(from), files);
    await goOn(from);
    await makeEqual(new DatabaseRows(from), files);
    const to = await connect();
    await makeEqual(files, new DatabaseRows(to));
    for (const store of ALL_STORES) {
      expect(await to.getAllKeys(store)).toEqual(await from.getAllKeys(store));
      expect((await to.getAll(store)).map(definedFields)).toEqual(
        (await from.getAll(store)).map(definedFields),
      );
    }
  });

  it("is not kept from its end by a page that cannot be read, and lacks that alone", async () => {
    const from = await makeOriginal();
    const [page] = await from.getAllKeys("pages");
    await from.delete("pages", page);
    const files = filesOn(new MemoryDisk());
    await makeEqual(new DatabaseRows(from), files);
    const to = await connect();
    await makeEqual(files, new DatabaseRows(to));
    expect(await to.getAllKeys("pages")).toEqual(
      await from.getAllKeys("pages"),
    );
    expect(await to.getAll("manifests")).toEqual(
      await from.getAll("manifests"),
    );
  });

  it("lacks a page alone whose bytes in the files are not what was written", async () => {
    const warn = spyOn(console, "warn");
    const from = await makeOriginal();
    const disk = new MemoryDisk();
    await makeEqual(new DatabaseRows(from), filesOn(disk));
    const [page] = await from.getAll("pages");
    const { bytes } = disk.files[0];
    bytes[placeOf(page.bytes, bytes)] ^= 1;
    const to = await connect();
    await makeEqual(filesOn(disk), new DatabaseRows(to));
    expect(await to.count("pages")).toBe((await from.count("pages")) - 1);
    expect(await to.getAll("journal")).toEqual(await from.getAll("journal"));
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("leaves what was appended to both while it was made", async () => {
    const from = await makeOriginal();
    const files = filesOn(new MemoryDisk());
    await makeEqual(new DatabaseRows(from), files);
    await fold(from);
    let late: Promise<unknown> | undefined;
    await makeEqual(new DatabaseRows(from), {
      read: (work) => files.read(work),
      async write(work) {
        // After the last look at the original, and before the copy is written.
        late ??= appendToBoth(from, files);
        await late;
        return files.write(work);
      },
    });
    expect(late).toBeDefined();
    expect(await heldBy(files)).toBe(await held(from));
  });
});

/** Fields that are undefined are left out in files: nothing tells them from those that are not there. */
function definedFields(row: object): object {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  );
}

/** Where `part` stands in `whole`. */
function placeOf(part: Uint8Array, whole: Uint8Array): number {
  const at = whole.findIndex((_, i) =>
    part.every((byte, j) => whole[i + j] === byte),
  );
  expect(at).toBeGreaterThan(0);
  return at;
}

async function appendToBoth(from: ClioDatabase, to: Rows) {
  const changes = [change("+10"), change("+11", OTHER)];
  const { sandboxes, journal } = await appendChanges(from, changes);
  await to.write(async (edits) => {
    for (const row of sandboxes) await edits.put("sandboxes", row);
    for (const row of journal) await edits.put("journal", row);
  });
}
