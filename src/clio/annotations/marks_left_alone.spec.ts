import { cleanUp, DEMO, freshName, markId } from "../store/testing/marks.js";
import { closeTabs } from "../store/testing/tabs.js";
import { disposeEditors, move, place, startEditor } from "./testing/editors.js";
import { prepared } from "./testing/prepared.js";

afterEach(async () => {
  disposeEditors();
  closeTabs();
  await cleanUp();
});

describe("The marks of a locked set", () => {
  const inSet = async () => {
    const started = await startEditor();
    const { editor } = started;
    editor.newMarksSet = "done";
    await place(editor, 1, [1, 2, 3]);
    editor.newMarksSet = undefined;
    await place(editor, 2, [4, 5, 6]);
    editor.lockedSets.value = new Set(["done"]);
    return started;
  };
  const locked = /the set “done” is locked/;

  it("are neither moved, edited nor deleted, alone or among others", async () => {
    const { editor, onDisk, acts } = await inSet();
    const before = [await onDisk(1), await onDisk(2)];
    await expectAsync(move(editor, 1, [9, 9, 9])).toBeRejectedWithError(locked);
    const both = [markId(2), markId(1)];
    await expectAsync(
      editor.edit("Delete 2 marks", both, () => undefined),
    ).toBeRejectedWithError(locked);
    await expectAsync(
      editor.putPrepared(
        prepared([{ ...before[0]!, description: "other" }]),
        "Import",
      ),
    ).toBeRejectedWithError(locked);
    expect([await onDisk(1), await onDisk(2)]).toEqual(before);
    expect(acts).toEqual(["done: Place point", "done: Place point"]);
  });

  it("do not become more or fewer by way of the set", async () => {
    const { editor, onDisk } = await inSet();
    const setTo = (number: number, set: string) =>
      editor.edit("Edit set", [markId(number)], (record) => ({
        ...record,
        set,
      }));
    await expectAsync(setTo(1, "open")).toBeRejectedWithError(locked);
    await expectAsync(setTo(2, "done")).toBeRejectedWithError(locked);
    editor.newMarksSet = "done";
    await expectAsync(place(editor, 3, [1, 1, 1])).toBeRejectedWithError(
      locked,
    );
    expect(await onDisk(3)).toBeUndefined();
  });

  it("stay as they are in undo and redo, which go on when the set is open again", async () => {
    const { editor, onDisk } = await inSet();
    await move(editor, 2, [7, 7, 7]);
    await editor.undo();
    await editor.undo();
    expect(await onDisk(2)).toBeUndefined();
    await expectAsync(editor.undo()).toBeRejectedWithError(
      /^Place point: the set “done” is locked/,
    );
    expect(await onDisk(1)).toBeDefined();
    editor.lockedSets.value = new Set();
    await editor.undo();
    expect(await onDisk(1)).toBeUndefined();
    editor.lockedSets.value = new Set(["done"]);
    await expectAsync(editor.redo()).toBeRejectedWithError(locked);
    expect(await onDisk(1)).toBeUndefined();
  });

  it("still get the segments that lie under them", async () => {
    const { editor, onDisk } = await inSet();
    const segments = { source: "precomputed://x", supervoxels: ["7"] };
    await editor.note([markId(1)], (record) => ({ ...record, segments }));
    expect((await onDisk(1))?.segments).toEqual(segments);
  });
});

describe("The marks of another person", () => {
  it("are not changed by this one", async () => {
    const theirs = { ...DEMO, user: "maria@lab.org" };
    const { editor, onDisk } = await startEditor(freshName(), theirs);
    await expectAsync(place(editor, 1, [1, 2, 3])).toBeRejectedWithError(
      "only maria@lab.org can change these marks",
    );
    const record = editor.newRecord(
      { kind: "point", position: [1, 2, 3] },
      markId(1),
    );
    await expectAsync(
      editor.putPrepared(prepared([record]), "Import"),
    ).toBeRejectedWithError(/^only maria@lab.org/);
    expect(await onDisk(1)).toBeUndefined();
  });
});
