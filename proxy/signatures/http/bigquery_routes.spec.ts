import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../../testing/server_fixture.js";
import {
  openTarget,
  type BigQueryTarget,
} from "../bigquery/testing/bigquery_target.js";
import { WireError } from "../bigquery/testing/wire_job.js";
import { homeOf } from "../bigquery/opened_tables.js";
import { uploadIndex } from "../bigquery/upload_index.js";
import { readManifest } from "../index/manifest.js";
import { catalogueOf } from "../testing/catalogue.js";
import { publishParts } from "../testing/index_folder.js";
import { scatteredRecords } from "../testing/scattered.js";

describe("The routes of the signature search, where a dataset's signatures are in BigQuery", () => {
  let target: BigQueryTarget;
  let server: ServerFixture;

  beforeAll(async () => {
    target = await openTarget({ far: "lanes", bare: "lanes" });
    server = await startServer(
      { "datasets.json": catalogueOf("near", "far", "bare") },
      {
        signatures: {
          memory: 512,
          seconds: 30,
          searchesPerUser: 64,
          bigquery: target.settings,
        },
      },
    );
    const parts = [{ records: scatteredRecords(3000, "clustered", 1) }];
    const folder = path.join(server.config.data, "signatures", "near");
    await mkdir(folder, { recursive: true });
    await publishParts(folder, parts);
    const { settings, jobs } = target;
    await uploadIndex(
      folder,
      (await readManifest(folder))!,
      homeOf(settings, settings.datasets.far),
      jobs,
      { work: "upload", dataset: "far" },
      () => undefined,
      () => undefined,
    );
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await target.close();
  }, 60_000);

  async function get(target: string): Promise<unknown> {
    const answer = await server.ask(`/v2/signatures/${target}`);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body.toString());
  }

  const ask = (route: string, dataset: string, body: unknown) =>
    server.ask(`/v2/signatures/${route}/${dataset}`, { method: "POST", body });

  it("answer what they answer from this machine, and what it cost", async () => {
    const at = "x=803&y=20&z=0";
    for (const route of ["atlocation", "likelocation"]) {
      expect(await get(`${route}/far?${at}`)).toEqual(
        await get(`${route}/near?${at}`),
      );
    }
    const search = {
      examples: [{ point: [800, 16, 0] }],
      minSeparation: 100,
      limit: 40,
    };
    const [far, near] = await Promise.all(
      ["far", "near"].map(async (dataset) => {
        const answer = await ask("search", dataset, search);
        expect(answer.status).toBe(200);
        return JSON.parse(answer.body.toString()) as Record<string, unknown>;
      }),
    );
    expect(far.hits).toEqual(near.hits);
    expect(far.index).toEqual(near.index);
    expect(near.cost).toBeUndefined();
    expect(far.cost).toEqual({
      bytesProcessed: jasmine.any(Number),
      bytesBilled: jasmine.any(Number),
      dollars: jasmine.any(Number),
    });
    expect(server.logged()).toContain(
      jasmine.objectContaining({ work: "search", dataset: "far" }),
    );
    expect(await get("info/far")).toEqual(await get("info/near"));
    const batch = await ask("batch", "far", { searches: [search, search] });
    const { results } = JSON.parse(batch.body.toString()) as {
      results: { hits: unknown }[];
    };
    expect(results.map(({ hits }) => hits)).toEqual([near.hits, near.hits]);
  }, 60_000);

  for (const [what, at, error, status, code] of [
    [
      "the quota is spent",
      /^POST \/jobs/,
      new WireError(403, "quotaExceeded", "Quota exceeded for test:far"),
      503,
      "bigquery-quota",
    ],
    [
      "the job is cancelled from outside",
      /^GET \/queries/,
      new WireError(499, "stopped", "Job execution was cancelled"),
      503,
      "bigquery-stopped",
    ],
    [
      "the search would read too much",
      /^POST \/jobs/,
      new WireError(400, "bytesBilledLimitExceeded", "Query exceeded limit"),
      422,
      "bigquery-too-large",
    ],
    [
      "the server may not",
      /^POST \/jobs/,
      new WireError(403, "accessDenied", "Access Denied: Table test:far"),
      503,
      "bigquery-denied",
    ],
    [
      "the query is refused",
      /^POST \/jobs/,
      new WireError(400, "invalidQuery", "Syntax error in test:far"),
      503,
      "bigquery-failed",
    ],
  ] as const) {
    it(`say by a code that ${what}, and nothing of BigQuery's insides`, async () => {
      const { loopback } = target;
      if (loopback === undefined) {
        pending("a real BigQuery cannot be made to fail");
        return;
      }
      await get("info/far");
      loopback.failNext(at, error);
      const answer = await ask("search", "far", {
        examples: [{ signature: "0" }],
      });
      const { detail } = expectProblem(answer, status, code);
      expect(detail).not.toContain("test:");
    }, 30_000);
  }

  it("say by a code that a table is missing", async () => {
    const answer = await ask("search", "bare", {
      examples: [{ signature: "0" }],
    });
    expectProblem(answer, 503, "bigquery-table-missing");
  }, 60_000);
});
