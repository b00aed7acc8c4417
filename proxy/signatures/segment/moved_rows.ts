/** How many numbers a row has. Both are written out below, without a loop: each record of an index passes here five times. */
type Width = 2 | 3;

/** Puts the rows with these numbers one after the other. */
export function gatherRows(
  from: Uint32Array,
  to: Uint32Array,
  width: Width,
  rows: Uint32Array,
): void {
  const { length } = rows;
  for (let i = 0, at = 0; i < length; i++, at += width) {
    const first = width * rows[i];
    to[at] = from[first];
    to[at + 1] = from[first + 1];
    if (width === 3) to[at + 2] = from[first + 2];
  }
}

/**
 * Puts the rows with the same key together, in the order in which they were.
 * @param keys the key of each row, eight bytes from one to the next
 * @param starts where the rows of each key begin; they are used up
 */
export function scatterRows(
  from: Uint32Array,
  to: Uint32Array,
  width: Width,
  keys: Uint8Array,
  starts: Uint32Array,
): void {
  const { length } = from;
  for (let first = 0, key = 0; first < length; first += width, key += 8) {
    const at = width * starts[keys[key]]++;
    to[at] = from[first];
    to[at + 1] = from[first + 1];
    if (width === 3) to[at + 2] = from[first + 2];
  }
}
