import type { RequestHead } from "../model/merge_request.js";
import { type Column, textCells } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import { stateBadge, TIMES } from "./request_words.js";

/** The requests that a person may see, the one that was changed last first. */
export function requestsTable(
  requests: () => readonly RequestHead[],
  entered: (head: RequestHead) => void,
): VirtualTable<RequestHead> {
  return new VirtualTable<RequestHead>({
    label: "Requests",
    columns: COLUMNS,
    source: {
      get count() {
        return requests().length;
      },
      rows: (from, to) => Promise.resolve(requests().slice(from, to)),
    },
    keyOf: ({ id }) => id,
    isChosen: () => false,
    activated: () => undefined,
    entered,
    sort: () => undefined,
    resized: () => undefined,
    // They are in memory.
    failed: () => undefined,
  });
}

const COLUMNS: readonly Column<RequestHead>[] = [
  {
    id: "state",
    title: "State",
    width: 130,
    sortable: false,
    cell: ({ state }) => [stateBadge(state)],
    basis: ({ state }) => state,
  },
  {
    id: "title",
    title: "Title",
    width: 90,
    grows: true,
    sortable: false,
    ...textCells(({ title }) => title),
  },
  {
    id: "author",
    title: "Author",
    width: 90,
    sortable: false,
    ...textCells(({ author }) => author, "clio-merges-quiet"),
  },
  {
    id: "decided",
    title: "Decided",
    width: 84,
    numeric: true,
    sortable: false,
    ...textCells(
      ({ decided, merges }) =>
        `${decided.toLocaleString("en")} of ${merges.toLocaleString("en")}`,
    ),
  },
  {
    id: "modified",
    title: "When",
    width: 112,
    numeric: true,
    sortable: false,
    ...textCells(({ modified }) => TIMES.format(modified), "clio-merges-quiet"),
  },
];
