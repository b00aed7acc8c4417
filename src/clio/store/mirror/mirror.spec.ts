/** The invariant: where the browser throws the database away, all that was acknowledged comes back from the second copy. */
import { foldStep } from "../fold.js";
import { appendChanges } from "../journal.js";
import { maintain } from "../maintenance.js";
import { Mirror, mirrorWorker } from "./mirror.js";
import { fileNames, originFolder } from "./origin_files.js";
import { quarantinePages } from "../quarantine.js";
import { findSandbox, listSandboxes } from "../sandboxes.js";
import { mergeStep } from "../compaction.js";
import { type ClioDatabase, readTransaction } from "../database.js";
import { readManifest, runsOf } from "../manifest.js";
import {
  beforeCleanUp,
  change,
  cleanUp,
  connect,
  connectMirror,
  DEMO,
  freshName,
  loseDatabase,
  loseMirror,
  marks,
} from "../testing/marks.js";
import { closeTabs, readyTab, Tab, until } from "../testing/tabs.js";

const OTHER = { ...DEMO, dataset: "other" };

const mirrors: Mirror[] = [];

beforeCleanUp(() => {
  for (const mirror of mirrors.splice(0)) mirror.close();
});

afterEach(cleanUp);

function hasMirror({ store }: Tab): Promise<void> {
  return until(() => store.standing.value.secondCopy === "kept");
}

function codes({ store }: Tab): string[] {
  return store.problems.value.map(({ code }) => code);
}

/** A mirror of its own on a database that it may write first. */
async function mirrorOf(db: ClioDatabase): Promise<Mirror> {
  const mirror = new Mirror(db.name, db.version, mirrorWorker);
  mirrors.push(mirror);
  await mirror.rescue(db);
  return mirror;
}

async function home(db: ClioDatabase) {
  return (await findSandbox(db, DEMO))!;
}

