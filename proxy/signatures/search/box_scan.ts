import type { Kernel } from "../kernel/kernel.js";
import type { Box } from "../record.js";
import { pageRecords, placeBytes, signatureBytes } from "../segment/layout.js";
import type { SegmentReader } from "../segment/segment_reader.js";
import type { Effort } from "./effort.js";
import type { Part } from "./nearest_codes.js";
import type { PlaceFilter } from "./place_filter.js";
import type { Hit } from "./query.js";
import { Scan, scannedAtOnce } from "./scan.js";
import type { SearchPage } from "./segment_search.js";

/** A scan of the pages that touch the box is cheap where they hold less than this part of the records. */
const cheapPart = 1 / 16;

/** Pages that are read at once where they follow each other. */
const pagesAtOnce = scannedAtOnce / pageRecords;

/** The search of a part of a segment in a box alone, by the pages of its spatial order that touch the box. */
export class BoxScan {
  private readonly pages: readonly number[];
  private readonly scan: Scan;

  /** @param page of a query that has a box */
  constructor(
    private readonly reader: SegmentReader,
    private readonly part: Part,
    kernel: Kernel,
    effort: Effort,
    page: SearchPage,
    filter: PlaceFilter,
  ) {
    this.pages = pagesTouching(reader.pageBounds, page.query.box!);
    this.scan = new Scan(kernel, effort, page, filter);
  }

  /** Whether the box is so small that the scan is the better way. */
  get isCheap(): boolean {
    return this.pages.length * pageRecords < this.reader.count * cheapPart;
  }

  /** The hits in their order. */
  find(): readonly Hit[] {
    const { index, of } = this.part;
    const share = Math.ceil(this.pages.length / of);
    const pages = this.pages.slice(share * index, share * (index + 1));
    for (let i = 0; i < pages.length;) {
      let next = i + 1;
      while (
        next < pages.length &&
        next - i < pagesAtOnce &&
        pages[next] === pages[next - 1] + 1
      ) {
        next++;
      }
      this.look(pages[i], next - i);
      i = next;
    }
    return this.scan.hits;
  }

  private look(page: number, pages: number): void {
    const { reader } = this;
    const first = page * pageRecords;
    const count = Math.min(pages * pageRecords, reader.count - first);
    const room = this.scan.room(count);
    reader.read("pageSignatures", first * signatureBytes, room);
    this.scan.look(count, () => {
      const places = new Uint32Array(3 * count);
      const bytes = new Uint8Array(places.buffer);
      reader.read("pagePlaces", first * placeBytes, bytes);
      return places;
    });
  }
}

function pagesTouching(bounds: Uint32Array, { min, max }: Box): number[] {
  const pages: number[] = [];
  for (let page = 0, i = 0; i < bounds.length; page++, i += 6) {
    const isApart = [0, 1, 2].some(
      (axis) =>
        bounds[i + axis] >= max[axis] || bounds[i + 3 + axis] < min[axis],
    );
    if (!isApart) pages.push(page);
  }
  return pages;
}
