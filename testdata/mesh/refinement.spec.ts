import type { Triple } from "../precomputed/scales.js";
import { surfaceOf, volume } from "../testing/label_volumes.js";
import { boundsOf, meshProblems, sharedEdges } from "../testing/mesh_checks.js";
import { refineSurface, smoothSurface } from "./refinement.js";
import { enclosedVolume } from "./surface.js";
import type { Surface } from "./surface.js";

describe("A refined surface", () => {
  const size: Triple = [60, 50, 40];
  const labels = volume(size, (x, y, z) =>
    Math.hypot(x - 25, y - 25, (z - 20) * 1.5) < 20 ? 1 : 0,
  );
  const voxels = labels.reduce((sum, label) => sum + label, 0);

  it("stays closed and where it was, with far fewer triangles, in nm", async () => {
    const surface = surfaceOf(labels, size, 1);
    const mesh = await refineSurface(surface, size, [4, 4, 40]);
    expect(meshProblems(mesh)).toEqual([]);
    expect(sharedEdges(mesh)).toBe(0);
    expect(mesh.triangles.length).toBeLessThan(surface.triangles.length / 2);
    const ratio = enclosedVolume(mesh) / (voxels * 4 * 4 * 40);
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.05);
    const { low, high } = boundsOf(mesh);
    const expected = [6, 6, 7, 45, 45, 34].map(
      (value, at) => value * [4, 4, 40][at % 3],
    );
    [...low, ...high].forEach((value, at) => {
      expect(Math.abs(value - expected[at])).toBeLessThan([4, 4, 40][at % 3]);
    });
  });

  it("has lost the stairs of the voxels", () => {
    const surface = surfaceOf(labels, size, 1);
    const smooth = smoothSurface(surface, size);
    expect(roughness(smooth)).toBeLessThan(roughness(surface) / 2.5);
  });

  it("never leaves the volume", () => {
    const all = surfaceOf(
      volume(size, () => 1),
      size,
      1,
    );
    const { low, high } = boundsOf(smoothSurface(all, size));
    expect(Math.min(...low)).toBeGreaterThanOrEqual(0);
    high.forEach((value, axis) => {
      expect(value).toBeLessThanOrEqual(size[axis]);
    });
  });

  const small: Triple = [9, 9, 20];
  const shapes: [string, (x: number, y: number, z: number) => boolean][] = [
    ["a single voxel", (x, y, z) => x === 4 && y === 4 && z === 4],
    ["a thread one voxel thick", (x, y) => x === 4 && y === 4],
    ["a film one voxel thick", (x) => x === 4],
    [
      "two voxels that touch at a corner",
      (x, y, z) => x === y && y === z && x < 2,
    ],
  ];
  for (const [what, inside] of shapes)
    it(`still has ${what}`, async () => {
      const speck = volume(small, (x, y, z) => (inside(x, y, z) ? 9 : 0));
      const surface = surfaceOf(speck, small, 9);
      const mesh = await refineSurface(surface, small, [8, 8, 8]);
      expect(meshProblems(mesh)).toEqual([]);
      const left = enclosedVolume(mesh) / (enclosedVolume(surface) * 8 ** 3);
      expect(left).toBeGreaterThan(0.55);
      expect(left).toBeLessThan(1.2);
    });
});

/** The mean distance of vertices from the middle of their neighbours. */
function roughness({ positions, triangles }: Surface): number {
  const sums = new Float64Array(positions.length);
  const degrees = new Uint32Array(positions.length / 3);
  for (let i = 0; i < triangles.length; i += 3)
    for (let corner = 0; corner < 3; corner++) {
      const from = triangles[i + corner];
      const to = triangles[i + ((corner + 1) % 3)];
      degrees[from]++;
      for (let axis = 0; axis < 3; axis++)
        sums[from * 3 + axis] += positions[to * 3 + axis];
    }
  let total = 0;
  for (let vertex = 0; vertex < degrees.length; vertex++)
    total += Math.hypot(
      ...[0, 1, 2].map(
        (axis) =>
          sums[vertex * 3 + axis] / degrees[vertex] -
          positions[vertex * 3 + axis],
      ),
    );
  return total / degrees.length;
}
