import type { Edit } from "../model/change.js";
import type { ClioDatabase } from "./database.js";
import { HISTORY_STEPS } from "./history.js";
import { maintain } from "./maintenance.js";
import { readSandbox } from "./reader.js";
import { Store } from "./store.js";
import { stillRunning } from "./testing/counts.js";
import type { FaultKind } from "./testing/faults.js";
import { Fault } from "./testing/faults.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  edits,
  freshName,
  mark,
  markId,
  marks,
} from "./testing/marks.js";
import { closeTabs, Tab, until } from "./testing/tabs.js";

/** Milliseconds; one spec is a database for each call of an operation. */
const EXHAUSTIVE_TIMEOUT = 120_000;

const OTHER = { ...DEMO, dataset: "other" };

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

async function openTab(name = freshName()): Promise<Tab> {
  const tab = new Tab({ name });
  await tab.reach("ready");
  return tab;
}

/** Makes a step of the edits of `script`, which is also its label, that those of `back` take back. */
function step(store: Store, script: string, back: string, key = DEMO) {
  return store.apply(change(script, key), edits(back));
}

/** What undo and redo would do: "undo +1 | redo +2". */
async function next({ undoStack }: Store, key = DEMO): Promise<string> {
  const { undo, redo } = await undoStack.next(key);
  return `undo ${undo ?? "nothing"} | redo ${redo ?? "nothing"}`;
}

async function undo({ undoStack }: Store, key = DEMO) {
  return (await undoStack.undo(key))?.label;
}

async function redo({ undoStack }: Store, key = DEMO) {
  return (await undoStack.redo(key))?.label;
}

