import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readImage, readInfo, readLabels } from "../testing/volume_reader.js";
import { Pool } from "../work/pool.js";
import { LayerWriter } from "./layer_writer.js";
import type { LayerPlan } from "./layer_writer.js";
import { CHUNK } from "./scales.js";
import type { Triple } from "./scales.js";
import { bytesOf, voxelView } from "./voxels.js";
import type { VoxelType } from "./voxels.js";

describe("A written layer", () => {
  let folder: string;
  let pool: Pool;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-layer-"));
    pool = new Pool(2);
  });
  afterAll(async () => {
    await pool.close();
    rmSync(folder, { recursive: true });
  });

  async function write(
    name: string,
    size: Triple,
    type: VoxelType,
    value: (at: number) => number,
    rest: Partial<LayerPlan> = {},
  ) {
    const layer = path.join(folder, name);
    const count = size[0] * size[1] * size[2];
    const buffer = new SharedArrayBuffer(count * bytesOf(type));
    const voxels = voxelView(type, buffer, 0, count);
    for (let at = 0; at < count; at++) voxels[at] = value(at);
    const writer = await LayerWriter.create(
      { folder: layer, size, resolution: [8, 8, 8], type, ...rest },
      pool,
    );
    for (let z = 0; z < size[2]; z += CHUNK)
      await writer.write(
        buffer,
        z * size[0] * size[1],
        z,
        Math.min(CHUNK, size[2] - z),
      );
    await writer.finish();
    return { layer, voxels, writer };
  }

  for (const type of ["uint8", "uint16", "uint32"] as const)
    it(`of a ${type} image reads back as it was, with chunks that the border cuts short`, async () => {
      const { layer, voxels } = await write(
        type,
        [70, 65, 67],
        type,
        (at) => (at * 2654435761) >>> (32 - 8 * bytesOf(type)),
      );
      expect(readInfo(layer).data_type).toBe(type);
      expect(readImage(layer)).toEqual(voxels);
    });

  it("of labels keeps ids of 64 bits that no double can hold", async () => {
    const ids = new SharedArrayBuffer(8 * 5);
    new BigUint64Array(ids).set([
      0n,
      (1n << 56n) + 1n,
      (1n << 56n) + 2n,
      (1n << 64n) - 1n,
      9007199254740993n,
    ]);
    const { layer, voxels } = await write(
      "labels",
      [70, 9, 130],
      "uint32",
      (at) => Math.floor(at / 37) % 5,
      { ids: () => ids },
    );
    const table = new BigUint64Array(ids);
    expect(readInfo(layer).data_type).toBe("uint64");
    expect(readLabels(layer)).toEqual(
      BigUint64Array.from([...voxels], (value) => table[value]),
    );
  });

  it("has coarser levels that follow from the finer ones, whole at every size", async () => {
    const { layer } = await write(
      "levels",
      [130, 67, 131],
      "uint8",
      (at) => (at * 31) & 255,
    );
    const { scales } = readInfo(layer);
    expect(scales.map(({ size }) => size)).toEqual([
      [130, 67, 131],
      [65, 34, 66],
      [33, 17, 33],
    ]);
    for (let level = 1; level < scales.length; level++) {
      const fine = readImage(layer, level - 1);
      const size = scales[level - 1].size;
      const coarse = readImage(layer, level);
      const [width, height] = scales[level].size;
      coarse.forEach((value, at) => {
        const begin = [
          2 * (at % width),
          2 * (Math.floor(at / width) % height),
          2 * Math.floor(at / (width * height)),
        ];
        let sum = 0;
        let count = 0;
        for (let z = begin[2]; z < Math.min(begin[2] + 2, size[2]); z++)
          for (let y = begin[1]; y < Math.min(begin[1] + 2, size[1]); y++)
            for (let x = begin[0]; x < Math.min(begin[0] + 2, size[0]); x++) {
              sum += fine[(z * size[1] + y) * size[0] + x];
              count++;
            }
        if (value !== Math.floor(sum / count + 0.5))
          fail(
            `level ${level}, voxel ${at}: ${value}, expected the mean of ${sum} / ${count}`,
          );
      });
    }
  });

  it("keeps the finest level that is small enough for meshes", async () => {
    const { layer, writer } = await write(
      "kept",
      [70, 70, 130],
      "uint32",
      (at) => Math.floor(at / 1000) % 3,
      {
        ids: () => {
          const ids = new SharedArrayBuffer(24);
          new BigUint64Array(ids).set([0n, 1n, 2n]);
          return ids;
        },
        keep: 35 * 35 * 65,
      },
    );
    expect(writer.kept?.scale).toBe(writer.scales[1]);
    expect(
      BigUint64Array.from([...new Uint32Array(writer.kept!.buffer)], BigInt),
    ).toEqual(readLabels(layer, 1));
  });
});
