/** How often it is looked, in milliseconds. */
const LOOK_MS = 50;

/** Waits until something is so, at most so many milliseconds. Returns whether it is. */
export async function isSoon(
  isSo: () => boolean,
  milliseconds: number,
): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (!isSo()) {
    if (Date.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}
