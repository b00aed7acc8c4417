import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Random values, the same for the same seed on every machine. */
export class Random {
  private readonly generator;

  /** @param seed any integer of 32 bits */
  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** A uniform integer in [0, end), end from 1 to 2^31. */
  below(end: number): number {
    return uniformInt(this.generator, 0, end - 1);
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(this.generator)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(this.generator));
  }
}
