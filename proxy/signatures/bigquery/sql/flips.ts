/**
 * All ways to set at most so many of the bits.
 * @param bits numbers in which one bit is set each, all different
 * @returns numbers in which the chosen ones are set; that in which none is comes first
 */
export function flips(bits: readonly bigint[], most: number): bigint[] {
  const all = [0n];
  let last = [{ value: 0n, next: 0 }];
  for (let chosen = 0; chosen < most; chosen++) {
    last = last.flatMap(({ value, next }) =>
      bits.slice(next).map((bit, i) => ({
        value: value | bit,
        next: next + i + 1,
      })),
    );
    all.push(...last.map(({ value }) => value));
  }
  return all;
}
