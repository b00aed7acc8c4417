import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ANNOTATION_KINDS } from "../../src/clio/model/annotation.js";
import { parseDataset } from "../../src/clio/model/dataset.js";
import { enclosedVolume } from "../mesh/surface.js";
import type { Triple } from "../precomputed/scales.js";
import { partsOf } from "../testing/connectivity.js";
import { boundsOf, meshProblems } from "../testing/mesh_checks.js";
import {
  readImage,
  readInfo,
  readLabels,
  readMesh,
} from "../testing/volume_reader.js";
import { connect } from "./components.js";
import { BLOCK } from "./division.js";
import { makeDemo } from "./make_demo.js";
import { Painter, planTissue } from "./tissue.js";
import type { Place, Truth } from "./truth.js";

// No multiples of a chunk or a block of the generator, so that borders are cut.
const SIZE: Triple = [130, 101, 90];
const SEED = 4;
/** Two of these are made here; on a busy machine that takes a while. */
const TIMEOUT = 120_000;
const VOXELS = SIZE[0] * SIZE[1] * SIZE[2];

/** All files below a folder with the hash of their content. */
function fingerprint(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(path.join(folder, file)).isFile())
      .map((file) => [
        file,
        createHash("sha256")
          .update(readFileSync(path.join(folder, file)))
          .digest("hex"),
      ]),
  );
}

