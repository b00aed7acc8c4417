import type { SearchQuery } from "./query.js";

/** How many bits are set. After Warren, "Hacker's Delight", section 5-1. */
function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

interface Halves {
  readonly low: number;
  readonly high: number;
}

function halvesOf(signature: bigint): Halves {
  return {
    low: Number(signature & 0xffff_ffffn),
    high: Number(signature >> 32n),
  };
}

const distance = (a: Halves, low: number, high: number) =>
  bitCount(a.low ^ low) + bitCount(a.high ^ high);

/** What the examples of a query say about a signature: signatures come in halves. */
export class ExampleDistances {
  private readonly examples: readonly Halves[];
  private readonly excluded: readonly Halves[];

  constructor({ examples, excludedExamples }: SearchQuery) {
    this.examples = examples.map(({ signature }) => halvesOf(signature));
    this.excluded = excludedExamples.map(halvesOf);
  }

  /**
   * Whether a signature counts where it was met on the way from one example: at the nearest, at the first of equally near ones,
   * and nowhere where an excluded example is nearer. So it counts once, and at its distance.
   * @param example the number of the example
   * @param apart its distance from that example
   */
  counts(low: number, high: number, example: number, apart: number): boolean {
    const { examples, excluded } = this;
    return (
      examples.every((other, i) => {
        if (i === example) return true;
        const otherApart = distance(other, low, high);
        return i < example ? otherApart > apart : otherApart >= apart;
      }) && excluded.every((other) => distance(other, low, high) >= apart)
    );
  }
}
