/**
 * The history that the page with the store alone writes, one change after the other without an end, and what it comes to. Since
 * changes are written in their order, a database holds the outcome of its first so many changes, or something is wrong.
 */

/** The script of change `number`: always a new mark, now and then with an edit and a deletion that belong to it. */
export function scriptOf(number: number): string {
  const words = [`+${number}`];
  if (number % 4 === 3) words.push(`+${number - 1}.1`);
  if (number % 16 === 15) words.push(`-${number - 2}`);
  return words.join(" ");
}

/** The script that takes change `number` back, where it is the last one. */
export function backOf(number: number): string {
  const words = [`-${number}`];
  if (number % 4 === 3) words.push(`+${number - 1}`);
  if (number % 16 === 15) words.push(`+${number - 2}`);
  return words.join(" ");
}

/** What the marks are after the changes 0 to `last`: "0.0 1.0 2.1 3.0". */
export function outcomeOf(last: number): string {
  const names: string[] = [];
  for (let number = 0; number <= last; number += 1) {
    const deleted = number % 16 === 13 && number + 2 <= last;
    const edited = number % 4 === 2 && number + 1 <= last;
    if (!deleted) names.push(`${number}.${edited ? 1 : 0}`);
  }
  return names.join(" ");
}

/** The last change whose outcome `names` is; -1 where nothing was written yet. */
export function lastOf(names: string): number {
  if (names === "") return -1;
  return Number.parseInt(names.slice(names.lastIndexOf(" ") + 1));
}
