/** What a search asks of one mark, made ready to be asked of a million. */
import { ANNOTATION_KINDS } from "../../model/annotation.js";
import type { FieldValue } from "../../model/annotation.js";
import { ownValue } from "../../model/fields.js";
import { centerOf } from "../../model/geometry.js";
import { measure, type VoxelSize } from "../../model/measurement.js";
import type { VoxelBounds } from "../spatial_grid.js";
import { CHECKED, type MarkTable, TAGGED, TITLED } from "./mark_table.js";
import type { SearchTexts } from "./search_texts.js";
import {
  type Condition,
  fits,
  inRange,
  type MarkState,
  searchable,
} from "./terms.js";

/** Whether the mark of a row meets a condition. */
export type RowTest = (row: number) => boolean;

/** What the tests look at. */
export interface Searched {
  readonly table: MarkTable;
  readonly texts: SearchTexts;
  readonly voxel: VoxelSize;
  /** What `in:view` means. */
  readonly view: VoxelBounds | undefined;
}

/** Bit of a mark's flags, and whether it is set. */
const STATE_FLAGS: Readonly<Record<MarkState, readonly [number, boolean]>> = {
  checked: [CHECKED, true],
  unchecked: [CHECKED, false],
  tagged: [TAGGED, true],
  untagged: [TAGGED, false],
  titled: [TITLED, true],
  untitled: [TITLED, false],
};

/** How long conditions take for one mark, in proportion: those that take long are asked about few. */
export const COSTS: Readonly<Record<Condition["about"], number>> = {
  state: 1,
  kind: 1,
  word: 2,
  sets: 2,
  text: 5,
  view: 10,
  segment: 10,
  field: 20,
  measure: 20,
};

/** The test for a condition; good until a mark changes, as it may know the words in use. */
export function rowTest(condition: Condition, searched: Searched): RowTest {
  const { table, texts, voxel, view } = searched;
  const { records } = table;
  switch (condition.about) {
    case "state": {
      const [bit, set] = STATE_FLAGS[condition.state];
      const { flags } = table;
      return (row) => ((flags[row] & bit) !== 0) === set;
    }
    case "kind": {
      const kind = ANNOTATION_KINDS.indexOf(condition.kind);
      const { kinds } = table;
      return (row) => kinds[row] === kind;
    }
    case "word":
      return wordTest(condition, table);
    case "sets": {
      const { numbers } = table.sets;
      const wanted = table.sets.select((set) => condition.names.includes(set));
      return (row) => wanted[numbers[row]] === 1;
    }
    case "text": {
      const { text } = condition;
      const hasWord = textInWords(text, table);
      return (row) => hasWord(row) || texts.includes(row, text);
    }
    case "segment": {
      const { id } = condition;
      return (row) => records[row]!.segments?.supervoxels.includes(id) ?? false;
    }
    case "measure": {
      const { measure: what, range } = condition;
      return (row) => {
        const value = measure(records[row]!, voxel)[what];
        return value !== undefined && inRange(value, range);
      };
    }
    case "field": {
      const { name } = condition;
      return (row) => {
        const value = ownValue(records[row]!.fields, name);
        return value !== undefined && fieldMeets(value, condition);
      };
    }
    case "view":
      if (view === undefined) return () => false;
      return (row) => {
        const center = centerOf(records[row]!);
        return center.every(
          (at, i) => at >= view.lower[i] && at < view.upper[i],
        );
      };
  }
}

/** Whether a text is among a mark's type, set, author or tags. */
export function textInWords(text: string, table: MarkTable): RowTest {
  const has = (word: string) => searchable(word).includes(text);
  const { types, sets, users, tags } = table;
  // Mostly no word has it, and then no row need be looked at.
  const found = [types, sets, users]
    .map((column) => ({ of: column.numbers, wanted: column.select(has) }))
    .concat({
      of: tags.numbers,
      wanted: tags.select((list) => list.some(has)),
    })
    .filter(({ wanted }) => wanted.includes(1));
  if (found.length === 0) return () => false;
  const { length } = found;
  return (row) => {
    for (let i = 0; i < length; ++i) {
      const { of, wanted } = found[i];
      if (wanted[of[row]] === 1) return true;
    }
    return false;
  };
}

function wordTest(
  condition: Extract<Condition, { about: "word" }>,
  table: MarkTable,
): RowTest {
  const meets = (word: string) => fits(searchable(word), condition);
  if (condition.column === "tag") {
    const { numbers } = table.tags;
    const wanted = table.tags.select((list) => list.some(meets));
    return (row) => wanted[numbers[row]] === 1;
  }
  const column = { type: table.types, set: table.sets, user: table.users }[
    condition.column
  ];
  const { numbers } = column;
  // An empty word stands for none.
  const wanted = column.select((word) => word !== "" && meets(word));
  return (row) => wanted[numbers[row]] === 1;
}

function fieldMeets(
  value: FieldValue,
  { pattern, range }: Extract<Condition, { about: "field" }>,
): boolean {
  if (typeof value === "number" && range !== undefined) {
    return inRange(value, range);
  }
  const text =
    typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return fits(searchable(text), pattern);
}
