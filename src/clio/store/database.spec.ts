import { openDB } from "idb";
import { findSandbox } from "./sandboxes.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  freshName,
  marks,
} from "./testing/marks.js";
import { Tab } from "./testing/tabs.js";

afterEach(cleanUp);

/** A database as the first version of Clio made it. */
async function makeVersion1(name: string): Promise<void> {
  const db = await openDB(name, 1, {
    upgrade(db) {
      const sandboxes = db.createObjectStore("sandboxes", {
        keyPath: ["user", "dataset"],
      });
      sandboxes.createIndex("sid", "sid", { unique: true });
      const manifests = db.createObjectStore("manifests", { keyPath: "sid" });
      manifests.createIndex("advancedTo", "advancedTo");
      const journal = db.createObjectStore("journal", {
        keyPath: "seq",
        autoIncrement: true,
      });
      journal.createIndex("sid", "sid");
      db.createObjectStore("pages", { keyPath: "page" });
      const quarantine = db.createObjectStore("quarantine", {
        autoIncrement: true,
      });
      quarantine.createIndex("sid", "sid");
    },
  });
  await db.put("sandboxes", { ...DEMO, title: "Demo", sid: "a", created: 0 });
  await db.put("journal", { sid: "a", change: change("+1 +2") });
  db.close();
}

describe("A database of version 1", () => {
  it("keeps its marks, gets the new stores, and counts as complete", async () => {
    const name = freshName();
    await makeVersion1(name);
    const db = await connect(name);
    expect(await marks(db)).toBe("1.0 2.0");
    expect((await findSandbox(db, DEMO))!.title).toBe("Demo");
    expect(await db.count("history")).toBe(0);
    expect(await db.count("cursors")).toBe(0);
    expect(await db.count("meta")).toBe(1);
  });

  it("is taken up by the store where it is", async () => {
    const name = freshName();
    await makeVersion1(name);
    const tab = new Tab({ name });
    await tab.reach("ready");
    expect(await tab.store.apply(change("+3"))).toEqual({
      saved: true,
      seq: 2,
    });
    expect(await tab.shows()).toBe("1.0 2.0 3.0");
    expect(tab.store.problems.value).toEqual([]);
  });
});
