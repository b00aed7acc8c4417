import { unwrap } from "idb";
import type { ClioDatabase } from "./database.js";
import { maintain } from "./maintenance.js";
import { adoptSandbox, describeSandbox } from "./sandboxes.js";
import { change, cleanUp, connect, DEMO, freshName } from "./testing/marks.js";
import { Tab } from "./testing/tabs.js";

afterEach(cleanUp);

/** What each writing transaction of the database `of` asked of the disk since the call. */
function durabilities(of: ClioDatabase): string[] {
  const asked: string[] = [];
  const database = unwrap(of);
  const transaction = Reflect.get(IDBDatabase.prototype, "transaction");
  spyOn(IDBDatabase.prototype, "transaction").and.callFake(function (
    this: IDBDatabase,
    stores,
    mode,
    options,
  ) {
    if (this === database && mode === "readwrite")
      asked.push(options?.durability ?? "default");
    return transaction.call(this, stores, mode, options);
  });
  return asked;
}

/** Keeps back every `complete` event from now on; the function that it returns lets them go. */
function keepBackCompletes(): () => void {
  const kept: (() => void)[] = [];
  const listen = Reflect.get(EventTarget.prototype, "addEventListener");
  const spy = spyOn(IDBTransaction.prototype, "addEventListener");
  spy.and.callFake(function (
    this: IDBTransaction,
    type: string,
    listener: unknown,
  ) {
    const heard = listener as (event: Event) => void;
    listen.call(this, type, (event) => {
      if (type === "complete") kept.push(() => heard.call(this, event));
      else heard.call(this, event);
    });
  });
  return () => {
    spy.and.callFake(listen);
    for (const hear of kept.splice(0)) hear();
  };
}

const NEVER = Symbol("not yet");

/** What `promise` is fulfilled with, or `NEVER` where that takes longer than a hundred commits. */
function soon<T>(promise: Promise<T>): Promise<T | typeof NEVER> {
  const patience = new Promise<typeof NEVER>((resolve) =>
    setTimeout(() => resolve(NEVER), 300),
  );
  return Promise.race([promise, patience]);
}

describe("An acknowledgement", () => {
  it("waits for the transaction's complete event, and nothing else is told before", async () => {
    const tab = new Tab({ name: freshName() });
    await tab.reach("ready");
    const { store, heard } = tab;
    const db = await connect(store.db!.name);
    const letGo = keepBackCompletes();
    const acknowledged = store.apply(change("+1"));
    expect(await soon(acknowledged)).toBe(NEVER);
    // The data is in the database, as far as the browser shows it: only the disk has not confirmed it.
    expect(await db.count("journal")).toBe(1);
    expect(heard).toEqual([]);
    letGo();
    expect(await acknowledged).toEqual({ saved: true, seq: 1 });
    expect(heard).toEqual(["+1"]);
  });

  it("is asked of the disk with strict durability, like everything that is written", async () => {
    const tab = new Tab({ name: freshName() });
    await tab.reach("ready");
    const { store, db } = tab;
    const asked = durabilities(db);
    await store.apply(change("+1"));
    expect(asked).toEqual(["strict"]);
    await describeSandbox(db, DEMO, { title: "Demo" }, 0);
    await maintain(db, DEMO);
    await adoptSandbox(
      db,
      DEMO,
      { ...DEMO, dataset: "other" },
      { id: crypto.randomUUID(), at: 0 },
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(new Set(asked)).toEqual(new Set(["strict"]));
  });
});
