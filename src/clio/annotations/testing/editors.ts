import type { VoxelPosition } from "../../model/annotation.js";
import { withAnchor } from "../../model/geometry.js";
import type { SandboxKey } from "../../model/sandbox.js";
import type { StoredChange } from "../../store/packed_edits.js";
import { readRecord } from "../../store/reader.js";
import { DEMO, freshName, markId } from "../../store/testing/marks.js";
import { Tab } from "../../store/testing/tabs.js";
import { SandboxEditor } from "../sandbox_editor.js";

export const DESCRIPTION = {
  title: "Demo",
  image: "precomputed://https://a.org/b",
};

const editors: SandboxEditor[] = [];

/** Lets go of every editor that was started. To be called before the tabs are closed. */
export function disposeEditors(): void {
  for (const editor of editors.splice(0)) editor.dispose();
}

/** A person's editor on a sandbox, by default on a database of its own, and what it has said to be unsaved. */
export async function startEditor(name = freshName(), key: SandboxKey = DEMO) {
  const tab = new Tab({ name });
  await tab.reach("ready");
  const editor = new SandboxEditor(tab.store, key, DESCRIPTION);
  const unsaved: StoredChange[] = [];
  editor.unsaved.add((change) => unsaved.push(change));
  const acts: string[] = [];
  editor.acts.add(({ how, label }) => acts.push(`${how}: ${label}`));
  editors.push(editor);
  const onDisk = (number: number) => readRecord(tab.db, key, markId(number));
  return { tab, editor, unsaved, acts, onDisk };
}

export function place(
  editor: SandboxEditor,
  number: number,
  position: VoxelPosition,
): Promise<void> {
  const record = editor.newRecord({ kind: "point", position }, markId(number));
  return editor.add([record], "Place point");
}

export function move(
  editor: SandboxEditor,
  number: number,
  position: VoxelPosition,
): Promise<void> {
  return editor.edit("Move point", [markId(number)], (record) =>
    withAnchor(record, 0, position),
  );
}
