/** Long work in slices, between which a worker or the page does its other work: answering a person, reading the image. */

/** Milliseconds of a slice. A key that is pressed meanwhile waits for the end of one. */
const SLICE_MS = 4;

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
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
}

/** Runs something after all that waits already. `setTimeout` would have it wait four milliseconds more, from its fifth turn on. */
export function nextTurn(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(undefined);
}