/** Has the files of a second copy refused to workers, until the function that is returned is called. No tab may have them open. */
async function occupyFile(name: string): Promise<() => Promise<void>> {
  const [file] = fileNames(name);
  const handle = await (await originFolder()).getFileHandle(file);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const writable = await handle.createWritable();
      return () => writable.abort();
    } catch (error) {
      // A worker that was just ended may hold it for a moment still.
      if (attempt > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Closes all tabs, loses the database, and opens one tab on what is left. */
async function afterLoss(name: string): Promise<Tab> {
  closeTabs();
  await loseDatabase(name);
  return readyTab(name);
}

describe("A database that the browser threw away", () => {
  it("comes back with every acknowledged change, and the person is told once", async () => {
    const { store, db } = await readyTab();
    for (const script of ["+1 +2", "+1.1", "-2"]) {
      expect((await store.apply(change(script))).saved).toBeTrue();
    }
    const tab = await afterLoss(db.name);
    expect(await tab.shows()).toBe("1.1");
    expect(codes(tab)).toEqual(["database-restored"]);
    closeTabs();
    const next = await readyTab(db.name);
    expect(await next.shows()).toBe("1.1");
    expect(codes(next)).toEqual([]);
  });

  it("comes back with what was written last, where the browser has passed over that alone", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    await store.apply(change("+2"));
    await store.apply(change("+1.1 +3"), change("+1 -3").edits);
    const steps = await db.getAll("history");
    closeTabs();
    const torn = await connect(db.name);
    await torn.delete("journal", 2);
    await torn.delete("journal", 3);
    await torn.clear("history");
    await torn.clear("cursors");
    torn.close();
    const tab = await readyTab(db.name);
    expect(await tab.shows()).toBe("1.1 2.0 3.0");
    expect(codes(tab)).toEqual(["database-restored"]);
    expect(await tab.db.getAll("history")).toEqual(steps);
    expect(await tab.store.apply(change("+4"))).toEqual({
      saved: true,
      seq: 4,
    });
    closeTabs();
    expect(codes(await readyTab(db.name))).toEqual([]);
  });

  it("comes back again and again, with what was added in between", async () => {
    let tab = await readyTab();
    const { name } = tab.db;
    for (let n = 1; n <= 5; n += 1) {
      await tab.store.apply(change(`+1.${n} +${n + 1}`));
      tab = await afterLoss(name);
    }
    expect(await tab.shows()).toBe("1.5 2.0 3.0 4.0 5.0 6.0");
  });

  it("comes back where its journal was folded, and counts its changes on", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1 +2"));
    await store.apply(change("+1.1"));
    await maintain(db, DEMO);
    await store.describe(DEMO, { title: "Demo" });
    expect(await db.count("journal")).toBe(0);
    const tab = await afterLoss(db.name);
    expect(await tab.shows()).toBe("1.1 2.0");
    expect((await tab.store.list())[0].title).toBe("Demo");
    expect(await tab.store.apply(change("+1.2"))).toEqual({
      saved: true,
      seq: 3,
    });
    expect(await marks(tab.db)).toBe("1.2 2.0");
  });

  it("comes back where runs were merged and deletions forgotten", async () => {
    const { store, db } = await readyTab();
    for (const script of ["+1 +2", "-1", "+3"]) {
      await store.apply(change(script));
      await foldStep(db, await home(db));
      await store.describe(DEMO, { title: script });
    }
    const { sid } = await home(db);
    const tx = readTransaction(db, ["manifests"]);
    const { pages } = await readManifest(tx, sid);
    await mergeStep(db, await home(db), runsOf(pages));
    await store.describe(DEMO, { title: "merged" });
    const mirror = await connectMirror(db.name);
    expect(await mirror.getAllKeys("pages")).toEqual(
      await db.getAllKeys("pages"),
    );
    const tab = await afterLoss(db.name);
    expect(await tab.shows()).toBe("2.0 3.0");
  });

  it("comes back with what one dataset has adopted from another", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1", OTHER));
    await maintain(db, OTHER);
    await store.apply(change("+2", OTHER));
    await store.apply(change("+3"));
    expect(await store.adopt(OTHER, DEMO)).toBeTrue();
    await store.apply(change("+4", OTHER));
    const tab = await afterLoss(db.name);
    expect(await tab.shows()).toBe("1.0 2.0 3.0");
    expect(await marks(tab.db, OTHER)).toBe("4.0");
  });

  it("comes back with the bytes of pages in quarantine", async () => {
    const tab = await readyTab();
    await tab.store.apply(change("+1"));
    await maintain(tab.db, DEMO);
    const { sid } = await home(tab.db);
    const tx = readTransaction(tab.db, ["manifests"]);
    const { pages } = await readManifest(tx, sid);
    const damaged = [{ descriptor: pages[0], reason: "put in by the spec" }];
    await quarantinePages(tab.db, DEMO, sid, damaged, 0);
    await tab.store.checkDamage(DEMO);
    await tab.store.apply(change("+2"));
    await tab.store.describe(DEMO, { title: "Demo" });
    const next = await afterLoss(tab.db.name);
    expect(await next.shows()).toBe("2.0");
    expect((await listSandboxes(next.db))[0].quarantined).toBe(1);
    await maintain(next.db, DEMO);
    expect(await marks(next.db)).toBe("1.0 2.0");
  });

  it("comes back with its history of what can be undone", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    await store.apply(change("+1.1"), change("+1").edits);
    await store.apply(change("+2"), change("-2").edits);
    await store.undoStack.undo(DEMO);
    const history = await db.getAll("history");
    const cursors = await db.getAll("cursors");
    expect([history.length, cursors.length]).toEqual([2, 1]);
    const next = await afterLoss(db.name);
    expect(await next.db.getAll("history")).toEqual(history);
    expect(await next.db.getAll("cursors")).toEqual(cursors);
    await next.store.undoStack.undo(DEMO);
    expect(await marks(next.db)).toBe("1.0");
  });

  it("is restored once where two tabs open at the same time, and both show it", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1 +2"));
    closeTabs();
    await loseDatabase(db.name);
    const tabs = [0, 1].map(() => new Tab({ name: db.name }));
    await Promise.all(tabs.map((tab) => tab.reach("ready")));
    expect(await tabs[0].shows()).toBe("1.0 2.0");
    expect(await tabs[1].shows()).toBe("1.0 2.0");
    expect(tabs.flatMap(codes)).toEqual(["database-restored"]);
  });

  it("is restored in a tab that lives, which then has all readers read again", async () => {
    const tab = await readyTab();
    await tab.store.apply(change("+1"));
    // The tab lets go of what is deleted, as for a newer version.
    await loseDatabase(tab.db.name);
    await tab.reach("superseded");
    await tab.store.retry();
    await tab.reach("ready");
    expect(tab.heard).toContain("(again)");
    expect(await tab.shows()).toBe("1.0");
    await tab.store.apply(change("+2"));
    expect(await tab.shows()).toBe("1.0 2.0");
    expect(await marks(tab.db)).toBe("1.0 2.0");
  });

  it("holds what two tabs have written in turns", async () => {
    const one = await readyTab();
    const two = await readyTab(one.db.name);
    for (let n = 0; n < 40; n += 2) {
      await Promise.all([
        one.store.apply(change(`+${n}`)),
        two.store.apply(change(`+${n + 1}`)),
      ]);
    }
    const tab = await afterLoss(one.db.name);
    expect((await tab.shows()).split(" ").length).toBe(40);
  });
});

