import { connect } from "node:net";
import { randomUUID } from "node:crypto";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { shapeOf, type Box, type Vec3 } from "../../src/clio/model/box.js";
import { boxText, cutoutBytes } from "../../src/clio/model/cutout.js";
import { mergesDataset } from "../../src/clio/model/merge.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
import { bearer, jsonOf } from "../testing/group_server.js";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";
import {
  cutoutFiles,
  greyAt,
  idAt,
  offset,
  size,
} from "./testing/cutout_volumes.js";

const upper: Vec3 = [
  offset[0] + size[0],
  offset[1] + size[1],
  offset[2] + size[2],
];
const whole: Box = { lower: offset, upper };

/** A box within the volume. */
const anyBox = fc
  .tuple(
    ...([0, 1, 2] as const).map((axis) =>
      fc
        .tuple(
          fc.integer({ min: offset[axis], max: upper[axis] - 1 }),
          fc.integer({ min: 1, max: size[axis] }),
        )
        .map(
          ([from, length]) =>
            [from, Math.min(from + length, upper[axis])] as const,
        ),
    ),
  )
  .map(([x, y, z]): Box => ({
    lower: [x[0], y[0], z[0]],
    upper: [x[1], y[1], z[1]],
  }));

/** What a box holds, z slowest, by a function of the voxel from the first one of the volume on. */
function expected<T>(
  { lower, upper }: Box,
  valueAt: (x: number, y: number, z: number) => T,
): T[] {
  const values: T[] = [];
  for (let z = lower[2]; z < upper[2]; z++)
    for (let y = lower[1]; y < upper[1]; y++)
      for (let x = lower[0]; x < upper[0]; x++)
        values.push(valueAt(x - offset[0], y - offset[1], z - offset[2]));
  return values;
}

