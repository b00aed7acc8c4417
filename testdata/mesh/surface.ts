import vtkImageMarchingCubes from "@kitware/vtk.js/Filters/General/ImageMarchingCubes.js";
import type { Triple } from "../precomputed/scales.js";
import type { VoxelArray } from "../precomputed/voxels.js";
import type { Box } from "./label_index.js";

/** A surface of triangles that face outwards, counter-clockwise. */
export interface Surface {
  /** x,y,z of each vertex. */
  readonly positions: Float32Array;
  /** Three vertices a triangle. */
  readonly triangles: Uint32Array;
}

/**
 * The surface between the voxels of one label and all others, by marching cubes (Lorensen and Cline 1987) on the label's
 * mask. It is closed: outside of the volume there is nothing.
 * @param boxes where to look, as `indexLabels` gives them
 * @returns positions in voxels, the first voxel reaching from 0 to 1
 */
export function extractSurface(
  labels: VoxelArray,
  size: Triple,
  label: number,
  boxes: readonly Box[],
): Surface {
  const weld = new Weld(size);
  for (const box of boxes) {
    const mask = maskOf(labels, size, label, box);
    if (mask) march(mask, box, weld);
  }
  return weld.surface();
}

function maskOf(
  labels: VoxelArray,
  size: Triple,
  label: number,
  [x0, y0, z0, x1, y1, z1]: Box,
): Uint8Array<ArrayBuffer> | undefined {
  const width = x1 - x0;
  const height = y1 - y0;
  if (width < 2 || height < 2 || z1 - z0 < 2) return undefined;
  const mask = new Uint8Array(width * height * (z1 - z0));
  const from = Math.max(x0, 0);
  const to = Math.min(x1, size[0]);
  for (let z = Math.max(z0, 0); z < Math.min(z1, size[2]); z++)
    for (let y = Math.max(y0, 0); y < Math.min(y1, size[1]); y++) {
      const at = (z * size[1] + y) * size[0];
      const out = ((z - z0) * height + y - y0) * width - x0;
      for (let x = from; x < to; x++)
        if (labels[at + x] === label) mask[out + x] = 1;
    }
  return mask;
}

/** The filter is asked for its triangles cell by cell. Run over a whole mask, it spends most of its time where nothing is. */
const filter = vtkImageMarchingCubes.newInstance();
const HALF_WAY = 0.5;
const ORIGIN = [0, 0, 0];
const SPACING = [1, 1, 1];

function march(mask: Uint8Array, box: Box, weld: Weld): void {
  const [x0, y0, z0, x1, y1, z1] = box;
  const size = [x1 - x0, y1 - y0, z1 - z0];
  const [row, section] = [size[0], size[0] * size[1]];
  const extent = [x0, x1 - 1, y0, y1 - 1, z0, z1 - 1];
  const points: number[] = [];
  const triangles: number[] = [];
  for (let z = 0; z + 1 < size[2]; z++)
    for (let y = 0; y + 1 < size[1]; y++) {
      let at = z * section + y * row;
      for (let x = 0; x + 1 < row; x++, at++) {
        const corners =
          mask[at] +
          mask[at + 1] +
          mask[at + row] +
          mask[at + row + 1] +
          mask[at + section] +
          mask[at + section + 1] +
          mask[at + section + row] +
          mask[at + section + row + 1];
        if (corners !== 0 && corners !== 8)
          filter.produceTriangles(
            HALF_WAY,
            x,
            y,
            z,
            extent,
            section,
            size,
            ORIGIN,
            SPACING,
            mask,
            points,
            triangles,
            [],
          );
      }
    }
  weld.add(points, triangles);
}

/** Joins triangles whose corners lie at the same place. All lie half way between two voxels, so that places compare exactly. */
class Weld {
  private readonly vertices = new Map<number, number>();
  private readonly positions: number[] = [];
  private readonly triangles: number[] = [];

  constructor(private readonly size: Triple) {}

  /** @param polygons as vtk keeps them: a 3, then three points, for each triangle */
  add(points: ArrayLike<number>, polygons: ArrayLike<number>): void {
    for (let i = 0; i < polygons.length; i += 4)
      for (let corner = 1; corner <= 3; corner++) {
        const at = polygons[i + corner] * 3;
        this.triangles.push(
          this.vertex(points[at], points[at + 1], points[at + 2]),
        );
      }
  }

  private vertex(x: number, y: number, z: number): number {
    const wide = 2 * this.size[0] + 3;
    const high = 2 * this.size[1] + 3;
    const key = ((2 * z + 2) * high + 2 * y + 2) * wide + 2 * x + 2;
    let vertex = this.vertices.get(key);
    if (vertex === undefined) {
      vertex = this.vertices.size;
      this.vertices.set(key, vertex);
      // From the centres of voxels, where the filter counts, to their corners.
      this.positions.push(x + 0.5, y + 0.5, z + 0.5);
    }
    return vertex;
  }

  surface(): Surface {
    return {
      positions: Float32Array.from(this.positions),
      triangles: Uint32Array.from(this.triangles),
    };
  }
}

/** The volume inside a closed surface, positive where its triangles face outwards (by the divergence theorem). */
export function enclosedVolume({ positions: p, triangles }: Surface): number {
  let sum = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    const a = triangles[i] * 3;
    const b = triangles[i + 1] * 3;
    const c = triangles[i + 2] * 3;
    sum +=
      p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) +
      p[a + 1] * (p[b + 2] * p[c] - p[b] * p[c + 2]) +
      p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c]);
  }
  return sum / 6;
}
