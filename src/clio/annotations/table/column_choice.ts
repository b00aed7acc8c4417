/** Which columns a person has chosen for a dataset, in which order and how wide: kept on this machine, and in no link. */
import * as v from "valibot";
import { FIRST_COLUMNS } from "./marks_columns.js";

const schema = v.object({
  /** Ids of the columns that are shown, from left to right. */
  shown: v.array(v.string()),
  /** Pixels, of those that a person has made wider or narrower. */
  widths: v.record(v.string(), v.pipe(v.number(), v.minValue(1))),
});

export type ColumnChoice = v.InferOutput<typeof schema>;

const keyOf = (dataset: string) => `clio.columns.${dataset}`;

/** The choice for a dataset; that of a beginner where none was made or what is kept cannot be read. */
export function keptColumns(dataset: string): ColumnChoice {
  try {
    const kept = localStorage.getItem(keyOf(dataset));
    if (kept !== null) return v.parse(schema, JSON.parse(kept));
  } catch {
    // Storage is blocked, or another version has written it: nothing that may be missed.
  }
  return { shown: [...FIRST_COLUMNS], widths: {} };
}

/** Keeps a choice for the next time, where the browser keeps anything. */
export function keepColumns(dataset: string, choice: ColumnChoice): void {
  try {
    localStorage.setItem(keyOf(dataset), JSON.stringify(choice));
  } catch {
    // Storage is blocked or full: the choice holds until the page is closed.
  }
}

/** The columns of a choice, in its order. Those that the dataset does not have are left out. */
export function chosenColumns<Column extends { readonly id: string }>(
  all: readonly Column[],
  { shown }: ColumnChoice,
): Column[] {
  return shown.flatMap((id) => all.find((column) => column.id === id) ?? []);
}

/** The choice with a column shown or not. What is shown anew comes last. */
export function withColumn(
  choice: ColumnChoice,
  id: string,
  isShown: boolean,
): ColumnChoice {
  const others = choice.shown.filter((other) => other !== id);
  return { ...choice, shown: isShown ? [...others, id] : others };
}

/** The choice with a column moved by so many places; at the ends it stays. */
export function withColumnMoved(
  choice: ColumnChoice,
  id: string,
  by: 1 | -1,
): ColumnChoice {
  const from = choice.shown.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= choice.shown.length) return choice;
  const shown = [...choice.shown];
  shown.splice(to, 0, ...shown.splice(from, 1));
  return { ...choice, shown };
}