describe("The history of a sandbox", () => {
  it("takes back step by step, and does again what was taken back", async () => {
    const { store, db, heard } = await openTab();
    await step(store, "+1", "-1");
    await step(store, "+1.1 +2", "+1 -2");
    await step(store, "-1", "+1.1");
    expect(await marks(db)).toBe("2.0");
    expect(await next(store)).toBe("undo -1 | redo nothing");

    expect(await undo(store)).toBe("-1");
    expect(await marks(db)).toBe("1.1 2.0");
    expect(await undo(store)).toBe("+1.1 +2");
    expect(await marks(db)).toBe("1.0");
    expect(await next(store)).toBe("undo +1 | redo +1.1 +2");
    expect(await undo(store)).toBe("+1");
    expect(await marks(db)).toBe("");
    expect(await undo(store)).toBeUndefined();
    expect(await next(store)).toBe("undo nothing | redo +1");

    expect(await redo(store)).toBe("+1");
    expect(await redo(store)).toBe("+1.1 +2");
    expect(await redo(store)).toBe("-1");
    expect(await redo(store)).toBeUndefined();
    expect(await marks(db)).toBe("2.0");
    expect(heard.slice(3)).toEqual([
      "Undo -1",
      "Undo +1.1 +2",
      "Undo +1",
      "Redo +1",
      "Redo +1.1 +2",
      "Redo -1",
    ]);
  });

  it("says what a step was about", async () => {
    const { store } = await openTab();
    await step(store, "+1 -2", "-1 +2.3");
    expect(await store.undoStack.undo(DEMO)).toEqual({
      key: DEMO,
      label: "+1 -2",
      edits: edits("-1 +2.3"),
    });
    expect(await store.undoStack.redo(DEMO)).toEqual({
      key: DEMO,
      label: "+1 -2",
      edits: edits("+1 -2"),
    });
  });

  it("does nothing, and makes no sandbox, where nothing was done yet", async () => {
    const { store, heard } = await openTab();
    expect(await undo(store)).toBeUndefined();
    expect(await redo(store)).toBeUndefined();
    expect(await next(store)).toBe("undo nothing | redo nothing");
    expect(await store.list()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it("forgets what was taken back once something else is done", async () => {
    const { store, db } = await openTab();
    for (const n of [1, 2, 3]) await step(store, `+${n}`, `-${n}`);
    await undo(store);
    await undo(store);
    await step(store, "+4", "-4");
    expect(await next(store)).toBe("undo +4 | redo nothing");
    expect(await redo(store)).toBeUndefined();
    await undo(store);
    await undo(store);
    expect(await undo(store)).toBeUndefined();
    expect(await marks(db)).toBe("");
    expect(await db.count("history")).toBe(2);
  });

  it("leaves out what is no step, and that does not end what can be done again", async () => {
    const { store, db } = await openTab();
    await step(store, "+1", "-1");
    await step(store, "+2", "-2");
    await undo(store);
    await store.apply(change("+3"));
    expect(await next(store)).toBe("undo +1 | redo +2");
    await redo(store);
    await undo(store);
    await undo(store);
    expect(await marks(db)).toBe("3.0");
  });

  it("goes on after a reload where it was, folded or not", async () => {
    const first = await openTab();
    for (const n of [1, 2, 3]) {
      await step(first.store, `+${n}`, `-${n}`);
      await maintain(first.db, DEMO);
    }
    await undo(first.store);
    first.store.dispose();

    const { store, db } = await openTab(first.store.name);
    expect(await next(store)).toBe("undo +2 | redo +3");
    await undo(store);
    expect(await marks(db)).toBe("1.0");
    await redo(store);
    await redo(store);
    expect(await marks(db)).toBe("1.0 2.0 3.0");
  });

  it("is one for all tabs, and each shows what the other has taken back", async () => {
    const a = await openTab();
    const b = await openTab(a.store.name);
    await step(a.store, "+1", "-1");
    await step(b.store, "+2", "-2");
    await step(a.store, "+3", "-3");
    expect(await undo(b.store)).toBe("+3");
    expect(await undo(a.store)).toBe("+2");
    await until(async () => (await a.shows()) === "1.0");
    await until(async () => (await b.shows()) === "1.0");
    expect(b.heard).toContain("(Undo +2)");
    expect(await next(b.store)).toBe("undo +1 | redo +2");
    expect(await redo(b.store)).toBe("+2");
    expect(await redo(a.store)).toBe("+3");
  });

  it("of another sandbox is another one", async () => {
    const { store, db } = await openTab();
    await step(store, "+1", "-1");
    await step(store, "+2", "-2", OTHER);
    await undo(store);
    expect(await marks(db)).toBe("");
    expect(await marks(db, OTHER)).toBe("2.0");
    expect(await undo(store)).toBeUndefined();
    expect(await next(store, OTHER)).toBe("undo +2 | redo nothing");
  });

  it(`keeps the newest ${HISTORY_STEPS} steps, each of which can be taken back and done again`, async () => {
    const { store, db } = await openTab();
    const surplus = 20;
    const numbers = Array.from(
      { length: HISTORY_STEPS + surplus },
      (_, i) => i + 1,
    );
    await Promise.all(numbers.map((n) => step(store, `+${n}`, `-${n}`)));
    expect(await db.count("history")).toBe(HISTORY_STEPS);
    stillRunning();
    const taken = await Promise.all(
      Array.from({ length: HISTORY_STEPS + 1 }, () => undo(store)),
    );
    expect(taken).toEqual([
      ...numbers
        .slice(surplus)
        .reverse()
        .map((n) => `+${n}`),
      undefined,
    ]);
    const oldest = numbers.slice(0, surplus).map((n) => `${n}.0`);
    expect(await marks(db)).toBe(oldest.join(" "));
    stillRunning();
    const again = await Promise.all(
      Array.from({ length: HISTORY_STEPS + 1 }, () => redo(store)),
    );
    expect(again).toEqual([
      ...numbers.slice(surplus).map((n) => `+${n}`),
      undefined,
    ]);
    expect(await marks(db)).toBe(numbers.map((n) => `${n}.0`).join(" "));
  }, 60_000);

  it("comes along when a dataset adopts the marks, in the order in which all was done", async () => {
    const { store, db } = await openTab();
    await step(store, "+1", "-1", OTHER);
    await step(store, "+2", "-2");
    await step(store, "+3", "-3", OTHER);
    await step(store, "+4", "-4", OTHER);
    await undo(store, OTHER);
    await store.adopt(OTHER, DEMO);
    expect(await next(store)).toBe("undo +3 | redo nothing");
    expect(await undo(store)).toBe("+3");
    expect(await undo(store)).toBe("+2");
    expect(await marks(db)).toBe("1.0");
    expect(await undo(store)).toBe("+1");
    expect(await undo(store)).toBeUndefined();
    expect(await redo(store)).toBe("+1");
    expect(await db.getAll("cursors")).toHaveSize(1);
  });

  it("has an import of 100,000 marks as one step", async () => {
    const name = freshName();
    const store = new Store({ name, retryAfter: 1e9 });
    await until(() => store.state.value === "ready");
    const count = 100_000;
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const put = numbers.map((n): Edit => ({ op: "put", record: mark(n) }));
    const back = numbers.map((n): Edit => ({ op: "delete", id: markId(n) }));
    const held = async () => {
      stillRunning();
      let sum = 0;
      await readSandbox(store.db!, DEMO, (records) => {
        sum += records.length;
      });
      return sum;
    };
    await store.apply({ ...change(""), label: "Import", edits: put }, back);
    expect(await held()).toBe(count);
    expect(await undo(store)).toBe("Import");
    expect(await held()).toBe(0);
    expect(await redo(store)).toBe("Import");
    expect(await held()).toBe(count);
    store.dispose();
  }, 60_000);
});

describe("On a full disk the history", () => {
  it("says that nothing was taken back, and moves nowhere", async () => {
    const { store, db, heard } = await openTab();
    await step(store, "+1", "-1");
    fault = new Fault("full", 1);
    await expectAsync(undo(store)).toBeRejectedWithError(/full\.$/);
    expect(store.unsaved.value).toEqual([]);
    expect(store.problems.value).toEqual([]);
    expect(await next(store)).toBe("undo +1 | redo nothing");
    fault.heal();
    await store.retry();
    expect(await marks(db)).toBe("1.0");
    expect(heard).toEqual(["+1"]);
    expect(await undo(store)).toBe("+1");
    expect(await marks(db)).toBe("");
  });

  it("keeps the steps of what was refused with it, and writes both once there is room", async () => {
    const { store, db } = await openTab();
    await step(store, "+1", "-1");
    fault = new Fault("full", 1);
    const { saved } = await step(store, "+2", "-2");
    expect(saved).toBeFalse();
    expect(await next(store)).toBe("undo +2 | redo nothing");
    await expectAsync(undo(store)).toBeRejectedWithError(/full\.$/);
    expect(store.unsaved.value.map(({ label }) => label)).toEqual(["+2"]);
    fault.heal();
    await store.retry();
    expect(await marks(db)).toBe("1.0 2.0");
    expect(await undo(store)).toBe("+2");
    expect(await undo(store)).toBe("+1");
    expect(await marks(db)).toBe("");
  });
});

/** The marks, and what can still be taken back and done again. */
async function stateOf(tab: Tab): Promise<string> {
  return `${await marks(tab.db)} | ${await next(tab.store)}`;
}

/** What comes of it when `run` fails at its call `at`: that state, or undefined where it has not that many calls. */
async function stateAfter(
  kind: FaultKind,
  at: number,
  run: (store: Store) => Promise<unknown>,
): Promise<string | undefined> {
  const first = await openTab();
  await step(first.store, "+1", "-1");
  await step(first.store, "+2", "-2");
  await step(first.store, "+3", "-3");
  await undo(first.store);
  fault = new Fault(kind, at);
  await run(first.store).catch(() => undefined);
  fault.heal();
  first.store.dispose();
  if (!fault.hit) return undefined;
  const second = await openTab(first.store.name);
  return stateOf(second);
}

describe("Whatever call fails, change and step are both there or neither:", () => {
  const before = "1.0 2.0 | undo +2 | redo +3";
  const operations: [
    name: string,
    run: (store: Store) => Promise<unknown>,
    after: string,
  ][] = [
    [
      "doing something",
      (store) => step(store, "+4", "-4"),
      "1.0 2.0 4.0 | undo +4 | redo nothing",
    ],
    ["undo", undo, "1.0 | undo +1 | redo +2"],
    ["redo", redo, "1.0 2.0 3.0 | undo +3 | redo nothing"],
  ];
  for (const [name, run, after] of operations) {
    for (const kind of ["throw", "abort", "crash"] as const) {
      it(
        `${name}, ${kind}`,
        async () => {
          const seen = new Set<string>();
          let calls = 0;
          for (;;) {
            stillRunning();
            const state = await stateAfter(kind, calls + 1, run);
            if (state === undefined) break;
            calls += 1;
            seen.add(state);
          }
          // An operation that was never hit would prove nothing.
          expect(calls).toBeGreaterThan(4);
          for (const state of seen) expect([before, after]).toContain(state);
        },
        EXHAUSTIVE_TIMEOUT,
      );
    }
  }
});

describe("The stores of the history", () => {
  it("hold for a step nothing but what undo and redo need", async () => {
    const { store, db } = await openTab();
    const put = change("+1");
    await store.apply(put, edits("-1"));
    const [sandbox] = await db.getAll("sandboxes");
    expect(await db.getAll("history")).toEqual([
      {
        step: 1,
        sid: sandbox.sid,
        label: "+1",
        at: put.at,
        redo: put.edits,
        undo: edits("-1"),
      },
    ]);
    await undo(store);
    const other: ClioDatabase = await connect(store.name);
    expect(await other.getAll("cursors")).toEqual([
      { sid: sandbox.sid, step: 0, steps: 1 },
    ]);
  });
});
