import { once } from "node:events";
import type { Writable } from "node:stream";

/**
 * Waits until what was written is on its way.
 * @param patience in milliseconds: whoever does not read for so long is cut off, as others wait for the place
 * @throws the signal's reason, wrapped in an AbortError, where it says so first
 */
export async function drained(
  stream: Writable,
  patience: number,
  signal: AbortSignal,
): Promise<void> {
  const cutOff = setTimeout(() => stream.destroy(), patience);
  try {
    await once(stream, "drain", { signal });
  } finally {
    clearTimeout(cutOff);
  }
}
