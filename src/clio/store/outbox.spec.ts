import type { Conflict } from "../model/sync.js";
import {
  forgetConflicts,
  openConflicts,
  settleConflicts,
  settledConflicts,
} from "./conflicts.js";
import type { ClioDatabase } from "./database.js";
import { maintain } from "./maintenance.js";
import {
  beginSync,
  copyingSandboxes,
  noteCopied,
  noteDelivered,
  readWaiting,
} from "./outbox.js";
import { noteRevision, receiveRecords, seenRevision } from "./received.js";
import {
  change,
  cleanUp,
  connectMirror,
  DEMO,
  mark,
  markId,
  marks,
} from "./testing/marks.js";
import { readyTab, type Tab, until } from "./testing/tabs.js";

const { user } = DEMO;
const MOST = { changes: 100, edits: 100 };

afterEach(cleanUp);

/** Labels of the changes that wait, oldest first. */
async function waiting(db: ClioDatabase): Promise<string[]> {
  const { count, changes } = await readWaiting(db, user, MOST);
  expect(count).toBe(changes.length);
  return changes.map((row) => row.change.label);
}

/** Has the server acknowledge the oldest changes. */
async function acknowledge(db: ClioDatabase, count: number): Promise<void> {
  const { changes } = await readWaiting(db, user, {
    changes: count,
    edits: 1e9,
  });
  await noteDelivered(db, user, changes, []);
}

/** A tab whose user has a server. */
async function syncedTab(): Promise<Tab> {
  const tab = await readyTab();
  await beginSync(tab.db, user);
  return tab;
}

const conflict: Conflict = {
  id: "one",
  dataset: DEMO.dataset,
  record: markId(1),
  field: "title",
  kept: "a",
  refused: "b",
  change: markId(2),
  at: 1,
  revision: 4,
  settled: false,
};

describe("The outbox", () => {
  it("has every change since the server was first there, in order, until it is acknowledged", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1"));
    await store.apply(change("+2"));
    expect(await waiting(db)).toEqual(["+1", "+2"]);
    await acknowledge(db, 1);
    expect(await waiting(db)).toEqual(["+2"]);
    await store.apply(change("+3"));
    expect(await waiting(db)).toEqual(["+2", "+3"]);
    await acknowledge(db, 2);
    expect(await waiting(db)).toEqual([]);
  });

  it("keeps changes that were folded before they were delivered, and none that was delivered", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1"));
    await acknowledge(db, 1);
    await store.apply(change("+2"));
    await store.apply(change("-1"));
    await maintain(db, DEMO);
    expect(await db.count("journal")).toBe(0);
    expect(await db.count("outbox")).toBe(2);
    expect(await waiting(db)).toEqual(["+2", "-1"]);
    await store.apply(change("+3"));
    expect(await waiting(db)).toEqual(["+2", "-1", "+3"]);
    await acknowledge(db, 3);
    expect(await waiting(db)).toEqual([]);
    expect(await db.count("outbox")).toBe(0);
    expect(await marks(db)).toBe("2.0 3.0");
  });

  it("is in the second copy, folded or not", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1"));
    await maintain(db, DEMO);
    await store.apply(change("+2"));
    // Brings the copy up.
    await store.describe(DEMO, { title: "Demo" });
    const copy = await connectMirror(store.name);
    expect(await copy.getAll("outbox")).toEqual(await db.getAll("outbox"));
    expect(await waiting(copy)).toEqual(["+1", "+2"]);
  });

  it("begins with all records as they are, where there were some before there was a server", async () => {
    const { db, store } = await readyTab();
    await store.apply(change("+1 +2"));
    await maintain(db, DEMO);
    expect(await db.count("outbox")).toBe(0);
    await beginSync(db, user);
    expect(await waiting(db)).toEqual([]);
    const [row] = await copyingSandboxes(db, user);
    expect(row.shelf!.copying).toEqual({ after: "", from: [] });
    await noteCopied(db, row, markId(1));
    const [half] = await copyingSandboxes(db, user);
    expect(half.shelf!.copying!.after).toBe(markId(1));
    await noteCopied(db, half, undefined);
    expect(await copyingSandboxes(db, user)).toEqual([]);
    await store.apply(change("+3"));
    expect(await waiting(db)).toEqual(["+3"]);
  });

  it("delivers to a dataset that adopts marks what those come to, and takes them away from where they were", async () => {
    const { db, store } = await syncedTab();
    const image = { user, dataset: "image:x" };
    await store.apply(change("+1", image));
    await acknowledge(db, 1);
    await store.apply(change("+2", image));
    await store.apply(change("+3"));
    await store.adopt(image, DEMO);
    expect(await waiting(db)).toEqual(["+3"]);
    const [row] = await copyingSandboxes(db, user);
    expect(row.dataset).toBe(DEMO.dataset);
    expect(row.shelf!.copying).toEqual({ after: "", from: ["image:x"] });
  });

  it("passes over datasets that the server does not take, and counts what waits in them", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1", { user, dataset: "other" }));
    await store.apply(change("+2"));
    const { count, changes } = await readWaiting(
      db,
      user,
      MOST,
      new Set(["other"]),
    );
    expect(count).toBe(2);
    expect(changes.map((row) => row.change.label)).toEqual(["+2"]);
  });
});

