import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { createServer, request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { editAccounts } from "../accounts/accounts.js";
import type {
  LabelList,
  LabelsUpload,
  LabelVolume,
} from "../../src/clio/model/labels.js";
import type { PersonName } from "../identity/testing/issuer.js";
import {
  bearer,
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem, type AskOptions } from "../testing/server_fixture.js";
import { npyOf, rawOf } from "./testing/label_files.js";

const SIZE = [20, 10, 10] as const;
const voxels = new Uint32Array(2000).fill(5, 0, 700);
const bytes = rawOf(voxels);

const asked = {
  ...{ name: "Mitochondria", format: "raw", bytes: bytes.length },
  ...{ dtype: "uint32", shape: SIZE, offset: [4, 4, 4] },
  voxelSize: [8, 8, 8],
};

const labels = "/api/labels/vnc";

describe("Volumes of labels", () => {
  let server: GroupServer;

  beforeAll(async () => {
    server = await startGroupServer();
    await editAccounts(
      server.storage,
      [
        { op: "join", user: "bob@lab.org", group: "lab" },
        { op: "join", user: "cleo@lab.org", group: "lab" },
        { op: "join", user: "eve@lab.org", group: "lab" },
      ],
      "the spec",
    );
  });
  afterAll(() => server.close());

  const ask = (who: PersonName | "root", target: string, how?: AskOptions) =>
    server.askAs(who, target, how);

  async function begin(who: PersonName, what: object = asked) {
    const answer = await ask(who, `${labels}/uploads`, {
      ...{ method: "POST", body: what },
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<LabelsUpload>(answer);
  }

  const send = (who: PersonName, id: string, from: number, body: Uint8Array) =>
    ask(who, `${labels}/uploads/${id}?from=${from}`, {
      ...{ method: "PUT", body },
      headers: { "Content-Type": "application/octet-stream" },
    });

  /** Has an upload made a volume, or refused. */
  async function finish(who: PersonName, id: string): Promise<LabelsUpload> {
    const answer = await ask(who, `${labels}/uploads/${id}/finish`, {
      method: "POST",
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    for (;;) {
      const now = jsonOf<LabelsUpload>(
        await ask(who, `${labels}/uploads/${id}`),
      );
      if (now.state !== "converting") return now;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function bring(who: PersonName, name: string): Promise<LabelVolume> {
    const { id } = await begin(who, { ...asked, name });
    await send(who, id, 0, bytes);
    expect(await finish(who, id)).toEqual(
      jasmine.objectContaining({ state: "done", progress: 1 }),
    );
    return jsonOf<LabelVolume>(await ask(who, `${labels}/volumes/${id}`));
  }

  const listOf = async (who: PersonName) =>
    jsonOf<LabelList>(await ask(who, labels));

  it("come in parts, and are their owner's and nobody else's", async () => {
    const { id, received } = await begin("bob");
    expect(received).toBe(0);
    await send("bob", id, 0, bytes.subarray(0, 3000));
    const second = await send("bob", id, 3000, bytes.subarray(3000));
    expect(jsonOf<LabelsUpload>(second).received).toBe(8000);
    expect((await finish("bob", id)).state).toBe("done");
    const volume = jsonOf<LabelVolume>(
      await ask("bob", `${labels}/volumes/${id}`),
    );
    expect(volume).toEqual(
      jasmine.objectContaining({
        ...{ dataset: "vnc", name: "Mitochondria", owner: "bob@lab.org" },
        ...{ groups: [], shape: [...SIZE], offset: [4, 4, 4], labels: 1 },
        ...{ voxelSize: [8, 8, 8], meshes: true },
      }),
    );
    const info = await ask("bob", `/labels/vnc/${id}/info`);
    const { scales } = jsonOf<{ scales: { key: string }[] }>(info);
    expect(info.status).toBe(200);
    const chunk = await ask(
      "bob",
      `/labels/vnc/${id}/${scales[0].key}/4-24_4-14_4-14`,
    );
    expect(chunk.status).toBe(200);
    expect((await ask("bob", `/labels/vnc/${id}/mesh/5:0`)).status).toBe(200);
    // Cleo and root administer or write to the dataset, and Cleo is in a group with Bob.
    for (const who of ["ada", "cleo", "dora", "root"] as const) {
      for (const target of [
        `${labels}/volumes/${id}`,
        `/labels/vnc/${id}/info`,
        `/labels/vnc/${id}/mesh/5:0`,
      ])
        expectProblem(await ask(who, target), 404, "not-found");
      expect((await ask(who, labels)).body.toString()).not.toContain(id);
    }
    for (const [method, body] of [
      ["POST", { name: "Mine" }],
      ["DELETE", undefined],
    ] as const)
      expectProblem(
        await ask("cleo", `${labels}/volumes/${id}`, { method, body }),
        404,
        "not-found",
      );
    for (const method of ["GET", "DELETE"])
      expectProblem(
        await ask("cleo", `${labels}/uploads/${id}`, { method }),
        404,
        "not-found",
      );
    expectProblem(
      await server.ask(`/labels/vnc/${id}/info`),
      401,
      "unauthorized",
    );
    expectProblem(
      await ask("bob", `/labels/open/${id}/info`),
      404,
      "not-found",
    );
    expectProblem(
      await ask("bob", `/labels/vnc/${id}/.volume.json`),
      404,
      "not-found",
    );
  });

  it("are renamed, shared with a group as far as its members read the dataset, and deleted by their owner alone", async () => {
    const { id } = await bring("bob", "To share");
    const volume = `${labels}/volumes/${id}`;
    const foreign = { method: "POST", body: { groups: ["others"] } };
    expectProblem(await ask("bob", volume, foreign), 400, "bad-body");
    const shared = await ask("bob", volume, {
      ...{ method: "POST", body: { name: "Shared", groups: ["lab"] } },
    });
    expect(jsonOf<LabelVolume>(shared).groups).toEqual(["lab"]);
    const seen = (await listOf("cleo")).volumes.find((each) => each.id === id);
    expect(seen?.name).toBe("Shared");
    expect((await ask("cleo", `/labels/vnc/${id}/info`)).status).toBe(200);
    // In the group, and nothing in the dataset.
    expect((await ask("eve", `/labels/vnc/${id}/info`)).status).toBe(404);
    expectProblem(await ask("eve", volume), 403, "forbidden");
    for (const method of ["POST", "DELETE"])
      expectProblem(
        await ask("cleo", volume, { method, body: {} }),
        403,
        "forbidden",
      );
    await ask("bob", volume, { method: "POST", body: { groups: [] } });
    expect((await ask("cleo", `/labels/vnc/${id}/info`)).status).toBe(404);
    const { used } = (await listOf("bob")).quota;
    expect((await ask("bob", volume, { method: "DELETE" })).status).toBe(200);
    expect((await ask("bob", `/labels/vnc/${id}/info`)).status).toBe(404);
    expect((await listOf("bob")).quota.used).toBeLessThan(used);
    const folder = path.join(server.config.data, "labels/volumes");
    expect(
      (await readdir(folder)).some((name) => name.includes(id)),
    ).toBeFalse();
  });

  it("go on where a cut connection has ended", async () => {
    const { id } = await begin("bob");
    const cut = request({
      ...{ host: "127.0.0.1", port: server.port, method: "PUT" },
      path: `${labels}/uploads/${id}?from=0`,
      headers: {
        ...bearer(await server.tokenOf("bob")),
        "Content-Length": bytes.length,
      },
    });
    cut.on("error", () => undefined);
    cut.write(bytes.subarray(0, 1234));
    // Once it is there, the connection goes with the rest unsent.
    const file = path.join(server.config.data, "labels/uploads", id, "bytes");
    while ((await stat(file)).size < 1234)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = new Promise((resolve) => cut.on("close", resolve));
    cut.destroy();
    await closed;
    const wrong = await send("bob", id, 0, bytes);
    expectProblem(wrong, 409, "wrong-offset");
    // A client that writes all before it reads, as Python's: it gets to write all, and then the answer.
    const socket = connect(server.port, "127.0.0.1").setEncoding("latin1");
    socket.on("error", () => undefined);
    const tooEarly = new Uint8Array(16 * 2 ** 20);
    socket.write(
      [
        `PUT ${labels}/uploads/${id}?from=0 HTTP/1.1`,
        ...[`Host: 127.0.0.1:${server.port}`, "Connection: close"],
        `Authorization: ${bearer(await server.tokenOf("bob")).Authorization}`,
        `Content-Length: ${tooEarly.length}\r\n\r\n`,
      ].join("\r\n"),
    );
    const written = await new Promise((resolve) =>
      socket.write(tooEarly, resolve),
    );
    expect(written).toBeFalsy();
    let answer = "";
    for await (const text of socket) answer += String(text);
    expect(answer).toContain("wrong-offset");
    const { received } = jsonOf<LabelsUpload>(
      await ask("bob", `${labels}/uploads/${id}`),
    );
    expect(received).toBe(1234);
    await send("bob", id, received, bytes.subarray(received));
    expect((await finish("bob", id)).state).toBe("done");
  });

  it("are made once, however often it is asked for", async () => {
    const { id } = await begin("bob");
    await send("bob", id, 0, bytes);
    await Promise.all([finish("bob", id), finish("bob", id)]);
    // Conversions take turns: with this one over, so is a second one of the other.
    await bring("bob", "Behind it");
    const now = await ask("bob", `${labels}/uploads/${id}`);
    expect(jsonOf<LabelsUpload>(now).state).toBe("done");
    expectProblem(await send("bob", id, 0, bytes), 409, "upload-over");
  });

  it("that are cancelled, too long, or not whole leave nothing", async () => {
    const { used } = (await listOf("bob")).quota;
    const { id } = await begin("bob");
    await send("bob", id, 0, bytes.subarray(0, 100));
    const early = `${labels}/uploads/${id}/finish`;
    expectProblem(
      await ask("bob", early, { method: "POST" }),
      409,
      "upload-incomplete",
    );
    const long = new Uint8Array(bytes.length);
    expectProblem(await send("bob", id, 100, long), 413, "body-too-large");
    await ask("bob", `${labels}/uploads/${id}`, { method: "DELETE" });
    expectProblem(
      await ask("bob", `${labels}/uploads/${id}`),
      404,
      "not-found",
    );
    const folder = path.join(server.config.data, "labels/uploads");
    expect(await readdir(folder)).not.toContain(id);
    expect((await listOf("bob")).quota.used).toBe(used);
  });

  it("that are wrong are refused before a byte of them comes, or when they are read, and leave nothing", async () => {
    const { used, limit } = (await listOf("bob")).quota;
    const cases: [object, number, string, RegExp][] = [
      [
        { bytes: limit + 1, format: "npy" },
        413,
        "quota-reached",
        /expected at most \d+, which is all that bob@lab.org may have/,
      ],
      [{ bytes: 7 }, 400, "bad-body", /bytes is 7, expected 8000/],
      [
        { format: "npy", dtype: undefined, shape: [1000, 1000, 1] },
        400,
        "bad-body",
        /shape: a section of 1000 x 1000 voxels is larger than what/,
      ],
      [{ shape: [20, 10] }, 400, "bad-body", /shape/],
      [{ dtype: "float32" }, 400, "bad-body", /dtype/],
      [{ offset: [500, 0, 0] }, 400, "outside-dataset", /along x the volume/],
      [
        { voxelSize: [8e6, 8, 8] },
        400,
        "outside-dataset",
        /voxelSize is 8000000/,
      ],
      [{ format: "nii" }, 400, "bad-body", /format/],
    ];
    for (const [change, status, code, detail] of cases) {
      const answer = await ask("bob", `${labels}/uploads`, {
        ...{ method: "POST", body: { ...asked, ...change } },
      });
      expect(expectProblem(answer, status, code).detail).toMatch(detail);
    }
    const file = npyOf(voxels, SIZE, "<f4");
    const { id } = await begin("bob", {
      ...{ name: "Fractions", format: "npy", bytes: file.length },
    });
    await send("bob", id, 0, file);
    expect(await finish("bob", id)).toEqual(
      jasmine.objectContaining({
        state: "failed",
        problem: jasmine.stringMatching("the type is <f4"),
      }),
    );
    const folder = path.join(server.config.data, "labels");
    expect(await readdir(path.join(folder, "uploads", id))).toEqual([
      "upload.json",
    ]);
    expect(await readdir(path.join(folder, "volumes"))).not.toContain(id);
    expect((await listOf("bob")).quota.used).toBe(used);
  });

  it("come to no dataset that was described over HTTP: its addresses are asked by nobody here", async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits++;
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    const { port } = elsewhere.address() as AddressInfo;
    const source = `precomputed://http://127.0.0.1:${port}/secrets`;
    const layers = [{ type: "image", name: "image", source }];
    const dimensions = { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] };
    const told = await ask("root", "/v2/datasets", {
      ...{ method: "POST" },
      body: { told: { title: "Told", neuroglancer: { dimensions, layers } } },
    });
    expect(told.status).withContext(told.body.toString()).toBe(200);
    const refused = await ask("root", "/api/labels/told/uploads", {
      ...{ method: "POST", body: { ...asked, name: "Told" } },
    });
    expectProblem(refused, 409, "no-image");
    expect(visits).toBe(0);
    elsewhere.close();
  });

  it("take no more than the quota, of one person alone", async () => {
    const { quota } = await listOf("dora");
    const most = { ...asked, format: "npy", bytes: quota.limit };
    const { id } = await begin("dora", { ...most, shape: undefined });
    const one = await ask("dora", `${labels}/uploads`, {
      ...{ method: "POST", body: asked },
    });
    expect(expectProblem(one, 413, "quota-reached").detail).toContain(
      "uploads under way counted: cancel those",
    );
    await begin("cleo");
    await ask("dora", `${labels}/uploads/${id}`, { method: "DELETE" });
    expect((await begin("dora")).received).toBe(0);
  });

  it("are in the audit list where they are shared", async () => {
    const { id } = await bring("cleo", randomUUID());
    await ask("cleo", `${labels}/volumes/${id}`, {
      ...{ method: "POST", body: { groups: ["lab"] } },
    });
    const audit = await ask("root", "/api/audit");
    expect(audit.body.toString()).toContain(`"subject":"vnc/${id}"`);
  });

  it("hold what was brought, chunk by chunk", async () => {
    const { id } = await bring("bob", "Chunks");
    const answer = await ask("bob", `/labels/vnc/${id}/8_8_8/4-24_4-14_4-14`, {
      headers: {
        "Accept-Encoding": "gzip",
        ...bearer(await server.tokenOf("bob")),
      },
    });
    expect(answer.headers["content-encoding"]).toBe("gzip");
    // Of 64-bit labels in blocks of 8^3: one channel, whose data begin behind its offset.
    expect(gunzipSync(answer.body).readUInt32LE(0)).toBe(1);
  });
});
