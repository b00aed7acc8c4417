import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateRawSync, deflateSync } from "node:zlib";
import {
  readInfo,
  readLabels,
  readMesh,
} from "../../../testdata/testing/volume_reader.js";
import { boundsOf } from "../../../testdata/testing/mesh_checks.js";
import type { LabelFormat } from "../../../src/clio/model/label_formats.js";
import { LabelsError } from "../labels_error.js";
import type { LabelVoxels } from "../sources/label_voxels.js";
import {
  npyOf,
  rawOf,
  tiffOf,
  zarr2Of,
  zarr3Of,
  zipOf,
} from "../testing/label_files.js";
import { convert } from "./convert.js";
import type { ConversionTask } from "./convert_volume.js";

/** An id that no number holds. */
const LARGE = 18_446_744_073_709_551_557n;

const SIZE = [70, 66, 65] as const;
const [X, Y, Z] = SIZE;

/** A ball of label 7 in the middle, and a slab of another label at the far end along x. */
function paint<T extends LabelVoxels>(voxels: T, other: number | bigint): T {
  const isBig = typeof voxels[0] === "bigint";
  const set = (at: number, value: number | bigint) => {
    (voxels as Record<number, number | bigint>)[at] = isBig
      ? BigInt(value)
      : Number(value);
  };
  for (let z = 0, at = 0; z < Z; z++)
    for (let y = 0; y < Y; y++)
      for (let x = 0; x < X; x++, at++)
        if ((x - 30) ** 2 + (y - 33) ** 2 + (z - 32) ** 2 < 400) set(at, 7);
        else if (x > 60) set(at, other);
  return voxels;
}

const COUNT = X * Y * Z;
const painted = paint(new BigUint64Array(COUNT), LARGE);
const small = paint(new Uint16Array(COUNT), 65_535);
const signed = paint(new Int32Array(COUNT), 2 ** 31 - 1);

