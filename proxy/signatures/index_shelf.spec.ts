import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeLog } from "../log/log.js";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { manifestFile } from "./index/manifest.js";
import { CorruptIndexError } from "./index/sealed_file.js";
import { IndexShelf } from "./index_shelf.js";
import { SearchPool } from "./search/search_pool.js";
import { publishParts } from "./testing/index_folder.js";
import { wholeOrder } from "./testing/queries.js";
import { scatteredRecords } from "./testing/scattered.js";

const asker = { user: "anna" };
const everything = wholeOrder(1000);

describe("The shelf of indexes", () => {
  let folder: string;
  let pool: SearchPool;
  let lines: string[];
  let shelf: IndexShelf;

  beforeEach(async () => {
    folder = await temporaryFolder();
    pool = new SearchPool(2);
    lines = [];
    shelf = newShelf(2 ** 30);
  });
  afterEach(async () => {
    await shelf.close();
    await pool.close();
    await rm(folder, { recursive: true });
  });

  function newShelf(largestMemory: number): IndexShelf {
    const log = makeLog("info", { write: (line) => void lines.push(line) });
    return new IndexShelf(folder, pool, largestMemory, log);
  }

  /** Makes an index of so many records the dataset's own. */
  async function publish(dataset: string, count: number): Promise<void> {
    const own = path.join(folder, dataset);
    await mkdir(own, { recursive: true });
    await publishParts(own, [
      { records: scatteredRecords(count, "clustered", count) },
    ]);
  }

  /** How many records a search of everything finds. */
  async function found(dataset: string): Promise<number | undefined> {
    return shelf.use(dataset, async (index) => {
      const { hits } = await index.search(everything, asker);
      return hits.length;
    });
  }

  it("has nothing for a dataset without an index, until there is one", async () => {
    expect(await found("a")).toBeUndefined();
    await publish("a", 10);
    expect(await found("a")).toBe(10);
    await rm(path.join(folder, "a"), { recursive: true });
    expect(await found("a")).toBeUndefined();
  });

  it("answers every search while an index is replaced again and again", async () => {
    await publish("a", 100);
    let isOver = false;
    let answers = 0;
    const sizes = new Set<number | undefined>();
    const searchers = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        sizes.add(await found("a"));
        answers++;
      }
    });
    const replaced = runs(15, 300);
    for (let i = 1; i <= replaced; i++) await publish("a", 100 + i);
    isOver = true;
    await Promise.all(searchers);
    expect(await found("a")).toBe(100 + replaced);
    expect(answers).toBeGreaterThan(0);
    // Each answer is that of one version as a whole.
    for (const size of sizes) {
      expect(size).toBeGreaterThanOrEqual(100);
      expect(size).toBeLessThanOrEqual(100 + replaced);
    }
    expect(lines).toEqual([]);
  }, 60_000);

  it("lets a search go on in the index that it began in", async () => {
    await publish("a", 10);
    const [before, after] = (await shelf.use("a", async (index) => {
      await publish("a", 20);
      const now = await found("a");
      const { hits } = await index.search(everything, asker);
      return [hits.length, now];
    }))!;
    expect([before, after]).toEqual([10, 20]);
  });

  it("closes those that were not used for longest where they take too much", async () => {
    shelf = newShelf(3 * 2 ** 20);
    const uses: string[] = [];
    for (const dataset of ["a", "b", "c"]) await publish(dataset, 10);
    for (const dataset of ["a", "b", "a", "c", "a", "b"]) {
      await shelf.use(dataset, async (index) => {
        // The index that was opened for the same dataset before is the same one, where it stayed open.
        uses.push(`${dataset} ${known(index)}`);
        await index.search(everything, asker);
      });
    }
    expect(uses).toEqual(["a 0", "b 1", "a 0", "c 2", "a 0", "b 3"]);
  });

  const seen: unknown[] = [];
  function known(index: unknown): number {
    if (!seen.includes(index)) seen.push(index);
    return seen.indexOf(index);
  }

  it("keeps what is open where the manifest is broken, and says so once", async () => {
    await publish("a", 10);
    expect(await found("a")).toBe(10);
    await writeFile(manifestFile(path.join(folder, "a")), "{}");
    expect(await found("a")).toBe(10);
    expect(await found("a")).toBe(10);
    expect(lines).toHaveSize(1);
    expect(lines[0]).toContain("its checksum is wrong");
    await publish("a", 12);
    expect(await found("a")).toBe(12);
    await shelf.close();
    await writeFile(manifestFile(path.join(folder, "a")), "{}");
    await expectAsync(found("a")).toBeRejectedWithError(CorruptIndexError);
  });
});
