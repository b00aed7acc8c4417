/** What must hold inside of a property: jasmine's `expect` does not throw, and fast-check would not learn that a run has failed. */

/** @throws Error where the two are not the same. */
export function insist(actual: string, expected: string): void {
  if (actual !== expected) {
    throw new Error(`Expected\n  ${expected}\nand got\n  ${actual}`);
  }
}
