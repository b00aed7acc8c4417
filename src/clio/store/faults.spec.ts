/**
 * The invariant: at whatever call of whatever operation the browser's database fails or the browser is killed, what was acknowledged
 * before is there, what was not is there as a whole or not at all, and the operation can be done again.
 */
import { mergeStep } from "./compaction.js";
import type { ClioDatabase } from "./database.js";
import { readTransaction } from "./database.js";
import { foldStep } from "./fold.js";
import { appendChanges } from "./journal.js";
import { maintain } from "./maintenance.js";
import { readManifest, runsOf } from "./manifest.js";
import { beginSync, noteDelivered, readWaiting } from "./outbox.js";
import { adoptSandbox, describeSandbox, findSandbox } from "./sandboxes.js";
import { sweepPages } from "./staging.js";
import { stillRunning } from "./testing/counts.js";
import type { FaultKind } from "./testing/faults.js";
import { Fault } from "./testing/faults.js";
import { change, cleanUp, connect, DEMO, marks } from "./testing/marks.js";

afterEach(cleanUp);

/** Milliseconds; an operation has up to a hundred calls, and each is a database of its own. */
const EXHAUSTIVE_TIMEOUT = 120_000;

const OTHER = { ...DEMO, dataset: "other" };
const { user } = DEMO;
const ALL = { changes: 1e9, edits: 1e9 };

async function home(db: ClioDatabase) {
  return (await findSandbox(db, DEMO))!;
}

interface Operation {
  name: string;
  run: (db: ClioDatabase) => Promise<unknown>;
  /** What the sandbox holds once it is done; before, it holds "1.1 3.0 4.0". */
  after: string;
  /** What is to be delivered then, which is otherwise what it was before. */
  waiting?: string;
}

const BEFORE = "1.1 3.0 4.0";
const WAITING = "+4, +8";

const OPERATIONS: Operation[] = [
  {
    name: "appending two changes",
    run: (db) => appendChanges(db, [change("+5 +6"), change("-1")]),
    after: "3.0 4.0 5.0 6.0",
    waiting: "+4, +8, +5 +6, -1",
  },
  {
    name: "receiving what the server tells",
    run: (db) =>
      appendChanges(db, [{ received: change("+9 -1"), revision: 5 }]),
    after: "3.0 4.0 9.0",
  },
  {
    name: "noting what was delivered",
    run: async (db) => {
      const { changes } = await readWaiting(db, user, ALL);
      await noteDelivered(db, user, changes, []);
    },
    after: BEFORE,
    waiting: "",
  },
  {
    name: "folding",
    run: async (db) => foldStep(db, await home(db)),
    after: BEFORE,
  },
  {
    name: "merging",
    run: async (db) => {
      const { sid } = await home(db);
      const { pages } = await readManifest(
        readTransaction(db, ["manifests"]),
        sid,
      );
      return mergeStep(db, await home(db), runsOf(pages));
    },
    after: BEFORE,
  },
  {
    name: "maintenance",
    run: (db) => maintain(db, DEMO),
    after: BEFORE,
  },
  {
    name: "describing",
    run: (db) => describeSandbox(db, DEMO, { title: "Demo" }, 0),
    after: BEFORE,
  },
  {
    name: "adopting",
    run: (db) =>
      adoptSandbox(db, OTHER, DEMO, { id: crypto.randomUUID(), at: 0 }),
    after: "1.1 3.0 4.0 7.0 8.0",
    // What was adopted is delivered as it is, and not by its changes.
    waiting: "+4",
  },
];

const FAULTS: Record<FaultKind, string> = {
  throw: "fails",
  full: "is on a full disk",
  abort: "is aborted",
  crash: "is the last one before a crash",
};

/** Runs, a journal, deletions and a second sandbox, so that every operation has all of its work to do. */
async function prepare(): Promise<ClioDatabase> {
  const db = await connect();
  for (const script of ["+1 +2", "+1.1 +3", "-2"]) {
    await appendChanges(db, [change(script)]);
    await foldStep(db, await home(db));
  }
  await appendChanges(db, [change("+7", OTHER)]);
  await maintain(db, OTHER);
  await beginSync(db, user);
  await appendChanges(db, [change("+4"), change("+8", OTHER)]);
  return db;
}

/** What is to be delivered, by its labels. */
async function waiting(db: ClioDatabase): Promise<string> {
  const { changes } = await readWaiting(db, user, ALL);
  return changes.map((row) => row.change.label).join(", ");
}

describe("Whatever call fails", () => {
  for (const { name, run, after, waiting: left = WAITING } of OPERATIONS) {
    for (const kind of Object.keys(FAULTS) as FaultKind[]) {
      it(
        `nothing is lost or torn by ${name} when its n-th call ${FAULTS[kind]}, for every n`,
        async () => {
          let at = 0;
          for (let hit = true; hit;) {
            at += 1;
            stillRunning();
            const first = await prepare();
            const fault = new Fault(kind, at);
            const failure = await run(first).then(
              () => undefined,
              (error: unknown) => error,
            );
            fault.heal();
            hit = fault.hit;
            first.close();

            const db = await connect(first.name);
            // Of both, or of neither: a change and its place in the outbox come and go together.
            const held = [await marks(db), await waiting(db)];
            const done = [after, left];
            if (failure === undefined) expect(held).toEqual(done);
            else expect([[BEFORE, WAITING], done]).toContain(held);
            await run(db);
            expect(await marks(db)).toBe(after);
            const waits = await waiting(db);
            await maintain(db, DEMO);
            expect(await waiting(db)).toBe(waits);
            expect(await sweepPages(db)).toBe(0);
            expect(await marks(db)).toBe(after);
          }
          // An operation that was never hit would prove nothing.
          expect(at).toBeGreaterThan(2);
        },
        EXHAUSTIVE_TIMEOUT,
      );
    }
  }
});
