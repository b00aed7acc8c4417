import { readFileSync } from "node:fs";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../encoder/random.js";
import { readManifest } from "../index/manifest.js";
import { contains, type Box } from "../record.js";
import { verifySegment } from "../segment/verify.js";
import { visibleRecords } from "../index/visible_records.js";
import { KILLS_OF_ONE, startCommand } from "../testing/command_process.js";
import { rowsOf } from "../testing/records.js";
import { runs } from "../../testing/counts.js";

const size = [160, 120, 2] as const;
const stride = [4, 4, 1] as const;
/** Of nothing: black along x, and saturated along y. */
const black: Box = { min: [0, 0, 0], max: [40, 120, 2] };
const white: Box = { min: [40, 90, 0], max: [160, 120, 2] };
/** Even blankness is looked for so far from a place. */
const margin = 12;

/** Tissue of blobs and noise. */
function voxels(): Uint8Array {
  const random = new Random(3);
  const values = new Uint8Array(size[0] * size[1] * size[2]);
  const blobs = Array.from({ length: 120 }, () => ({
    x: random.below(size[0]),
    y: random.below(size[1]),
    radius: 4 + random.below(12),
    grey: 40 + random.below(100),
  }));
  let at = 0;
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, at++) {
        const blob = blobs.find(
          (each) => (each.x - x) ** 2 + (each.y - y) ** 2 < each.radius ** 2,
        );
        values[at] = (blob?.grey ?? 170) + 20 * random.normal();
        if (contains(black, x, y, z)) values[at] = 0;
        if (contains(white, x, y, z)) values[at] = 255;
      }
  return values;
}

