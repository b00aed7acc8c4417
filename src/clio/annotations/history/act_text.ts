/** How acts are told: "Moved point", and on buttons "Undo move point". */
import { withinSentence } from "../../store/history.js";
import type { Act } from "../sandbox_editor.js";

/** What the verbs that labels begin with are when they are done. */
const DONE: ReadonlyMap<string, string> = new Map([
  ["Add", "Added"],
  ["Change", "Changed"],
  ["Check", "Checked"],
  ["Clear", "Cleared"],
  ["Comment", "Commented"],
  ["Delete", "Deleted"],
  ["Draw", "Drew"],
  ["Edit", "Edited"],
  ["Import", "Imported"],
  ["Merge", "Merged"],
  ["Move", "Moved"],
  ["Place", "Placed"],
  ["Remove", "Removed"],
  ["Rename", "Renamed"],
  ["Set", "Set"],
  ["Tag", "Tagged"],
  ["Uncheck", "Unchecked"],
  ["Unmerge", "Unmerged"],
  ["Untag", "Untagged"],
]);

/** What was done, as a person reads it afterwards. */
export function actText({ how, label }: Act): string {
  if (how === "undone") return `Undid ${withinSentence(label)}`;
  if (how === "redone") return `Redid ${withinSentence(label)}`;
  const [verb, ...rest] = label.split(" ");
  const done = DONE.get(verb);
  return done === undefined ? `Done: ${label}` : [done, ...rest].join(" ");
}

/** The name of undo or redo where it would do `label`; without one where there is nothing to do. */
export function turnText(
  turn: "Undo" | "Redo",
  label: string | undefined,
): string {
  return label === undefined ? turn : `${turn} ${withinSentence(label)}`;
}
