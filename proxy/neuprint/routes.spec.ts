import { once } from "node:events";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parse } from "lossless-json";
import type {
  CellFacts,
  Edge,
  Side,
  Synapse,
} from "../../src/clio/model/neuprint.js";
import { TOKEN_HEADER } from "../../src/clio/model/neuprint.js";
import { noSharedData, sharedPath } from "../../config/stories/volumes.js";
import { jsonOf } from "../testing/group_server.js";
import { runs } from "../testing/counts.js";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";
import type { NeuprintConfig } from "./neuprint_config.js";
import { connectomeGraph } from "./testing/connectome.js";
import { goodToken, LoopbackNeuprint } from "./testing/loopback_neuprint.js";
import { primary, smallConnectome } from "./testing/small_connectome.js";

const dataset = "toy:v1.0";
const variable = "CLIO_SPEC_NEUPRINT_TOKEN";
const { cells, wires } = smallConnectome();
const ids = cells.map(({ id }) => String(id));

const scene = JSON.stringify({
  neuroglancer: {
    layers: [{ type: "image", name: "image", source: "./image" }],
  },
});

describe("neuPrint through the server", () => {
  let neuprint: LoopbackNeuprint;
  let server: ServerFixture;

  beforeAll(async () => {
    process.env.CLIO_SPEC_NEUPRINT_TOKEN = goodToken;
    neuprint = await LoopbackNeuprint.start(
      new Map([
        [dataset, connectomeGraph(cells, wires, primary)],
        ["other:v1", connectomeGraph([{ id: 7n }], [], [])],
      ]),
    );
    const config: NeuprintConfig = {
      server: neuprint.origin,
      dataset,
      rows: 200_000,
      seconds: 30,
      cypher: false,
      megabytes: 32,
    };
    const withToken = { ...config, tokenVariable: variable };
    server = await startServer(
      Object.fromEntries(
        ["toy", "own", "script", "few", "away", "none"].map((id) => [
          `data/volumes/${id}/dataset.json`,
          scene,
        ]),
      ),
      {
        neuprint: {
          toy: withToken,
          own: config,
          script: { ...withToken, cypher: true, megabytes: 1 },
          few: { ...withToken, rows: 3, seconds: 1 },
          away: { ...withToken, server: "http://127.0.0.1:9" },
        },
      },
    );
  });
  afterAll(async () => {
    delete process.env.CLIO_SPEC_NEUPRINT_TOKEN;
    await server.close();
    await neuprint.stop();
  });
  afterEach(() => {
    neuprint.fault = undefined;
    neuprint.datasets = undefined;
    const said = JSON.stringify(server.logged());
    for (const token of neuprint.tokens) expect(said).not.toContain(token);
  });

  const post = (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ) => server.ask(path, { method: "POST", body, headers });
  const ask = async <T>(what: string, body: unknown, id = "toy") => {
    const answer = await post(`/api/neuprint/${id}/${what}`, body);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<T>(answer);
  };

  it("says which neuPrint a dataset has, and where there is none", async () => {
    const info = await server.ask("/api/neuprint/own");
    expect(jsonOf<object>(info)).toEqual({
      server: neuprint.origin,
      dataset,
      needsToken: true,
    });
    const none = await server.ask("/api/neuprint/none");
    expect(jsonOf<null>(none)).toBeNull();
    expectProblem(
      await server.ask("/api/neuprint/none/regions"),
      404,
      "no-neuprint",
    );
    const regions = await server.ask("/api/neuprint/toy/regions");
    expect(jsonOf<object>(regions)).toEqual({ primary });
  });

  it("counts every connection of a body, by partner and by region, as the wires are", async () => {
    for (const side of ["inputs", "outputs"] as const) {
      const asked = [ids[1], ids[4], ids[11]];
      const { edges, complete } = await ask<{
        edges: Edge[];
        complete: boolean;
      }>("connections", { ids: asked, side });
      expect(complete).toBeTrue();
      const expected = new Map<string, Record<string, number>>();
      for (const { from, to, regions } of wires) {
        const [of, body] = side === "outputs" ? [from, to] : [to, from];
        if (!asked.includes(String(of))) continue;
        const key = `${of} ${body}`;
        const counts = expected.get(key) ?? { all: 0 };
        for (const name of ["all", ...regions]) {
          counts[name] = (counts[name] ?? 0) + 1;
        }
        expected.set(key, counts);
      }
      const got = edges.map(
        ({ of, body, weight, regions }): [string, object] => [
          `${of} ${body}`,
          { all: weight, ...Object.fromEntries(regions) },
        ],
      );
      expect(new Map(got)).toEqual(expected as Map<string, object>);
      expect(got.length).toBe(expected.size);
      const weights = edges.map(({ weight }) => weight);
      expect(weights).toEqual([...weights].sort((a, b) => b - a));
    }
  });

  it("names cells, a fragment that nobody has named included, and leaves out what it does not know", async () => {
    const beyond = "18446744073709551615";
    const found = await ask<{ cells: CellFacts[] }>("cells", {
      ids: [ids[0], ids[11], "5", beyond],
    });
    expect(found.cells).toEqual([
      {
        ...{ body: ids[0], type: "T0", instance: "T0_L", status: "Traced" },
        inputs: wires.filter(({ to }) => to === cells[0].id).length,
        outputs: wires.filter(({ from }) => from === cells[0].id).length,
        size: 1000,
      },
      {
        ...{ body: ids[11], type: "", instance: "", status: "" },
        inputs: wires.filter(({ to }) => to === cells[11].id).length,
        outputs: 0,
        size: null,
      },
    ]);
    expect(await ask<object>("cells", { ids: [beyond] })).toEqual({
      cells: [],
    });
  });

  it("finds cells by type, name and id", async () => {
    const find = async (text: string) =>
      (await ask<{ cells: CellFacts[] }>("find", { text })).cells
        .map(({ body }) => body)
        .sort();
    expect(await find("t2")).toEqual([ids[2], ids[6]]);
    expect(await find("T2_l")).toEqual([ids[2], ids[6]]);
    expect(await find(ids[3])).toEqual([ids[3]]);
    expect(await find("nothing")).toEqual([]);
  });

  it("tells the place of each synapse, as many as the weight says", async () => {
    for (const side of ["inputs", "outputs"] satisfies Side[]) {
      const { synapses } = await ask<{ synapses: Synapse[] }>("synapses", {
        ...{ ids: ids.slice(0, 3), partners: ids.slice(2, 9), side },
      });
      const texts = (list: readonly object[]) =>
        list.map((each) => JSON.stringify(each)).sort();
      const [senders, receivers] =
        side === "outputs"
          ? [ids.slice(0, 3), ids.slice(2, 9)]
          : [ids.slice(2, 9), ids.slice(0, 3)];
      const expected = wires
        .map(({ from, to, pre, post }) => ({
          ...{ from: String(from), to: String(to), post, pre },
        }))
        .filter(
          ({ from, to }) => senders.includes(from) && receivers.includes(to),
        );
      expect(expected.length).toBeGreaterThan(0);
      expect(texts(synapses)).toEqual(texts(expected));
    }
  });

  it("leaves out what is more than it may be, and says so", async () => {
    const answer = await ask<{ edges: Edge[]; complete: boolean }>(
      "connections",
      { ids: [ids[0]], side: "outputs" },
      "few",
    );
    expect(answer.edges.length).toBe(3);
    expect(answer.complete).toBeFalse();
  });

  it("puts the dataset and the question itself, whatever is sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const before = neuprint.asked.length;
        const answer = await post("/api/neuprint/toy/find", {
          ...{ text, dataset: "other:v1", cypher: "MATCH (n) RETURN n" },
        });
        if (answer.status === 400) {
          expect(neuprint.asked.length).toBe(before);
          return;
        }
        expect(answer.status).withContext(answer.body.toString()).toBe(200);
        for (const asked of neuprint.asked.slice(before)) {
          expect(asked.dataset).toBe(dataset);
          const texts = asked.cypher.match(/"[^"]*"/g)!;
          expect(new Set(texts)).toEqual(
            new Set([`"${text.trim().toLowerCase()}"`]),
          );
        }
      }),
      { numRuns: runs(60, 2000) },
    );
    for (const ids of [["1 OR true"], ["-1"], [1], [], "1"]) {
      const answer = await post("/api/neuprint/toy/cells", { ids });
      expectProblem(answer, 400, "bad-body");
    }
  });

  it("asks with a person's own token where they send one, keeps it nowhere, and shows nobody else what it showed", async () => {
    const target = "/api/neuprint/own/cells";
    const body = { ids: [ids[5]] };
    expectProblem(await post(target, body), 403, "neuprint-needs-token");
    const own = "another-token";
    neuprint.tokens.add(own);
    const good = await post(target, body, { [TOKEN_HEADER]: own });
    expect(good.status).toBe(200);
    expect(neuprint.asked.at(-1)!.token).toBe(own);
    expectProblem(await post(target, body), 403, "neuprint-needs-token");
    const bad = await post(target, body, { [TOKEN_HEADER]: "expired" });
    expectProblem(bad, 502, "neuprint-token-refused");
    expectProblem(
      await post(target, body, { [TOKEN_HEADER]: "with a space" }),
      400,
      "neuprint-bad-token",
    );
  });

  it("asks once for what it was asked for shortly before", async () => {
    const body = { ids: [ids[6], ids[7]] };
    await Promise.all([ask("cells", body), ask("cells", body)]);
    const before = neuprint.asked.length;
    await ask("cells", body);
    expect(neuprint.asked.length).toBe(before);
  });

  it("says of each way in which the service can fail which one it is", async () => {
    const body = { ids: [ids[8]] };
    const target = "/api/neuprint/few/cells";
    const away = await post("/api/neuprint/away/cells", body);
    expectProblem(away, 502, "neuprint-away");
    const table = (data: unknown) =>
      JSON.stringify({ columns: ["body"], data });
    for (const [code, status, answer] of [
      ["neuprint-refused", 401, '{"message":"invalid or expired jwt"}'],
      ["neuprint-refused", 403, ""],
      ["neuprint-failed", 400, `{"error":"Invalid input, token ${goodToken}"}`],
      ["neuprint-failed", 500, "<html>"],
      ["neuprint-slow", 400, '{"error":"Timed out requesting database"}'],
      ["neuprint-away", 503, ""],
      ["neuprint-changed", 404, "<html>"],
      ["neuprint-changed", 200, "<html>"],
      ["neuprint-changed", 200, '{"rows":[]}'],
      ["neuprint-changed", 200, table([["1", "T"]])],
      ["neuprint-changed", 200, table([[1, "T", "", "", 1, 1, 1]])],
      ["neuprint-changed", 200, table([["1", "T", "", "", -1, 1, 1]])],
      ["neuprint-changed", 200, table({})],
    ] as const) {
      neuprint.fault = (response) => response.writeHead(status).end(answer);
      const got = await post(target, body);
      const expected = code === "neuprint-slow" ? 504 : 502;
      expectProblem(got, expected, code);
      expect(got.body.toString()).not.toContain(goodToken);
    }
    const edge = ["1", "2", "T", "", "", 1, '{"a": {"post": -1}}'];
    neuprint.fault = (response) => response.writeHead(200).end(table([edge]));
    const asked = { ...body, side: "inputs" };
    const got = await post("/api/neuprint/few/connections", asked);
    expectProblem(got, 502, "neuprint-changed");
    neuprint.fault = (response) =>
      response.writeHead(302, { Location: `${neuprint.origin}/x` }).end();
    expectProblem(await post(target, body), 502, "neuprint-away");
    neuprint.fault = () => undefined;
    expectProblem(await post(target, body), 504, "neuprint-slow");
    neuprint.fault = undefined;
    expect((await post(target, body)).status).toBe(200);
  });

  it("lets scripts ask in their own words where that is allowed, of the dataset of the path alone, and nothing but ask", async () => {
    const target = "/v2/neuprint/script";
    const cypher = `MATCH (n:Segment)-[e:ConnectsTo]->(m) WHERE n.bodyId IN [${ids[0]}] RETURN m.bodyId, e.weight ORDER BY m.bodyId LIMIT 2`;
    const answer = await post(target, { cypher, dataset: "other:v1" });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    expect(neuprint.asked.at(-1)!.dataset).toBe(dataset);
    const { columns, data } = parse(
      answer.body.toString(),
      undefined,
      BigInt,
    ) as { columns: string[]; data: bigint[][] };
    expect(columns).toEqual(["m.bodyId", "e.weight"]);
    const partners = [
      ...new Set(
        wires.filter(({ from }) => from === cells[0].id).map(({ to }) => to),
      ),
    ].sort();
    expect(data.map(([id]) => id)).toEqual(partners.slice(0, 2));
    const write = "MATCH (n:Segment) SET n.type = 'x' RETURN n.type";
    const refused = await post(target, { cypher: write });
    expectProblem(refused, 400, "neuprint-not-a-question");
    const shut = await post("/v2/neuprint/toy", { cypher });
    expectProblem(shut, 403, "neuprint-no-cypher");
  });

  it("gives a script's query up as soon as more has come than is passed on, however much there is", async () => {
    const row = Buffer.from(`[${"1,".repeat(500_000)}1],`);
    let sent = 0;
    let isOver: Promise<unknown> | undefined;
    neuprint.fault = (response) => {
      isOver = once(response, "close");
      response.writeHead(200).write('{"columns":["n"],"data":[');
      const go = () => {
        while (!response.destroyed && response.write(row)) sent += row.length;
        sent += row.length;
        response.once("drain", go);
      };
      go();
    };
    const cypher = "MATCH (n:Segment) RETURN n.bodyId";
    const answer = await post("/v2/neuprint/script", { cypher });
    expectProblem(answer, 422, "neuprint-too-large");
    expect(answer.body.toString()).toContain("larger than the 1 MB");
    await isOver;
    // What was under way fills a few buffers.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it("passes on what a real server has answered as it is", async () => {
    for (const [name, cypher] of [
      ["find-neurons", "MATCH (n:Neuron) RETURN n AS neuron, n.rois AS rois"],
      ["column-request", "MATCH (n:Meta) RETURN n.neuronColumns"],
    ]) {
      const file = sharedPath("fixtures", "neuprint", `${name}.json`);
      if (file === undefined) {
        pending(noSharedData);
        return;
      }
      const recorded = readFileSync(file, "utf8");
      neuprint.fault = (response) => response.writeHead(200).end(recorded);
      const answer = await post("/v2/neuprint/script", { cypher });
      const { columns, data } = JSON.parse(recorded) as Record<string, unknown>;
      expect(jsonOf<object>(answer)).toEqual({ columns, data });
    }
  });

  it("says where the server has no such dataset, and which it has, as a real server lists them", async () => {
    const file = sharedPath("fixtures", "neuprint", "datasets.json");
    if (file === undefined) {
      pending(noSharedData);
      return;
    }
    neuprint.fault = (response) => response.writeHead(400).end("{}");
    neuprint.datasets = readFileSync(file, "utf8");
    const body = { ids: [ids[9]] };
    const answer = await post("/api/neuprint/toy/cells", body);
    expectProblem(answer, 502, "neuprint-no-dataset");
    // What the server's own token may read is for whoever runs it; what a person's own may, for the person.
    expect(answer.body.toString()).not.toContain("hemibrain");
    const named = server.logged().filter((line) => "named" in line);
    expect(named.map(({ named }) => named)).toEqual([["hemibrain:v1.1"]]);
    const own = { [TOKEN_HEADER]: "a-token-of-the-list" };
    neuprint.tokens.add(own[TOKEN_HEADER]);
    const theirs = await post("/api/neuprint/own/cells", body, own);
    expect(theirs.body.toString()).toContain("It has hemibrain:v1.1.");
    neuprint.datasets = JSON.stringify({ [`long${"x".repeat(1000)}`]: {} });
    const long = await post("/api/neuprint/own/cells", body, own);
    expect(long.body.toString()).toContain(`It has long${"x".repeat(56)}….`);
    neuprint.datasets = '"something else"';
    const other = await post("/api/neuprint/toy/cells", body);
    expectProblem(other, 502, "neuprint-failed");
  });

  it("reads the neurons that a real server has answered, names with an address included", async () => {
    const file = sharedPath("fixtures", "neuprint", "find-neurons.json");
    if (file === undefined) {
      pending(noSharedData);
      return;
    }
    const { data } = JSON.parse(readFileSync(file, "utf8")) as {
      data: [Record<string, unknown>][];
    };
    const names = ["type", "instance", "status"];
    const counts = ["upstream", "downstream", "post", "size"];
    const rows = data.map(([neuron]) => [
      String(neuron.bodyId as number),
      ...names.map((name) => neuron[name] ?? null),
      ...counts.map((name) => neuron[name]),
    ]);
    const columns = ["body", ...names, ...counts];
    neuprint.fault = (response) =>
      response.writeHead(200).end(JSON.stringify({ columns, data: rows }));
    const { cells: read } = await ask<{ cells: CellFacts[] }>("cells", {
      ids: rows.map(([id]) => id),
    });
    expect(read.map(({ type }) => type)).toEqual([
      ...["5-HTPMPV03", "DNp27", "DNp30", "DNpe053", "DNpe053"],
    ]);
    expect(read[0]).toEqual({
      ...{ body: "10050", type: "5-HTPMPV03", instance: "5-HTPMPV03_R" },
      ...{ status: "Traced", inputs: 15391, outputs: 31874 },
      size: 16317840151,
    });
  });
});
