/**
 * The sizes that `npm run bench -- --sizes` wants of what is measured, where a benchmark can be had at several: `1M,10M` is 1,000,000 and
 * 10,000,000.
 * @returns undefined where none are given
 * @throws Error where one is no size
 */
export function sizesWanted(
  text: string | undefined = process.env.CLIO_BENCH_SIZES,
): [number, ...number[]] | undefined {
  if (text === undefined || text === "") return undefined;
  const [first, ...more] = text.split(",").map(sizeOf);
  return [first, ...more];
}

const units = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

function sizeOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,11})([kMG]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new Error(
      `--sizes: ${JSON.stringify(text)}, expected whole numbers such as 200k or 10M, with commas between`,
    );
  return Number(digits) * units[unit as keyof typeof units];
}
