import { contains, covers, overlap, type Box, type Triple } from "../record.js";
import type { SearchQuery } from "./query.js";
import type { TakenPlaces } from "./taken_places.js";

/** Which places of a segment may be found. */
export class PlaceFilter {
  private readonly box: Box | undefined;
  private readonly excluded: readonly Box[];

  /**
   * @param bounds of the segment
   * @param hidden boxes whose records another segment has replaced
   * @param taken places that keep others away
   */
  constructor(
    query: SearchQuery,
    bounds: Box,
    hidden: readonly Box[],
    private readonly taken: TakenPlaces,
  ) {
    const { box, excludedBoxes } = query;
    this.box = box && covers(box, bounds) ? undefined : box;
    this.excluded = [...excludedBoxes, ...hidden].filter((each) =>
      overlap(each, bounds),
    );
  }

  /** Whether it lets every place of the segment pass. */
  get isOpen(): boolean {
    return (
      this.box === undefined && this.excluded.length === 0 && this.taken.isEmpty
    );
  }

  passes(place: Triple): boolean {
    const [x, y, z] = place;
    return (
      (this.box === undefined || contains(this.box, x, y, z)) &&
      !this.excluded.some((box) => contains(box, x, y, z)) &&
      this.taken.isFree(place)
    );
  }
}
