import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { VolumeSource } from "../../../../neuroglancer/volume_source.js";
import type {
  AnnotationRecord,
  VoxelPosition,
} from "../../model/annotation.js";
import type { Vec3 } from "../../model/box.js";
import { maintain } from "../../store/maintenance.js";
import { newestSeqOf } from "../../store/reader.js";
import { receiveRecords } from "../../store/received.js";
import { cleanUp, DEMO, markId } from "../../store/testing/marks.js";
import { closeTabs, Tab, until } from "../../store/testing/tabs.js";
import { withField } from "../details/edits.js";
import { SandboxEditor } from "../sandbox_editor.js";
import {
  DESCRIPTION,
  disposeEditors,
  move,
  place,
  startEditor,
} from "../testing/editors.js";
import { LabelFollow } from "./label_follow.js";
import { followLabels } from "./label_marks.js";

type LabelsAt = (places: readonly Vec3[]) => Promise<(string | null)[]>;

/** Labels are as many as the place is far along x; before it there are none. */
const labelsAt: LabelsAt = (places) =>
  Promise.resolve(places.map(([x]) => (x > 0 ? String(x) : null)));

/** The same, once they are let go; says how many places were asked for each time. */
function heldLabels() {
  const asked: number[] = [];
  let letGo: () => void = () => undefined;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  const look: LabelsAt = async (places) => {
    asked.push(places.length);
    await isLetGo;
    return labelsAt(places);
  };
  return { asked, look, letGo };
}

const written = (record: AnnotationRecord, cell: string | undefined) =>
  withField(record, { name: "cell", type: "text" }, cell);

