import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { InputError } from "./input_error.js";
import { openVolume } from "./open_volume.js";
import type { InputVoxels } from "./volume_source.js";

describe("A raw volume", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-raw-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const fileOf = (name: string) => path.join(folder, name);

  function write(
    name: string,
    voxels: InputVoxels,
    sidecar: Record<string, unknown>,
  ): string {
    const bytes = new Uint8Array(
      voxels.buffer,
      voxels.byteOffset,
      voxels.byteLength,
    );
    writeFileSync(fileOf(name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
    writeFileSync(
      fileOf(name.replace(/\.raw(\.gz)?$/, ".json")),
      JSON.stringify(sidecar),
    );
    return fileOf(name);
  }

  async function readAll(file: string, depth: number) {
    const volume = await openVolume(file);
    const slabs: (number | bigint)[][] = [];
    for await (const voxels of volume.slabs(depth)) slabs.push([...voxels]);
    return { volume, slabs };
  }

  const cases: readonly [string, InputVoxels][] = [
    ["uint8", Uint8Array.from({ length: 60 }, (_, i) => i * 4)],
    ["uint16", Uint16Array.from({ length: 60 }, (_, i) => i * 1000)],
    ["uint32", Uint32Array.from({ length: 60 }, (_, i) => i * 70_000_000)],
    [
      "uint64",
      BigUint64Array.from({ length: 60 }, (_, i) => (1n << 63n) + BigInt(i)),
    ],
  ];
  for (const [dtype, voxels] of cases)
    for (const name of ["a.raw", "a.raw.gz"])
      it(`of ${dtype} in ${name} is read section by section`, async () => {
        const file = write(name, voxels, {
          size_xyz: [4, 3, 5],
          dtype,
          voxel_size_nm_xyz: [4, 4, 40],
          sha256_raw: createHash("sha256")
            .update(new Uint8Array(voxels.buffer))
            .digest("hex"),
        });
        const { volume, slabs } = await readAll(file, 2);
        expect(volume.size).toEqual([4, 3, 5]);
        expect(volume.resolution).toEqual([4, 4, 40]);
        expect(slabs.map((slab) => slab.length)).toEqual([24, 24, 12]);
        expect(slabs.flat()).toEqual([...voxels]);
      });

  async function refusal(file: string): Promise<string> {
    try {
      await readAll(file, 2);
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "none";
  }

  const eight = new Uint8Array(8);
  const right = { shape_zyx: [2, 2, 2], dtype: "uint8" };
  const wrong: readonly [string, Record<string, unknown>, RegExp][] = [
    [
      "an unknown kind of voxel",
      { ...right, dtype: "int8" },
      /a\.json: dtype is "int8", expected uint8, uint16, uint32 or uint64/,
    ],
    [
      "no size",
      { dtype: "uint8" },
      /a\.json: size_xyz and shape_zyx are missing/,
    ],
    [
      "two sizes that differ",
      { ...right, size_xyz: [2, 2, 3] },
      /a\.json: size_xyz is \[2,2,3\] and shape_zyx is \[2,2,2\]/,
    ],
    [
      "a size of nothing",
      { ...right, shape_zyx: [0, 2, 2] },
      /shape_zyx\.0 is 0, expected a whole number above 0/,
    ],
    [
      "big-endian voxels",
      { ...right, byte_order: "big" },
      /byte_order is "big", expected little/,
    ],
    [
      "a voxel size of nothing",
      { ...right, voxel_size_nm_xyz: [1, 1, 0] },
      /voxel_size_nm_xyz\.2 is 0, expected a length/,
    ],
    [
      "fewer bytes than its size",
      { ...right, shape_zyx: [2, 2, 3] },
      /a\.raw: 8 bytes, expected 12 for 3 x 2 x 2 voxels of uint8/,
    ],
    [
      "more bytes than its size",
      { ...right, shape_zyx: [1, 2, 2] },
      /a\.raw: more than 4 bytes, expected 4/,
    ],
    [
      "another checksum",
      { ...right, sha256_raw: "0".repeat(64) },
      /a\.raw: the SHA-256 of its bytes is af5570f5[0-9a-f]+, expected sha256_raw 0000/,
    ],
  ];
  for (const [what, sidecar, message] of wrong)
    it(`with ${what} is refused by name`, async () => {
      expect(await refusal(write("a.raw", eight, sidecar))).toMatch(message);
    });

  it("without a sidecar is refused with what the sidecar says", async () => {
    writeFileSync(fileOf("b.raw"), eight);
    expect(await refusal(fileOf("b.raw"))).toMatch(
      /b\.json: not found; a raw volume needs this file/,
    );
  });

  it("with a sidecar that is no JSON is refused", async () => {
    const file = write("a.raw", eight, right);
    writeFileSync(fileOf("a.json"), "{");
    expect(await refusal(file)).toMatch(/a\.json: expected JSON \(/);
  });

  it("with a damaged gzip file is refused", async () => {
    const file = write("a.raw.gz", eight, right);
    writeFileSync(file, Buffer.from("no gzip at all"));
    expect(await refusal(file)).toMatch(/a\.raw\.gz: could not be read \(/);
  });

  it("that is not there, or is none, is refused", async () => {
    expect(await refusal(fileOf("nothing.raw"))).toMatch(
      /nothing\.raw: not found/,
    );
    writeFileSync(fileOf("a.txt"), "a");
    expect(await refusal(fileOf("a.txt"))).toMatch(
      /a\.txt: expected a \.raw or \.raw\.gz file/,
    );
  });
});
