import type { Edit } from "../model/change.js";
import type { ClioDatabase } from "./database.js";
import { HISTORY_STEPS } from "./history.js";
import { maintain } from "./maintenance.js";
import { readSandbox } from "./reader.js";
import { Store } from "./store.js";
import { stillRunning } from "./testing/counts.js";
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
import { next, openTab, redo, step, undo } from "./testing/steps.js";
import { closeTabs, until } from "./testing/tabs.js";

const OTHER = { ...DEMO, dataset: "other" };

afterEach(async () => {
  closeTabs();
  await cleanUp();
});

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

describe("A step that did something elsewhere", () => {
  it("says what it did to whoever takes it, and no other step is taken in its place", async () => {
    const { store } = await openTab();
    const carried: string[] = [];
    store.undoStack.carriers.set("others", (what, direction) => {
      carried.push(`${direction} ${JSON.stringify(what)}`);
      return Promise.resolve();
    });
    const elsewhere = { by: "others", what: { was: "a", is: "b" } };
    await store.apply(
      { ...change("+1"), label: "Set", edits: [] },
      [],
      elsewhere,
    );
    const ahead = (await store.undoStack.peek(DEMO, "undo"))!;
    await store.undoStack.carry(ahead, "undo");
    expect(carried).toEqual(['undo {"was":"a","is":"b"}']);
    const instead = { step: ahead.step, edits: [], alone: true };
    await step(store, "+1", "-1");
    expect(await store.undoStack.undo(DEMO, instead)).toBeUndefined();
    expect(await next(store)).toBe("undo +1 | redo nothing");
    await undo(store);
    expect((await store.undoStack.undo(DEMO, instead))?.label).toBe("Set");
    const back = (await store.undoStack.peek(DEMO, "redo"))!;
    expect(back.elsewhere).toEqual(elsewhere);
    const unknown = { ...back, elsewhere: { by: "newer", what: 1 } };
    await expectAsync(
      store.undoStack.carry(unknown, "redo"),
    ).toBeRejectedWithError(/does not know how/);
  });
});
