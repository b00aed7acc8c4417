import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { people } from "../../identity/testing/issuer.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../../testing/group_server.js";
import { expectProblem } from "../../testing/server_fixture.js";
import {
  manifestFile,
  publishManifest,
  readManifest,
} from "../index/manifest.js";
import { compareHits } from "../search/query.js";
import { publishParts } from "../testing/index_folder.js";
import { plainHits } from "../testing/plain_search.js";
import { columns, rowsOf, type PlainRecord } from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";

type Asker = keyof typeof people | "root";

interface Answer {
  hits: { dataset: string; point: number[]; distance: number }[];
  datasets: { dataset: string; complete: boolean }[];
  failed: { dataset: string; problem: { code: string } }[];
  complete: boolean;
}

describe("A search in all datasets that share an encoder", () => {
  let server: GroupServer;
  /** `vnc` and `open` share their first hundred records: places and signatures. */
  const records: Readonly<Record<string, PlainRecord[]>> = {
    vnc: rowsOf(scatteredRecords(2000, "clustered", 1)),
    open: [
      ...rowsOf(scatteredRecords(100, "clustered", 1)),
      ...rowsOf(scatteredRecords(1500, "clustered", 2, 5000)),
    ],
    other: rowsOf(scatteredRecords(1000, "clustered", 3)),
  };
  const folderOf = (dataset: string) =>
    path.join(server.config.data, "signatures", dataset);

  beforeAll(async () => {
    server = await startGroupServer();
    for (const dataset of Object.keys(records)) await publish(dataset);
  });
  afterAll(() => server.close());

  async function publish(dataset: string): Promise<void> {
    await mkdir(folderOf(dataset), { recursive: true });
    await publishParts(folderOf(dataset), [
      { records: columns(records[dataset]) },
    ]);
  }

  const ask = (person: Asker, dataset: string, body: object) =>
    server.askAs(person, `/v2/signatures/across/${dataset}`, {
      method: "POST",
      body: { limit: 60, ...body },
    });

  async function search(person: Asker, body: object): Promise<Answer> {
    const answer = await ask(person, "vnc", body);
    expect(answer.status).withContext(String(answer.body)).toBe(200);
    return jsonOf<Answer>(answer);
  }

  const { place, signature } = records.vnc[50];
  const example = { examples: [{ point: place }] };

  it("finds the nearest of all of them in one order that stays, and keeps places apart in each alone", async () => {
    const minSeparation = 300;
    const query = {
      excludedExamples: [],
      maxDistance: 40,
      minSeparation,
      excludedBoxes: [],
      offset: 0,
      limit: 0,
    };
    const hitsOf = (dataset: string) =>
      plainHits(records[dataset], {
        ...query,
        examples: [{ signature, ...(dataset === "vnc" && { place }) }],
      }).map((hit) => ({ ...hit, dataset }));
    const expected = [...hitsOf("vnc"), ...hitsOf("open")].sort(
      (a, b) => compareHits(a, b) || (a.dataset === "vnc" ? -1 : 1),
    );
    const body = { ...example, maxDistance: 40, minSeparation };
    const first = await search("bob", body);
    const next = await search("bob", { ...body, offset: 60 });
    expect([...first.hits, ...next.hits]).toEqual(
      expected.slice(0, 120).map((hit) =>
        jasmine.objectContaining({
          dataset: hit.dataset,
          point: [...hit.place],
          distance: hit.distance,
        }),
      ),
    );
    const found = new Set(first.hits.map(({ dataset }) => dataset));
    expect([...found].sort()).toEqual(["open", "vnc"]);
    expect(first.complete).toBeTrue();
    expect(first.failed).toEqual([]);
    expect(await search("bob", body)).toEqual({
      ...first,
      milliseconds: jasmine.any(Number),
    } as unknown as Answer);
  });

  it("searches in what whoever asks may read, and says nothing of anything else", async () => {
    const all = await search("root", example);
    expect(all.datasets.map(({ dataset }) => dataset)).toEqual([
      "vnc",
      "open",
      "other",
    ]);
    const answer = await ask("bob", "vnc", example);
    expect(answer.body.toString()).not.toContain("other");
    expectProblem(await ask("eve", "vnc", example), 403, "forbidden");
  });

  it("names a dataset whose index fails, with the reason, and answers from the others", async () => {
    await writeFile(manifestFile(folderOf("open")), "torn");
    const answer = await search("bob", example);
    expect(answer.complete).toBeFalse();
    expect(answer.failed).toEqual([
      {
        dataset: "open",
        problem: jasmine.objectContaining({ code: "index-corrupt" }),
      },
    ]);
    expect(answer.hits.length).toBeGreaterThan(0);
    expect(server.logged()).not.toContain(
      jasmine.objectContaining({ dataset: "other" }),
    );
    await publish("open");
  });

  it("leaves out what another encoder made, and refuses what is of one dataset alone", async () => {
    const manifest = (await readManifest(folderOf("open")))!;
    const { id, ...own } = manifest;
    const encoder = { ...own.encoder, hash: "1".repeat(64) };
    await publishManifest(folderOf("open"), { ...own, encoder });
    const { datasets } = await search("bob", example);
    expect(datasets.map(({ dataset }) => dataset)).toEqual(["vnc"]);
    await publishManifest(folderOf("open"), own);
    expect((await readManifest(folderOf("open")))!.id).toBe(id);

    const box = { min: [0, 0, 0], max: [9, 9, 9] };
    const refused = await ask("bob", "vnc", { ...example, box });
    expect(expectProblem(refused, 400, "bad-body").detail).toContain("box");
    const far = { examples: [{ point: [4_000_000_000, 0, 0] }] };
    expectProblem(await ask("bob", "vnc", far), 404, "no-signature");
  });
});
