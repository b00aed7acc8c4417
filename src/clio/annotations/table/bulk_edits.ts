/** What can be done to many marks at once: the step's name for undo, and what becomes of each record. */
import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import type { Field } from "../../model/fields.js";
import {
  set as setText,
  type TextEdit,
  type as typeText,
  withChecked,
  withField,
  withoutTag,
  withTag,
} from "../details/edits.js";

/** One act on many marks; undefined deletes a mark. */
export interface BulkEdit {
  /** As undo names it: "Tag 12 marks". */
  readonly label: string;
  readonly change: (record: AnnotationRecord) => AnnotationRecord | undefined;
}

/** "1 mark", "3,120 marks". */
export function countOfMarks(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "mark" : "marks"}`;
}

export function addTag(tag: string, count: number): BulkEdit {
  return {
    label: `Tag ${countOfMarks(count)} ${tag}`,
    change: (record) => withTag(record, tag),
  };
}

export function removeTag(tag: string, count: number): BulkEdit {
  return {
    label: `Remove tag ${tag} from ${countOfMarks(count)}`,
    change: (record) => withoutTag(record, tag),
  };
}

/** @param type an empty text takes the type away */
export function setType(type: string, count: number): BulkEdit {
  return {
    label: type
      ? `Set type of ${countOfMarks(count)}`
      : `Clear type of ${countOfMarks(count)}`,
    change: changeOf(typeText, type),
  };
}

/** @param set an empty text takes the marks out of their sets */
export function moveToSet(set: string, count: number): BulkEdit {
  return {
    label: set
      ? `Move ${countOfMarks(count)} to ${set}`
      : `Clear set of ${countOfMarks(count)}`,
    change: changeOf(setText, set),
  };
}

export function setChecked(checked: boolean, count: number): BulkEdit {
  return {
    label: `${checked ? "Check" : "Uncheck"} ${countOfMarks(count)}`,
    change: (record) => withChecked(record, checked),
  };
}

/** @param value undefined takes the value away */
export function setField(
  field: Field,
  value: FieldValue | undefined,
  count: number,
): BulkEdit {
  const name = field.title ?? field.name;
  return {
    label: `Set ${name.toLowerCase()} of ${countOfMarks(count)}`,
    change: (record) => withField(record, field, value),
  };
}

export function deleteAll(count: number): BulkEdit {
  return { label: `Delete ${countOfMarks(count)}`, change: () => undefined };
}

/** What a text makes of a record in a field that takes any text. */
function changeOf(
  edit: TextEdit,
  text: string,
): (record: AnnotationRecord) => AnnotationRecord {
  const reading = edit.read(text);
  return "change" in reading ? reading.change : (record) => record;
}
