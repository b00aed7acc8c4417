/**
 * The invariant: at whatever call copying fails or the browser is killed, the copy either does not count as complete or is in a
 * state in which the original once was; and copying again makes it what the original is.
 */
import { makeEqual } from "./copy.js";
import type { ClioDatabase } from "./database.js";
import { newLineage, writeDurably, writeRelaxed } from "./database.js";
import { foldStep } from "./fold.js";
import { appendChanges } from "./journal.js";
import { maintain } from "./maintenance.js";
import { adoptSandbox, findSandbox } from "./sandboxes.js";
import { runs, stillRunning } from "./testing/counts.js";
import type { FaultKind } from "./testing/faults.js";
import { Fault } from "./testing/faults.js";
import { change, cleanUp, connect, DEMO, marks } from "./testing/marks.js";

afterEach(cleanUp);

/** Milliseconds; copying has some hundred calls, and each is a database of its own. */
const EXHAUSTIVE_TIMEOUT = 240_000;

const OTHER = { ...DEMO, dataset: "other" };

async function held(db: ClioDatabase): Promise<string> {
  return `${await marks(db)} | ${await marks(db, OTHER)}`;
}

async function isComplete(db: ClioDatabase): Promise<boolean> {
  return (await db.count("meta")) > 0;
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

interface Situation {
  name: string;
  write: typeof writeDurably;
  /** Whether the copy was equal to the original before that went on. */
  behind: boolean;
}

const SITUATIONS: Situation[] = [
  { name: "restoring a database", write: writeDurably, behind: false },
  { name: "making a second copy", write: writeRelaxed, behind: false },
  { name: "bringing a second copy up", write: writeRelaxed, behind: true },
];

const FAULTS: Record<FaultKind, string> = {
  crash: "is the last one before a crash",
  throw: "fails",
  full: "is on a full disk",
  abort: "is aborted",
};

/** A crash hits the most; the other faults are for the nights. */
const KINDS = (Object.keys(FAULTS) as FaultKind[]).slice(0, runs(1, 4));

describe("A copy", () => {
  for (const { name, write, behind } of SITUATIONS) {
    for (const kind of KINDS) {
      it(
        `is whole or not taken for one after ${name} when the n-th call ${FAULTS[kind]}, for every n`,
        async () => {
          spyOn(console, "warn");
          const from = await makeOriginal();
          const old = await connect();
          await makeEqual(from, old, writeRelaxed);
          const before = await held(old);
          await goOn(from);
          const after = await held(from);
          let at = 0;
          for (let hit = true; hit;) {
            at += 1;
            stillRunning();
            const to = await connect();
            if (behind) await makeEqual(old, to, writeRelaxed);
            const fault = new Fault(kind, at);
            await makeEqual(from, to, write).catch(() => undefined);
            fault.heal();
            hit = fault.hit;
            to.close();

            const copy = await connect(to.name);
            if (behind) expect([before, after]).toContain(await held(copy));
            else if (await isComplete(copy)) {
              expect(await held(copy)).toBe(after);
            }
            await makeEqual(from, copy, write);
            expect(await isComplete(copy)).toBeTrue();
            expect(await held(copy)).toBe(after);
            copy.close();
          }
          // A copy that was never hit would prove nothing.
          expect(at).toBeGreaterThan(10);
        },
        EXHAUSTIVE_TIMEOUT,
      );
    }
  }

  it("has every row of the original, and none besides", async () => {
    const from = await makeOriginal();
    const to = await connect();
    await makeEqual(from, to, writeDurably);
    await goOn(from);
    await makeEqual(from, to, writeRelaxed);
    for (const store of Array.from(from.objectStoreNames)) {
      expect(await to.getAllKeys(store)).toEqual(await from.getAllKeys(store));
      expect(await to.getAll(store)).toEqual(await from.getAll(store));
    }
  });

  it("is not kept from its end by a page that cannot be read, and lacks that alone", async () => {
    const from = await makeOriginal();
    const [page] = await from.getAllKeys("pages");
    await from.delete("pages", page);
    const to = await connect();
    await makeEqual(from, to, writeRelaxed);
    expect(await to.getAllKeys("pages")).toEqual(
      await from.getAllKeys("pages"),
    );
    expect(await to.getAll("manifests")).toEqual(
      await from.getAll("manifests"),
    );
  });

  it("leaves what was appended to both while it was made", async () => {
    const from = await makeOriginal();
    const to = await connect();
    await makeEqual(from, to, writeRelaxed);
    await fold(from);
    let late: Promise<unknown> | undefined;
    await makeEqual(from, to, async (db, stores, work) => {
      // After the last look at the original, and before the copy is written.
      late ??= appendToBoth(from, to);
      await late;
      return writeRelaxed(db, stores, work);
    });
    expect(late).toBeDefined();
    expect(await held(to)).toBe(await held(from));
    expect(await marks(to, { ...DEMO, dataset: "third" })).toBe("11.0");
  });
});

async function appendToBoth(from: ClioDatabase, to: ClioDatabase) {
  const changes = [change("+10"), change("+11", { ...DEMO, dataset: "third" })];
  const { sandboxes, journal } = await appendChanges(from, changes);
  await writeRelaxed(to, ["sandboxes", "journal"], async (tx) => {
    for (const row of sandboxes) await tx.objectStore("sandboxes").put(row);
    for (const row of journal) await tx.objectStore("journal").put(row);
  });
}
