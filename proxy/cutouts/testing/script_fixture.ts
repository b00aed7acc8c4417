/** The script that the viewer gives to people, filled in for a small dataset of which every voxel is known, to be run by a real Python. */
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  noPython,
  pythonWithZarr,
  runPython,
} from "../../../config/stories/python.js";
import type { AnnotationRecord } from "../../../src/clio/model/annotation.js";
import type { Box } from "../../../src/clio/model/box.js";
import { withParameters } from "../../../src/clio/model/python_script.js";
import { jsonOf } from "../../testing/group_server.js";
import {
  startServer,
  type ServerFixture,
} from "../../testing/server_fixture.js";
import { cutoutFiles, greyAt, idAt, offset } from "./cutout_volumes.js";

export const templateFile = path.resolve("src/clio/napari/open_in_napari.py");
export const template = readFileSync(templateFile, "utf8");

/** Where the modules lie that stand in for those which cannot be installed. */
export const standIns = path.resolve("proxy/cutouts/testing");

/** The place that the script is about. */
export const box: Box = { lower: [12, 3, 6], upper: [141, 68, 44] };
const numbers = [...box.lower, ...box.upper];
export const voxelSize = [8, 8, 30];
const place = { scale: 0, box: numbers, voxelSize };

/** The bytes of the voxels of `box`, z slowest. */
export function voxels(
  ArrayType: typeof Uint8Array | typeof BigUint64Array,
  valueAt: (x: number, y: number, z: number) => number | bigint,
): Buffer {
  const values: (number | bigint)[] = [];
  const { lower, upper } = box;
  for (let z = lower[2]; z < upper[2]; z++)
    for (let y = lower[1]; y < upper[1]; y++)
      for (let x = lower[0]; x < upper[0]; x++)
        values.push(valueAt(x - offset[0], y - offset[1], z - offset[2]));
  const array = Reflect.construct(ArrayType, [values]) as Uint8Array;
  return Buffer.from(array.buffer);
}

export const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

const mark = (
  geometry: object,
  more: Partial<AnnotationRecord> = {},
): AnnotationRecord =>
  ({
    ...({ id: randomUUID(), description: "a\nb", tags: ["x", "y"] } as const),
    ...{ checked: true, user: "local", created: 1e12, modified: 1e12 },
    ...(geometry as Pick<AnnotationRecord, never> & {
      kind: "point";
      position: [number, number, number];
    }),
    ...more,
  }) as AnnotationRecord;

export const marks = [
  mark({ kind: "point", position: [20, 10, 8] }, { fields: { size: 2.5 } }),
  mark({ kind: "point", position: [21, 11, 9] }, { type: "synapse" }),
  mark({
    kind: "line",
    ends: [
      [20, 10, 8],
      [30, 20, 9],
    ],
  }),
  mark({
    kind: "polyline",
    vertices: [
      [20, 10, 8],
      [30, 20, 9],
      [31, 21, 9],
    ],
  }),
  mark({
    kind: "box",
    corners: [
      [20, 10, 8],
      [30, 20, 10],
    ],
  }),
  mark({
    kind: "sphere",
    ends: [
      [20, 10, 8],
      [30, 10, 8],
    ],
  }),
  mark({ kind: "ellipsoid", center: [40, 30, 20], radii: [3, 4, 2] }),
];

/** A server with the dataset and the marks, and a folder to run the script in, which is another one for each test. */
export class ScriptFixture {
  python = "";
  folder = "";

  private constructor(readonly server: ServerFixture) {}

  static async start(): Promise<ScriptFixture> {
    const server = await startServer(cutoutFiles("cut"));
    for (const record of marks)
      await server.storage.write((writer) =>
        writer.putRecord({
          ...{ user: "local", dataset: "cut", id: record.id, revision: 1 },
          ...{ record, fieldRevisions: {} },
        }),
      );
    return new ScriptFixture(server);
  }

  /** Before each test, which is pending where there is no Python. */
  async begin(): Promise<void> {
    this.folder = mkdtempSync(path.join(tmpdir(), "clio-script-"));
    const found = await pythonWithZarr();
    if (found === undefined) pending(noPython);
    else this.python = found;
  }

  /** After each test. */
  end(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What the viewer fills in, by default for this server. */
  async parameters(origin = `http://127.0.0.1:${this.server.port}`) {
    const made = await this.server.ask("/api/cutouts/cut/token", {
      method: "POST",
    });
    const { token } = jsonOf<{ token: string }>(made);
    return {
      ...{ server: origin, dataset: "cut", title: "Cut out", token },
      layers: [
        {
          ...{ name: "image", type: "image", dtype: "uint8", ...place },
          contrast: [10, 200],
        },
        {
          ...{ name: "cells", type: "segmentation", dtype: "uint64", ...place },
          colors: { [String(2n ** 60n + 1n)]: "#ff8800" },
        },
      ],
      labels: place,
      marks: { box: numbers, voxelSize },
      matches: [{ position: [20, 10, 8], distance: 3, verdict: "accepted" }],
      matchVoxelSize: voxelSize,
    };
  }

  /** @returns the file of the script */
  write(filled: object): string {
    const file = path.join(this.folder, "script.py");
    writeFileSync(file, withParameters(template, filled));
    return file;
  }

  run(args: readonly string[], env: Record<string, string> = {}) {
    return runPython(this.python, args, env);
  }

  /** What the arrays in a folder are, as zarr and numpy read them. */
  async readSaved(saved: string) {
    const reader = path.join(standIns, "read_saved.py");
    const { stdout, stderr } = await this.run([reader, saved]);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Record<
      string,
      { dtype: string; shape: number[]; sha256: string; about: object }
    >;
  }

  /** Expects all of the place in a folder, voxel by voxel. */
  async expectSaved(saved: string, ending: "zarr" | "npy"): Promise<void> {
    const found = await this.readSaved(saved);
    const shape = [38, 65, 129];
    const about = { offset: [12, 3, 6], voxelSize, scale: 0, dataset: "cut" };
    for (const [layer, dtype, bytes] of [
      ["image", "|u1", voxels(Uint8Array, greyAt)],
      ["cells", "<u8", voxels(BigUint64Array, idAt)],
      ["labels", "<u4", Buffer.alloc(4 * 38 * 65 * 129)],
    ] as const) {
      const each = found[`${layer}.${ending}`];
      expect(each).toEqual({
        ...{ dtype, shape, sha256: sha256(bytes) },
        about: jasmine.objectContaining({
          ...about,
          shape: [129, 65, 38],
        }) as unknown as object,
      });
    }
  }
}
