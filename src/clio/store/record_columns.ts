/** Objects as columns, for JSON: what stands in them by name, and not object by object. */

/** What many objects have, in the order in which the names were first met. */
export interface Columns {
  /** How many objects. */
  count: number;
  /** What all of them have, and the same. */
  same: [name: string, value: string | number | boolean][];
  /** What they have each for itself; null where an object has nothing of that name. */
  each: [name: string, values: unknown[]][];
}

/** `objects`, one at least, as columns; undefined where one has a null, which would read like nothing. Undefined values are left out. */
export function inColumns(objects: readonly object[]): Columns | undefined {
  const columns = new Map<string, unknown[]>();
  const count = objects.length;
  for (let i = 0; i < count; ++i) {
    const object = objects[i] as Record<string, unknown>;
    for (const name in object) {
      const value = object[name];
      if (value === null) return undefined;
      if (value === undefined) continue;
      let values = columns.get(name);
      if (values === undefined) {
        values = new Array<unknown>(count).fill(null);
        columns.set(name, values);
      }
      values[i] = value;
    }
  }
  const made: Columns = { count, same: [], each: [] };
  for (const [name, values] of columns) {
    const [first] = values;
    const isPlain =
      typeof first === "string" ||
      typeof first === "number" ||
      typeof first === "boolean";
    if (isPlain && values.every((value) => value === first)) {
      made.same.push([name, first]);
    } else made.each.push([name, values]);
  }
  return made;
}

/** The inverse of {@link inColumns}. */
export function ofColumns({ count, same, each }: Columns): object[] {
  // A copy of an object that has all names is made at once; one that gets name after name grows with each.
  const model: Record<string, unknown> = {};
  for (const [name, value] of same) model[name] = value;
  for (const [name, values] of each) {
    if (!values.includes(null)) model[name] = values[0];
  }
  const objects = Array.from({ length: count }, () => ({ ...model }));
  for (const [name, values] of each) {
    for (let i = 0; i < count; ++i) {
      if (values[i] !== null) objects[i][name] = values[i];
    }
  }
  return objects;
}
