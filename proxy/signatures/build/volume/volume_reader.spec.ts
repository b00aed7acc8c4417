import express from "express";
import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { volumeRoutes } from "../../../volumes/routes.js";
import { chunkIndex, shardHash } from "../../../../neuroglancer/codecs.js";
import type { Box, Triple } from "../../record.js";
import type { Place } from "./file_store.js";
import { VolumeError } from "./volume_error.js";
import { VolumeReader } from "./volume_reader.js";

const size: Triple = [50, 37, 21];
const chunk: Triple = [16, 16, 8];
const offset: Triple = [5, 0, 100];

/** The value of a voxel: smooth, so that JPEG keeps it, and different in neighbours. */
const smooth = (x: number, y: number, z: number) => 3 * x + 2 * y + z;
const wide = (x: number, y: number, z: number) => 1000 * x + 10 * y + z;

interface Form {
  readonly type: "uint8" | "uint16";
  readonly encoding: "raw" | "jpeg" | "png";
  readonly sharding?: {
    readonly hash: "identity" | "murmurhash3_x86_128";
    readonly minishard_bits: number;
    readonly shard_bits: number;
    readonly preshift_bits: number;
    readonly minishard_index_encoding?: "raw" | "gzip";
    readonly data_encoding?: "raw" | "gzip";
  };
}

const cells = ([nx, ny, nz]: Triple): Triple[] =>
  Array.from({ length: nx * ny * nz }, (_, i) => [
    i % nx,
    Math.floor(i / nx) % ny,
    Math.floor(i / (nx * ny)),
  ]);

const valueOf = (type: Form["type"]) => (type === "uint8" ? smooth : wide);

async function encode(form: Form, lower: Triple, shape: Triple) {
  const value = valueOf(form.type);
  const values = cells(shape).map(([x, y, z]) =>
    value(lower[0] + x, lower[1] + y, lower[2] + z),
  );
  const grey =
    form.type === "uint8" ? Uint8Array.from(values) : Uint16Array.from(values);
  if (form.encoding === "raw") return Buffer.from(grey.buffer);
  const picture = sharp(grey, {
    raw: { width: shape[0], height: shape[1] * shape[2], channels: 1 },
  });
  if (form.encoding === "jpeg")
    return picture.jpeg({ quality: 100 }).toBuffer();
  return picture
    .toColourspace(form.type === "uint8" ? "b-w" : "grey16")
    .png()
    .toBuffer();
}

/** Writes the volume; one chunk in the middle is left out. */
async function writeVolume(folder: string, form: Form): Promise<void> {
  const grid: Triple = [4, 3, 3];
  mkdirSync(path.join(folder, "s"), { recursive: true });
  const stored: { id: bigint; bytes: Buffer }[] = [];
  for (const cell of cells(grid)) {
    if (cell.join() === "1,1,1") continue;
    const lower = cell.map((n, axis) => n * chunk[axis]);
    const shape = lower.map((n, axis) => Math.min(chunk[axis], size[axis] - n));
    const bytes = await encode(
      form,
      [lower[0], lower[1], lower[2]],
      [shape[0], shape[1], shape[2]],
    );
    if (form.sharding)
      stored.push({
        id: chunkIndex(Uint32Array.from(cell), Uint32Array.from(grid)),
        bytes,
      });
    else {
      const name = lower.map(
        (n, axis) => `${n + offset[axis]}-${n + shape[axis] + offset[axis]}`,
      );
      writeFileSync(
        path.join(folder, "s", `${name.join("_")}.gz`),
        gzipSync(bytes),
      );
    }
  }
  if (form.sharding) writeShards(path.join(folder, "s"), form.sharding, stored);
  const info = {
    "@type": "neuroglancer_multiscale_volume",
    type: "image",
    data_type: form.type,
    num_channels: 1,
    scales: [
      {
        key: "s",
        size,
        resolution: [8, 8, 30],
        voxel_offset: offset,
        chunk_sizes: [chunk],
        encoding: form.encoding,
        ...(form.sharding && {
          sharding: {
            "@type": "neuroglancer_uint64_sharded_v1",
            ...form.sharding,
          },
        }),
      },
    ],
  };
  writeFileSync(path.join(folder, "info"), JSON.stringify(info));
}

