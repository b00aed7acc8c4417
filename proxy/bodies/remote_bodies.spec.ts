import type {
  BodiesInfo,
  BodyConflict,
  BodyPage,
} from "../../src/clio/model/body_wire.js";
import { parseLossless } from "../../src/clio/model/lossless.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";
import { dvidToken, instance, LoopbackDvid } from "./testing/loopback_dvid.js";

const BIG = "18446744073709551615";
const variable = "CLIO_SPEC_BODIES_TOKEN";
const storeVariable = "CLIO_SPEC_STORE_TOKEN";

const scene = (more: object) =>
  JSON.stringify({
    neuroglancer: {
      layers: [{ type: "image", name: "image", source: "./image" }],
    },
    ...more,
  });

describe("Bodies that a server behind this one keeps", () => {
  let dvid: LoopbackDvid;
  let store: GroupServer;
  let server: ServerFixture;

  beforeAll(async () => {
    dvid = await LoopbackDvid.start(["aa11", "bb22"]);
    store = await startGroupServer();
    const made = await store.askAs("root", "/api/tokens", {
      ...{ method: "POST", body: { name: "for the server in front" } },
    });
    process.env[variable] = dvidToken;
    process.env[storeVariable] = jsonOf<{ token: string }>(made).token;
    const behind = { kind: "dvid", server: dvid.origin, instance } as const;
    server = await startServer(
      {
        "data/volumes/dvid/dataset.json": scene({ tag: "v2", uuid: "bb22" }),
        "data/volumes/store/dataset.json": scene({}),
        "data/volumes/away/dataset.json": scene({ uuid: "bb22" }),
      },
      {
        bodies: {
          dvid: {
            ...{ ...behind, seconds: 1, versions: { v1: "aa11" } },
            tokenVariable: variable,
          },
          store: {
            ...{ kind: "clio-store", dataset: "vnc", seconds: 30 },
            server: `http://127.0.0.1:${store.port}`,
            tokenVariable: storeVariable,
          },
          away: {
            ...{ ...behind, server: "http://127.0.0.1:9", seconds: 5 },
            versions: {},
          },
        },
      },
    );
  });
  afterAll(async () => {
    Reflect.deleteProperty(process.env, variable);
    Reflect.deleteProperty(process.env, storeVariable);
    await server.close();
    await store.close();
    await dvid.stop();
  });
  beforeEach(() => {
    dvid.fault = undefined;
    for (const node of dvid.nodes.values()) node.clear();
  });

  const post = (target: string, body: unknown) =>
    server.ask(target, { method: "POST", body });
  const good = async (target: string, body?: unknown, method = "POST") => {
    const answer = await server.ask(
      target,
      body === undefined ? { method: "GET" } : { method, body },
    );
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return answer.body.toString();
  };

  for (const id of ["dvid", "store"]) {
    const neurons = `/v2/json-annotations/${id}/neurons`;
    const bodies = `/api/bodies/${id}`;
    it(`are written, found, edited and deleted through it (${id})`, async () => {
      await good(
        neurons,
        `[{"bodyid":${BIG},"type":"T1","near":9007199254740993},{"bodyid":5,"type":"T2","tags":["a"]}]`,
      );
      expect(await good(`${neurons}/id-number/${BIG},7,5`)).toBe(
        `[{"bodyid":5,"type":"T2","tags":["a"]},{"bodyid":${BIG},"type":"T1","near":9007199254740993}]`,
      );
      expect(
        await good(`${neurons}/query?onlyid=true`, { type: "re/^T" }),
      ).toBe(`[5,${BIG}]`);
      expect(
        JSON.parse(await good(`${neurons}/id-number/5?show=user`)),
      ).toEqual([
        {
          ...{ bodyid: 5, type: "T2", tags: ["a"] },
          ...{ type_user: "local", tags_user: "local" },
        },
      ]);
      // A null deletes, and `conditional` writes only where there is nothing.
      await good(neurons, { bodyid: 5, tags: null });
      await good(`${neurons}?conditional=type,n`, {
        ...{ bodyid: 5, type: "T9", n: 1 },
      });
      expect(await good(`${neurons}/id-number/5`)).toBe(
        '[{"bodyid":5,"type":"T2","n":1}]',
      );
      expect(await good(`${neurons}/query`, { tags: "exists/1" })).toBe("[]");
      const page = parseLossless(
        await good(`${bodies}/query`, { query: { bodyid: [BIG, "5"] } }),
      ) as BodyPage;
      expect(page.bodies.map(({ body }) => body)).toEqual(["5", BIG]);
      const edit = (value: string, base: string) => ({
        edits: [{ body: "5", set: { type: value }, base: { type: base } }],
      });
      await good(`${bodies}/edits`, edit("T3", "T2"));
      const late = await post(`${bodies}/edits`, edit("T4", "T2"));
      expectProblem(late, 409, "bodies-changed");
      expect(jsonOf<{ conflicts: BodyConflict[] }>(late).conflicts[0]).toEqual(
        jasmine.objectContaining({ field: "type", found: "T3", user: "local" }),
      );
      const info = JSON.parse(await good(bodies)) as BodiesInfo;
      expect([info.hasNews, info.revision, info.count]).toEqual([
        ...[false, 0, null],
      ]);
      expectProblem(
        await server.ask(`${bodies}/changes?since=0`),
        409,
        "no-news",
      );
      expect(await good(`${neurons}/fields`)).toContain('"type"');
      const remove = { method: "DELETE" };
      const gone = await server.ask(`${neurons}/id-number/5`, remove);
      expect(gone.status).toBe(200);
      expect(await good(`${neurons}/all`)).toBe(
        `[{"bodyid":${BIG},"type":"T1","near":9007199254740993}]`,
      );
    });
  }

  it("have the versions that the configuration names, of which the head alone is written", async () => {
    const neurons = "/v2/json-annotations/dvid/neurons";
    dvid.nodes.get("aa11")!.set(5n, { bodyid: 5, type: "old" });
    await good(neurons, { bodyid: 5, type: "new" });
    expect(await good(`${neurons}/id-number/5?version=v1`)).toBe(
      '[{"bodyid":5,"type":"old"}]',
    );
    expect(await good(`${neurons}/query?version=aa11`, { bodyid: 5 })).toBe(
      '[{"bodyid":5,"type":"old"}]',
    );
    expect(JSON.parse(await good(`${neurons}/versions`))).toEqual({
      ...{ v1: "aa11", v2: "bb22" },
    });
    const late = await post(`${neurons}?version=v1`, { bodyid: 5, type: "x" });
    expectProblem(late, 409, "old-version");
    expect(dvid.nodes.get("aa11")!.get(5n)).toEqual({ bodyid: 5, type: "old" });
  });

  it("are away, slow, closed to us or of another shape: that is said, and no token is", async () => {
    const asked = () => post("/api/bodies/dvid/query", { query: {} });
    const answers = (status: number, text: string) => {
      dvid.fault = (response) => response.writeHead(status).end(text);
    };
    for (const [status, text, code] of [
      [401, dvidToken, "bodies-refused"],
      [500, `panic: ${dvidToken}`, "bodies-failed"],
      [503, "", "bodies-away"],
      [200, "<html>", "bodies-changed-shape"],
      [200, '{"a":1}', "bodies-changed-shape"],
      [200, '[{"type":"T1"}]', "bodies-changed-shape"],
      [302, "", "bodies-failed"],
    ] as const) {
      answers(status, text);
      expectProblem(await asked(), 502, code);
    }
    dvid.fault = () => undefined;
    expectProblem(await asked(), 504, "bodies-slow");
    const away = await post("/api/bodies/away/query", { query: {} });
    expectProblem(away, 502, "bodies-away");
    expect(JSON.stringify(server.logged())).not.toContain(dvidToken);
    // What was written before it failed is said.
    let writes = 0;
    dvid.fault = undefined;
    const neurons = "/v2/json-annotations/dvid/neurons";
    const set = dvid.nodes.get("bb22")!;
    const keep = set.set.bind(set);
    set.set = (key, value) => {
      if (++writes === 2) answers(500, "full");
      return keep(key, value);
    };
    const half = await post(
      neurons,
      [1, 2, 3].map((bodyid) => ({ bodyid, a: 1 })),
    );
    expect(expectProblem(half, 502, "bodies-half-written").detail).toMatch(
      /^2 of 3 bodies were written \(1, 2\)/,
    );
  });
});
