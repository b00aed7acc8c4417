import type { Kernel } from "../kernel/kernel.js";
import { signatureBytes } from "../segment/layout.js";
import type { Triple } from "../record.js";
import { ExampleDistances } from "./distances.js";
import type { Effort } from "./effort.js";
import { HitList } from "./hit_list.js";
import type { PlaceFilter } from "./place_filter.js";
import { compareHits, type Hit } from "./query.js";
import type { SearchPage } from "./segment_search.js";

/** How many signatures a scan takes at once. */
export const scannedAtOnce = 4096;
const hitsAt = scannedAtOnce * signatureBytes;
const memoryBytes = hitsAt + 4 * scannedAtOnce;

/** Finds the hits of a page among records that are looked at one by one. */
export class Scan {
  private readonly list: HitList;
  private readonly distances: ExampleDistances;

  constructor(
    private readonly kernel: Kernel,
    private readonly effort: Effort,
    private readonly page: SearchPage,
    private readonly filter: PlaceFilter,
  ) {
    this.list = new HitList(page.wanted, page.query.maxDistance);
    this.distances = new ExampleDistances(page.query);
    kernel.reserve(memoryBytes);
  }

  /** The first hits of what was looked at, in their order. */
  get hits(): readonly Hit[] {
    return this.list.cut();
  }

  /** Where the caller puts up to `scannedAtOnce` signatures. */
  room(count: number): Uint8Array {
    return new Uint8Array(this.kernel.memory, 0, count * signatureBytes);
  }

  /**
   * Looks at the signatures that were put there.
   * @param places gives x, y, z of each of them in turn; asked only where one of them is near enough
   */
  look(count: number, places: () => Uint32Array): void {
    const { examples } = this.page.query;
    let positions: Uint32Array | undefined;
    for (const [example, { signature }] of examples.entries()) {
      this.effort.add(count);
      const found = this.kernel.scan(
        0,
        count,
        signature,
        this.list.bound,
        0,
        hitsAt,
      );
      if (found === 0) continue;
      positions ??= places();
      this.take(example, found, positions);
    }
  }

  private take(example: number, found: number, positions: Uint32Array): void {
    const { after } = this.page;
    const { memory } = this.kernel;
    const halves = new Uint32Array(memory, 0, 2 * scannedAtOnce);
    const signatures = new BigUint64Array(memory, 0, scannedAtOnce);
    for (const packed of new Uint32Array(memory, hitsAt, found)) {
      const distance = packed & 127;
      const i = packed >>> 7;
      const [low, high] = halves.subarray(2 * i);
      if (!this.distances.counts(low, high, example, distance)) continue;
      const [x, y, z] = positions.subarray(3 * i);
      const place: Triple = [x, y, z];
      const hit = { distance, signature: signatures[i], place };
      if (after !== undefined && compareHits(hit, after) <= 0) continue;
      if (this.filter.passes(place)) this.list.add(hit);
    }
  }
}
