import { type CellNames, typeText } from "../ui/cell_names.js";

/** Of how many segments of a cell the types are asked for. */
const MOST_NAMED = 200;

/**
 * A cell by its type, where that is known, and its id.
 * @param cells has the segments that it was merged of
 */
export function cellText(
  cell: bigint,
  cells: { segmentsOf(cell: bigint): bigint[] },
  names: Pick<CellNames, "typesOf">,
): string {
  const segments = cells.segmentsOf(cell).slice(0, MOST_NAMED);
  const type = typeText(names.typesOf(segments));
  return type === "" ? String(cell) : `${type} ${cell}`;
}
