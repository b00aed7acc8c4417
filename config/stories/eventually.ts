import { setTimeout as sleep } from "node:timers/promises";

/**
 * Looks until `found` is content with what `look` sees, and returns that.
 * @throws {Error} with what was seen last, where that takes longer than the patience
 */
export async function eventually<T>(
  look: () => Promise<T>,
  found: (seen: T) => boolean,
  patienceMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (found(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(
        `This never came to hold: ${found.toString()}. Seen last: ${JSON.stringify(seen)}`,
      );
    }
    await sleep(20);
  }
}