describe("Labels that follow marks", () => {
  const open: LabelFollow[] = [];

  afterEach(async () => {
    for (const each of open.splice(0)) each.dispose();
    disposeEditors();
    closeTabs();
    await cleanUp();
  });

  async function start(name?: string) {
    const started = await startEditor(name);
    const { editor, tab } = started;
    const failed: string[] = [];
    const kept = { seq: 0 };
    const progress = {
      since: () => kept.seq,
      reached: (seq: number) => (kept.seq = seq),
      failed: (error: Error) => failed.push(error.message),
    };
    const follow = (look = labelsAt) => {
      const made = new LabelFollow(editor, tab.store, look, "cell", progress);
      open.push(made);
      return made;
    };
    const cellOf = async (n: number) => (await started.onDisk(n))?.fields?.cell;
    /** When all that was done until now, the labels included, was looked at. */
    const isThrough = () =>
      until(async () => kept.seq === (await newestSeqOf(tab.db)));
    const point = (n: number, position: VoxelPosition) =>
      editor.newRecord({ kind: "point", position }, markId(n));
    const write = (n: number, cell: string) =>
      editor.edit("Edit cell", [markId(n)], (record) => written(record, cell));
    return {
      ...started,
      ...{ follow, cellOf, isThrough, point, write, progress, kept, failed },
    };
  }

  it("are in the field of each mark that is placed or moved, and go with it where there is none; undo takes back what a person did", async () => {
    const { editor, tab, kept, follow, cellOf, isThrough } = await start();
    await place(editor, 1, [3, 4, 5]);
    kept.seq = await newestSeqOf(tab.db);
    // A mark of a locked set stays as it is.
    editor.newMarksSet = "locked";
    await place(editor, 4, [6, 4, 5]);
    editor.newMarksSet = undefined;
    editor.lockedSets.value = new Set(["locked"]);
    const following = follow();
    await place(editor, 2, [7, 4, 5]);
    await until(async () => (await cellOf(2)) === "7");
    await isThrough();
    expect(await cellOf(1)).toBe(undefined);
    expect(await cellOf(4)).toBe(undefined);
    await move(editor, 1, [9, 4, 5]);
    await until(async () => (await cellOf(1)) === "9");
    await editor.undo();
    await until(async () => (await cellOf(1)) === "3");
    await move(editor, 2, [-1, 4, 5]);
    await until(async () => (await cellOf(2)) === undefined);
    following.dispose();
    await place(editor, 3, [8, 4, 5]);
    kept.seq = 0;
    follow();
    await until(async () => (await cellOf(3)) === "8");
  });

  it("are those of all that came since, however old it says it is, and it is noted so once all of that is through", async () => {
    const { editor, tab, follow, cellOf, isThrough, point, kept, ...told } =
      await start();
    const broken = follow(() => Promise.reject(new Error("away")));
    await editor.add(
      [{ ...point(1, [3, 4, 5]), created: 1, modified: 1 }],
      "Import",
    );
    await until(() => told.failed.includes("away"));
    broken.dispose();
    expect(kept.seq).toBe(0);

    const held = heldLabels();
    const cutOff = follow(held.look);
    await until(() => held.asked.length === 1);
    // While that is looked up; then the page is loaded anew.
    await place(editor, 2, [7, 4, 5]);
    cutOff.dispose();
    held.letGo();
    expect(kept.seq).toBe(0);

    const page = new Tab({ name: tab.store.name });
    const loaded = new SandboxEditor(page.store, DEMO, DESCRIPTION);
    // Before its database is open.
    expect(page.store.db).toBe(undefined);
    const { progress } = told;
    open.push(new LabelFollow(loaded, page.store, labelsAt, "cell", progress));
    await until(async () => (await cellOf(2)) === "7");
    expect(await cellOf(1)).toBe("3");
    await isThrough();
    loaded.dispose();
  });

  it("leave alone what was written by hand or by a file until the mark is moved, and what other devices did", async () => {
    const { editor, tab, follow, cellOf, isThrough, point, write, kept } =
      await start();
    const first = follow();
    await editor.add(
      [point(1, [3, 4, 5]), written(point(2, [7, 4, 5]), "of a file")],
      "Import",
    );
    await until(async () => (await cellOf(1)) === "3");
    await write(1, "by hand");
    const record = point(3, [8, 4, 5]);
    await receiveRecords(tab.store, DEMO, [{ id: record.id, record }], 5);
    await isThrough();
    first.dispose();
    // Cut off before it was noted how far it was.
    kept.seq = 0;
    const again = follow();
    await isThrough();
    expect(await Promise.all([1, 2, 3].map(cellOf))).toEqual([
      ...["by hand", "of a file", undefined],
    ]);
    await move(editor, 1, [9, 4, 5]);
    await until(async () => (await cellOf(1)) === "9");
    await write(1, "by hand");
    again.dispose();
    // Of what was folded the store does not know what it was.
    await place(editor, 4, [6, 4, 5]);
    await maintain(tab.db, DEMO);
    kept.seq = 1;
    follow();
    await until(async () => (await cellOf(4)) === "6");
    expect(await cellOf(1)).toBe("by hand");
  });

  it("go on where a mark was deleted while they were looked up", async () => {
    const { editor, follow, cellOf, isThrough, onDisk, failed } = await start();
    const held = heldLabels();
    follow(held.look);
    await place(editor, 1, [3, 4, 5]);
    await until(() => held.asked.length === 1);
    await editor.undo();
    await place(editor, 2, [7, 4, 5]);
    held.letGo();
    await until(async () => (await cellOf(2)) === "7");
    await isThrough();
    expect(await onDisk(1)).toBe(undefined);
    expect(failed).toEqual([]);
  });

  it("come in parts where many marks are imported, and go on from the part in which they were cut off", async () => {
    const { editor, follow, cellOf, isThrough, point, kept } = await start();
    const many = Array.from({ length: 2500 }, (_, n) => point(n, [n, 4, 5]));
    await editor.add(many, "Import");
    const asked: number[] = [];
    const cutOff: LabelFollow = follow((places) => {
      asked.push(places.length);
      if (asked.length === 3) cutOff.dispose();
      return labelsAt(places);
    });
    await until(() => cutOff.wasDisposed === true);
    expect(asked).toEqual([1024, 1024, 452]);
    expect(kept.seq).toBe(0);
    asked.splice(0);
    follow((places) => {
      asked.push(places.length);
      return labelsAt(places);
    });
    await isThrough();
    // The rest, and the one that lies in no label.
    expect(asked).toEqual([453]);
    expect(await cellOf(0)).toBe(undefined);
    expect(await cellOf(1)).toBe("1");
    expect(await cellOf(2499)).toBe("2499");
  });

  it("are written by one tab for all, and by the next when that is closed", async () => {
    const one = await start();
    const two = await start(one.tab.store.name);
    const held = heldLabels();
    const first = one.follow();
    await one.isThrough();
    const second = two.follow(held.look);
    held.letGo();
    await place(two.editor, 1, [3, 4, 5]);
    await until(async () => (await one.cellOf(1)) === "3");
    await one.isThrough();
    expect(held.asked).toEqual([]);
    first.dispose();
    await place(one.editor, 2, [7, 4, 5]);
    await until(async () => (await one.cellOf(2)) === "7");
    expect(held.asked).not.toEqual([]);
    second.dispose();
  });

  it("are those of adopted marks too", async () => {
    const { tab, follow, cellOf } = await start();
    const from = { ...DEMO, dataset: "image" };
    const other = await startEditor(tab.store.name, from);
    await place(other.editor, 1, [3, 4, 5]);
    follow();
    await tab.store.adopt(from, DEMO);
    await until(async () => (await cellOf(1)) === "3");
  });

  it("are no burden to the marks in view when they follow no more", async () => {
    const { editor, tab, progress } = await start();
    const volume = { scales: [{}] } as unknown as VolumeSource;
    class MarksInView extends RefCounted {
      readonly editor = editor;
      readonly voxelSize: Vec3 = [1, 1, 1];
      readonly held = new Set<unknown>();
      override registerDisposer<T>(f: T): T {
        this.held.add(f);
        return f;
      }
      override unregisterDisposer<T>(f: T): T {
        this.held.delete(f);
        return f;
      }
    }
    const inView = new MarksInView();
    const following = followLabels(
      inView,
      tab.store,
      volume,
      "cell",
      progress,
    )!;
    expect([...inView.held]).toEqual([following]);
    following.dispose();
    expect(inView.held.size).toBe(0);
  });
});
