import { mkdir, rm } from "node:fs/promises";
import { temporaryFolder } from "../../testing/server_fixture.js";
import type { IndexSegment } from "../index/manifest.js";
import { SegmentFile } from "../segment/segment_file.js";
import { publishParts } from "../testing/index_folder.js";
import { plan } from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";
import { SearchPool } from "./search_pool.js";
import type { SearchTask } from "./search_task.js";

describe("The pool of search threads", () => {
  let folder: string;
  let file: SegmentFile;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const records = scatteredRecords(20_000, "uniform", 1);
    const [segment]: readonly IndexSegment[] = await publishParts(folder, [
      { records },
    ]);
    file = await SegmentFile.open(folder, segment, plan.encoder.hash);
  });
  afterAll(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });

  function task(): SearchTask {
    return {
      kind: "place",
      segments: [file.shared],
      part: { index: 0, of: 1 },
      tails: [],
      cancelled: new SharedArrayBuffer(4),
      query: { place: [0, 0, 0], voxelSize: [8, 8, 8], maxDistance: 1e9 },
    };
  }

  it("lets users take turns", async () => {
    const pool = new SearchPool(1);
    const order: string[] = [];
    const ask = (user: string) =>
      pool.run(user, task()).then(() => order.push(user));
    await Promise.all([
      ...Array.from({ length: 6 }, () => ask("greedy")),
      ask("anna"),
      ask("ben"),
      ask("anna"),
    ]);
    // The first was begun before anybody else had asked.
    expect(order).toEqual([
      "greedy",
      "greedy",
      "anna",
      "ben",
      "greedy",
      "anna",
      "greedy",
      "greedy",
      "greedy",
    ]);
    await pool.close();
  });

  it("fails the task of a thread that falls over, and goes on with another thread", async () => {
    const pool = new SearchPool(1);
    // No thread can read what is no memory.
    const broken = { ...task(), segments: [null] } as unknown as SearchTask;
    await expectAsync(pool.run("anna", broken)).toBeRejected();
    expect((await pool.run("anna", task())).places).toHaveSize(1);
    await pool.close();
  });

  it("fails what waits when it is closed", async () => {
    const pool = new SearchPool(1);
    const tasks = [1, 2, 3].map(() => pool.run("anna", task()));
    const ends = Promise.allSettled(tasks);
    await pool.close();
    const states = (await ends).map(({ status }) => status);
    expect(states.slice(1)).toEqual(["rejected", "rejected"]);
  });
});
