import { RefCountedValue } from "neuroglancer/unstable/util/disposable.js";
import type { StringMemoize } from "neuroglancer/unstable/util/memoize.js";

/**
 * Makes upstream read again what it failed to read. It remembers what it once read by what was asked for, failures included, until
 * the page is loaded anew.
 * @param memoize as `viewer.chunkManager.memoize`
 */
export async function forgetFailures(memoize: StringMemoize): Promise<void> {
  // Declared private: there is no other way in.
  const { map } = memoize as unknown as { map: Map<string, unknown> };
  const ask = { signal: AbortSignal.abort("only asked") };
  await Promise.all(
    [...map].map(async ([key, held]) => {
      if (!(held instanceof RefCountedValue)) return;
      const get: unknown = held.value;
      if (typeof get !== "function") return;
      try {
        // With a signal that is aborted already it starts nothing: it answers what is known, or rejects with the signal's reason.
        await (get as (options: typeof ask) => Promise<unknown>)(ask);
      } catch (error) {
        if (error !== ask.signal.reason) map.delete(key);
      }
    }),
  );
}
