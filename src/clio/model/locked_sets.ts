/** Locked sets: their marks stay as they are, whatever is done, until the person unlocks them. */
import type { AnnotationRecord } from "./annotation.js";

/** What locking looks at of a mark. */
export type InSet = Pick<AnnotationRecord, "set">;

/**
 * Why marks may not be changed, as a clause; undefined where they may.
 * @param records the marks as they are, and as they would be
 * @param locked names of the sets whose marks stay as they are
 */
export function lockedReason(
  records: Iterable<InSet>,
  locked: ReadonlySet<string>,
): string | undefined {
  if (locked.size === 0) return undefined;
  for (const { set } of records) {
    if (set && locked.has(set)) {
      return `the set “${set}” is locked; unlock it in the panel of marks first`;
    }
  }
  return undefined;
}

/** @throws {Error} where marks are in a locked set */
export function refuseLocked(
  records: Iterable<InSet>,
  locked: ReadonlySet<string>,
): void {
  const reason = lockedReason(records, locked);
  if (reason !== undefined) throw new Error(reason);
}
