import { type FaultKind, Fault } from "./testing/faults.js";
import { stillRunning } from "./testing/counts.js";
import type { Store } from "./store.js";
import { cleanUp, marks } from "./testing/marks.js";
import { next, openTab, redo, step, undo } from "./testing/steps.js";
import { closeTabs, type Tab } from "./testing/tabs.js";

/** Milliseconds; one spec is a database for each call of an operation. */
const EXHAUSTIVE_TIMEOUT = 120_000;

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
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
