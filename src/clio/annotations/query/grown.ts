type Column = Uint8Array | Uint32Array | Float64Array;

/** The column with room for `length` rows at least: itself, or a copy twice as long. What is new is 0. */
export function grown<T extends Column>(column: T, length: number): T {
  if (column.length >= length) return column;
  const Made = column.constructor as new (length: number) => T;
  const made = new Made(Math.max(1024, length, 2 * column.length));
  made.set(column);
  return made;
}
