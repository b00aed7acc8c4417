import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { makeLog } from "../../log/log.js";
import { Problem } from "../../problems/problem.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { IndexShelf } from "../index_shelf.js";
import { SearchPool } from "../search/search_pool.js";
import { publishParts } from "../testing/index_folder.js";
import { scatteredRecords } from "../testing/scattered.js";
import { SearchService } from "./search_service.js";

describe("The search service", () => {
  it("refuses more searches of a user at once than there may be, and takes others after those", async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, "a"));
    const records = scatteredRecords(1000, "clustered", 1);
    await publishParts(path.join(folder, "a"), [{ records }]);
    const pool = new SearchPool(1);
    const log = makeLog("silent");
    const shelf = new IndexShelf(folder, pool, 2 ** 20, log);
    const limits = { seconds: 30, searchesPerUser: 3 };
    const service = new SearchService(shelf, limits);
    const place = { x: 0, y: 0, z: 0 };
    const ask = (user: string) => service.at("a", place, { user });

    const mine = Array.from({ length: 4 }, () => ask("anna"));
    const other = ask("ben");
    const refused = await mine[3].catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Problem);
    expect((refused as Problem).body()).toEqual(
      jasmine.objectContaining({ status: 429, code: "too-many-searches" }),
    );
    const answers = await Promise.all([...mine.slice(0, 3), other]);
    for (const { point } of answers) expect(point).toEqual([0, 0, 0]);
    expect((await ask("anna")).point).toEqual([0, 0, 0]);
    await shelf.close();
    await pool.close();
    await rm(folder, { recursive: true });
  });
});
