import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { readManifest } from "../index/manifest.js";
import type { Triple } from "../record.js";
import { CancelledError } from "../search/effort.js";
import type { SearchEngine } from "../search/search_engine.js";
import { SearchPool } from "../search/search_pool.js";
import { SignatureIndex } from "../search/signature_index.js";
import { publishParts, type Part } from "../testing/index_folder.js";
import { anyQuery, wholeOrder } from "../testing/queries.js";
import { anyPlace, anyRecords, columns, rowsOf } from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";
import { BigQueryEngine } from "./bigquery_engine.js";
import { BigQueryShelf } from "./bigquery_shelf.js";
import { homeOf, openTables } from "./opened_tables.js";
import {
  makeHammingTables,
  openTarget,
  type BigQueryTarget,
} from "./testing/bigquery_target.js";
import { WireError } from "./testing/wire_job.js";
import { uploadIndex } from "./upload_index.js";

const asker = { user: "anna" };

const firstTen = wholeOrder(10);

/** Records near each other in every respect, some of them twice, some hidden. */
function crowded(seed: number): Part[] {
  const sample = fc.sample(anyRecords(300), { numRuns: 3, seed });
  return sample.map((rows, i) => ({
    records: columns([...rows, ...rows.slice(0, 5)]),
    hidden: i === 1 ? [{ min: [0, 0, 0], max: [30, 30, 60] }] : [],
  }));
}

const scattered: Part[] = [
  { records: scatteredRecords(20_000, "clustered", 1) },
];

