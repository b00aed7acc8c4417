import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { makeLog } from "../log/log.js";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { IndexBusyError } from "./index/folder_lock.js";
import { IndexPlanError } from "./index/index_writer.js";
import { readManifest } from "./index/manifest.js";
import { IndexShelf } from "./index_shelf.js";
import type { Records } from "./record.js";
import { comparePlaceHits } from "./search/nearest_place.js";
import type { SearchQuery } from "./search/query.js";
import { SearchPool } from "./search/search_pool.js";
import { tailRecords } from "./search/tail.js";
import { squaredNm } from "./search/taken_places.js";
import { publishParts } from "./testing/index_folder.js";
import { plainHits } from "./testing/plain_search.js";
import { anyQuery, wholeOrder } from "./testing/queries.js";
import {
  anyPlace,
  anyRecords,
  columns,
  plan,
  rowsOf,
  type PlainRecord,
} from "./testing/records.js";
import { scatteredRecords } from "./testing/scattered.js";

const asker = { user: "anna" };
const { hash } = plan.encoder;
const everything = wholeOrder(1000);

describe("An index that is being added to", () => {
  let folder: string;
  let pool: SearchPool;
  let lines: string[];
  let shelf: IndexShelf;

  beforeEach(async () => {
    folder = await temporaryFolder();
    pool = new SearchPool(2);
    lines = [];
    const log = makeLog("info", { write: (line) => void lines.push(line) });
    shelf = new IndexShelf(folder, pool, 2 ** 30, log);
  });
  afterEach(async () => {
    await shelf.close();
    await pool.close();
    await rm(folder, { recursive: true });
  });

  async function publish(dataset: string, records: Records): Promise<void> {
    const own = path.join(folder, dataset);
    await mkdir(own, { recursive: true });
    await publishParts(own, [{ records }]);
  }

  async function expectExact(
    dataset: string,
    records: readonly PlainRecord[],
    query: SearchQuery,
  ): Promise<void> {
    const { offset, limit } = query;
    const hits = await shelf.use(dataset, async (index) => {
      expect(index.count).toBe(records.length);
      return (await index.search(query, asker)).hits;
    });
    expect(hits).toEqual(
      plainHits(records, query).slice(offset, offset + limit),
    );
  }

  const segments = async (dataset: string) =>
    (await readManifest(path.join(folder, dataset)))!.segments.map(
      ({ count }) => count,
    );

  it(
    "is searched with all that was added, exactly, before it becomes a segment, meanwhile and after",
    async () => {
      let made = 0;
      await fc.assert(
        fc.asyncProperty(
          anyRecords(100),
          fc.array(anyRecords(60), { minLength: 1, maxLength: 3 }),
          fc.array(fc.tuple(anyQuery(), anyPlace()), {
            minLength: 1,
            maxLength: 5,
          }),
          async (first, batches, questions) => {
            const dataset = `a${made++}`;
            await publish(dataset, columns(first));
            const all = [...first];
            const expectAll = async () => {
              for (const [query, place] of questions) {
                await expectExact(dataset, all, query);
                const [nearest] = all
                  .map((record) => ({
                    ...record,
                    squared: squaredNm(record.place, place, plan.voxelSize),
                  }))
                  .filter(({ squared }) => squared <= 500 ** 2)
                  .sort(comparePlaceHits);
                const at = await shelf.use(dataset, (index) =>
                  index.at(place, 500, asker),
                );
                expect(at?.hit).toEqual(nearest);
              }
            };
            for (const rows of batches) {
              await shelf.add(dataset, columns(rows), hash);
              all.push(...rows);
              await expectAll();
            }
            const publishing = shelf.publish(dataset);
            await expectAll();
            await publishing;
            await expectAll();
            const added = batches.flat().length;
            expect(await segments(dataset)).toEqual([first.length, added]);
          },
        ),
        { numRuns: runs(8, 500) },
      );
    },
    runs(120_000, 3_600_000),
  );

  it("gives a search that is under way what there was when it began", async () => {
    await publish("a", scatteredRecords(500, "clustered", 1));
    const counts = new Set<number | undefined>();
    const searches = Array.from({ length: 20 }, async (_, i) => {
      await shelf.add(
        "a",
        scatteredRecords(5, "uniform", i, 1000 + 5 * i),
        hash,
      );
      counts.add(
        await shelf.use("a", async (index) => {
          const query = { ...everything, minSeparation: 1 };
          return (await index.search(query, asker)).hits.length;
        }),
      );
    });
    await Promise.all([...searches, shelf.publish("a")]);
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(505);
  }, 60_000);

  it("makes a segment by itself when the memory for it is full, and when it is closed", async () => {
    await publish("a", scatteredRecords(10, "uniform", 1));
    const many = scatteredRecords(tailRecords, "clustered", 2, 100);
    expect(await shelf.add("a", many, hash)).toBe(tailRecords);
    const more = scatteredRecords(3, "uniform", 3, 500_000);
    expect(await shelf.add("a", more, hash)).toBe(3);
    expect(await segments("a")).toEqual([10, tailRecords]);
    await expectAsync(
      shelf.add(
        "a",
        scatteredRecords(tailRecords + 1, "uniform", 4, 600_000),
        hash,
      ),
    ).toBeRejectedWithError(IndexPlanError, /^262145 records/);
    await shelf.close();
    expect(await segments("a")).toEqual([10, tailRecords, 3]);
    expect(lines).toEqual([]);
  }, 60_000);

  it("keeps what cannot be published yet, and finds it", async () => {
    const first = scatteredRecords(10, "uniform", 1);
    await publish("a", first);
    const added = scatteredRecords(20, "uniform", 2, 100);
    await shelf.add("a", added, hash);
    const lock = path.join(folder, "a/lock");
    await writeFile(lock, String(process.ppid));
    await expectAsync(shelf.publish("a")).toBeRejectedWithError(IndexBusyError);
    const all = [...rowsOf(first), ...rowsOf(added)];
    await expectExact("a", all, everything);
    await rm(lock);
    await shelf.publish("a");
    await expectExact("a", all, everything);
    expect(await segments("a")).toEqual([10, 20]);
  });

  it("keeps what was added where the index is replaced by one of the same encoder, and takes none of another", async () => {
    await publish("a", scatteredRecords(10, "uniform", 1));
    const added = scatteredRecords(20, "uniform", 2, 100);
    await shelf.add("a", added, hash);
    const anew = scatteredRecords(15, "uniform", 3, 1000);
    await publish("a", anew);
    const all = [...rowsOf(anew), ...rowsOf(added)];
    await expectExact("a", all, everything);
    await expectAsync(
      shelf.add("a", added, "1".repeat(64)),
    ).toBeRejectedWithError(IndexPlanError, /^encoder 1111/);
    expect(await shelf.add("none", added, hash)).toBeUndefined();
    await expectExact("a", all, everything);
  });
});
