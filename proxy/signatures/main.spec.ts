import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { LoopbackBigQuery } from "./bigquery/testing/loopback_bigquery.js";
import { packRecords, unpackRecords } from "./exchange/packed_records.js";
import { readManifest } from "./index/manifest.js";
import { verifySegment } from "./segment/verify.js";
import {
  type CommandOptions,
  KILLS_OF_ONE,
  startCommand,
} from "./testing/command_process.js";
import { rowsOf } from "./testing/records.js";
import { scatteredRecords } from "./testing/scattered.js";

const described = [
  "--encoder",
  "theirs",
  "--voxel-size",
  "8,8,8",
  "--stride",
  "16,16,16",
];

describe("npm run signatures", () => {
  let folder: string;
  let records: string;
  const count = 150_000;

  beforeAll(async () => {
    folder = await temporaryFolder();
    records = path.join(folder, "records");
    const scattered = scatteredRecords(count, "clustered", 1);
    await writeFile(records, packRecords(scattered));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (
    data: string,
    args: readonly string[],
    options?: CommandOptions,
  ) => startCommand("signatures", data, args, options);

  async function run(data: string, ...args: string[]) {
    return start(data, args).ended;
  }

  const importInto = (from = records) => [
    "import",
    "a",
    "--from",
    from,
    ...described,
    "--segment-records",
    "65536",
  ];

  async function bytesOf(data: string): Promise<Map<string, string>> {
    const index = path.join(data, "signatures/a");
    const files = new Map<string, string>();
    for (const name of await readdir(index, { recursive: true })) {
      const bytes = await readFile(path.join(index, name)).catch(() => "");
      files.set(name, bytes.toString("base64"));
    }
    return files;
  }

  it("imports the original's records, tells about them, merges and exports them", async () => {
    const data = path.join(folder, "round");
    expect(await run(data, ...importInto())).toEqual(
      jasmine.objectContaining({ code: 0 }),
    );
    const told = await run(data, "info", "a");
    expect(JSON.parse(told.out)).toEqual(
      jasmine.objectContaining({
        records: count,
        voxelSize: [8, 8, 8],
        // Of three parts that were sorted one after the other.
        segments: [jasmine.objectContaining({ records: count })],
      }),
    );
    expect((await run(data, "merge", "a")).code).toBe(0);
    expect((await run(data, "verify", "a")).out).toContain("1 segments, all");

    const exported = path.join(folder, "exported");
    const to = ["--to", exported, "--block-size", "160"];
    expect((await run(data, "export", "a", ...to)).code).toBe(0);
    const info: unknown = JSON.parse(
      await readFile(path.join(exported, "info.json"), "utf8"),
    );
    expect(info).toEqual({
      block_size: 160,
      num_bits: 64,
      ham_0: "18446462598732840960",
      ham_1: "281470681743360",
      ham_2: "4294901760",
      ham_3: "65535",
    });
    const rows = new Set<string>();
    for (const name of await readdir(path.join(exported, "blocks"))) {
      const bytes = await readFile(path.join(exported, "blocks", name));
      for (const { place, signature } of rowsOf(unpackRecords(bytes))) {
        expect(place.map((value) => Math.floor(value / 160)).join("_")).toBe(
          name,
        );
        rows.add(`${place.join()} ${signature}`);
      }
    }
    const all = rowsOf(scatteredRecords(count, "clustered", 1));
    expect(rows.size).toBe(count);
    expect(
      all.every(({ place, signature }) =>
        rows.has(`${place.join()} ${signature}`),
      ),
    ).toBeTrue();
    // The same records in blocks make the same index as those in one file.
    const again = path.join(folder, "again");
    expect((await run(again, ...importInto(exported))).code).toBe(0);
    expect((await run(again, "merge", "a")).code).toBe(0);
    expect(await bytesOf(again)).toEqual(await bytesOf(data));
  }, 60_000);

  it(
    "that is killed at any moment leaves the old index or the new one, and goes on to the same bytes",
    async () => {
      const before = path.join(folder, "before");
      const other = path.join(folder, "other");
      await writeFile(other, packRecords(scatteredRecords(1000, "uniform", 2)));
      await run(before, ...importInto(other));
      const old = (await readManifest(path.join(before, "signatures/a")))!;
      const after = path.join(folder, "after");
      await cp(before, after, { recursive: true });
      const began = performance.now();
      await run(after, ...importInto());
      const lasts = performance.now() - began;
      const anew = (await readManifest(path.join(after, "signatures/a")))!;
      const expected = await bytesOf(after);

      for (let i = 0; i < runs(15, 100) / KILLS_OF_ONE; i++) {
        const data = path.join(folder, `killed ${i}`);
        await cp(before, data, { recursive: true });
        for (let kill = 0; kill < KILLS_OF_ONE; kill++) {
          const { child, ended } = start(data, importInto());
          await wait(Math.random() * lasts);
          child.kill("SIGKILL");
          await ended;
          const index = path.join(data, "signatures/a");
          const manifest = (await readManifest(index))!;
          expect([old.id, anew.id]).toContain(manifest.id);
          for (const segment of manifest.segments) {
            const { hash } = manifest.encoder;
            expect(await verifySegment(index, segment, hash)).toEqual([]);
          }
        }
        expect((await run(data, ...importInto())).code).toBe(0);
        expect(await bytesOf(data)).toEqual(expected);
        await rm(data, { recursive: true });
      }
    },
    runs(600_000, 7_200_000),
  );

  it("says so where the disk takes no more, leaves the old index, and goes on once it does", async () => {
    const data = path.join(folder, "full");
    const other = path.join(folder, "few");
    await writeFile(other, packRecords(scatteredRecords(1000, "uniform", 2)));
    await run(data, ...importInto(other));
    const index = path.join(data, "signatures/a");
    const old = (await readManifest(index))!;
    // No file may grow beyond 3 MiB, which the system refuses as it does when the disk is full.
    const limited = start(data, importInto(), { largestFile: 3072 });
    const { code, err } = await limited.ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^the index cannot be written: EFBIG/m);
    expect(err).not.toMatch(/^\s+at /m);
    expect((await readManifest(index))?.id).toBe(old.id);
    expect(await readdir(path.join(index, "building"))).toEqual([]);
    expect((await run(data, ...importInto())).code).toBe(0);
    expect((await run(data, "verify", "a")).out).toContain("1 segments, all");
  }, 60_000);

  it("keeps its indexes in the data folder of the configuration", async () => {
    const home = path.join(folder, "configured");
    await mkdir(home);
    const file = path.join(home, "clio.json");
    await writeFile(file, JSON.stringify({ data: "kept" }));
    const env = { CLIO_CONFIG: file, INIT_CWD: folder };
    const command = importInto("records");
    expect(await start("", command, { env }).ended).toEqual(
      jasmine.objectContaining({ code: 0 }),
    );
    const index = path.join(home, "kept/signatures/a");
    expect((await readManifest(index))?.segments).toHaveSize(1);
  }, 60_000);

  it("uploads an index to BigQuery, and says what that and a search cost", async () => {
    const bigQuery = await LoopbackBigQuery.open();
    const file = path.join(folder, "bigquery.json");
    const tables = { layout: "lanes", dataset: "a_signatures" };
    const settings = {
      projectId: "my-lab",
      apiEndpoint: bigQuery.origin,
      datasets: { a: tables },
    };
    const config = {
      data: "round trip",
      signatures: { bigquery: settings },
      log: { level: "silent" },
    };
    await writeFile(file, JSON.stringify(config));
    const few = path.join(folder, "few records");
    await writeFile(few, packRecords(scatteredRecords(5000, "clustered", 3)));
    const ask = (...args: string[]) =>
      start("", args, { env: { CLIO_CONFIG: file } }).ended;
    expect((await ask(...importInto(few))).code).toBe(0);

    const foretold = await ask("upload", "a", "--dry-run");
    expect(foretold.out).toMatch(
      /^5000 signatures: about .* GiB would be sent/,
    );
    expect(bigQuery.jobs.size).toBe(0);
    const unknown = await ask("cost", "a");
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/^BigQuery: Not found: /);
    const uploaded = await ask("upload", "a");
    expect(uploaded.err).not.toMatch(/^\s+at /m);
    expect(uploaded.out).toMatch(/^5000 signatures uploaded for \$ /);
    const rows = await bigQuery.run("SELECT count(*) FROM a_signatures.lane3");
    expect(rows).toEqual([[5000n]]);
    const cost = await ask("cost", "a", "--signature=-1");
    expect(cost.out.split("\n")).toEqual([
      "5000 signatures",
      jasmine.stringMatching(/^up to 7 bits: at most .* GiB, \$ /),
      jasmine.stringMatching(/^up to 11 bits: /),
      jasmine.stringMatching(/^up to 15 bits: /),
      jasmine.stringMatching(/^up to 64 bits: /),
      "",
    ]);
    const other = await ask("upload", "b");
    expect(other.err).toContain("no signatures.bigquery.datasets.b");
    await bigQuery.stop();
  }, 120_000);

  it("names the part in which a bit has changed", async () => {
    const data = path.join(folder, "flipped");
    await run(data, ...importInto());
    const segments = path.join(data, "signatures/a/segments");
    const [name] = await readdir(segments);
    const bytes = await readFile(path.join(segments, name));
    bytes[bytes.length - 5000] ^= 4;
    await writeFile(path.join(segments, name), bytes);
    const { code, out } = await run(data, "verify", "a");
    expect(code).toBe(1);
    expect(out).toBe(`${name}: the checksum of pagePlaces is wrong\n`);
    const to = ["--to", path.join(folder, "refused"), "--block-size", "160"];
    const refused = await run(data, "export", "a", ...to);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("the checksum of pagePlaces is wrong");
  });

  it("says what it expected", async () => {
    const data = path.join(folder, "none");
    await mkdir(data);
    const torn = path.join(folder, "torn");
    await writeFile(torn, Buffer.alloc(33));
    for (const [args, message] of [
      [[], /^no command: expected one of build, info, /],
      [["info"], /^no dataset: expected the id of a dataset/],
      [["info", "../a"], /^\.\.\/a: expected the id of a dataset/],
      [["info", "a"], /^a: there is no index in /],
      [["info", "a", "--deep"], /Unknown option '--deep'/],
      [["import", "a"], /^--encoder: missing/],
      [importInto(torn), /^.*torn: 33 bytes, expected records of 20 bytes/],
      [importInto("nothing"), /ENOENT.*nothing/],
      [
        [...importInto(), "--stride", "1,2"],
        /^--stride 1,2: expected three numbers above 0/,
      ],
    ] as const) {
      const { code, err } = await run(data, ...args);
      expect(code).toBe(1);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/^\s+at /m);
    }
    expect((await run(data, "--help")).out).toContain("merge <dataset>");
  }, 60_000);
});
