/** A part of the page that is not in its first load; asking for it again where it is there costs nothing. */
export type LoadPart = () => Promise<unknown>;

/** How long the view has for itself, in milliseconds: its first drawing is what a person waits for. */
const FIRST_DRAWING = 2_000;

/** How long to wait before what did not come is asked for again, in milliseconds. */
const LOAD_AGAIN = 30_000;

/** After so long, in milliseconds, a page that is never idle counts as idle. */
const LONGEST_WORK = 5_000;

/**
 * Loads the parts of a page that are not in its first load, one after the other, when it has nothing better to do. A server that has gone
 * away since would otherwise take from local work what was not used before. What does not come is asked for again; whoever opens it
 * meanwhile is told by whatever opens it.
 * @param pause waits for so many milliseconds
 * @returns settled when all of them are there
 */
export async function loadWhenIdle(
  parts: readonly LoadPart[],
  pause: (ms: number) => Promise<void> = (ms) =>
    new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<void> {
  let missing = parts;
  let wait = FIRST_DRAWING;
  while (missing.length > 0) {
    await pause(wait);
    missing = await missingOf(missing);
    wait = LOAD_AGAIN;
  }
}

/** Those of the parts that did not come. */
async function missingOf(parts: readonly LoadPart[]): Promise<LoadPart[]> {
  const missing: LoadPart[] = [];
  for (const load of parts) {
    await idle();
    try {
      await load();
    } catch {
      missing.push(load);
    }
  }
  return missing;
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no such callback.
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve);
    else requestIdleCallback(() => resolve(), { timeout: LONGEST_WORK });
  });
}
