import { maintain } from "./maintenance.js";
import { beginSync } from "./outbox.js";
import { Fault } from "./testing/faults.js";
import { change, cleanUp, connectMirror, marks } from "./testing/marks.js";
import { readyTab } from "./testing/tabs.js";

const ADA = { user: "ada@lab.org", dataset: "demo" };

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  await cleanUp();
});

describe("Forgetting a person", () => {
  it("leaves nothing of theirs in the database or its second copy, and all of everybody else's", async () => {
    const { db, store } = await readyTab();
    await beginSync(db, ADA.user);
    await store.apply(change("+1", ADA), [{ op: "delete", id: "x" }]);
    await maintain(db, ADA);
    await store.apply(change("+2", ADA), []);
    await store.apply(change("+3"));
    await store.forget(ADA.user);
    expect(await marks(db)).toBe("3.0");
    for (const rows of [db, await connectMirror(store.name)]) {
      expect(await marks(rows, ADA)).toBe("");
      expect(await rows.count("journal")).toBe(1);
      for (const name of [
        "outbox",
        "pages",
        "history",
        "cursors",
        "manifests",
      ] as const) {
        expect(await rows.count(name))
          .withContext(name)
          .toBe(0);
      }
    }
    expect(await db.count("sync")).toBe(0);
  });

  it("is refused while something of theirs is on no disk", async () => {
    const { db, store } = await readyTab();
    fault = new Fault("full", 1);
    await store.apply(change("+1", ADA));
    await expectAsync(store.forget(ADA.user)).toBeRejectedWithError(
      /not saved yet/,
    );
    fault.heal();
    await store.retry();
    expect(await marks(db, ADA)).toBe("1.0");
  });

  it("does not keep them from beginning again", async () => {
    const { db, store } = await readyTab();
    await store.apply(change("+1", ADA));
    await store.forget(ADA.user);
    expect((await store.apply(change("+4", ADA))).saved).toBeTrue();
    expect(await marks(db, ADA)).toBe("4.0");
  });
});
