import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { publishParts } from "../testing/index_folder.js";
import { plainHits } from "../testing/plain_search.js";
import { anyBox, anyQuery, wholeOrder } from "../testing/queries.js";
import {
  anyPlace,
  anyRecords,
  columns,
  plan,
  rowsOf,
  type PlainRecord,
} from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";
import { contains } from "../record.js";
import { comparePlaceHits } from "./nearest_place.js";
import { CancelledError } from "./effort.js";
import type { SearchQuery } from "./query.js";
import { SearchPool } from "./search_pool.js";
import { SignatureIndex } from "./signature_index.js";
import { squaredNm } from "./taken_places.js";

const asker = { user: "anna" };

const firstTen = wholeOrder(10);

function notCorrupt(): never {
  throw new Error("a segment counts as corrupt");
}

describe("The search of an index", () => {
  let folder: string;
  let pool: SearchPool;
  let made = 0;

  beforeAll(async () => {
    folder = await temporaryFolder();
    pool = new SearchPool(2);
  });
  afterAll(async () => {
    await pool.close();
    await rm(folder, { recursive: true });
  });

  async function open(
    parts: Parameters<typeof publishParts>[1],
  ): Promise<SignatureIndex> {
    const own = path.join(folder, String(made++));
    await mkdir(own);
    await publishParts(own, parts);
    return (await SignatureIndex.open(own, pool, notCorrupt))!;
  }

  async function expectExact(
    index: SignatureIndex,
    records: readonly PlainRecord[],
    query: SearchQuery,
  ): Promise<void> {
    const { hits, quarantined } = await index.search(query, asker);
    const { offset, limit } = query;
    expect(hits).toEqual(
      plainHits(records, query).slice(offset, offset + limit),
    );
    expect(quarantined).toEqual([]);
  }

  it(
    "finds what a look at every record finds, in the same order, whatever is asked",
    async () => {
      const part = fc.record({
        rows: anyRecords(150),
        hidden: fc.array(anyBox(), { maxLength: 1 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(part, { minLength: 1, maxLength: 4 }),
          fc.array(anyQuery(), { minLength: 1, maxLength: 10 }),
          async (parts, queries) => {
            const index = await open(
              parts.map(({ rows, hidden }) => ({
                records: columns(rows),
                hidden,
              })),
            );
            const records = parts.flatMap(({ rows, hidden }) =>
              rows.map((row) => ({ ...row, hidden })),
            );
            for (const query of queries) {
              await expectExact(index, records, query);
            }
            await index.retire();
          },
        ),
        { numRuns: runs(25, 3000) },
      );
    },
    runs(120_000, 3_600_000),
  );

  it("does so in segments that are searched by lanes, and in boxes by pages", async () => {
    const parts = [1, 2].map((seed) => ({
      records: scatteredRecords(10_000, "clustered", seed, 10_000 * seed),
    }));
    const index = await open(parts);
    const records = parts.flatMap(({ records }) => rowsOf(records));
    const corner = { min: [0, 0, 0], max: [16384, 240, 16] } as const;
    const small = { min: [64, 64, 0], max: [900, 300, 64] } as const;
    for (const options of [
      { maxDistance: 7, limit: 200 },
      { minSeparation: 500, limit: 50 },
      { excludedBoxes: [corner], limit: 100 },
      { box: corner, limit: 100 },
      { box: small, limit: 100 },
      { box: small, minSeparation: 700, offset: 5, limit: 10 },
      { limit: 1, offset: 1500 },
    ]) {
      const { place, signature } = records[Math.floor(records.length / 3)];
      const query = {
        ...firstTen,
        ...options,
        examples: [{ signature, place }, { signature: records[5].signature }],
      };
      await expectExact(index, records, query);
    }
    await index.retire();
  }, 120_000);

  it("finds the distinct places behind thousands of records of one signature", async () => {
    const { positions } = scatteredRecords(20_000, "uniform", 1);
    const records = { positions, signatures: new BigUint64Array(20_000) };
    const index = await open([{ records }]);
    await expectExact(index, rowsOf(records), {
      ...firstTen,
      examples: [{ signature: 0n, place: [160, 160, 0] }],
      minSeparation: 1500,
      limit: 40,
    });
    await index.retire();
  });

  it(
    "finds the nearest place that has a signature, or none",
    async () => {
      const row = fc.record({
        rows: anyRecords(200),
        hidden: fc.array(anyBox(), { maxLength: 1 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 1, maxLength: 3 }),
          fc.array(anyPlace(), { minLength: 1, maxLength: 10 }),
          fc.constantFrom(0, 100, 1e12),
          async (parts, places, maxDistance) => {
            const index = await open(
              parts.map(({ rows, hidden }) => ({
                records: columns(rows),
                hidden,
              })),
            );
            const visible = parts.flatMap(({ rows, hidden }) =>
              rows.filter(
                ({ place }) => !hidden.some((box) => contains(box, ...place)),
              ),
            );
            for (const place of places) {
              const { hit } = await index.at(place, maxDistance, asker);
              const [nearest] = visible
                .map((record) => ({
                  ...record,
                  squared: squaredNm(record.place, place, plan.voxelSize),
                }))
                .filter(({ squared }) => squared <= maxDistance ** 2)
                .sort(comparePlaceHits);
              expect(hit).toEqual(nearest);
            }
            await index.retire();
          },
        ),
        { numRuns: runs(12, 1000) },
      );
    },
    runs(120_000, 3_600_000),
  );

  it("says how many signatures it compared, and how long it took", async () => {
    const records = scatteredRecords(100_000, "clustered", 3);
    const index = await open([{ records }]);
    const { signature } = rowsOf(records)[7];
    const query = { ...firstTen, examples: [{ signature }], maxDistance: 3 };
    const { examined, took } = await index.search(query, asker);
    expect(examined).toBeGreaterThan(0);
    expect(examined).toBeLessThan(100_000);
    expect(took).toBeGreaterThan(0);
    await index.retire();
  });

  it("ends when it is cancelled, and others go on", async () => {
    const records = scatteredRecords(100_000, "uniform", 4);
    const index = await open([{ records }]);
    const query = { ...firstTen, limit: 1000 };
    const aborted = new AbortController();
    aborted.abort();
    await expectAsync(
      index.search(query, { ...asker, signal: aborted.signal }),
    ).toBeRejectedWithError(CancelledError);
    const [kept] = await Promise.all([
      index.search(query, asker),
      ...Array.from({ length: 63 }, async (_, i) => {
        const leaving = new AbortController();
        const search = index.search(query, {
          user: `user ${i % 5}`,
          signal: leaving.signal,
        });
        setTimeout(() => leaving.abort(), i % 7);
        await search.catch((error: unknown) => {
          expect(error).toBeInstanceOf(CancelledError);
        });
      }),
    ]);
    expect(kept.hits).toEqual(
      plainHits(rowsOf(records), query).slice(0, query.limit),
    );
    await index.retire();
  });
});
