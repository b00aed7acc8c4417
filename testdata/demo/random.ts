import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { createNoise3D } from "simplex-noise";
import type { NoiseFunction3D } from "simplex-noise";
import type { Vec3 } from "./vector.js";

/** A source of random values that gives the same sequence for the same seed on every machine. */
export class Random {
  private readonly generator;

  /**
   * @param seed any integer of 32 bits
   * @param stream tells apart independent sequences of one seed, so that asking one for more leaves the others as they were
   */
  constructor(seed: number, stream: number) {
    this.generator = xoroshiro128plus(
      Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b),
    );
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return uniformFloat64(this.generator);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A uniform integer in [low, high), both integers. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high));
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }

  /** Fills `out` with nearly normal values of variance 1: the sum of the four bytes of one draw each, for noise in bulk. */
  fillNormal(out: Float32Array): void {
    // Four uniform bytes have mean 510 and variance 4 * (256² - 1) / 12.
    const deviation = Math.sqrt((65536 - 1) / 3);
    for (let i = 0; i < out.length; i++) {
      const bits = this.generator.next();
      out[i] =
        ((bits & 255) +
          ((bits >>> 8) & 255) +
          ((bits >>> 16) & 255) +
          (bits >>> 24) -
          510) /
        deviation;
    }
  }

  /** A unit vector, uniform over all directions. */
  direction(): Vec3 {
    const z = this.between(-1, 1);
    const angle = this.between(0, 2 * Math.PI);
    const radius = Math.sqrt(1 - z * z);
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  }

  /** Smooth gradient noise over space, in about [-1, 1]. */
  noise(): NoiseFunction3D {
    return createNoise3D(() => this.unit());
  }
}

/** The independent random sequences of a demo volume: what each is for. */
export const STREAM = {
  neurites: 1,
  warp: 2,
  organelles: 3,
  synapses: 4,
  texture: 5,
  sections: 6,
  cuts: 7,
  chromatin: 8,
} as const;