/** Written from the text of the format's specification, apart from what reads it. */
function writeShards(
  folder: string,
  sharding: NonNullable<Form["sharding"]>,
  chunks: readonly { id: bigint; bytes: Buffer }[],
): void {
  const { minishard_bits, shard_bits, preshift_bits, hash } = sharding;
  const pack = (encoding: "raw" | "gzip" | undefined, bytes: Buffer) =>
    encoding === "gzip" ? gzipSync(bytes) : bytes;
  const placeOf = (id: bigint) => {
    const shifted = id >> BigInt(preshift_bits);
    const hashed = hash === "identity" ? shifted : shardHash(0, shifted);
    return {
      minishard: Number(BigInt.asUintN(minishard_bits, hashed)),
      shard: Number(
        BigInt.asUintN(shard_bits, hashed >> BigInt(minishard_bits)),
      ),
    };
  };
  for (let shard = 0; shard < 2 ** shard_bits; shard++) {
    const head = Buffer.alloc(16 * 2 ** minishard_bits);
    const parts: Buffer[] = [];
    let length = 0;
    const append = (bytes: Buffer) => {
      parts.push(bytes);
      length += bytes.length;
    };
    for (let minishard = 0; minishard < 2 ** minishard_bits; minishard++) {
      const own = chunks
        .filter(({ id }) => {
          const place = placeOf(id);
          return place.shard === shard && place.minishard === minishard;
        })
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      if (own.length === 0) continue;
      const index = new BigUint64Array(3 * own.length);
      let end = 0;
      own.forEach(({ id, bytes }, i) => {
        append(Buffer.alloc(3));
        const data = pack(sharding.data_encoding, bytes);
        index[i] = i === 0 ? id : id - own[i - 1].id;
        index[own.length + i] = BigInt(length - end);
        index[2 * own.length + i] = BigInt(data.length);
        append(data);
        end = length;
      });
      const packed = pack(
        sharding.minishard_index_encoding,
        Buffer.from(index.buffer),
      );
      head.writeBigUInt64LE(BigInt(length), 16 * minishard);
      append(packed);
      head.writeBigUInt64LE(BigInt(length), 16 * minishard + 8);
    }
    const name = shard.toString(16).padStart(Math.ceil(shard_bits / 4), "0");
    writeFileSync(
      path.join(folder, `${name}.shard`),
      Buffer.concat([head, ...parts]),
    );
  }
}

const forms: Record<string, Form> = {
  "in raw chunks": { type: "uint8", encoding: "raw" },
  "of 16 bits": { type: "uint16", encoding: "raw" },
  "in JPEG chunks": { type: "uint8", encoding: "jpeg" },
  "in PNG chunks": { type: "uint8", encoding: "png" },
  "in PNG chunks of 16 bits": { type: "uint16", encoding: "png" },
  "in shards by index": {
    type: "uint8",
    encoding: "raw",
    sharding: {
      hash: "identity",
      preshift_bits: 1,
      minishard_bits: 2,
      shard_bits: 1,
    },
  },
  "in packed shards by hash": {
    type: "uint16",
    encoding: "png",
    sharding: {
      hash: "murmurhash3_x86_128",
      preshift_bits: 0,
      minishard_bits: 1,
      shard_bits: 5,
      minishard_index_encoding: "gzip",
      data_encoding: "gzip",
    },
  },
};

/** A box that may reach out of the volume. */
const box: fc.Arbitrary<Box> = fc
  .tuple(
    ...size.map((extent) =>
      fc
        .tuple(
          fc.integer({ min: -9, max: extent + 9 }),
          fc.integer({ min: 1, max: 20 }),
        )
        .map(([from, length]) => [from, from + length]),
    ),
  )
  .map(([x, y, z]) => ({
    min: [x[0], y[0], z[0]],
    max: [x[1], y[1], z[1]],
  }));

