// Finds which hostile link does the harm, and what in it.

/** Larger than a double holds: JSON.parse makes Infinity of it, which JSON.stringify would write as null. */
const infinite = '"<1e999>"';

/**
 * Finds which of many links does the harm, by halving.
 * @param fails whether links that are followed one after the other do
 * @returns how many of the first ones it takes, the last of them being to blame; undefined where all of them do none
 */
export async function fewestThatFail(
  fragments: readonly string[],
  fails: (fragments: readonly string[]) => Promise<boolean>,
): Promise<number | undefined> {
  if (!(await fails(fragments))) return undefined;
  let good = 0;
  let bad = fragments.length;
  while (bad - good > 1) {
    const half = Math.floor((good + bad) / 2);
    if (await fails(fragments.slice(0, half))) bad = half;
    else good = half;
  }
  return bad;
}

/**
 * Takes out of the state of a link whatever can go while the link still fails.
 * @param fragment that fails
 * @param fails whether a link still does the same
 * @param deadline as `performance.now()`: by then what was found so far is returned
 */
export async function shrinkLink(
  fragment: string,
  fails: (fragment: string) => Promise<boolean>,
  deadline: number,
): Promise<string> {
  const prefix = fragment.startsWith("#!+") ? "#!+" : "#!";
  let state: unknown;
  try {
    state = JSON.parse(decodeURIComponent(fragment.slice(prefix.length)));
  } catch {
    return fragment;
  }
  const write = (value: unknown) => prefix + encodeURIComponent(textOf(value));
  if (!(await fails(write(state)))) return fragment;
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerThan(state)) {
      if (performance.now() > deadline) return write(state);
      if (!(await fails(write(smaller)))) continue;
      state = smaller;
      found = true;
      break;
    }
  }
  return write(state);
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member === Infinity
      ? infinite.slice(1, -1)
      : member === -Infinity
        ? `-${infinite.slice(1, -1)}`
        : member,
  )
    .replaceAll(infinite, "1e999")
    .replaceAll(`"-${infinite.slice(1)}`, "-1e999");
}

/** The value without one of its members, and the value with a smaller one in a member's place; the biggest steps come first. */
function* smallerThan(value: unknown): Generator {
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (const i of list.keys()) yield list.toSpliced(i, 1);
    for (const [i, item] of list.entries()) {
      for (const smaller of smallerThan(item)) yield list.with(i, smaller);
    }
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    for (const i of entries.keys()) {
      yield Object.fromEntries(entries.toSpliced(i, 1));
    }
    for (const [i, [key, member]] of entries.entries()) {
      for (const smaller of smallerThan(member)) {
        yield Object.fromEntries(entries.with(i, [key, smaller]));
      }
    }
  } else if (typeof value === "string" && value.length > 100) {
    yield value.slice(0, value.length / 2);
  }
}