describe("npm run signatures -- build", () => {
  let folder: string;
  /** A data folder with the volume, and no index. */
  let fresh: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "clio-build-"));
    fresh = path.join(folder, "fresh");
    const raw = path.join(folder, "tissue.raw");
    await writeFile(raw, voxels());
    await writeFile(
      path.join(folder, "tissue.json"),
      JSON.stringify({
        size_xyz: size,
        dtype: "uint8",
        voxel_size_nm_xyz: [8, 8, 40],
      }),
    );
    await mkdir(fresh);
    const made = await startCommand("dataset", fresh, [
      ...["make", "--name", "tissue", "--image", raw],
    ]).ended;
    expect(made.code).withContext(made.err).toBe(0);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  const build = (data: string, ...options: string[]) =>
    startCommand("signatures", data, [
      "build",
      "tissue",
      "--stride",
      stride.join(),
      ...options,
    ]).ended;

  const small = ["--segment-records", "1024"];

  const indexOf = (data: string) => path.join(data, "signatures/tissue");

  async function copy(name: string, from: string): Promise<string> {
    const data = path.join(folder, name);
    await cp(from, data, { recursive: true });
    return data;
  }

  async function bytesOf(data: string): Promise<Map<string, string>> {
    const files = new Map<string, string>();
    for (const name of await readdir(indexOf(data), { recursive: true })) {
      const file = path.join(indexOf(data), name);
      const bytes = await readFile(file).catch(() => "");
      files.set(name, bytes.toString("base64"));
    }
    return files;
  }

  /** The signatures of an index by place. */
  async function placesIn(data: string): Promise<Map<string, bigint>> {
    const manifest = (await readManifest(indexOf(data)))!;
    const places = new Map<string, bigint>();
    for (const segment of manifest.segments)
      for await (const { records } of visibleRecords(indexOf(data), segment))
        for (const { place, signature } of rowsOf(records)) {
          expect(places.has(place.join())).toBeFalse();
          places.set(place.join(), signature);
        }
    return places;
  }

  /** All places of the volume's grid. */
  function* grid(): Iterable<readonly [number, number, number]> {
    for (let z = 0; z < size[2]; z += stride[2])
      for (let y = stride[1] / 2; y < size[1]; y += stride[1])
        for (let x = stride[0] / 2; x < size[0]; x += stride[0])
          yield [x, y, z];
  }

  it("makes a signature of each place, but not where there is nothing to see", async () => {
    const data = await copy("whole", fresh);
    const { code, out, err } = await build(data);
    expect(code).withContext(err).toBe(0);
    const places = await placesIn(data);
    expect(out).toContain(`${places.size} signatures; `);
    const deep = ({ min, max }: Box): Box => ({
      min: [min[0] && min[0] + margin, min[1] && min[1] + margin, min[2]],
      max: [
        max[0] < size[0] ? max[0] - margin : max[0],
        max[1] < size[1] ? max[1] - margin : max[1],
        max[2],
      ],
    });
    for (const [x, y, z] of grid()) {
      const isEmpty = [black, white].some((box) =>
        contains(deep(box), x, y, z),
      );
      const isTissue = x > black.max[0] + margin && y < white.min[1] - margin;
      const isThere = places.has([x, y, z].join());
      if (isEmpty) expect(isThere).toBeFalse();
      if (isTissue) expect(isThere).toBeTrue();
    }
    const distinct = new Set(places.values());
    expect(distinct.size).toBeGreaterThan(places.size / 2);
  }, 120_000);

  it("gives the same index whatever the number of threads", async () => {
    const one = await copy("one thread", fresh);
    const three = await copy("three threads", fresh);
    expect((await build(one, "--threads", "1", ...small)).code).toBe(0);
    expect((await build(three, "--threads", "3", ...small)).code).toBe(0);
    expect(await bytesOf(three)).toEqual(await bytesOf(one));
  }, 120_000);

  it("makes a region anew with the same encoder, and leaves the rest as it was", async () => {
    const data = await copy("region", fresh);
    await build(data, ...small);
    const before = await placesIn(data);
    const { id } = (await readManifest(indexOf(data)))!;
    const region = "64,0,0:120,60,1";
    const { code, err } = await build(data, "--region", region, ...small);
    expect(code).withContext(err).toBe(0);
    expect((await readManifest(indexOf(data)))!.id).not.toBe(id);
    expect(await placesIn(data)).toEqual(before);
  }, 120_000);

  it("makes the signatures of another dataset with the same encoder, so that they can be compared", async () => {
    const data = await copy("shared", fresh);
    const volume = path.join(data, "volumes/tissue");
    const twin = path.join(data, "volumes/twin");
    await cp(volume, twin, { recursive: true });
    await build(data, ...small);
    const { code, err } = await startCommand("signatures", data, [
      ...["build", "twin", "--encoder-of", "tissue", "--seed", "9"],
      ...["--stride", "8,8,1"],
    ]).ended;
    expect(code).withContext(err).toBe(0);
    const [own, other] = await Promise.all(
      ["tissue", "twin"].map((name) =>
        readManifest(path.join(data, "signatures", name)),
      ),
    );
    expect(other!.encoder).toEqual(own!.encoder);
    expect(other!.segments[0].count).toBeLessThan(own!.segments[0].count);
  }, 120_000);

  it(
    "that is killed at any moment leaves the old index or the new one, and goes on to the same bytes",
    async () => {
      const whole = await copy("undisturbed", fresh);
      const began = performance.now();
      await build(whole, ...small);
      const lasts = performance.now() - began;
      const expected = await bytesOf(whole);
      const { id, segments, encoder } = (await readManifest(indexOf(whole)))!;
      // So it is made of several that were sorted one after the other.
      expect(segments[0].count).toBeGreaterThan(1024);
      for (const segment of segments)
        expect(
          await verifySegment(indexOf(whole), segment, encoder.hash),
        ).toEqual([]);
      for (let i = 0; i < runs(15, 100) / KILLS_OF_ONE; i++) {
        const data = await copy(`killed ${i}`, fresh);
        const moments = Array.from(
          { length: KILLS_OF_ONE },
          () => Math.random() * lasts,
        );
        for (const moment of moments) {
          const { child, ended } = startCommand("signatures", data, [
            "build",
            "tissue",
            "--stride",
            stride.join(),
            ...small,
          ]);
          await wait(moment);
          child.kill("SIGKILL");
          await ended;
          const manifest = await readManifest(indexOf(data));
          if (manifest !== undefined) expect(manifest.id).toBe(id);
        }
        const { code, err } = await build(data, ...small);
        expect(code).withContext(err).toBe(0);
        expect(await bytesOf(data))
          .withContext(`killed after ${moments.join()} of ${lasts} ms`)
          .toEqual(expected);
        await rm(data, { recursive: true });
      }
    },
    runs(600_000, 7_200_000),
  );

  it("says so where the disk takes no more, and goes on to the same bytes once it does", async () => {
    const whole = await copy("with room", fresh);
    await build(whole, ...small);
    const data = await copy("full", fresh);
    const args = ["build", "tissue", "--stride", stride.join(), ...small];
    // Less than a segment takes: the system refuses it as it does when the disk is full.
    const { code, err } = await startCommand("signatures", data, args, {
      largestFile: 1024,
    }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(
      /^the index cannot be written: EFBIG.*the same command goes on from there$/m,
    );
    expect(err).not.toMatch(/^\s+at /m);
    expect(await readManifest(indexOf(data))).toBeUndefined();
    const again = await build(data, ...small);
    expect(again.code).withContext(again.err).toBe(0);
    expect(await bytesOf(data)).toEqual(await bytesOf(whole));
  }, 120_000);

  it("leaves the former index in use where a chunk is broken, and names the chunk", async () => {
    const data = await copy("broken", fresh);
    await build(data);
    const { id } = (await readManifest(indexOf(data)))!;
    const layer = path.join(data, "volumes/tissue/image");
    const { scales } = JSON.parse(
      readFileSync(path.join(layer, "info"), "utf8"),
    ) as { scales: { key: string }[] };
    const chunk = path.join(layer, scales[0].key, "64-128_0-64_0-2.gz");
    await writeFile(chunk, "no gzip");
    const { code, err } = await build(data, "--seed", "2");
    expect(code).toBe(1);
    expect(err).toContain(`${chunk}: broken gzip`);
    expect(err).not.toMatch(/^\s+at /m);
    expect((await readManifest(indexOf(data)))!.id).toBe(id);
  }, 120_000);

  it("says what it expected", async () => {
    const data = await copy("refused", fresh);
    for (const [options, message] of [
      [["--stride", "1.5,2,2"], /stride 1\.5,2,2: expected multiples of 1,1,1/],
      [["--stride", "0,8,8"], /--stride 0,8,8: expected three numbers above 0/],
      [["--scale", "9"], /scale 9: expected one from 0 to/],
      [["--scale", "-1"], /--scale.*/],
      [["--encoder-of", "nothing"], /encoder-of nothing: there is no index/],
      [["--encoder-of", "../a"], /\.\.\/a: expected the id of a dataset/],
      [["--seed", "x"], /--seed x: expected a whole number from 0/],
      [["--threads", "0"], /--threads 0: expected a whole number from 1/],
      [["--region", "1,2:3"], /--region 1,2:3: expected two voxels/],
      [
        ["--region", "0,0,0:99,99,2"],
        /a region is to be made anew, but there is no index yet/,
      ],
      [
        ["--region", "900,0,0:999,9,9"],
        /region 900,0,0 to 999,9,9: holds no place/,
      ],
    ] as const) {
      const { code, err } = await build(data, ...options);
      expect(code).toBe(1);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/^\s+at /m);
    }
    const none = await startCommand("signatures", data, ["build", "nothing"])
      .ended;
    expect(none.err).toMatch(/dataset "nothing": expected one of .*tissue/);
  }, 120_000);
});
