import fc from "fast-check";
import type { Edit } from "../model/change.js";
import { foldStep } from "./fold.js";
import {
  countEdits,
  packEdits,
  unpackEdits,
  unpackInParts,
} from "./packed_edits.js";
import { findSandbox } from "./sandboxes.js";
import {
  change,
  cleanUp,
  DEMO,
  edits,
  freshName,
  inOrder,
  loseDatabase,
  mark,
  marks,
} from "./testing/marks.js";
import { closeTabs, readyTab } from "./testing/tabs.js";

/** More than stay as they are, and more than one part. */
const MANY = 5000;

afterEach(async () => {
  closeTabs();
  await cleanUp();
});

/** "+0.1 +1.1 +2.1" and so on. */
function script(sign: "+" | "-", version = ""): string {
  return Array.from(
    { length: MANY },
    (_, number) => `${sign}${number}${version}`,
  ).join(" ");
}

const names = (version: number) =>
  inOrder(Array.from({ length: MANY }, (_, number) => `${number}.${version}`));

describe("Edits that are packed", () => {
  it("come back as they were, however many they are and whatever is in them", () => {
    const text = fc.string({ unit: "binary" });
    const edit = fc.oneof(
      fc.record({
        op: fc.constant("put" as const),
        record: fc
          .tuple(fc.nat(), text)
          // Half a surrogate pair is the one thing that UTF-8 cannot hold; JSON escapes it.
          .map(([number, description]) => ({
            ...mark(number),
            description,
            tags: ["\ud800"],
            ...(number % 3 === 0 && { title: description }),
            ...(number % 5 === 0 && { fields: { sure: number % 2 === 0 } }),
          })),
      }),
      fc.record({ op: fc.constant("delete" as const), id: fc.uuid() }),
    );
    const put = edit.filter(({ op }) => op === "put");
    const deletion = edit.filter(({ op }) => op === "delete");
    const changed = put.map((one) => ({ ...one, changed: ["description"] }));
    const list = { minLength: 1, maxLength: 20 };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fc.oneof(edit, changed), list),
          fc.array(put, list),
          fc.array(deletion, list),
        ),
        fc.constantFrom(1, 30, 511, 512, 4096, 4097),
        (some: Edit[], count) => {
          const all = Array.from(
            { length: count },
            (_, i) => some[i % some.length],
          );
          const stored = packEdits(all);
          expect(Array.isArray(stored)).toBe(count < 512);
          expect(countEdits(stored)).toBe(count);
          expect(unpackEdits(stored)).toEqual(all);
          const parts = [...unpackInParts(stored)];
          expect(parts.length).toBe(Math.ceil(count / 4096));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("Edits that an older Clio packed", () => {
  it("are read as they were", () => {
    const some = edits("+0.1 +1.2 -2");
    const lines = some.map((edit) => JSON.stringify(edit)).join(",\n");
    const parts = [new TextEncoder().encode(`[\n${lines}\n]`)];
    expect(unpackEdits({ count: some.length, parts })).toEqual(some);
  });
});

describe("A change of many marks", () => {
  it("is taken back, done again, told to other tabs, folded, and is in the second copy", async () => {
    const name = freshName();
    const { store, db } = await readyTab(name);
    const other = await readyTab(name);
    await store.apply(change(script("+")), edits(script("-")));
    await store.apply(change(script("+", ".1")), edits(script("+")));
    expect(await marks(db)).toBe(names(1));
    await other.store.catchUp();
    expect(await other.shows()).toBe(names(1));

    await other.store.undoStack.undo(DEMO);
    await other.store.undoStack.undo(DEMO);
    expect(await marks(db)).toBe("");
    await store.undoStack.redo(DEMO);
    expect(await marks(db)).toBe(names(0));
    await store.catchUp();
    await other.store.catchUp();
    expect(await other.shows()).toBe(names(0));

    while ((await foldStep(db, (await findSandbox(db, DEMO))!)) > 0);
    expect(await db.count("journal")).toBe(0);
    expect(await marks(db)).toBe(names(0));
    await store.undoStack.redo(DEMO);

    closeTabs();
    await loseDatabase(name);
    const restored = await readyTab(name);
    expect(await restored.shows()).toBe(names(1));
  });
});