describe("The search in BigQuery", () => {
  let folder: string;
  let pool: SearchPool;
  let target: BigQueryTarget;

  beforeAll(async () => {
    folder = await temporaryFolder();
    pool = new SearchPool(2);
    target = await openTarget({
      crowded: "lanes",
      scattered: "lanes",
      replaced: "lanes",
      torn: "lanes",
      theirs: "hamming",
    });
    await upload("crowded", crowded(1));
    await upload("scattered", scattered);
    await publish("theirs", [distinct()]);
    await makeHammingTables(target, "theirs", rowsOf(distinct().records));
  }, 300_000);
  afterAll(async () => {
    await target.close();
    await pool.close();
    await rm(folder, { recursive: true });
  }, 60_000);

  /** Each record once: in the original's tables those that are there twice count once. */
  function distinct(): Part {
    const rows = crowded(2).flatMap(({ records }) => rowsOf(records));
    const byText = new Map(
      rows.map((row) => [`${row.place.join()} ${row.signature}`, row]),
    );
    return { records: columns([...byText.values()]) };
  }

  async function publish(
    dataset: string,
    parts: readonly Part[],
  ): Promise<string> {
    const own = path.join(folder, dataset);
    await mkdir(own, { recursive: true });
    await publishParts(own, parts);
    return own;
  }

  async function upload(
    dataset: string,
    parts: readonly Part[],
    signal?: AbortSignal,
  ): Promise<void> {
    const own = await publish(dataset, parts);
    await uploadIndex(
      own,
      (await readManifest(own))!,
      homeOf(target.settings, target.settings.datasets[dataset]),
      target.jobs,
      { work: "upload", dataset, ...(signal && { signal }) },
      () => undefined,
      () => undefined,
    );
  }

  async function engine(dataset: string): Promise<BigQueryEngine> {
    const { settings, jobs } = target;
    const tables = settings.datasets[dataset];
    const purpose = { work: "info", dataset } as const;
    const opened = await openTables(settings, tables, jobs, purpose);
    return new BigQueryEngine(dataset, opened!, jobs);
  }

  /** Lets the two engines of a dataset do the same. */
  async function withBoth(
    dataset: string,
    work: (embedded: SearchEngine, inBigQuery: SearchEngine) => Promise<void>,
  ): Promise<void> {
    const embedded = await SignatureIndex.open(
      path.join(folder, dataset),
      pool,
      () => fail("a segment counts as corrupt"),
    );
    await work(embedded!, await engine(dataset));
    await embedded!.retire();
  }

  for (const dataset of ["crowded", "theirs"]) {
    it(
      `finds in ${dataset} what the embedded engine finds, row by row, whatever is asked`,
      async () => {
        await withBoth(dataset, async (embedded, inBigQuery) => {
          await fc.assert(
            fc.asyncProperty(anyQuery(), async (query) => {
              const expected = await embedded.search(query, asker);
              const { hits } = await inBigQuery.search(query, asker);
              expect(hits).toEqual([...expected.hits]);
            }),
            { numRuns: runs(60, 1000) },
          );
        });
      },
      runs(300_000, 3_600_000),
    );

    it(
      `finds in ${dataset} the place that the embedded engine finds`,
      async () => {
        await withBoth(dataset, async (embedded, inBigQuery) => {
          await fc.assert(
            fc.asyncProperty(
              anyPlace(),
              fc.constantFrom(0, 100, 800, 1e12),
              async (place, maxDistance) => {
                const expected = await embedded.at(place, maxDistance, asker);
                const { hit } = await inBigQuery.at(place, maxDistance, asker);
                expect(hit).toEqual(expected.hit);
              },
            ),
            { numRuns: runs(30, 500) },
          );
        });
      },
      runs(300_000, 3_600_000),
    );
  }

  it("does so among many, with every option, near and far", async () => {
    const [one, two, three] = [7, 900, 14_000].map(
      (i) => rowsOf(scattered[0].records)[i],
    );
    const corner = { min: [0, 0, 0], max: [16384, 240, 16] } as const;
    await withBoth("scattered", async (embedded, inBigQuery) => {
      for (const options of [
        { maxDistance: 3 },
        { maxDistance: 7, limit: 200 },
        { maxDistance: 12, limit: 1000 },
        { limit: 5000 },
        { minSeparation: 500, limit: 50 },
        { minSeparation: 1e5, limit: 20 },
        { box: corner, excludedExamples: [three.signature] },
        { excludedBoxes: [corner], offset: 30, limit: 100 },
      ]) {
        const query = {
          ...firstTen,
          examples: [one, { signature: two.signature }],
          ...options,
        };
        const expected = await embedded.search(query, asker);
        const { hits } = await inBigQuery.search(query, asker);
        expect(hits).toEqual([...expected.hits]);
      }
      const place: Triple = [5000, 300, 10];
      const expected = await embedded.at(place, 800, asker);
      expect((await inBigQuery.at(place, 800, asker)).hit).toEqual(
        expected.hit,
      );
    });
  }, 300_000);

  it("reads the partitions of 68 buckets for all that is nearer than 8, and says what that cost", async () => {
    const inBigQuery = await engine("scattered");
    const near = { ...firstTen, maxDistance: 7, limit: 1000 };
    const { cost, examined } = await inBigQuery.search(near, asker);
    const everything = await inBigQuery.search(
      { ...firstTen, limit: 10_000 },
      asker,
    );
    expect(cost!.bytesProcessed).toBeGreaterThan(0);
    expect(cost!.bytesProcessed).toBeLessThan(
      everything.cost!.bytesProcessed / 3,
    );
    expect(cost!.dollars).toBe((cost!.bytesBilled / 2 ** 40) * 6.25);
    expect(examined).toBeLessThan(everything.examined);
  }, 60_000);

  it("tells what a search would cost without running it", async () => {
    const estimates = await (await engine("scattered")).estimate(firstTen);
    expect(estimates.map(({ maxDistance }) => maxDistance)).toEqual([
      7, 11, 15, 64,
    ]);
    for (const { cost } of estimates) expect(cost.dollars).toBeGreaterThan(0);
  }, 60_000);

  it("sees no mixture where the tables are loaded anew: it searches once more", async () => {
    await upload("replaced", [
      { records: scatteredRecords(100, "clustered", 1) },
    ]);
    const { settings, jobs } = target;
    const shelf = new BigQueryShelf(settings, jobs);
    const count = () =>
      shelf.use("replaced", async (each) => {
        const { hits } = await each.search({ ...firstTen, limit: 1000 }, asker);
        return [each.count, hits.length];
      });
    expect(await count()).toEqual([100, 100]);
    await upload("replaced", [
      { records: scatteredRecords(300, "clustered", 2) },
    ]);
    expect(await count()).toEqual([300, 300]);
    const { dataset } = settings.datasets.replaced;
    const sql = `DELETE FROM \`${settings.projectId}.${dataset}.info\` WHERE TRUE`;
    await jobs.run(
      { sql, parameters: {} },
      { work: "upload", dataset: "replaced" },
    );
    expect(await count()).toBeUndefined();
  }, 120_000);

  it("sends what has not arrived where an upload was interrupted", async () => {
    const { loopback } = target;
    if (loopback === undefined) {
      pending("a real BigQuery cannot be made to fail");
      return;
    }
    const parts = [1, 2, 3].map((seed) => ({
      records: scatteredRecords(1000, "clustered", seed, 1000 * seed),
    }));
    const failure = new WireError(400, "invalid", "the line was cut");
    loopback.failNext(/records\$2/, failure);
    await expectAsync(upload("torn", parts)).toBeRejectedWithError(
      /the line was cut/,
    );
    const before = loopback.loads.length;
    await upload("torn", parts);
    expect(loopback.loads.slice(before)).toEqual(["records$2"]);
    const inBigQuery = await engine("torn");
    expect(inBigQuery.count).toBe(3000);
  }, 120_000);

  it("ends the job of a search that nobody waits for any more", async () => {
    const { loopback } = target;
    if (loopback === undefined) {
      pending("a real BigQuery cannot be made to wait");
      return;
    }
    const inBigQuery = await engine("crowded");
    const release = loopback.hold();
    const leaving = new AbortController();
    const search = inBigQuery.search(firstTen, {
      user: "anna",
      signal: leaving.signal,
    });
    const known = new Set(loopback.jobs.keys());
    while (loopback.jobs.size === known.size) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    leaving.abort();
    await expectAsync(search).toBeRejectedWithError(CancelledError);
    const [job] = [...loopback.jobs.values()].slice(-1);
    while (!job.isDone) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(job.error?.reason).toBe("stopped");
    expect(job.configuration.labels).toEqual({
      clio: "search",
      dataset: "crowded",
    });
    release();
  }, 30_000);

  it("gives a job again that has failed in passing", async () => {
    const { loopback } = target;
    if (loopback === undefined) {
      pending("a real BigQuery cannot be made to fail");
      return;
    }
    const inBigQuery = await engine("crowded");
    const expected = await inBigQuery.search(firstTen, asker);
    loopback.failNext(
      /^GET \/queries/,
      new WireError(400, "jobBackendError", "try again"),
    );
    const before = loopback.jobs.size;
    const { hits } = await inBigQuery.search(firstTen, asker);
    expect(hits).toEqual([...expected.hits]);
    expect(loopback.jobs.size).toBeGreaterThan(before + 1);
  }, 30_000);
});
