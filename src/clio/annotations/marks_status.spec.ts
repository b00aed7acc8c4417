import { receiveRecords } from "../store/received.js";
import { Fault } from "../store/testing/faults.js";
import {
  change,
  cleanUp,
  DEMO,
  freshName,
  mark,
} from "../store/testing/marks.js";
import { closeTabs, Tab, until } from "../store/testing/tabs.js";
import type { Store } from "../store/store.js";
import { marksStatus } from "./marks_status.js";

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

/** A browser that promises to keep what is stored, or does not: what the one that runs the specs says depends on its profile. */
function browserThat({ keeps }: { keeps: boolean }): StorageManager {
  const storage: Pick<StorageManager, "persist" | "persisted" | "estimate"> = {
    persist: () => Promise.resolve(keeps),
    persisted: () => Promise.resolve(keeps),
    estimate: () => Promise.resolve({}),
  };
  return storage as StorageManager;
}

/** The line as a person reads it. */
function line(
  store: Store,
  count: number | undefined,
  matching = count,
): string {
  const shown = document.createElement("p");
  shown.append(...marksStatus(store, count, matching));
  return shown.textContent.replace(/\s+/g, " ");
}

describe("The status of the marks", () => {
  it("says how many there are and that they are saved here", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    await tab.reach("ready");
    expect(line(tab.store, 1)).toBe("1 mark · saved here");
    expect(line(tab.store, 0)).toBe("0 marks · saved here");
    expect(line(tab.store, 1234567)).toBe("1,234,567 marks · saved here");
  });

  it("counts nothing that has not been read", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    await tab.reach("ready");
    expect(line(tab.store, undefined)).toBe(" saved here");
  });

  it("never says saved while the database is not there", () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    expect(line(tab.store, 2)).toBe("2 marks · storage is opening");
  });

  it("says how many are not saved until they are", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    await tab.reach("ready");
    fault = new Fault("full", 1);
    await tab.store.apply(change("+1"));
    await tab.store.apply(change("+2"));
    expect(line(tab.store, 2)).toBe("2 marks · 2 not saved");
    fault.heal();
    await tab.store.retry();
    expect(line(tab.store, 2)).toBe("2 marks · saved here");
  });

  it("says how the server's copy is", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    await tab.reach("ready");
    const { sync } = tab.store;
    const upTo = 0;
    sync.found({ how: "online", waiting: 0, conflicts: 0, upTo });
    expect(line(tab.store, 1)).toBe("1 mark · saved here · synced");
    sync.found({ how: "online", waiting: 2, conflicts: 1, upTo });
    expect(line(tab.store, 1)).toBe(
      "1 mark · saved here · waiting (2) · conflict (1)",
    );
    sync.found({ how: "offline", waiting: 0, conflicts: 0, upTo });
    expect(line(tab.store, 1)).toBe("1 mark · saved here · offline");
    sync.found({ how: "signed out", waiting: 3, conflicts: 0, upTo });
    expect(line(tab.store, 1)).toBe(
      "1 mark · saved here · signed out · waiting (3)",
    );
  });

  it("never says synced of a change that was just made", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: true }),
    });
    await tab.reach("ready");
    const { store } = tab;
    const nothing = { how: "online", waiting: 0, conflicts: 0 } as const;
    store.sync.found({ ...nothing, upTo: 0 });
    const lines: string[] = [];
    store.changes.add(() => lines.push(line(store, 1)));
    const saved = store.apply(change("+1"));
    expect(line(store, 1)).toBe("1 mark · saved here");
    await saved;
    expect(lines).toEqual(["1 mark · saved here · waiting (1)"]);
    expect(line(store, 1)).toBe(lines[0]);
    // Somebody looked before that, and tells of it after.
    store.sync.found({ ...nothing, upTo: 0 });
    expect(line(store, 1)).toBe(lines[0]);
    store.sync.found({ ...nothing, upTo: 1 });
    expect(line(store, 1)).toBe("1 mark · saved here · synced");
  });

  it("counts what another tab has made, and nothing that came from elsewhere", async () => {
    const options = {
      name: freshName(),
      storage: browserThat({ keeps: true }),
    };
    const tab = new Tab(options);
    const other = new Tab(options);
    await tab.reach("ready");
    await other.reach("ready");
    const { sync } = tab.store;
    sync.found({ how: "online", waiting: 0, conflicts: 0, upTo: 0 });
    let told = 0;
    tab.store.changes.add(() => told++);
    await other.store.apply(change("+1"));
    await until(() => told === 1);
    expect(sync.value!.waiting).toBe(1);
    const record = mark(2);
    await receiveRecords(tab.store, DEMO, [{ id: record.id, record }], 5);
    await until(() => told === 2);
    expect(sync.value!.waiting).toBe(1);
  });

  it("says where the browser does not promise to keep them", async () => {
    const tab = new Tab({
      name: freshName(),
      storage: browserThat({ keeps: false }),
    });
    await tab.reach("ready");
    await until(() => tab.store.standing.value.persistence === "best effort");
    expect(line(tab.store, 1)).toBe(
      "1 mark · saved here · this browser may clear them",
    );
  });
});
