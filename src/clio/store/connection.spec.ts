import { DATABASE_VERSION, openDatabase } from "./database.js";
import { change, cleanUp, freshName, marks } from "./testing/marks.js";
import { exportOf, readyTab, Tab, until } from "./testing/tabs.js";

afterEach(cleanUp);

/** A connection that hears nothing, as a tab has that hangs. Where there is no such database, the program's own one is made first. */
async function rawConnection(
  name: string,
  version: number,
): Promise<IDBDatabase> {
  (await openDatabase(name).catch(() => undefined))?.close();
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(`${name} does not open`));
  });
}

describe("Versions of the database", () => {
  it("wait for an older tab, say so, and go on by themselves when it closes", async () => {
    const name = freshName();
    // An older Clio that does not let go.
    const old = await rawConnection(name, DATABASE_VERSION);
    const tab = new Tab({ name, version: DATABASE_VERSION + 1 });
    const first = tab.store.apply(change("+1"));
    await tab.reach("blocked");
    expect((await first).saved).toBeFalse();
    expect(tab.store.problems.value.map(({ code }) => code)).toEqual([
      "database-blocked",
    ]);
    expect((await tab.store.apply(change("+2"))).saved).toBeFalse();
    expect(tab.store.unsaved.value.length).toBe(2);
    old.close();
    await until(() => tab.store.unsaved.value.length === 0);
    expect(tab.heard).toEqual(["+1", "+2"]);
    expect(await marks(tab.db)).toBe("1.0 2.0");
    expect(tab.store.problems.value).toEqual([]);
  });

  it("give way to a newer one, after what is queued is written", async () => {
    const tab = await readyTab();
    const { name } = tab.db;
    const acknowledged = tab.store.apply(change("+1"));
    const newer = await rawConnection(name, DATABASE_VERSION + 1);
    expect((await acknowledged).saved).toBeTrue();
    await tab.reach("superseded");
    expect(tab.store.problems.value[0].code).toBe("database-superseded");
    expect((await tab.store.apply(change("+2"))).saved).toBeFalse();
    expect(tab.store.unsaved.value.length).toBe(1);
    const journal = newer.transaction("journal").objectStore("journal").count();
    await new Promise((resolve) => (journal.onsuccess = resolve));
    expect(journal.result).toBe(1);
    newer.close();
    await tab.store.retry();
    expect(tab.store.state.value).toBe("outdated");
  });

  it("stop an older tab that meets a newer database, and write nothing", async () => {
    const name = freshName();
    const newer = await rawConnection(name, DATABASE_VERSION + 1);
    newer.close();
    const tab = new Tab({ name });
    expect((await tab.store.apply(change("+1"))).saved).toBeFalse();
    expect(tab.store.state.value).toBe("outdated");
    expect(tab.store.problems.value[0].code).toBe("database-outdated");
    expect((await exportOf(tab.store)).unsaved.length).toBe(1);
  });

  it("let a tab go on after the browser has closed its database", async () => {
    const { store, db } = await readyTab();
    await store.apply(change("+1"));
    // As Chromium does it when the person clears the site's data; the spec cannot clear it only for one database.
    db.close();
    db.dispatchEvent(new Event("close"));
    expect((await store.apply(change("+2"))).saved).toBeFalse();
    await until(() => store.state.value === "ready");
    await until(() => store.unsaved.value.length === 0);
    expect(await marks(store.db!)).toBe("1.0 2.0");
    expect(store.problems.value).toEqual([]);
  });

  it("let a tab open again what closed without an event", async () => {
    const { store, db } = await readyTab();
    db.close();
    await store.apply(change("+1"));
    await until(() => store.unsaved.value.length === 0);
    expect(await marks(store.db!)).toBe("1.0");
  });

  it("do not wait for a store that was disposed of while it opened", async () => {
    const name = freshName();
    new Tab({ name }).store.dispose();
    const db = await openDatabase(name);
    db.close();
    expect(db.version).toBe(DATABASE_VERSION);
  });
});
