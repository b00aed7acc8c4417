import { appendChanges } from "./journal.js";
import { maintain } from "./maintenance.js";
import { Fault } from "./testing/faults.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  freshName,
  marks,
} from "./testing/marks.js";
import { closeTabs, exportOf, readyTab, Tab, until } from "./testing/tabs.js";

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

/** Makes the next write to the database fail as on a full disk, and all after it until `fault.heal()`. */
function fillDisk(): void {
  fault = new Fault("full", 1);
}

describe("The store", () => {
  it("says that a change is saved, with its place in the journal", async () => {
    const { store, db } = await readyTab();
    expect(await store.apply(change("+1"))).toEqual({ saved: true, seq: 1 });
    expect(await store.apply(change("+2"))).toEqual({ saved: true, seq: 2 });
    expect(await marks(db)).toBe("1.0 2.0");
  });

  it("takes changes before the database is open", async () => {
    const { store } = new Tab({ name: freshName() });
    expect(await store.apply(change("+1"))).toEqual({ saved: true, seq: 1 });
  });

  it("writes many changes in their order, in few transactions", async () => {
    const { store, heard } = await readyTab();
    const transactions = spyOn(
      IDBDatabase.prototype,
      "transaction",
    ).and.callThrough();
    const changes = Array.from({ length: 500 }, (_, n) =>
      change(`+${n % 7}.${n}`),
    );
    const acks = await Promise.all(
      changes.map((change) => store.apply(change)),
    );
    expect(acks.map((ack) => (ack.saved ? ack.seq : undefined))).toEqual(
      changes.map((_, n) => n + 1),
    );
    expect(heard).toEqual(changes.map(({ label }) => label));
    const writing = transactions.calls
      .allArgs()
      .filter(([, mode]) => mode === "readwrite");
    expect(writing.length).toBeLessThan(5);
  });

  it("refuses what is no change, and names the field", async () => {
    const { store } = await readyTab();
    const wrong = change("+1");
    (wrong.edits[0] as { record: { position: number[] } }).record.position[1] =
      0.5;
    expect(() => store.apply(wrong)).toThrowError(
      /edits\.0\.record\.position\.1 is 0\.5, expected a whole voxel/,
    );
    expect(store.unsaved.value).toEqual([]);
  });

  it("asks once, at the first change, that the browser keep its data", async () => {
    const storage = {
      persist: jasmine.createSpy("persist").and.resolveTo(false),
      persisted: () => Promise.resolve(false),
      estimate: () => Promise.resolve({ usage: 1, quota: 2 }),
    };
    const { store } = new Tab({
      name: freshName(),
      storage: storage as unknown as StorageManager,
    });
    await until(() => store.state.value === "ready");
    expect(storage.persist).not.toHaveBeenCalled();
    await store.apply(change("+1"));
    await store.apply(change("+2"));
    await until(() => store.standing.value.quota === 2);
    expect(storage.persist).toHaveBeenCalledTimes(1);
    expect(store.standing.value.persistence).toBe("best effort");
  });

  it("goes on when a listener throws", async () => {
    const { store } = await readyTab();
    const reported = spyOn(globalThis, "reportError");
    store.changes.add(() => {
      throw new Error("a mistake");
    });
    expect((await store.apply(change("+1"))).saved).toBeTrue();
    expect((await store.apply(change("+2"))).saved).toBeTrue();
    expect(reported).toHaveBeenCalledTimes(2);
  });

  it("folds its journal by itself when that has grown long", async () => {
    const { store, db } = await readyTab();
    const numbers = Array.from({ length: 520 }, (_, n) => n);
    await Promise.all(numbers.map((n) => store.apply(change(`+${n}`))));
    await until(async () => (await db.count("journal")) < 20);
    expect((await marks(db)).split(" ").length).toBe(520);
  });
});

describe("A journal that earlier sessions have left", () => {
  it("is folded when it has grown long over many of them", async () => {
    const name = freshName();
    const db = await connect(name);
    const changes = Array.from({ length: 600 }, (_, n) => change(`+${n}`));
    await appendChanges(db, changes);
    const tab = await readyTab(name);
    await until(async () => (await db.count("journal")) === 0);
    expect((await tab.shows()).split(" ").length).toBe(600);
  });
});