describe("The demo volume", () => {
  let folder: string;
  let demo: string;
  let truth: Truth;
  let image: ReturnType<typeof readImage>;
  let supervoxels: BigUint64Array;
  let bodies: BigUint64Array;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-demo-"));
    demo = path.join(folder, "demo");
    await makeDemo({ out: demo, size: SIZE, seed: SEED });
    truth = JSON.parse(
      readFileSync(path.join(demo, "truth.json"), "utf8"),
    ) as Truth;
    image = readImage(path.join(demo, "image"));
    supervoxels = readLabels(path.join(demo, "supervoxels"));
    bodies = readLabels(path.join(demo, "bodies"));
  }, TIMEOUT);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const at = ([x, y, z]: readonly number[]) => (z * SIZE[1] + y) * SIZE[0] + x;

  it(
    "has the same bytes in every file for the same seed, and others for another",
    async () => {
      const again = path.join(folder, "again");
      await makeDemo({ out: again, size: SIZE, seed: SEED });
      const files = fingerprint(demo);
      expect(Object.keys(files).length).toBeGreaterThan(100);
      expect(fingerprint(again)).toEqual(files);
      const other = planTissue(SIZE, SEED + 1);
      expect(other.neurites).not.toEqual(planTissue(SIZE, SEED).neurites);
    },
    TIMEOUT,
  );

  it(
    "is written as it was painted, in one thread or several",
    () => {
      const tissue = planTissue(SIZE, SEED);
      const painter = new Painter(tissue);
      const painted = new Uint8Array(VOXELS);
      const pieces = new Uint32Array(VOXELS);
      // From the back: no section depends on what was painted before.
      for (
        let z = Math.floor((SIZE[2] - 1) / BLOCK) * BLOCK;
        z >= 0;
        z -= BLOCK
      )
        painter.paint(z, painted, pieces);
      expect(image.findIndex((value, i) => value !== painted[i])).toBe(-1);
      connect(pieces, SIZE, tissue.neurites.pieceCell);
      expect(
        supervoxels.findIndex(
          (id, i) => id !== (1n << 56n) + BigInt(pieces[i]),
        ),
      ).toBe(-1);
    },
    TIMEOUT,
  );

  it("is a dataset that the server takes, with mergeable supervoxels and with words and fields for marks", () => {
    const dataset = parseDataset(
      "demo",
      JSON.parse(readFileSync(path.join(demo, "dataset.json"), "utf8")),
    );
    expect(dataset.roles).toEqual({ supervoxels: ["mergeable"] });
    expect(
      dataset.neuroglancer.layers.map(({ name, type }) => [name, type]),
    ).toEqual([
      ["image", "image"],
      ["supervoxels", "segmentation"],
      ["bodies", "segmentation"],
    ]);
    expect(dataset.neuroglancer.dimensions.x).toEqual([8e-9, "m"]);
    expect(Object.keys(dataset.marks.types)).toEqual([...ANNOTATION_KINDS]);
    expect(dataset.marks.fields.map(({ name, type }) => [name, type])).toEqual([
      ["confidence", "number"],
      ["cell_class", "choice"],
      ["reviewed", "boolean"],
      ["note", "text"],
    ]);
  });

  it("has supervoxels that are each in one part and in one body, which is in one part", () => {
    const numbers = new Map<bigint, number>();
    const numbered = (ids: BigUint64Array) =>
      Array.from(
        ids,
        (id) => numbers.get(id) ?? numbers.set(id, numbers.size).size - 1,
      );
    const bodyOf = new Map<bigint, bigint>();
    supervoxels.forEach((id, i) => {
      if (bodyOf.get(id) === undefined) bodyOf.set(id, bodies[i]);
      else if (bodyOf.get(id) !== bodies[i])
        fail(`supervoxel ${id} lies in two bodies`);
    });
    expect(partsOf(numbered(supervoxels), SIZE).size).toBe(bodyOf.size);
    const bodyCount = new Set(bodyOf.values()).size;
    expect(partsOf(numbered(bodies), SIZE).size).toBe(bodyCount);
    // There is something to merge.
    expect(bodyOf.size).toBeGreaterThan(1.5 * bodyCount);
    expect(
      Object.fromEntries(
        [...bodyOf].map(([id, body]) => [String(id), String(body)]),
      ),
    ).toEqual(truth.bodyOfSupervoxel);
  });

  it("tells truly what lies where", () => {
    const check = (place: Place) => {
      expect([
        String(supervoxels[at(place.position)]),
        String(bodies[at(place.position)]),
      ])
        .withContext(JSON.stringify(place))
        .toEqual([place.supervoxel, place.body]);
    };
    const kinds = new Set(truth.organelles.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      "mitochondrion",
      "synapse",
      "vesicle_cluster",
    ]);
    truth.organelles.forEach(check);
    expect(truth.synapses.length).toBeGreaterThan(0);
    for (const { pre, post } of truth.synapses) {
      check(pre);
      post.forEach(check);
      expect(post.length).toBeGreaterThan(0);
      for (const partner of post) {
        expect(partner.body).not.toBe(pre.body);
        expect(
          Math.hypot(
            ...partner.position.map((v, axis) => v - pre.position[axis]),
          ),
        ).toBeLessThan(25);
      }
    }
  });

  const meanAround = (center: readonly number[], reach: number) => {
    let sum = 0;
    let count = 0;
    for (let z = -reach; z <= reach; z++)
      for (let y = -reach; y <= reach; y++)
        for (let x = -reach; x <= reach; x++, count++)
          sum += image[at([center[0] + x, center[1] + y, center[2] + z])];
    return sum / count;
  };
  const mean = (values: number[]) =>
    values.reduce((a, b) => a + b, 0) / values.length;

  it("looks as its truth says: membranes, mitochondria and synapses are dark", () => {
    const inside: number[] = [];
    const border: number[] = [];
    for (let z = 4; z < SIZE[2] - 4; z += 3)
      for (let y = 4; y < SIZE[1] - 4; y += 3)
        for (let x = 4; x < SIZE[0] - 4; x++) {
          const here = bodies[at([x, y, z])];
          if (bodies[at([x + 1, y, z])] !== here)
            border.push(image[at([x - 1, y, z])]);
          else if (
            [-4, 4].every(
              (d) =>
                bodies[at([x + d, y, z])] === here &&
                bodies[at([x, y + d, z])] === here &&
                bodies[at([x, y, z + d])] === here,
            )
          )
            inside.push(image[at([x, y, z])]);
        }
    expect(mean(inside) - mean(border)).toBeGreaterThan(25);
    for (const [kind, reach] of [
      ["mitochondrion", 3],
      ["synapse", 1],
    ] as const) {
      const centers = truth.organelles.filter(
        (organelle) => organelle.kind === kind,
      );
      expect(
        mean(inside) -
          mean(centers.map(({ position }) => meanAround(position, reach))),
      )
        .withContext(kind)
        .toBeGreaterThan(30);
    }
  });

  it("has the labels of the finest level in all levels, and no other", () => {
    for (const layer of ["supervoxels", "bodies"]) {
      const known = new Set(layer === "bodies" ? bodies : supervoxels);
      const { scales } = readInfo(path.join(demo, layer));
      expect(scales.map(({ size }) => size)).toEqual([
        [130, 101, 90],
        [65, 51, 45],
        [33, 26, 23],
      ]);
      for (let level = 1; level < scales.length; level++)
        expect(
          readLabels(path.join(demo, layer), level).every((id) =>
            known.has(id),
          ),
        ).toBeTrue();
    }
  });

  it("has a closed mesh for each segment, of its size and where it is", () => {
    for (const [layer, ids] of [
      ["supervoxels", supervoxels],
      ["bodies", bodies],
    ] as const) {
      const voxels = new Map<bigint, number>();
      for (const id of ids) voxels.set(id, (voxels.get(id) ?? 0) + 1);
      for (const [id, count] of voxels) {
        const mesh = readMesh(path.join(demo, layer), String(id));
        expect(meshProblems(mesh)).withContext(`${layer} ${id}`).toEqual([]);
        const { low, high } = boundsOf(mesh);
        expect(Math.min(...low)).toBeGreaterThanOrEqual(0);
        high.forEach((value, axis) => {
          expect(value).toBeLessThanOrEqual(SIZE[axis] * 8);
        });
        if (count < 4000) continue;
        const ratio = enclosedVolume(mesh) / (count * 8 ** 3);
        expect(ratio).withContext(`${layer} ${id}`).toBeGreaterThan(0.85);
        expect(ratio).withContext(`${layer} ${id}`).toBeLessThan(1.1);
      }
    }
  });
});
