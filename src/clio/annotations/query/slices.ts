/** Long work in slices, between which the worker does its other work, such as reading the image. */

/** Milliseconds of a slice. */
const SLICE_MS = 12;

/** Goes on with some work for a slice. Returns whether it is through. */
export function runSlice(work: Iterator<void>): boolean {
  const end = performance.now() + SLICE_MS;
  while (work.next().done !== true) {
    if (performance.now() > end) return false;
  }
  return true;
}

/** Goes through with some work, slice by slice. */
export async function runSlices(work: Iterator<void>): Promise<void> {
  while (!runSlice(work)) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}