describe("The second copy", () => {
  it("holds a change, and all before it, when the change is acknowledged", async () => {
    const tab = await readyTab();
    await hasMirror(tab);
    // Written by a tab that was killed before it could copy it.
    await appendChanges(tab.db, [change("+1", OTHER)]);
    await tab.store.apply(change("+2"));
    const mirror = await connectMirror(tab.db.name);
    expect(await marks(mirror)).toBe("2.0");
    expect(await marks(mirror, OTHER)).toBe("1.0");
  });

  it("keeps a change from being acknowledged, and from being told, until it holds it", async () => {
    const tab = await readyTab();
    await hasMirror(tab);
    let release: () => void = () => undefined;
    const occupied = navigator.locks.request(
      `${tab.db.name}:mirror-files`,
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    let acknowledged = false;
    const answer = tab.store.apply(change("+1")).then(() => {
      acknowledged = true;
    });
    await until(async () => (await tab.db.count("journal")) === 1);
    // A nudge from another tab has this one read its own change from the database.
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(acknowledged).toBeFalse();
    expect(tab.heard).toEqual([]);
    release();
    await occupied;
    await answer;
    await until(() => tab.heard.length === 1);
    expect(tab.heard).toEqual(["+1"]);
  });

  it("does not take a change that was folded before it came to it", async () => {
    const db = await connect();
    const mirror = await mirrorOf(db);
    const first = await appendChanges(db, [change("+1 +2")]);
    const second = await appendChanges(db, [change("-1")]);
    await maintain(db, DEMO);
    for (const script of ["+3", "+4", "+5"]) {
      await appendChanges(db, [change(script)]);
      await maintain(db, DEMO);
    }
    await mirror.bringUp();
    await mirror.append(first);
    await mirror.append(second);
    const copy = await connectMirror(db.name);
    expect(await copy.count("journal")).toBe(0);
    expect(await marks(copy)).toBe("2.0 3.0 4.0 5.0");
  });

  it("is made anew where the browser threw it away", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    closeTabs();
    await loseMirror(db.name);
    const tab = await readyTab(db.name);
    await hasMirror(tab);
    await tab.store.apply(change("+2"));
    expect(await marks(await connectMirror(db.name))).toBe("1.0 2.0");
  });

  it("is made anew where its worker has ended", async () => {
    const workers: Worker[] = [];
    const makeWorker = () => {
      const worker = mirrorWorker();
      workers.push(worker);
      return worker;
    };
    const warn = spyOn(console, "warn");
    const tab = new Tab({ name: freshName(), mirrorWorker: makeWorker });
    await tab.store.apply(change("+1"));
    workers[0].dispatchEvent(new ErrorEvent("error", { message: "put in" }));
    expect((await tab.store.apply(change("+2"))).saved).toBeTrue();
    expect(warn).not.toHaveBeenCalled();
    await hasMirror(tab);
    const next = await afterLoss(tab.db.name);
    expect(await next.shows()).toBe("1.0 2.0");
  });

  it("is done without where the browser has no files for it", async () => {
    const name = freshName();
    const tab = new Tab({ name, mirrorWorker: null });
    expect((await tab.store.apply(change("+1"))).saved).toBeTrue();
    await tab.store.describe(DEMO, { title: "Demo" });
    expect(tab.store.standing.value.secondCopy).toBeUndefined();
    expect(await tab.shows()).toBe("1.0");
  });

  it("stops nothing where it cannot be written, says so, and is made as soon as it can be", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    closeTabs();
    const release = await occupyFile(db.name);
    const warn = spyOn(console, "warn");
    const tab = await readyTab(db.name);
    expect((await tab.store.apply(change("+2"))).saved).toBeTrue();
    expect(tab.store.standing.value.secondCopy).toBe("failing");
    expect(warn).toHaveBeenCalledTimes(1);
    expect(codes(tab)).toEqual([]);
    await release();
    await tab.store.retry();
    await hasMirror(tab);
    const next = await afterLoss(db.name);
    expect(await next.shows()).toBe("1.0 2.0");
  });

  it("is waited for where it cannot be read while the database is lost", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    closeTabs();
    await loseDatabase(db.name);
    const release = await occupyFile(db.name);
    spyOn(console, "warn");
    const tab = new Tab({ name: db.name });
    await tab.reach("failed");
    expect(codes(tab)).toEqual(["database-failed"]);
    expect((await tab.store.apply(change("+2"))).saved).toBeFalse();
    await release();
    await tab.store.retry();
    await tab.reach("ready");
    await until(() => tab.store.unsaved.value.length === 0);
    expect(await marks(tab.db)).toBe("1.0 2.0");
  });

  it("is left alone where it is of another database than the one that is there", async () => {
    const warn = spyOn(console, "warn");
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    closeTabs();
    await loseDatabase(db.name);
    // Begun anew where the files could not be opened for long.
    const begun = new Tab({ name: db.name, mirrorWorker: null });
    await begun.store.apply(change("+2"));
    closeTabs();
    const tab = await readyTab(db.name);
    expect((await tab.store.apply(change("+3"))).saved).toBeTrue();
    expect(tab.store.standing.value.secondCopy).toBe("failing");
    expect(String(warn.calls.argsFor(0)[1])).toContain("of another database");
    expect(await tab.shows()).toBe("2.0 3.0");
    expect(await marks(await connectMirror(db.name))).toBe("1.0");
  });
});