describe("A second tab", () => {
  it("hears of every change of the other, in its order", async () => {
    const name = freshName();
    const [one, two] = [await readyTab(name), await readyTab(name)];
    await one.store.apply(change("+1"));
    await two.store.apply(change("+2"));
    await one.store.apply(change("+1.1"));
    await until(() => one.heard.length === 3 && two.heard.length === 3);
    expect(one.heard).toEqual(["+1", "(+2)", "+1.1"]);
    expect(two.heard).toEqual(["(+1)", "+2", "(+1.1)"]);
    expect(await one.shows()).toBe("1.1 2.0");
    expect(await two.shows()).toBe("1.1 2.0");
  });

  it("hears of the other after a nudge that came before its database was open", async () => {
    const name = freshName();
    const two = new Tab({ name });
    document.dispatchEvent(new Event("visibilitychange"));
    await two.reach("ready");
    const one = await readyTab(name);
    await one.store.apply(change("+1"));
    await until(() => two.heard.length === 1);
    expect(two.heard).toEqual(["(+1)"]);
  });

  it("tells its own changes after those of the other that came before them", async () => {
    const name = freshName();
    const two = await readyTab(name);
    // Without a nudge, so that only its own write can bring the first one up.
    await appendChanges(await connect(name), [change("+1")]);
    await two.store.apply(change("+2"));
    await until(() => two.heard.length === 2);
    expect(two.heard).toEqual(["(+1)", "+2"]);
  });

  it("hears of changes that were folded away before it could read them", async () => {
    const name = freshName();
    const two = await readyTab(name);
    const db = await connect(name);
    await appendChanges(db, [change("+1 +2"), change("+1.1"), change("-2")]);
    await maintain(db, DEMO);
    await appendChanges(db, [change("+3")]);
    await two.store.apply(change("+4"));
    await until(() => two.heard.length === 3);
    expect(two.heard).toEqual(["(folded)", "(+3)", "+4"]);
    expect(await two.shows()).toBe("1.1 3.0 4.0");
  });

  it("reads again when a deletion that it has not seen was forgotten", async () => {
    const name = freshName();
    const db = await connect(name);
    await appendChanges(db, [change("+1 +2")]);
    const two = await readyTab(name);
    expect(await two.shows()).toBe("1.0 2.0");
    for (const script of ["-1", "+3", "+4", "+5"]) {
      await appendChanges(db, [change(script)]);
      await maintain(db, DEMO);
    }
    document.dispatchEvent(new Event("visibilitychange"));
    await until(() => two.heard.includes("(again)"));
    expect(await two.shows()).toBe("2.0 3.0 4.0 5.0");
  });

  it("shows the same after nudges that came late, doubled or never", async () => {
    const name = freshName();
    const nudges: (() => void)[] = [];
    const lossy = {
      postMessage: () => undefined,
      addEventListener: (_: string, listener: () => void) =>
        nudges.push(listener),
      removeEventListener: () => undefined,
      close: () => undefined,
    };
    const one = await readyTab(name);
    const two = new Tab({
      name,
      channel: lossy as unknown as BroadcastChannel,
    });
    await two.reach("ready");
    for (let n = 0; n < 20; n += 1) {
      void one.store.apply(change(`+${n % 3}.${n}`));
      await two.store.apply(change(`+${3 + (n % 3)}.${n}`));
      if (n % 5 === 0) for (const nudge of nudges) nudge();
    }
    await one.store.apply(change("-0"));
    await until(() => one.heard.length === 41);
    for (const nudge of nudges) nudge();
    await until(() => two.heard.length === 41);
    const plain = (heard: string[]) => heard.map((x) => x.replace(/[()]/g, ""));
    expect(plain(two.heard)).toEqual(plain(one.heard));
    expect(await two.shows()).toBe(await one.shows());
    expect(await two.shows()).toBe(await marks(one.db));
  });
});

describe("A disk that refuses", () => {
  it("leaves the change in memory, in order, and says so", async () => {
    const { store, db, heard } = await readyTab();
    await store.apply(change("+1"));
    fillDisk();
    const acks = await Promise.all(
      ["+2", "+3", "-1"].map((script) => store.apply(change(script))),
    );
    expect(acks.map(({ saved }) => saved)).toEqual([false, false, false]);
    expect(store.unsaved.value.map(({ label }) => label)).toEqual([
      "+2",
      "+3",
      "-1",
    ]);
    const [problem] = store.problems.value;
    expect(problem.code).toBe("write-over-quota");
    expect(problem.kept).toContain("3 changes are kept in this tab");
    expect(heard).toEqual(["+1"]);
    fault!.heal();
    expect(await marks(db)).toBe("1.0");
  });

  it("gets all of it, in order, once there is room, without a reload", async () => {
    const { store, db, heard } = await readyTab();
    fillDisk();
    void store.apply(change("+1"));
    await store.apply(change("+1.1"));
    fault!.heal();
    await store.retry();
    expect(heard).toEqual(["+1", "+1.1"]);
    expect(store.unsaved.value).toEqual([]);
    expect(store.problems.value).toEqual([]);
    expect(await marks(db)).toBe("1.1");
  });

  it("is tried again by itself", async () => {
    const tab = new Tab({ name: freshName(), retryAfter: 20 });
    await tab.reach("ready");
    fillDisk();
    await tab.store.apply(change("+1"));
    fault!.heal();
    await until(() => tab.store.unsaved.value.length === 0);
    expect(await marks(tab.db)).toBe("1.0");
  });

  it("is tried with the next change, behind those that wait", async () => {
    const { store, heard } = await readyTab();
    fillDisk();
    await store.apply(change("+1"));
    fault!.heal();
    expect(await store.apply(change("+2"))).toEqual({ saved: true, seq: 2 });
    expect(heard).toEqual(["+1", "+2"]);
  });

  it("does not write twice what it had written although it said otherwise", async () => {
    const { store, db, heard } = await readyTab();
    const first = change("+1");
    fillDisk();
    expect((await store.apply(first)).saved).toBeFalse();
    fault!.heal();
    // What is left by an attempt whose answer was lost.
    await appendChanges(db, [first]);
    await store.retry();
    await until(() => heard.length === 1);
    expect(heard).toEqual(["+1"]);
    expect(await db.count("journal")).toBe(1);
  });

  it("leaves everything to be exported", async () => {
    const { store } = await readyTab();
    await store.apply(change("+1"));
    fillDisk();
    await store.apply(change("+2 -1"));
    const exported = await exportOf(store);
    expect(exported.records.length).toBe(1);
    expect(exported.unsaved[0].edits.length).toBe(2);
    expect(exported).toEqual(jasmine.objectContaining({ ...DEMO, version: 2 }));
  });

  it("are in the file that is asked for while the database opens", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    const { store: next } = new Tab({ name: db.name });
    expect((await exportOf(next)).records.length).toBe(1);
  });
});
