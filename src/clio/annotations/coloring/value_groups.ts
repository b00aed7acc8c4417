/** Which values marks have, and how many have them, without a look at every mark where the columns know. */
import { ANNOTATION_KINDS, type FieldValue } from "../../model/annotation.js";
import { ownValue } from "../../model/fields.js";
import { CHECKED, LIVE, type MarkTable } from "../query/mark_table.js";
import type { WordColumn } from "../query/word_column.js";
import { searchable } from "../query/terms.js";
import { type ColorBy, fieldOf } from "./color_scheme.js";

/** Marks that have the same values. A mark is in one group. */
export interface ValueGroup {
  readonly values: readonly FieldValue[];
  readonly count: number;
}

/** A value in the form in which the search compares it, by which equal ones have one colour. */
export function keyOfValue(value: FieldValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return searchable(String(value));
}

/** All marks of a table by their values. */
export function valueGroups(table: MarkTable, by: ColorBy): ValueGroup[] {
  switch (by) {
    case "kind":
      return kindGroups(table);
    case "checked":
      return checkedGroups(table);
    case "tag":
      return groupsOf(table.tags, (tags) => tags);
    case "type":
      return groupsOf(table.types, wordsOf);
    case "user":
      return groupsOf(table.users, wordsOf);
    case "set":
      return groupsOf(table.sets, wordsOf);
    default:
      return fieldGroups(table, fieldOf(by)!);
  }
}

function groupsOf<T>(
  { values, counts }: WordColumn<T>,
  read: (value: T) => readonly string[],
): ValueGroup[] {
  return values
    .map((value, i) => ({ values: read(value), count: counts[i] }))
    .filter(({ count }) => count > 0);
}

/** An empty word stands for none. */
function wordsOf(word: string): string[] {
  return word === "" ? [] : [word];
}

function kindGroups({ kinds, flags, height }: MarkTable): ValueGroup[] {
  const counts = ANNOTATION_KINDS.map(() => 0);
  for (let row = 0; row < height; ++row) {
    if ((flags[row] & LIVE) !== 0) ++counts[kinds[row]];
  }
  return ANNOTATION_KINDS.map((kind, i) => ({
    values: [kind],
    count: counts[i],
  }));
}

function checkedGroups({ flags, height, size }: MarkTable): ValueGroup[] {
  let checked = 0;
  for (let row = 0; row < height; ++row) {
    if ((flags[row] & CHECKED) !== 0) ++checked;
  }
  return [
    { values: [true], count: checked },
    { values: [false], count: size - checked },
  ];
}

function fieldGroups(table: MarkTable, name: string): ValueGroup[] {
  const counts = new Map<FieldValue, number>();
  let none = table.size;
  // Where no mark has the field there is nothing to look for.
  if (table.fields.has(name)) {
    for (const { fields } of table) {
      const value = ownValue(fields, name);
      if (value === undefined || value === "") continue;
      --none;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const groups = [...counts].map(([value, count]) => ({
    values: [value],
    count,
  }));
  return none === 0 ? groups : [...groups, { values: [], count: none }];
}
