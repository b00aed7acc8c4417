/** The columns of the table of bodies: those of the dataset's schema, of which a person chooses. */
import * as v from "valibot";
import { BODY_ID, bodyField, type BodyValue } from "../model/body.js";
import type { BodyField, BodySchema } from "../model/body_schema.js";
import { chip } from "../ui/chip.js";
import { type Column, textCells } from "../ui/virtual_columns.js";
import type { Body } from "./bodies_session.js";
import { isPoint, valueText } from "./body_values.js";

/** Columns that are shown at first: more have no room. */
const FIRST = 5;

/** Pixels of a column by what it holds. */
const WIDTHS: Readonly<Record<BodyField["kind"], number>> = {
  text: 90,
  integer: 76,
  number: 76,
  boolean: 54,
  choice: 90,
  list: 120,
  point: 120,
};

const schema = v.object({
  /** Names of the fields that are shown, from left to right. */
  shown: v.array(v.string()),
  /** Pixels, of columns that a person has made wider or narrower. */
  widths: v.record(v.string(), v.pipe(v.number(), v.minValue(1))),
});
export type ColumnChoice = v.InferOutput<typeof schema>;

const keyOf = (dataset: string) => `clio.bodies.columns.${dataset}`;

/** The choice for a dataset; its first fields where none was made or what is kept cannot be read. */
export function keptColumns(
  dataset: string,
  { fields }: BodySchema,
): ColumnChoice {
  try {
    const kept = localStorage.getItem(keyOf(dataset));
    if (kept !== null) return v.parse(schema, JSON.parse(kept));
  } catch {
    // Storage is blocked, or another version has written it: nothing that may be missed.
  }
  return { shown: fields.slice(0, FIRST).map(({ name }) => name), widths: {} };
}

/** Keeps a choice for the next time, where the browser keeps anything. */
export function keepColumns(dataset: string, choice: ColumnChoice): void {
  try {
    localStorage.setItem(keyOf(dataset), JSON.stringify(choice));
  } catch {
    // Storage is blocked or full: the choice holds until the page is closed.
  }
}

/** The column of the ids. */
export const idColumn: Column<Body> = {
  id: BODY_ID,
  title: "Body",
  // An id that is cut must not look like a shorter one: as wide as the longest that are in use.
  width: 156,
  sortable: true,
  ...textCells(({ id }) => String(id)),
};

/** The column of a field. */
export function fieldColumn({ name, title, kind }: BodyField): Column<Body> {
  const valueOf = ({ fields }: Body) => bodyField(fields, name);
  const text = textCells((body: Body) => valueText(valueOf(body)));
  return {
    id: name,
    title,
    width: WIDTHS[kind],
    grows: kind === "text" || kind === "list",
    numeric: kind === "integer" || kind === "number",
    sortable: true,
    cell: (body) => itemsOf(valueOf(body))?.map(chip) ?? text.cell(body),
    basis: (body) =>
      JSON.stringify(itemsOf(valueOf(body)) ?? text.basis?.(body)),
  };
}

/** The texts of the items of a list; undefined where a value is none. */
function itemsOf(value: BodyValue | undefined): string[] | undefined {
  if (!Array.isArray(value) || isPoint(value)) return undefined;
  const items: readonly BodyValue[] = value;
  return items.map((item) => valueText(item));
}
