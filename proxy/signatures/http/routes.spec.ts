import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import {
  expectProblem,
  startServer,
  type Answer,
  type ServerFixture,
} from "../../testing/server_fixture.js";
import { segmentsFolder } from "../index/manifest.js";
import { catalogueOf } from "../testing/catalogue.js";
import { publishParts } from "../testing/index_folder.js";
import { plainHits } from "../testing/plain_search.js";
import { columns, plan, rowsOf, type PlainRecord } from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";

const signed = (signature: bigint) => BigInt.asIntN(64, signature).toString();

describe("The routes of the signature search", () => {
  let server: ServerFixture;
  let records: PlainRecord[];

  beforeAll(async () => {
    server = await startServer({
      "datasets.json": catalogueOf("a", "torn", "bare", "grown"),
    });
    records = rowsOf(scatteredRecords(3000, "clustered", 1));
    await publish("a", records);
  });
  afterAll(() => server.close());

  async function publish(
    dataset: string,
    ...parts: PlainRecord[][]
  ): Promise<string> {
    const folder = path.join(server.config.data, "signatures", dataset);
    await mkdir(folder, { recursive: true });
    await publishParts(
      folder,
      parts.map((rows) => ({ records: columns(rows) })),
    );
    return folder;
  }

  async function get(target: string): Promise<unknown> {
    const answer = await server.ask(target);
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    return JSON.parse(answer.body.toString());
  }

  async function post(name: string, body: unknown): Promise<Answer> {
    const answer = await fetch(
      `http://127.0.0.1:${server.port}/v2/signatures/${name}`,
      {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      },
    );
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }

  async function search(body: unknown): Promise<Record<string, unknown>> {
    const answer = await post("search/a", body);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body.toString()) as Record<string, unknown>;
  }

  it("give the signature at a place as the original does", async () => {
    const { place, signature } = records[1500];
    const [x, y, z] = place;
    const at = `/v2/signatures/atlocation/a?x=${x + 3}.7&y=${y}&z=${z}`;
    expect(await get(at)).toEqual({
      point: place,
      signature: signed(signature),
    });
  });

  it("give what is like a place as the original does, and exactly", async () => {
    const { place, signature } = records[1500];
    const [x, y, z] = place;
    const at = `/v2/signatures/likelocation/a?x=${x}&y=${y}&z=${z}`;
    const hits = plainHits(records, {
      examples: [{ place, signature }],
      excludedExamples: [],
      maxDistance: 7,
      minSeparation: 800,
      excludedBoxes: [],
      offset: 0,
      limit: 200,
    });
    const matches = hits.map((hit) => ({
      point: hit.place,
      dist: hit.distance,
      score: 1 - hit.distance / 8,
    }));
    expect(matches.length).toBeGreaterThan(2);
    expect(await get(at)).toEqual({ matches: matches.slice(0, 200) });
    expect(await get(`${at}&k=2`)).toEqual({ matches: matches.slice(0, 2) });
    // Nothing is as near as that, and far enough away.
    expect(await get(`${at}&max_ham=1&min_sep=100000`)).toEqual({
      matches: [],
      message: "no matches",
    });
  });

  it("tell what an index holds", async () => {
    expect(await get("/v2/signatures/info/a")).toEqual(
      jasmine.objectContaining({
        count: 3000,
        voxelSize: [8, 8, 30],
        stride: [16, 16, 4],
        complete: true,
        quarantined: [],
      }),
    );
  });

  it("search with every option, and say what it took", async () => {
    const [one, two, three] = [10, 700, 2000].map((i) => records[i]);
    const box = { min: [0, 0, 0], max: [16384, 700, 1] } as const;
    const excludedBoxes = [{ min: [0, 0, 0], max: [500, 20, 1] } as const];
    const answer = await search({
      examples: [{ point: one.place }, { signature: signed(two.signature) }],
      excluded: [{ signature: String(three.signature) }],
      limit: 15,
      offset: 3,
      maxDistance: 30,
      minSeparation: 300,
      box,
      excludedBoxes,
    });
    const hits = plainHits(records, {
      examples: [one, { signature: two.signature }],
      excludedExamples: [three.signature],
      maxDistance: 30,
      minSeparation: 300,
      box,
      excludedBoxes,
      offset: 0,
      limit: 0,
    }).slice(3, 18);
    expect(hits).toHaveSize(15);
    expect(answer).toEqual({
      index: jasmine.any(String),
      hits: hits.map(({ place, signature, distance }) => ({
        point: [...place],
        signature: signed(signature),
        distance,
      })),
      examples: [
        { point: [...one.place], signature: signed(one.signature) },
        { signature: signed(two.signature) },
      ],
      complete: true,
      quarantined: [],
      examined: jasmine.any(Number),
      milliseconds: jasmine.any(Number),
    });
  });

  it("search a batch, each with its result or its own problem", async () => {
    const { place, signature } = records[5];
    const good = { examples: [{ signature: signed(signature) }], limit: 3 };
    const far = { examples: [{ point: [4_000_000_000, 0, 0] }] };
    const answer = await post("batch/a", {
      searches: [good, far, { ...good, examples: [{ point: place }] }],
    });
    expect(answer.status).toBe(200);
    const { results } = JSON.parse(answer.body.toString()) as {
      results: { hits?: unknown; problem?: { code: string } }[];
    };
    const alone = await search(good);
    expect(results[0].hits).toEqual(alone.hits);
    expect(results[1].problem?.code).toBe("no-signature");
    expect(results[2].hits).toEqual(alone.hits);
  });

  it("find what is added at once, and refuse what another encoder made", async () => {
    const few = records.slice(0, 20);
    await publish("grown", few);
    const added = { point: [77, 88, 99], signature: "-7" };
    const encoder = plan.encoder.hash;
    const answer = await post("records/grown", { encoder, records: [added] });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      added: 1,
      inMemory: 1,
    });
    const example = { examples: [{ signature: "-7" }], limit: 1 };
    const found = await post("search/grown", example);
    const { hits } = JSON.parse(found.body.toString()) as { hits: unknown };
    expect(hits).toEqual([{ ...added, distance: 0 }]);
    const other = { encoder: "1".repeat(64), records: [added] };
    expectProblem(await post("records/grown", other), 409, "wrong-records");
    const none = { encoder, records: [added] };
    expectProblem(await post("records/bare", none), 404, "no-index");
    for (const wrong of [{}, { encoder, records: [] }, { encoder: "x" }]) {
      expectProblem(await post("records/grown", wrong), 400, "bad-body");
    }
  });

  const huge = "9".repeat(400);
  for (const [target, status, code] of [
    ["atlocation/a", 400, "bad-query"],
    ["atlocation/a?x=NaN&y=0&z=0", 400, "bad-query"],
    ["atlocation/a?x=1e308&y=0&z=0", 400, "bad-query"],
    ["atlocation/a?x=-1&y=0&z=0", 400, "bad-query"],
    ["atlocation/a?x=4294967296&y=0&z=0", 400, "bad-query"],
    ["atlocation/a?x=1&x=2&y=0&z=0", 400, "bad-query"],
    [`atlocation/a?x=${huge}&y=0&z=0`, 400, "bad-query"],
    ["atlocation/a?x=4000000000&y=0&z=0", 404, "no-signature"],
    ["atlocation/bare?x=0&y=0&z=0", 404, "no-index"],
    ["atlocation/nowhere?x=0&y=0&z=0", 404, "not-found"],
    ["atlocation/..%2F..%2Fvolumes?x=0&y=0&z=0", 404, "not-found"],
    ["likelocation/a?x=0&y=0&z=0&k=1000000000", 400, "bad-query"],
    ["likelocation/a?x=0&y=0&z=0&k=0", 400, "bad-query"],
    ["likelocation/a?x=0&y=0&z=0&max_ham=66", 400, "bad-query"],
    ["likelocation/a?x=0&y=0&z=0&min_sep=Infinity", 400, "bad-query"],
    ["info/bare", 404, "no-index"],
    ["search/a", 405, "method-not-allowed"],
  ] as const) {
    it(`refuse GET ${target.slice(0, 60)}`, async () => {
      const answer = await server.ask(`/v2/signatures/${target}`);
      expectProblem(answer, status, code);
    });
  }

  const example = { signature: "0" };
  for (const [body, names] of [
    ["{", "not JSON"],
    ["[]", "examples"],
    [{}, "examples"],
    [{ examples: [] }, "examples"],
    [{ examples: [{}] }, "examples.0"],
    [{ examples: [{ signature: "18446744073709551616" }] }, "examples.0"],
    [{ examples: [{ signature: "-9223372036854775809" }] }, "examples.0"],
    [{ examples: [{ signature: 7 }] }, "examples.0"],
    [{ examples: [{ point: [0, 0] }] }, "examples.0"],
    [{ examples: [{ point: [0, 0, 1e308] }] }, "examples.0"],
    [{ examples: Array(17).fill(example) }, "examples"],
    [{ examples: [example], limit: 1e9 }, "limit"],
    [{ examples: [example], limit: 1.5 }, "limit"],
    [{ examples: [example], offset: 9999 }, "reach no farther"],
    [{ examples: [example], maxDistance: 65 }, "maxDistance"],
    [{ examples: [example], minSeparation: 1e308 }, "minSeparation"],
    [{ examples: [example], minSeparation: -1 }, "minSeparation"],
    [{ examples: [example], minSeparation: null }, "minSeparation"],
    [{ examples: [example], box: { min: [1, 1, 1], max: [1, 2, 2] } }, "box"],
    [{ examples: [example], excludedBoxes: Array(101) }, "excludedBoxes"],
    [{ examples: [example], colour: "red" }, "colour"],
  ] as const) {
    it(`refuse a search of ${JSON.stringify(body).slice(0, 70)}`, async () => {
      const code = body === "{" ? "not-json" : "bad-body";
      const problem = expectProblem(await post("search/a", body), 400, code);
      expect(problem.detail).toContain(names);
    });
  }

  it("refuse a body that is too large, and a batch of too many", async () => {
    const large = JSON.stringify({ examples: "x".repeat(2 ** 20) });
    expectProblem(await post("search/a", large), 413, "body-too-large");
    const searches = Array(65).fill({ examples: [example] });
    expectProblem(await post("batch/a", { searches }), 400, "bad-body");
  });

  it("name a corrupt segment, and answer from the others", async () => {
    const folder = await publish(
      "torn",
      records.slice(0, 1000),
      records.slice(1000),
    );
    const [gone] = await readdir(segmentsFolder(folder));
    await rm(path.join(segmentsFolder(folder), gone));
    const answer = await post("search/torn", { examples: [example] });
    expect(JSON.parse(answer.body.toString())).toEqual(
      jasmine.objectContaining({
        complete: false,
        quarantined: [
          { segment: gone, reason: jasmine.stringContaining("ENOENT") },
        ],
      }),
    );
    expect(server.logged()).toContain(
      jasmine.objectContaining({ dataset: "torn", segment: gone }),
    );
  });
});
