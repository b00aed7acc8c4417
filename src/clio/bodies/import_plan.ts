/** What an import would do, row by row. */
import { csvRow, textCell } from "../model/csv_cell.js";
import { type Child, element } from "../ui/element.js";
import { icon, type IconName } from "../ui/icons.js";
import { type Fate, fateText, type ReadRow } from "./bodies_csv.js";

type Would = Fate["would"];

/** A row of the table, and what would become of it. */
export interface PlannedRow {
  readonly row: ReadRow;
  readonly fate: Fate;
}

export const FATES: Readonly<
  Record<Would, { icon: IconName; words: string; filter: string }>
> = {
  add: { icon: "plus", words: "will be added", filter: "Add" },
  change: { icon: "edit", words: "will be changed", filter: "Change" },
  keep: { icon: "minus", words: "are so already", filter: "Skip" },
  refuse: { icon: "error", words: "are refused", filter: "Refused" },
};
export const WOULDS = Object.keys(FATES) as Would[];

/** The columns of the rows as they would be written. */
export const planColumns = [
  {
    id: "line",
    title: "Line",
    width: 44,
    numeric: true,
    sortable: false,
    cell: ({ row }: PlannedRow): Child[] => [row.line.toLocaleString("en")],
  },
  {
    id: "would",
    title: "Would",
    width: 76,
    sortable: false,
    cell: ({ fate: { would } }: PlannedRow): Child[] => [
      element(
        "span",
        { class: `clio-bodies-fate clio-bodies-${would}` },
        icon(FATES[would].icon),
        would,
      ),
    ],
  },
  {
    id: "body",
    title: "Body",
    width: 146,
    sortable: false,
    cell: ({ row }: PlannedRow): Child[] => [
      element("span", {}, "id" in row ? String(row.id) : ""),
    ],
  },
  {
    id: "what",
    title: "What",
    width: 300,
    grows: true,
    sortable: false,
    cell: ({ fate }: PlannedRow): Child[] => {
      const text = fateText(fate);
      return [element("span", { title: text }, text)];
    },
  },
];

/** What would become of each row, as a table that can be saved. */
export function planReport(planned: readonly PlannedRow[]): Blob {
  const lines = [
    "\uFEFFline,would,body,what",
    ...planned.map(({ row, fate }) =>
      csvRow([
        String(row.line),
        fate.would,
        "id" in row ? `'${row.id}` : "",
        textCell(fateText(fate)),
      ]),
    ),
  ];
  return new Blob([lines.join("\r\n")], { type: "text/csv;charset=utf-8" });
}
