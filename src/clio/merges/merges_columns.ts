import { typeText } from "../ui/cell_names.js";
import { element } from "../ui/element.js";
import { type Column, textCells } from "../ui/virtual_columns.js";
import type { MergeDesk } from "./merge_desk.js";
import { commentOf, type MergeRow } from "./merge_rows.js";
import { TIMES } from "./request_words.js";

/** Members that a cell names; the details name all. */
const NAMED_MEMBERS = 12;

/**
 * The columns of what was merged.
 * @param sortsSizes whether a person may sort by sizes
 */
export function mergeColumns(
  desk: MergeDesk,
  sortsSizes: boolean,
): Column<MergeRow>[] {
  const quiet = (of: (row: MergeRow) => string) =>
    textCells(of, "clio-merges-quiet");
  return [
    {
      id: "main",
      title: "Main",
      // An id that is cut must not look like a shorter one: as wide as the longest that are in use.
      width: 146,
      sortable: true,
      cell: ({ onto }) => mainCell(desk, onto),
      basis: ({ onto }) => {
        const main = mainOf(desk, onto);
        return `${onto} ${main} ${desk.colorOf(main)}`;
      },
    },
    {
      id: "members",
      title: "Members",
      width: 48,
      sortable: false,
      ...textCells(membersOf),
    },
    {
      id: "type",
      title: "Type",
      width: 40,
      sortable: false,
      cell: ({ onto }) => [typeCell(desk, onto)],
      basis: ({ onto }) => {
        const types = desk.typesOf([onto]);
        return `${types.size} ${typeText(types)}`;
      },
    },
    {
      id: "count",
      title: "Segments in all",
      header: () => "n",
      width: 28,
      numeric: true,
      sortable: true,
      ...textCells(({ onto }) => String(desk.book?.sets.sizeOf(onto) ?? "")),
    },
    {
      id: "voxels",
      title: "Voxels in all",
      header: () => "Voxels",
      width: 60,
      numeric: true,
      sortable: sortsSizes,
      ...textCells(({ onto }) => desk.sizeOf(onto)?.toLocaleString("en") ?? ""),
    },
    {
      id: "comment",
      title: "Comment",
      width: 44,
      // The only one: two that grow would both be as wide as the wider one, and the table wider than its panel.
      grows: true,
      sortable: true,
      ...textCells(commentOf),
    },
    {
      id: "created",
      title: "When",
      width: 112,
      numeric: true,
      sortable: true,
      ...quiet(({ decisions: [{ created }] }) => TIMES.format(created)),
    },
    {
      id: "author",
      title: "Author",
      width: 36,
      sortable: true,
      ...quiet(({ decisions: [{ user }] }) => user),
    },
  ];
}

function membersOf({ decisions }: MergeRow): string {
  const named = decisions.slice(0, NAMED_MEMBERS);
  return named.map(({ merged }) => merged).join(", ");
}

/** The type of what a row is a part of; where that is of several, all of them. */
function typeCell(desk: MergeDesk, onto: bigint): HTMLElement {
  const types = desk.typesOf([onto]);
  const text = typeText(types);
  return element(
    "span",
    {
      class: types.size > 1 ? "clio-warn" : "clio-merges-quiet",
      title: text,
    },
    text,
  );
}

/** The main of all that the main of a row is one with. */
function mainOf(desk: MergeDesk, onto: bigint): bigint {
  return desk.book?.sets.mainOf(onto) ?? onto;
}

/** The main of a row, and what it is merged into by another. */
function mainCell(desk: MergeDesk, onto: bigint): HTMLElement[] {
  const main = mainOf(desk, onto);
  const swatch = element("span", { class: "clio-merges-swatch" });
  swatch.style.background = desk.colorOf(main);
  const id = element("span", {}, String(onto));
  if (main === onto) return [swatch, id];
  return [
    swatch,
    id,
    element("span", { class: "clio-merges-nested" }, `in ${main}`),
  ];
}
