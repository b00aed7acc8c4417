import { Random, STREAM } from "./random.js";
import { BLOCK } from "./division.js";
import type { Slab } from "./slab.js";

/** The side of the plane of noise that sections take theirs from, each at its own place; a power of two. */
const PLANE = 1024;

/** What the microscope adds: shot noise, and a slightly different brightness and contrast of each section. */
export class Camera {
  private readonly noise: Float32Array;
  private readonly sections: { gain: number; offset: number; place: number }[];

  constructor(sections: number, seed: number) {
    const random = new Random(seed, STREAM.sections);
    const white = new Float32Array(PLANE * PLANE);
    random.fillNormal(white);
    this.noise = soften(white);
    let drift = 0;
    this.sections = Array.from({ length: sections }, () => {
      drift = drift * 0.93 + random.normal() * 0.9;
      return {
        gain: 1 + 0.012 * random.normal(),
        offset: drift + 1.4 * random.normal() - (random.unit() < 0.015 ? 7 : 0),
        place: random.integer(0, PLANE * PLANE),
      };
    });
  }

  /** Takes the picture of a slab. @param image of the whole volume, one byte a voxel, x fastest */
  expose(slab: Slab, image: Uint8Array): void {
    const [width, height, depth] = slab.size;
    const mask = PLANE * PLANE - 1;
    const section = new Float32Array(slab.section);
    for (let z = slab.z0; z < Math.min(depth, slab.z0 + BLOCK); z++) {
      const { gain, offset, place } = this.sections[z];
      const focus = spread(slab, z, section);
      for (let y = 0; y < height; y++) {
        let from = y * slab.row;
        let to = (z * height + y) * width;
        let grain = place + y * PLANE;
        for (let x = 0; x < width; x++, from++, to++, grain++) {
          const value = (focus[from] - 128) * gain + 128 + offset;
          // Shot noise grows with the square root of the signal; the rest is the detector's.
          const noisy =
            value +
            this.noise[grain & mask] *
              (3 + 0.3 * Math.sqrt(value > 0 ? value : 0));
          image[to] = noisy < 0 ? 0 : noisy > 255 ? 255 : noisy + 0.5;
        }
      }
    }
  }
}

/** One section as the beam's spot sees it: each voxel with a share of its neighbours (binomial 1 2 1 along x and y). */
function spread(slab: Slab, z: number, out: Float32Array): Float32Array {
  const { row, section } = slab;
  const from = slab.shade.subarray(
    (z - slab.z0) * section,
    (z - slab.z0 + 1) * section,
  );
  const along = new Float32Array(section);
  for (let i = 0; i < section; i++) {
    const x = i % row;
    along[i] =
      0.5 * from[i] +
      0.25 * (from[x > 0 ? i - 1 : i] + from[x + 1 < row ? i + 1 : i]);
  }
  for (let i = 0; i < section; i++)
    out[i] =
      0.5 * along[i] +
      0.25 *
        (along[i >= row ? i - row : i] +
          along[i + row < section ? i + row : i]);
  return out;
}

/** A little of each neighbour, as the beam's spot overlaps the next pixel. */
function soften(plane: Float32Array): Float32Array {
  const mask = plane.length - 1;
  return plane.map(
    (value, i) =>
      value * 0.6 +
      (plane[(i + 1) & mask] +
        plane[(i - 1) & mask] +
        plane[(i + PLANE) & mask] +
        plane[(i - PLANE) & mask]) *
        0.22,
  );
}
