import { MeshoptSimplifier } from "meshoptimizer/simplifier";
import type { Triple } from "../precomputed/scales.js";
import { enclosedVolume } from "./surface.js";
import type { Surface } from "./surface.js";

/** A step that shrinks and one that swells by slightly more (Taubin 1995): together they take the stairs and leave the size. */
const SHRINK = 0.5;
const SWELL = -0.53;
const ROUNDS = 5;
/** Vertices that are off by less than this share of a voxel are not worth a triangle. */
const ERROR = 0.25;
/** Refinement that leaves less than this share of the volume has done away with the shape: a speck, a thread, a film. */
const LEAST_LEFT = 0.6;

/**
 * Makes a surface of voxels one to look at: without their stairs, in nm, and with few triangles. Each step that would do
 * away with a shape of a voxel or two is left out.
 * @param surface closed, in voxels of `resolution` nm
 * @param size of the volume in voxels, which the surface does not leave
 */
export async function refineSurface(
  surface: Surface,
  size: Triple,
  resolution: Triple,
): Promise<Surface> {
  const least = LEAST_LEFT * enclosedVolume(surface);
  const smooth = smoothSurface(surface, size);
  const best = enclosedVolume(smooth) < least ? surface : smooth;
  const mesh: Surface = {
    positions: best.positions.map((value, at) => value * resolution[at % 3]),
    triangles: best.triangles,
  };
  const simple = await simplifySurface(mesh, ERROR * Math.min(...resolution));
  const voxel = resolution[0] * resolution[1] * resolution[2];
  return enclosedVolume(simple) < least * voxel ? mesh : simple;
}

/**
 * Takes the stairs of voxels off a closed surface, by Taubin's smoothing (Curve and surface smoothing without shrinkage,
 * ICCV 1995) with equal weights.
 * @param surface in voxels
 * @param size of the volume in voxels, which the surface does not leave
 */
export function smoothSurface(surface: Surface, size: Triple): Surface {
  const { triangles } = surface;
  const positions = surface.positions.slice();
  const sums = new Float32Array(positions.length);
  const degrees = new Uint16Array(positions.length / 3);
  for (const vertex of triangles) degrees[vertex]++;
  for (let step = 0; step < 2 * ROUNDS; step++) {
    sums.fill(0);
    for (let i = 0; i < triangles.length; i += 3)
      for (let corner = 0; corner < 3; corner++) {
        // In a closed surface each edge is passed once in each direction: each vertex sees each neighbour once.
        const from = triangles[i + corner] * 3;
        const to = triangles[i + ((corner + 1) % 3)] * 3;
        sums[from] += positions[to];
        sums[from + 1] += positions[to + 1];
        sums[from + 2] += positions[to + 2];
      }
    const weight = step % 2 === 0 ? SHRINK : SWELL;
    for (let at = 0; at < positions.length; at++) {
      const mean = sums[at] / degrees[Math.floor(at / 3)];
      positions[at] += weight * (mean - positions[at]);
    }
  }
  for (let at = 0; at < positions.length; at++)
    positions[at] = Math.min(size[at % 3], Math.max(0, positions[at]));
  return { positions, triangles };
}

/** The same surface with fewer triangles, nowhere off by more than `error`, in the unit of its positions. */
async function simplifySurface(
  { positions, triangles }: Surface,
  error: number,
): Promise<Surface> {
  await MeshoptSimplifier.ready;
  const [kept] = MeshoptSimplifier.simplify(triangles, positions, 3, 0, error, [
    "ErrorAbsolute",
  ]);
  const [map, count] = MeshoptSimplifier.compactMesh(kept);
  const compact = new Float32Array(count * 3);
  for (let vertex = 0; vertex < map.length; vertex++)
    if (map[vertex] < count)
      compact.set(
        positions.subarray(vertex * 3, vertex * 3 + 3),
        map[vertex] * 3,
      );
  return { positions: compact, triangles: kept };
}