describe("Reading an image volume", () => {
  let folder: string;
  let server: Server | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-volume-"));
  });
  afterEach(() => {
    server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  const place = (): Place => ({ kind: "folder", folder });

  /** What a box of the volume is to hold. */
  function expected(form: Form, { min, max }: Box): number[] {
    const value = valueOf(form.type);
    const shape = max.map((n, axis) => n - min[axis]);
    return cells([shape[0], shape[1], shape[2]]).map((at) => {
      const p = at.map((n, axis) => n + min[axis]);
      const isInside = p.every((n, axis) => n >= 0 && n < size[axis]);
      const isMissing = p.every((n, axis) => Math.floor(n / chunk[axis]) === 1);
      return isInside && !isMissing ? value(p[0], p[1], p[2]) : 0;
    });
  }

  for (const [name, form] of Object.entries(forms))
    it(`gives the voxels of any box of one ${name}, and 0 where there are none`, async () => {
      await writeVolume(folder, form);
      const reader = await VolumeReader.open(place(), 0);
      const tolerance = form.encoding === "jpeg" ? 3 : 0;
      await fc.assert(
        fc.asyncProperty(box, async (wanted) => {
          const voxels = await reader.read(wanted);
          const right = expected(form, wanted);
          const wrong = right.findIndex(
            (n, i) => Math.abs(n - voxels[i]) > tolerance,
          );
          expect(voxels.length).toBe(right.length);
          expect(wrong).withContext("first voxel that is wrong").toBe(-1);
        }),
        { numRuns: 12 },
      );
    });

  /** Serves the folder with ranges; `refuse` may answer first. */
  async function serve(refuse: () => number | undefined): Promise<Place> {
    const app = express();
    // The 404 of a missing chunk is no news.
    app.set("env", "test");
    app.use((_request, response, next) => {
      const status = refuse();
      if (status === undefined) next();
      else response.status(status).end();
    });
    app.use("/volumes", volumeRoutes(path.dirname(folder)));
    server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/volumes/${path.basename(folder).toLowerCase()}`;
    return { kind: "web", url };
  }

  for (const name of ["in JPEG chunks", "in shards by index"] as const)
    it(`gives the same over the web for one ${name}, though answers fail for a while`, async () => {
      rmSync(folder, { recursive: true });
      folder = path.join(tmpdir(), `clio-volume-web-${process.pid}`);
      mkdirSync(folder);
      await writeVolume(folder, forms[name]);
      let asked = 0;
      const web = await serve(() => (asked++ % 5 === 2 ? 503 : undefined));
      const whole: Box = { min: [0, 0, 0], max: size };
      const reader = await VolumeReader.open(web, 0);
      const local = await VolumeReader.open(place(), 0);
      expect(await reader.read(whole)).toEqual(await local.read(whole));
      expect(asked).toBeGreaterThan(4);
    });

  it("refuses what signatures cannot be made of, naming file, key and value", async () => {
    await writeVolume(folder, forms["in raw chunks"]);
    const file = path.join(folder, "info");
    const open = (change: object, scale = 0) => {
      writeFileSync(
        file,
        JSON.stringify({
          type: "image",
          data_type: "uint8",
          num_channels: 1,
          scales: [
            {
              key: "s",
              size,
              resolution: [8, 8, 30],
              chunk_sizes: [chunk],
              encoding: "raw",
            },
          ],
          ...change,
        }),
      );
      return VolumeReader.open(place(), scale);
    };
    for (const [change, message] of [
      [{ type: "segmentation" }, /type: "segmentation", expected an image/],
      [{ data_type: "float32" }, /data_type: "float32", expected uint8 or/],
      [{ scales: [] }, /scales: \[\]/],
    ] as const)
      await expectAsync(open(change)).toBeRejectedWithError(
        VolumeError,
        message,
      );
    await expectAsync(open({}, 1)).toBeRejectedWithError(
      VolumeError,
      /has no scale 1/,
    );
    writeFileSync(file, "<html>");
    await expectAsync(VolumeReader.open(place(), 0)).toBeRejectedWithError(
      VolumeError,
      `${file}: not JSON`,
    );
  });

  it("names the chunk that is broken", async () => {
    await writeVolume(folder, forms["in PNG chunks"]);
    const name = path.join(folder, "s", "5-21_0-16_100-108");
    writeFileSync(name, "no picture");
    const reader = await VolumeReader.open(place(), 0);
    await expectAsync(
      reader.read({ min: [0, 0, 0], max: [1, 1, 1] }),
    ).toBeRejectedWithError(VolumeError, new RegExp(`${name}: broken picture`));
    writeFileSync(`${name}.gz`, "no gzip");
    rmSync(name);
    await expectAsync(
      reader.read({ min: [0, 0, 0], max: [1, 1, 1] }),
    ).toBeRejectedWithError(VolumeError, /\.gz: broken gzip/);
  });
});
