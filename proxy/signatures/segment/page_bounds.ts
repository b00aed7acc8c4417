import { boundsOf } from "../record.js";
import { pageRecords } from "./layout.js";

/** The box around each page of places: the least and the last x, y, z inside. */
export function pageBounds(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const pages = Math.ceil(places.length / 3 / pageRecords);
  const bounds = new Uint32Array(6 * pages);
  for (let page = 0; page < pages; page++) {
    const first = 3 * pageRecords * page;
    const { min, max } = boundsOf(
      places.subarray(first, first + 3 * pageRecords),
    );
    bounds.set(min, 6 * page);
    bounds.set(
      max.map((end) => end - 1),
      6 * page + 3,
    );
  }
  return bounds;
}
