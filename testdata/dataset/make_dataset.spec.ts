import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { parseDataset } from "../../src/clio/model/dataset.js";
import { meshProblems } from "../testing/mesh_checks.js";
import {
  readImage,
  readInfo,
  readLabels,
  readMesh,
  readVoxelCounts,
} from "../testing/volume_reader.js";
import { makeDataset } from "./make_dataset.js";
import type { DatasetPlan } from "./make_dataset.js";

const program = path.resolve("dist/server/dataset.js");

describe("A dataset of one's own volume", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-dataset-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const size = [30, 20, 70] as const;
  const count = size[0] * size[1] * size[2];
  const place = (name: string) => path.join(folder, name);
  const out = () => place("volumes/mine");

  function writeRaw(
    name: string,
    dtype: string,
    voxels: Uint8Array | Uint16Array | BigUint64Array,
    sidecar: Record<string, unknown> = {},
  ): string {
    const { buffer } = voxels;
    writeFileSync(place(`${name}.raw.gz`), gzipSync(new Uint8Array(buffer)));
    writeFileSync(
      place(`${name}.json`),
      JSON.stringify({
        size_xyz: size,
        dtype,
        voxel_size_nm_xyz: [4.6, 4.6, 45],
        ...sidecar,
      }),
    );
    return place(`${name}.raw.gz`);
  }

  const grey = Uint8Array.from({ length: count }, (_, i) => (i * 7) & 255);
  const ids = BigUint64Array.from({ length: count }, (_, i) =>
    i % 30 < 12 ? 0n : (1n << 63n) + BigInt(Math.floor(i / (600 * 20))),
  );

  async function refusal(plan: Partial<DatasetPlan>): Promise<string> {
    try {
      await makeDataset({ out: out(), image: place("gray.raw.gz"), ...plan });
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : "";
    }
    return "none";
  }

  it("has the voxels, the size of the voxels and the ids of the raw files, and meshes", async () => {
    await makeDataset({
      out: out(),
      image: writeRaw("gray", "uint8", grey),
      labels: new Map([["supervoxels", writeRaw("labels", "uint64", ids)]]),
      title: "Mine",
    });
    const image = path.join(out(), "image");
    const labels = path.join(out(), "supervoxels");
    expect(readImage(image)).toEqual(grey);
    expect(readLabels(labels)).toEqual(ids);
    expect(
      readInfo(image).scales.map(({ size, resolution }) => [
        ...size,
        ...resolution,
      ]),
    ).toEqual([
      [30, 20, 70, 4.6, 4.6, 45],
      [15, 10, 70, 9.2, 9.2, 45],
      [8, 5, 70, 18.4, 18.4, 45],
      [4, 3, 70, 36.8, 36.8, 45],
      [2, 2, 35, 73.6, 73.6, 90],
    ]);
    const segments = [...new Set(ids)].filter((id) => id !== 0n).map(String);
    for (const id of segments)
      expect(meshProblems(readMesh(labels, id))).toEqual([]);
    expect(existsSync(path.join(labels, "mesh/0:0"))).toBeFalse();
    const counted = segments
      .toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
      .map((id): [string, number] => [
        id,
        ids.filter((each) => String(each) === id).length,
      ]);
    expect(readVoxelCounts(labels)).toEqual(counted);

    const dataset = parseDataset(
      "mine",
      JSON.parse(readFileSync(path.join(out(), "dataset.json"), "utf8")),
    );
    expect(dataset.title).toBe("Mine");
    expect(dataset.mainLayer).toBe("image");
    expect(dataset.roles).toEqual({ supervoxels: ["mergeable"] });
    expect(dataset.neuroglancer.dimensions).toEqual({
      x: [4.6e-9, "m"],
      y: [4.6e-9, "m"],
      z: [4.5e-8, "m"],
    });
    expect(dataset.neuroglancer.layers.map((layer) => layer.source)).toEqual([
      "./image",
      "./supervoxels",
    ]);
  });

  it("is made from slices, whose voxel size the command gives", async () => {
    mkdirSync(place("slices"));
    const section = Uint16Array.from({ length: 600 }, (_, i) => i * 100);
    for (const z of [1, 2])
      await sharp(section, { raw: { width: 30, height: 20, channels: 1 } })
        .toColourspace("grey16")
        .toFile(place(`slices/${z}.png`));
    expect(await refusal({ image: place("slices") })).toMatch(
      /InputError: .*slices: says no voxel size; give it as --voxel-size/,
    );
    await makeDataset({
      out: out(),
      image: place("slices"),
      voxelSize: [8, 8, 40],
    });
    const image = path.join(out(), "image");
    expect(readInfo(image).data_type).toBe("uint16");
    expect(readInfo(image).scales[0].resolution).toEqual([8, 8, 40]);
    expect(readImage(image)).toEqual(
      Uint16Array.from([...section, ...section]),
    );
  });

  it("has eight bits and more contrast where its contrast was equalised", async () => {
    const faint = Uint16Array.from(
      { length: count },
      (_, i) => 3000 + (i % 30),
    );
    await makeDataset({
      out: out(),
      image: writeRaw("gray", "uint16", faint),
      clahe: true,
    });
    const image = path.join(out(), "image");
    expect(readInfo(image).data_type).toBe("uint8");
    const values = [...readImage(image)];
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(150);
  });

  it("leaves nothing behind where an input is wrong", async () => {
    const image = writeRaw("gray", "uint8", grey);
    const small = writeRaw("small", "uint8", new Uint8Array(8), {
      size_xyz: [2, 2, 2],
    });
    const torn = writeRaw("torn", "uint8", grey, {
      sha256_raw: "0".repeat(64),
    });
    const wide = writeRaw("wide", "uint64", ids);
    const wrong: [Partial<DatasetPlan>, RegExp][] = [
      [
        { labels: new Map([["a", small]]) },
        /small\.raw\.gz: 2 x 2 x 2 voxels, expected 30 x 20 x 70 as .*gray\.raw\.gz/,
      ],
      [
        { labels: new Map([["A/b", image]]) },
        /--labels A\/b=.*expected small letters/,
      ],
      [{ labels: new Map([["image", image]]) }, /--labels image=.*not image/],
      [{ image: torn }, /torn\.raw\.gz: the SHA-256/],
      [
        { image: wide },
        /wide\.raw\.gz: voxels of uint64, expected uint8, uint16 or uint32 for an image/,
      ],
      [
        { image: wide, clahe: true },
        /voxels of uint64, expected uint8 or uint16 for --clahe/,
      ],
      [{ labels: new Map([["a", torn]]) }, /torn\.raw\.gz: the SHA-256/],
    ];
    for (const [plan, message] of wrong) {
      expect(await refusal(plan)).toMatch(message);
      expect(
        existsSync(place("volumes")) ? readdirSync(place("volumes")) : [],
      ).toEqual([]);
    }
  });

  it("is not replaced unbidden, and stays where its replacement fails", async () => {
    const image = writeRaw("gray", "uint8", grey);
    await makeDataset({ out: out(), image });
    const torn = writeRaw("torn", "uint8", grey, {
      sha256_raw: "0".repeat(64),
    });
    expect(await refusal({ image })).toMatch(
      /volumes\/mine: exists already; give --replace/,
    );
    expect(await refusal({ image: torn, replace: true })).toMatch(/SHA-256/);
    expect(readImage(path.join(out(), "image"))).toEqual(grey);
    const other = writeRaw(
      "other",
      "uint8",
      grey.map((value) => 255 - value),
    );
    await makeDataset({ out: out(), image: other, replace: true });
    expect(readImage(path.join(out(), "image"))[0]).toBe(255);
    expect(readdirSync(place("volumes"))).toEqual(["mine"]);
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const)
    it(`is not there at all where ${signal} ends the command half-way, and can be made afterwards`, async () => {
      if (!existsSync(program))
        throw new Error(
          `${program} is not built: npx webpack --config config/webpack.config.mjs --config-name server`,
        );
      const volumes = place("volumes");
      const child = spawn(process.execPath, [
        program,
        "demo",
        "--out",
        path.join(volumes, "demo"),
        "--size",
        "512,512,512",
      ]);
      const ended = once(child, "exit");
      while (!existsSync(volumes) || readdirSync(volumes).length === 0)
        await wait(20);
      child.kill(signal);
      await ended;
      const left = readdirSync(volumes);
      // What the server lists begins with a letter or a digit.
      expect(left.filter((name) => /^[a-z0-9]/.test(name))).toEqual([]);
      if (signal === "SIGTERM") expect(left).toEqual([]);
      await makeDataset({
        out: path.join(volumes, "demo"),
        image: writeRaw("gray", "uint8", grey),
      });
      expect(readdirSync(volumes)).toEqual(["demo"]);
    });
});