describe("Cut-outs", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer({
      ...cutoutFiles("cut"),
      ...cutoutFiles("other"),
    });
  });
  afterAll(() => server.close());

  const file = (
    layer: string,
    box: Box,
    name: string,
    headers: Record<string, string> = {},
    query = "",
  ) =>
    server.ask(`/api/cutouts/cut/${layer}/0/${boxText(box)}/${name}${query}`, {
      headers,
    });

  /** The voxels of an `.npy` file, and its header. */
  async function npy(layer: string, box: Box, query = "") {
    const { status, body } = await file(layer, box, "array.npy", {}, query);
    expect(status).withContext(body.toString().slice(0, 300)).toBe(200);
    const length = 10 + body.readUInt16LE(8);
    expect(length % 64).toBe(0);
    const header = body.subarray(10, length).toString();
    return { header, bytes: Uint8Array.from(body.subarray(length)) };
  }

  const idsOf = ({ bytes }: { bytes: Uint8Array }) =>
    Array.from(new BigUint64Array(bytes.buffer));

  it("are described by layer, with what cannot be cut out and why", async () => {
    const answer = await server.ask("/api/cutouts/cut");
    const { layers, others, limit } = jsonOf<{
      layers: { name: string }[];
      others: object[];
      limit: number;
    }>(answer);
    expect(layers.map(({ name }) => name)).toEqual(["image", "cells", "plain"]);
    expect(layers[1]).toEqual({
      ...{ name: "cells", type: "segmentation", dtype: "uint64" },
      mergeable: true,
      scales: [
        { voxelSize: [8, 8, 30], lower: [...offset], upper: [...upper] },
      ],
    } as never);
    expect(others).toEqual([
      { name: "notes", reason: "It is neither an image nor a segmentation." },
    ]);
    expect(limit).toBe(4096 * 2 ** 20);
  });

  it("hold the voxels of any box, as NumPy reads them", async () => {
    await fc.assert(
      fc.asyncProperty(anyBox, async (box) => {
        const grey = await npy("image", box);
        expect(Array.from(grey.bytes)).toEqual(expected(box, greyAt));
        const cells = await npy("cells", box);
        expect(idsOf(cells)).toEqual(expected(box, idAt));
        const [x, y, z] = shapeOf(box);
        expect(cells.header).toContain(
          `'descr': '<u8', 'fortran_order': False, 'shape': (${z}, ${y}, ${x})`,
        );
        const plain = await npy("plain", box);
        expect(Array.from(new Uint32Array(plain.bytes.buffer))).toEqual(
          expected(box, (...at) => Number(idAt(...at) & 0xffffn)),
        );
      }),
      { numRuns: 8 },
    );
  });

  it("go on where a connection was cut, at any byte", async () => {
    const { body } = await file("cells", whole, "array.npy");
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: body.length - 1 }),
        async (from) => {
          const Range = `bytes=${from}-`;
          const rest = await file("cells", whole, "array.npy", { Range });
          expect(rest.status).toBe(206);
          expect(rest.headers["content-range"]).toBe(
            `bytes ${from}-${body.length - 1}/${body.length}`,
          );
          expect(rest.body.equals(body.subarray(from))).toBeTrue();
        },
      ),
      { numRuns: 10 },
    );
    const Range = `bytes=${body.length}-`;
    expectProblem(
      await file("cells", whole, "array.npy", { Range }),
      416,
      "bad-range",
    );
  });

  it("are Zarr arrays, whose chunks make up the same voxels", async () => {
    const box: Box = { lower: [12, 3, 6], upper: [155, 70, 44] };
    const array = jsonOf<{ shape: Vec3; chunks: Vec3; dtype: string }>(
      await file("cells", box, ".zarray"),
    );
    const [depth, height, width] = array.shape;
    expect([width, height, depth]).toEqual([...shapeOf(box)]);
    const found = new BigUint64Array(depth * height * width);
    const { chunks } = array;
    for (let k = 0; k * chunks[0] < depth; k++)
      for (let j = 0; j * chunks[1] < height; j++)
        for (let i = 0; i * chunks[2] < width; i++) {
          const { body } = await file("cells", box, `${k}.${j}.${i}`);
          const ids = new BigUint64Array(
            Uint8Array.from(inflateSync(body)).buffer,
          );
          expect(ids.length).toBe(chunks[0] * chunks[1] * chunks[2]);
          ids.forEach((id, at) => {
            const x = (at % chunks[2]) + i * chunks[2];
            const y = (Math.floor(at / chunks[2]) % chunks[1]) + j * chunks[1];
            const z = Math.floor(at / (chunks[2] * chunks[1])) + k * chunks[0];
            if (x < width && y < height && z < depth)
              found[(z * height + y) * width + x] = id;
            else expect(id).toBe(0n);
          });
        }
    expect(Array.from(found)).toEqual(expected(box, idAt));
    const { clio } = jsonOf<{ clio: object }>(
      await file("cells", box, ".zattrs"),
    );
    expect(clio).toEqual(
      jasmine.objectContaining({
        ...{ dataset: "cut", layer: "cells", scale: 0, dtype: "uint64" },
        ...{ offset: [12, 3, 6], voxelSize: [8, 8, 30], shape: [143, 67, 38] },
      }),
    );
    expectProblem(await file("cells", box, "9.0.0"), 404, "not-found");
    expectProblem(await file("cells", box, "..%2Finfo"), 404, "not-found");
  });

  it("show a person's merges, all chunks of one cut-out the same ones", async () => {
    const [a, b] = [idAt(20, 20, 20), idAt(60, 20, 20)];
    const segmentation = { dataset: "cut", version: "" };
    const act = randomUUID();
    const record: StoredRecord = {
      ...{ id: act, kind: "merge", onto: String(a), merged: String(b), act },
      ...{ description: "", user: "local", created: 1, modified: 1 },
    };
    const put = (revision: number, each: StoredRecord | undefined) =>
      server.storage.write((writer) =>
        writer.putRecord({
          ...{ user: "local", dataset: mergesDataset(segmentation) },
          ...{ id: act, revision, record: each, fieldRevisions: {} },
        }),
      );
    const attributes = async () =>
      jsonOf<{ clio: { merges: string } }>(
        await file("cells", whole, ".zattrs"),
      ).clio.merges;
    const before = await attributes();
    await put(1, record);
    const after = await attributes();
    expect(after).not.toBe(before);
    const right = expected(whole, idAt);
    const merged = right.map((id) => (id === b ? a : id));
    expect(merged).not.toEqual(right);
    expect(idsOf(await npy("cells", whole))).toEqual(merged);
    expect(idsOf(await npy("cells", whole, "?merges=none"))).toEqual(right);
    // What was begun before goes on as it was begun.
    expect(idsOf(await npy("cells", whole, `?merges=${before}`))).toEqual(
      right,
    );
    expectProblem(
      await file("cells", whole, "0.0.0", {}, `?merges=${"0".repeat(16)}`),
      409,
      "merges-changed",
    );
    // The other specs, which run in any order, are of the same voxels.
    await put(2, undefined);
    expect(idsOf(await npy("cells", whole))).toEqual(right);
  });

  it("bring the marks that lie in a box", async () => {
    const point = (position: [number, number, number]): StoredRecord => ({
      ...{ id: randomUUID(), kind: "point", position, description: "d" },
      ...{ tags: [], checked: false, user: "local", created: 1, modified: 1 },
    });
    const inside = point([5, 5, 5]);
    for (const record of [inside, point([20, 5, 5]), point([10, 10, 10])])
      await server.storage.write((writer) =>
        writer.putRecord({
          ...{ user: "local", dataset: "cut", id: record.id, revision: 1 },
          ...{ record, fieldRevisions: {} },
        }),
      );
    const answer = await server.ask(
      "/api/cutouts/cut/marks?box=0,0,0,10,10,10",
    );
    expect(jsonOf<object>(answer)).toEqual({ marks: [inside] });
  });

  it("say what is wrong with what was asked", async () => {
    for (const [path, status, code] of [
      ["none/0/10,0,5,11,1,6/.zarray", 404, "no-layer"],
      ["notes/0/10,0,5,11,1,6/.zarray", 409, "no-cutout"],
      ["image/1/10,0,5,11,1,6/.zarray", 400, "bad-scale"],
      ["image/x/10,0,5,11,1,6/.zarray", 400, "bad-scale"],
      ["image/0/10,0,5,11,1/.zarray", 400, "bad-box"],
      ["image/0/10,0,5,10,1,6/.zarray", 400, "bad-box"],
      ["image/0/9,0,5,11,1,6/.zarray", 400, "bad-box"],
      ["image/0/10,0,5,161,1,6/array.npy", 400, "bad-box"],
    ] as const)
      expectProblem(await server.ask(`/api/cutouts/cut/${path}`), status, code);
    const small = await startServer(cutoutFiles("cut"), {
      cutouts: { megabytes: 1 },
    });
    const answer = await small.ask(
      `/api/cutouts/cut/cells/0/${boxText(whole)}/array.npy`,
    );
    const { detail } = expectProblem(answer, 413, "cutout-too-large");
    expect(detail).toContain("the limit is 1 MiB");
    await small.close();
  });

  it("answer 502, and nothing of where they lie, where a volume is broken", async () => {
    const broken = await startServer({
      ...cutoutFiles("cut"),
      "data/volumes/cut/cells/s/10-74_0-64_5-21": "no chunk",
    });
    const { detail } = expectProblem(
      await broken.ask("/api/cutouts/cut/cells/0/10,0,5,12,2,7/0.0.0"),
      502,
      "volume-unreadable",
    );
    expect(detail).not.toContain(broken.folder);
    await broken.close();
  });

  it("stop reading when whoever asked has gone", async () => {
    const big: Box = { lower: offset, upper };
    const target = `/api/cutouts/cut/cells/0/${boxText(big)}/array.npy`;
    // More than may be read at a time: one that never gave its turn back would hold up all that come later.
    await Promise.all(
      Array.from(
        { length: 12 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect(server.port, "127.0.0.1");
            socket.once("data", () => socket.destroy());
            socket.once("close", () => resolve());
            socket.write(
              `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
            );
          }),
      ),
    );
    const { bytes } = await npy("image", big);
    expect(bytes.length).toBe(cutoutBytes({ dtype: "uint8" }, big));
  });

  describe("by the token of a script", () => {
    async function tokenFor(dataset: string) {
      const answer = await server.ask(`/api/cutouts/${dataset}/token`, {
        method: "POST",
      });
      return jsonOf<{ token: string; expires: number }>(answer);
    }

    it("are read in its dataset, for a day", async () => {
      const { token, expires } = await tokenFor("cut");
      const headers = bearer(token);
      const { status } = await file("image", whole, ".zarray", headers);
      expect(status).toBe(200);
      expect(Math.abs(expires - Date.now() - 86_400_000)).toBeLessThan(60_000);
      const other = await server.ask("/api/cutouts/other", { headers });
      expectProblem(other, 403, "token-scope");
    });

    it("and nothing else is: no other route takes it, nor the files of volumes", async () => {
      const { token } = await tokenFor("cut");
      const headers = bearer(token);
      for (const { method, path, scope } of server.routes) {
        if (scope === "napari") continue;
        const target = path
          .replace("{dataset}", "cut")
          .replace(/\{\w+\}/g, "x");
        const answer = await server.ask(target, { method, headers });
        expect(answer.status).withContext(`${method} ${path}`).toBe(403);
        expectProblem(answer, 403, "token-scope");
      }
      const volume = await server.ask("/volumes/cut/image/info", { headers });
      expectProblem(volume, 403, "token-scope");
    });

    it("end when it is revoked, and it is in no line of the log", async () => {
      const { token } = await tokenFor("cut");
      const headers = bearer(token);
      await file("image", whole, ".zarray", headers);
      const tokens = jsonOf<{ id: string; name: string }[]>(
        await server.ask("/api/tokens"),
      );
      for (const { id, name } of tokens) {
        expect(name).toBe("napari: cut");
        await server.ask(`/api/tokens/${id}`, { method: "DELETE" });
      }
      const answer = await file("image", whole, ".zarray", headers);
      expectProblem(answer, 401, "bad-token");
      expect(JSON.stringify(server.logged())).not.toContain(token);
    });
  });
});
