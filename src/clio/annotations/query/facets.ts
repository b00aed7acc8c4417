/** The words in use, with counts. */
import { ANNOTATION_KINDS, type FieldValue } from "../../model/annotation.js";
import { CHECKED, LIVE, type MarkTable } from "./mark_table.js";
import { type Facet, type Facets, MOST_FIELD_VALUES } from "./messages.js";
import type { WordColumn } from "./word_column.js";

export function facetsOf(table: MarkTable): Facets {
  const kinds = ANNOTATION_KINDS.map(() => 0);
  let checked = 0;
  for (let row = 0; row < table.height; ++row) {
    const flags = table.flags[row];
    if ((flags & LIVE) === 0) continue;
    if ((flags & CHECKED) !== 0) ++checked;
    ++kinds[table.kinds[row]];
  }
  const tags = new Map<string, number>();
  table.tags.values.forEach((list, number) => {
    const uses = table.tags.counts[number];
    if (uses > 0) for (const tag of new Set(list)) count(tags, tag, uses);
  });
  return {
    kinds: sorted(
      ANNOTATION_KINDS.map((kind, i) => [kind, kinds[i]] as const).filter(
        ([, uses]) => uses > 0,
      ),
    ),
    types: wordsOf(table.types),
    tags: sorted(tags),
    users: wordsOf(table.users),
    sets: setsOf(table),
    fields: fieldValues(table),
    checked,
  };
}

/** The sets of the marks. It takes no look at the marks. */
export function setsOf({ sets }: MarkTable): Facet[] {
  return wordsOf(sets);
}

function wordsOf({ values, counts }: WordColumn<string>): Facet[] {
  return sorted(
    values
      .map((value, number) => [value, counts[number]] as const)
      // An empty word stands for none.
      .filter(([value, uses]) => value !== "" && uses > 0),
  );
}

function fieldValues(table: MarkTable): Facets["fields"] {
  if (table.fields.size === 0) return {};
  const byName = new Map(
    [...table.fields.keys()].map(
      (name) => [name, new Map<FieldValue, number>()] as const,
    ),
  );
  for (const { fields } of table) {
    for (const name in fields) count(byName.get(name)!, fields[name]);
  }
  return Object.fromEntries(
    [...byName].map(([name, values]) => [
      name,
      sorted(values).slice(0, MOST_FIELD_VALUES),
    ]),
  );
}

function count<T>(counts: Map<T, number>, value: T, uses = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + uses);
}

function sorted<T extends FieldValue>(
  counts: Iterable<readonly [T, number]>,
): Facet<T>[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
