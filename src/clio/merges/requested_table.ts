import type { MergeConflict } from "../model/merge_request.js";
import { element } from "../ui/element.js";
import { type Column, textCells } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import { rowBadge } from "./request_words.js";
import type { RequestedRow } from "./requested_rows.js";

/** Segments that a cell names; the details name all. */
const NAMED = 12;

export interface RequestedTableOptions {
  /** What is asked for now. */
  readonly rows: () => readonly RequestedRow[];
  readonly conflictsOf: (row: RequestedRow) => readonly MergeConflict[];
  readonly colorOf: (id: bigint) => string;
  /** A person made a row the one that keys act on. */
  readonly activated: (row: RequestedRow) => void;
  readonly entered: (row: RequestedRow) => void;
}

/** The merges of a request, in its order. */
export function requestedTable(
  options: RequestedTableOptions,
): VirtualTable<RequestedRow> {
  const { rows } = options;
  return new VirtualTable<RequestedRow>({
    label: "Merges of the request",
    columns: requestedColumns(options),
    source: {
      get count() {
        return rows().length;
      },
      rows: (from, to) => Promise.resolve(rows().slice(from, to)),
    },
    keyOf: ({ act }) => act,
    isChosen: () => false,
    activated: options.activated,
    entered: options.entered,
    sort: () => undefined,
    resized: () => undefined,
    // They are in memory.
    failed: () => undefined,
  });
}

function requestedColumns({
  conflictsOf,
  colorOf,
}: RequestedTableOptions): Column<RequestedRow>[] {
  return [
    {
      id: "onto",
      title: "Main",
      width: 168,
      sortable: false,
      cell: ({ onto }) => {
        const swatch = element("span", { class: "clio-merges-swatch" });
        swatch.style.background = colorOf(BigInt(onto));
        return [swatch, element("span", {}, onto)];
      },
      basis: ({ onto }) => `${onto} ${colorOf(BigInt(onto))}`,
    },
    {
      id: "merged",
      title: "Join it",
      width: 100,
      grows: true,
      sortable: false,
      ...textCells(({ merges }) =>
        merges
          .slice(0, NAMED)
          .map(({ merge }) => merge.merged)
          .join(", "),
      ),
    },
    {
      id: "count",
      title: "Segments that join",
      header: () => "n",
      width: 40,
      numeric: true,
      sortable: false,
      ...textCells(({ merges }) => String(merges.length)),
    },
    {
      id: "comments",
      title: "Comments",
      header: () => "Said",
      width: 34,
      numeric: true,
      sortable: false,
      ...textCells(({ merges }) => {
        const count = merges.reduce(
          (sum, each) => sum + each.comments.length,
          0,
        );
        return count === 0 ? "" : String(count);
      }),
    },
    {
      id: "state",
      title: "State",
      width: 110,
      sortable: false,
      cell: (row) => rowBadge(row, conflictsOf(row)),
    },
  ];
}
