/** What the specs of the history do and ask. */
import type { Store } from "../store.js";
import { change, DEMO, edits, freshName } from "./marks.js";
import { Tab } from "./tabs.js";

export async function openTab(name = freshName()): Promise<Tab> {
  const tab = new Tab({ name });
  await tab.reach("ready");
  return tab;
}

/** Makes a step of the edits of `script`, which is also its label, that those of `back` take back. */
export function step(store: Store, script: string, back: string, key = DEMO) {
  return store.apply(change(script, key), edits(back));
}

/** What undo and redo would do: "undo +1 | redo +2". */
export async function next({ undoStack }: Store, key = DEMO): Promise<string> {
  const { undo, redo } = await undoStack.next(key);
  return `undo ${undo ?? "nothing"} | redo ${redo ?? "nothing"}`;
}

export async function undo({ undoStack }: Store, key = DEMO) {
  return (await undoStack.undo(key))?.label;
}

export async function redo({ undoStack }: Store, key = DEMO) {
  return (await undoStack.redo(key))?.label;
}
