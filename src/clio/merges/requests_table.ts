import type { RequestHead } from "../model/merge_request.js";
import { element } from "../ui/element.js";
import type { Column } from "../ui/virtual_columns.js";
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
  },
  {
    id: "title",
    title: "Title",
    width: 90,
    grows: true,
    sortable: false,
    cell: ({ title }) => [element("span", {}, title)],
  },
  {
    id: "author",
    title: "Author",
    width: 90,
    sortable: false,
    cell: ({ author }) => [
      element("span", { class: "clio-merges-quiet" }, author),
    ],
  },
  {
    id: "decided",
    title: "Decided",
    width: 84,
    numeric: true,
    sortable: false,
    cell: ({ decided, merges }) => [
      `${decided.toLocaleString("en")} of ${merges.toLocaleString("en")}`,
    ],
  },
  {
    id: "modified",
    title: "When",
    width: 112,
    numeric: true,
    sortable: false,
    cell: ({ modified }) => [
      element("span", { class: "clio-merges-quiet" }, TIMES.format(modified)),
    ],
  },
];
