import type { Triple } from "../record.js";
import { CorruptSegmentError } from "../segment/layout.js";
import type { SegmentReader } from "../segment/segment_reader.js";
import type { CodeKey } from "./code_list.js";
import type { PlaceFilter } from "./place_filter.js";
import { compareHits, type Hit } from "./query.js";

/** How many places are read at once where many records have the same signature. */
const readAtOnce = 2048;

/** The hits of a page in one segment, as its codes come in their order. */
export class SegmentHits {
  readonly list: Hit[] = [];

  /**
   * @param after the hit that the page begins behind
   * @param wanted how many hits the page has at most
   */
  constructor(
    private readonly reader: SegmentReader,
    private readonly filter: PlaceFilter,
    private readonly after: Hit | undefined,
    private readonly wanted: number,
  ) {}

  get isFull(): boolean {
    return this.list.length >= this.wanted;
  }

  /**
   * Adds the records of a code that are on the page.
   * @throws CorruptSegmentError where lane 0 does not have what another lane has
   */
  add({ distance, high, low }: CodeKey): void {
    const { first, end } = this.reader.rowsOf(high, low);
    if (first === end) {
      throw new CorruptSegmentError(
        this.reader.segment.name,
        "a signature of one lane is not in another",
      );
    }
    const signature = (BigInt(high) << 32n) | BigInt(low);
    for (let row = first; row < end && !this.isFull; row += readAtOnce) {
      const places = this.reader.places(row, Math.min(end, row + readAtOnce));
      for (let i = 0; i < places.length && !this.isFull; i += 3) {
        const place: Triple = [places[i], places[i + 1], places[i + 2]];
        this.take({ distance, signature, place });
      }
    }
  }

  private take(hit: Hit): void {
    if (this.after !== undefined && compareHits(hit, this.after) <= 0) return;
    if (this.filter.passes(hit.place)) this.list.push(hit);
  }
}
