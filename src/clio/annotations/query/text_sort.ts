/** Texts that are ordered a slice at a time. */
const SLICE = 8192;

/** The texts by rising code units; done in slices of some milliseconds. (A merge sort of sorted slices.) */
export function* sortTexts(
  texts: readonly string[],
): Generator<void, string[]> {
  let runs: string[][] = [];
  for (let from = 0; from < texts.length; from += SLICE) {
    // Without a comparison of its own, which compares texts by code units fastest.
    runs.push(texts.slice(from, from + SLICE).sort());
    yield;
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(
        i + 1 < runs.length ? yield* merge(runs[i], runs[i + 1]) : runs[i],
      );
    }
    runs = merged;
  }
  return runs.length === 0 ? [] : runs[0];
}

function* merge(
  first: readonly string[],
  second: readonly string[],
): Generator<void, string[]> {
  const merged: string[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length && j < second.length) {
    merged.push(first[i] <= second[j] ? first[i++] : second[j++]);
    if (merged.length % SLICE === 0) yield;
  }
  while (i < first.length) merged.push(first[i++]);
  while (j < second.length) merged.push(second[j++]);
  return merged;
}