describe("What the server tells", () => {
  it("is taken over without being delivered again, and is followed by all tabs", async () => {
    const tab = await syncedTab();
    const other = await readyTab(tab.store.name);
    await receiveRecords(
      tab.store,
      DEMO,
      [{ id: markId(1), record: mark(1, 2) }],
      7,
    );
    expect(await tab.shows()).toBe("1.2");
    await until(async () => (await other.shows()) === "1.2");
    expect(await waiting(tab.db)).toEqual([]);
    await maintain(tab.db, DEMO);
    expect(await tab.db.count("outbox")).toBe(0);
    // Nobody undoes what somebody did on another device.
    expect(await tab.store.undoStack.next(DEMO)).toEqual({});
  });

  it("lies beneath what waits, and what is made afterwards has seen it", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1"));
    await acknowledge(db, 1);
    const mine = { ...mark(1), title: "mine" };
    await store.apply({
      ...change(""),
      label: "title",
      edits: [{ op: "put", record: mine, changed: ["title"] }],
    });
    const told = { ...mark(1), description: "theirs", title: "old" };
    await receiveRecords(store, DEMO, [{ id: mine.id, record: told }], 9);
    const shown: unknown[] = [];
    const file = JSON.parse(await (await store.export(DEMO)).text()) as {
      records: unknown[];
    };
    shown.push(...file.records);
    expect(shown).toEqual([{ ...told, title: "mine" }]);
    await store.apply({
      ...change(""),
      label: "again",
      edits: [{ op: "put", record: mine, changed: ["title"] }],
    });
    const { changes } = await readWaiting(db, user, MOST);
    expect(changes.map(({ base }) => base)).toEqual([0, 9]);
  });

  it("brings nothing back that was deleted here, and is not written where it is here already", async () => {
    const { db, store } = await syncedTab();
    await store.apply(change("+1 +2"));
    await acknowledge(db, 1);
    await store.apply(change("-1"));
    const rows = await db.count("journal");
    await receiveRecords(
      store,
      DEMO,
      [
        { id: markId(1), record: mark(1) },
        { id: markId(2), record: mark(2) },
      ],
      3,
    );
    expect(await marks(db)).toBe("2.0");
    expect(await db.count("journal")).toBe(rows);
    await store.apply(change("+3"));
    const { changes } = await readWaiting(db, user, MOST);
    expect(changes.map(({ base }) => base)).toEqual([0, 3]);
  });

  it("is not forgotten where a change is delivered once more: what was settled meanwhile stays so", async () => {
    const { db } = await syncedTab();
    await noteDelivered(db, user, [], [conflict]);
    expect((await openConflicts(db, user)).map(({ own }) => own)).toEqual([
      true,
    ]);
    await noteRevision(db, user, 6, [
      { ...conflict, revision: 6, settled: true },
    ]);
    expect(await openConflicts(db, user)).toEqual([]);
    await noteDelivered(db, user, [], [conflict]);
    expect(await openConflicts(db, user)).toEqual([]);
  });

  it("is noted with the conflicts that it has, until they are settled", async () => {
    const { db } = await syncedTab();
    await noteRevision(db, user, 4, [conflict]);
    expect(await seenRevision(db, user)).toBe(4);
    expect((await openConflicts(db, user)).map(({ id }) => id)).toEqual([
      "one",
    ]);
    await settleConflicts(db, ["one"]);
    expect(await openConflicts(db, user)).toEqual([]);
    // Told once more before the server knows: it stays settled.
    await noteRevision(db, user, 5, [conflict]);
    expect(await openConflicts(db, user)).toEqual([]);
    expect((await settledConflicts(db, user)).length).toBe(1);
    await forgetConflicts(db, ["one"]);
    await noteRevision(db, user, 6, [{ ...conflict, settled: true }]);
    expect(await db.count("conflicts")).toBe(0);
  });
});
