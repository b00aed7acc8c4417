/** How many steps a range of numbers is cut into at most, about. */
const STEPS = 6;

/**
 * Where a range of numbers is cut, rising: at round numbers, so that the cuts stay where they are while the range grows a little. A
 * number is in the step whose index is the number of cuts that are not above it.
 * @param unit 1 where all numbers are whole, else 0
 */
export function cutsBetween(min: number, max: number, unit: 0 | 1): number[] {
  const width = Math.max((max - min) / STEPS, max > min ? unit : 0);
  if (!(width > 0) || !Number.isFinite(width)) return [];
  const power = 10 ** Math.floor(Math.log10(width));
  // Too small for a number to be told from its neighbours.
  if (power === 0) return [];
  const step = power * [1, 2, 5, 10].find((f) => f * power >= width * 0.999)!;
  const cuts: number[] = [];
  const first = Math.floor(min / step);
  for (let i = 1; i <= STEPS + 1; ++i) {
    const cut = Number(((first + i) * step).toPrecision(12));
    if (cut > (cuts.at(-1) ?? min) && cut < max) cuts.push(cut);
  }
  // Of a few whole numbers the greatest has a step of its own.
  if (step === unit) cuts.push(max);
  return cuts;
}

/** The step that a number is in. */
export function stepOf(value: number, cuts: readonly number[]): number {
  let step = 0;
  while (step < cuts.length && cuts[step] <= value) ++step;
  return step;
}