describe("A file of labels", () => {
  let folder: string;
  let made = 0;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "clio-labels-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(
    format: LabelFormat,
    bytes: Buffer,
    rest: Partial<ConversionTask> = {},
    said: Partial<ConversionTask["brought"]> = {},
  ) {
    const file = path.join(folder, `${made++}`);
    const layer = `${file}-volume`;
    await writeFile(file, bytes);
    const conversion = await convert(
      {
        brought: { file, format, ...said },
        dataset: {
          ...{ shape: [512, 512, 256], offset: [0, 0, 0] },
          voxelSize: [8, 8, 8],
        },
        folder: layer,
        voxels: 2 ** 24,
        memory: 2 ** 26,
        room: 2 ** 30,
        ...rest,
      },
      () => undefined,
      new AbortController().signal,
    );
    return { layer, conversion };
  }

  /** What is read at a place of the dataset, in voxels of the volume. */
  function labelAt(layer: string, at: readonly number[], level = 0) {
    const { size, voxel_offset } = readInfo(layer).scales[level];
    const [x, y, z] = at.map((n, axis) => n - voxel_offset[axis]);
    return readLabels(layer, level)[(z * size[1] + y) * size[0] + x];
  }

  /** Expects the volume to hold what was painted, beginning at `offset`. */
  function expectPainted(
    layer: string,
    offset: readonly number[],
    voxels: LabelVoxels,
  ) {
    const { size, voxel_offset } = readInfo(layer).scales[0];
    const found = readLabels(layer);
    let at = 0;
    let wrong = 0;
    for (let z = 0; z < size[2]; z++)
      for (let y = 0; y < size[1]; y++)
        for (let x = 0; x < size[0]; x++, at++) {
          const [i, j, k] = [x, y, z].map(
            (n, axis) => n + voxel_offset[axis] - offset[axis],
          );
          const isInside = i >= 0 && j >= 0 && k >= 0;
          const value = isInside ? voxels[(k * Y + j) * X + i] : 0;
          if (found[at] !== BigInt(value)) wrong++;
        }
    expect(wrong).toBe(0);
    expect(size.map((n, axis) => n + voxel_offset[axis])).toEqual(
      SIZE.map((n, axis) => n + offset[axis]),
    );
  }

  it("of each format becomes a segmentation that lies where it was painted, its ids to the last bit", async () => {
    const place = { offset: [101, 50, 3], voxelSize: [8, 8, 8] } as const;
    const files: [LabelFormat, Buffer, LabelVoxels, string][] = [
      ["raw", rawOf(painted), painted, "uint64"],
      ["npy", npyOf(painted, SIZE), painted, "uint64"],
      ["npz", await zipOf({ "a.npy": npyOf(signed, SIZE) }), signed, "int32"],
      [
        "zarr",
        await zarr2Of(painted, SIZE, [32, 32, 16], { clio: place }),
        painted,
        "uint64",
      ],
      [
        "zarr",
        await zarr3Of(
          painted,
          SIZE,
          [64, 40, 20],
          "uint64",
          [8, 8, 8],
          [24, 400, 808],
        ),
        painted,
        "uint64",
      ],
      ["tiff", tiffOf(small, SIZE, true), small, "uint16"],
      ["tiff", tiffOf(painted, SIZE, false), painted, "uint64"],
    ];
    for (const [format, bytes, voxels, dtype] of files) {
      const isSaid = format !== "zarr";
      const { layer, conversion } = await run(
        format,
        bytes,
        isSaid ? place : {},
        format === "raw" ? { shape: SIZE, dtype: "uint64" } : {},
      );
      expect(conversion.space)
        .withContext(`${format} ${dtype}`)
        .toEqual({ shape: SIZE, ...place });
      expect(conversion.labels).toBe(2);
      expectPainted(layer, place.offset, voxels);
    }
  });

  it("of big-endian voxels is turned", async () => {
    const turned = rawOf(small).swap16();
    const file = npyOf(small, SIZE, ">u2");
    turned.copy(file, file.length - turned.length);
    const { layer } = await run("npy", file);
    expectPainted(layer, [0, 0, 0], small);
  });

  it("has coarser scales and meshes at the same place in nm", async () => {
    const offset = [101, 50, 3] as const;
    const { layer } = await run("npy", npyOf(painted, SIZE), {
      offset,
      voxelSize: [16, 16, 8],
    });
    const info = readInfo(layer);
    expect(info.scales.length).toBeGreaterThan(1);
    for (const { voxel_offset, resolution } of info.scales)
      expect(voxel_offset.map((n, axis) => n * resolution[axis])).toEqual(
        info.scales[0].voxel_offset.map(
          (n, axis) => n * info.scales[0].resolution[axis],
        ),
      );
    // The middle of the ball, at the coarsest scale.
    const last = info.scales.length - 1;
    const middle = [131, 83, 35].map((n, axis) =>
      Math.floor(
        (n * info.scales[0].resolution[axis]) /
          info.scales[last].resolution[axis],
      ),
    );
    expect(labelAt(layer, middle, last)).toBe(7n);
    const { low, high } = boundsOf(readMesh(layer, "7"));
    for (const [axis, length] of [16, 16, 8].entries()) {
      const centre = [131.5, 83.5, 35.5][axis] * length;
      expect(Math.abs((low[axis] + high[axis]) / 2 - centre)).toBeLessThan(
        length,
      );
      expect(high[axis] - low[axis]).toBeGreaterThan(36 * length);
      expect(high[axis] - low[axis]).toBeLessThan(41 * length);
    }
    const { positions } = readMesh(layer, String(LARGE));
    expect(positions.length).toBeGreaterThan(0);
  });

  it("that is not what it says, or more than is taken, is refused and says why", async () => {
    const npy = npyOf(small, SIZE);
    const lying = Buffer.from(npy);
    lying.write("(99,", lying.indexOf("(65,"), "latin1");
    const zeros = deflateSync(Buffer.alloc(64 * 2 ** 20));
    const bomb = await zipOf(
      {
        ".zarray": JSON.stringify({
          ...{ zarr_format: 2, shape: [64, 64, 64], chunks: [64, 64, 64] },
          ...{ dtype: "<u4", order: "C", fill_value: 0, filters: null },
          compressor: { id: "zlib", level: 1 },
        }),
        "0.0.0": zeros,
      },
      false,
    );
    const blosc = Buffer.alloc(64);
    blosc.writeUInt32LE(0xffffff00, 4);
    const lyingChunk = await zipOf(
      {
        ".zarray": JSON.stringify({
          ...{ zarr_format: 2, shape: [64, 64, 64], chunks: [64, 64, 64] },
          ...{ dtype: "<u4", order: "C", fill_value: 0, filters: null },
          compressor: { id: "blosc", cname: "lz4", clevel: 5, shuffle: 1 },
        }),
        "0.0.0": blosc,
      },
      false,
    );
    const cut = await zipOf({
      ".zarray": JSON.stringify({
        ...{ zarr_format: 2, shape: [4, 4, 4], chunks: [4, 4, 4] },
        ...{ dtype: "<u4", order: "C", fill_value: 0, filters: null },
        compressor: null,
      }),
      "0.0.0": Buffer.alloc(100, 1),
    });
    // A file of some bytes that says that its tile has terabytes of voxels.
    const hugeTile = tiffOf(small.subarray(0, X * Y), [X, Y, 1], true);
    const directory = hugeTile.readUInt32LE(4);
    const tileTags = new Map<number, number>([
      [262, 322],
      [278, 323],
      [273, 324],
      [279, 325],
    ]);
    for (let i = 0; i < hugeTile.readUInt16LE(directory); i++) {
      const at = directory + 2 + 12 * i;
      const tag = tileTags.get(hugeTile.readUInt16LE(at));
      if (tag === undefined) continue;
      hugeTile.writeUInt16LE(tag, at);
      if (tag > 323) continue;
      hugeTile.writeUInt16LE(4, at + 2);
      hugeTile.writeUInt32LE(2 ** 20, at + 8);
    }
    const fraction = await zarr2Of(small, SIZE, [70, 66, 65], {
      clio: { offset: [1.5, 0, 0], voxelSize: [8, 8, 8] },
    });
    const negative = signed.slice();
    negative[5 + X * (4 + Y * 3)] = -1;
    const cases: [
      LabelFormat,
      Buffer,
      RegExp,
      Partial<ConversionTask>?,
      Partial<ConversionTask["brought"]>?,
    ][] = [
      ["npy", Buffer.from("no"), /expected a .npy file/],
      [
        "npy",
        npy.subarray(0, 4000),
        /3\d\d\d bytes of voxels, expected 600600/,
      ],
      ["npy", Buffer.concat([npy, npy]), /more than 600600 bytes/],
      ["npy", lying, /600600 bytes of voxels, expected 914760/],
      ["npy", npyOf(small, SIZE, "<f2"), /the type is <f2, expected whole/],
      [
        "npy",
        npyOf(signed.slice(), SIZE),
        /dtype is uint8, and/,
        {},
        { dtype: "uint8" },
      ],
      ["npy", npyOf(negative, SIZE), /at voxel 5, 4, 3 is -1, expected 0/],
      [
        "npy",
        npy,
        /shape is 3 x 4 x 5, and the file has 70/,
        {},
        { shape: [3, 4, 5] },
      ],
      ["npy", npy, /voxels, expected at most 1000/, { voxels: 1000 }],
      ["npy", npy, /along z the volume reaches/, { offset: [0, 0, 200] }],
      ["npy", npy, /voxelSize is 8000000 x/, { voxelSize: [8e6, 8e6, 8e6] }],
      ["npy", npy, /quota is reached/, { room: 100 }],
      ["npz", await zipOf({ "a.txt": "x" }), /has the arrays \(none\)/],
      ["npz", Buffer.from("PK no zip"), /could not be read/],
      ["zarr", await zipOf({ "a.txt": "x" }), /holds no .zarray/],
      ["zarr", bomb, /could not be read|unfolds/],
      ["zarr", cut, /chunk 0.0.0 of the Zarr has 25 voxels, expected 64/],
      ["zarr", lyingChunk, /unfolds to 4294967040 bytes \(blosc\)/],
      ["zarr", fraction, /clio.offset of the Zarr is \[1.5,0,0\], expected/],
      ["tiff", hugeTile, /tiles or strips of 1048576 x 1048576 voxels/],
      ["tiff", Buffer.from("II*\0\0\0"), /could not be read/],
    ];
    for (const [format, bytes, why, rest, said] of cases) {
      const refused = expectAsync(run(format, bytes, rest, said));
      await refused
        .withContext(why.source)
        .toBeRejectedWithError(LabelsError, why);
    }
  });

  it("of a zip whose files are longer than it says is refused", async () => {
    const name = Buffer.from("a.npy");
    const npy = npyOf(small, SIZE);
    const stored = deflateRawSync(npy);
    // The zip says that the file is half as long as it is.
    const said = npy.length / 2;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(stored.length, 18);
    local.writeUInt32LE(said, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(stored.length, 20);
    central.writeUInt32LE(said, 24);
    central.writeUInt16LE(name.length, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(central.length + name.length, 12);
    end.writeUInt32LE(local.length + name.length + stored.length, 16);
    const zip = Buffer.concat([local, name, stored, central, name, end]);
    await expectAsync(run("npz", zip)).toBeRejectedWithError(
      LabelsError,
      /too many bytes/,
    );
  });

  it("is let go where its conversion is ended, and its folder may be removed", async () => {
    const file = path.join(folder, "ended");
    await writeFile(file, npyOf(painted, SIZE));
    const stop = new AbortController();
    const ended = convert(
      {
        brought: { file, format: "npy" },
        dataset: {
          ...{ shape: [512, 512, 256], offset: [0, 0, 0] },
          voxelSize: [8, 8, 8],
        },
        ...{ folder: `${file}-volume`, voxels: 2 ** 24, memory: 2 ** 26 },
        room: 2 ** 30,
      },
      () => stop.abort(),
      stop.signal,
    );
    await expectAsync(ended).toBeRejected();
    await rm(`${file}-volume`, { recursive: true, force: true });
    expect(existsSync(`${file}-volume`)).toBeFalse();
  });
});
