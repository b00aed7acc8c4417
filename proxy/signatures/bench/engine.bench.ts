// The engine on one machine: how fast it finds the 100 nearest and all nearer than 8, warm and cold, what it takes, and that it
// misses nothing, beside FAISS's flat index, the original's scheme, and the plain look at everything at the speed of the memory.
//
// CLIO_BENCH_SIGNATURES is how many there are (10000000, at most 500000000): each takes 64 bytes of disk and 8 of memory.
import { execFile } from "node:child_process";
import { appendFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { bench, type Report } from "../../../config/bench/bench.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { IndexWriter } from "../index/index_writer.js";
import { segmentsFolder } from "../index/manifest.js";
import { segmentBytes } from "../segment/layout.js";
import type { SearchQuery } from "../search/query.js";
import { SearchPool } from "../search/search_pool.js";
import { SignatureIndex } from "../search/signature_index.js";
import { plan } from "../testing/records.js";
import { scatteredRecords, type Scatter } from "../testing/scattered.js";
import { BruteForce } from "./brute_force.js";
import { OriginalScheme } from "./original_scheme.js";

const execute = promisify(execFile);

/** The Python for which Debian ships python3-faiss, whichever other comes first on the path. */
const debianPython = "/usr/bin/python3";

const batchRecords = 1_000_000;
const queryCount = 40;
const coldCount = 20;

/** Each query is asked so often; the first time fills the caches and does not count. */
const rounds = 4;

const nearest100 = {
  excludedExamples: [],
  maxDistance: 64,
  minSeparation: 0,
  excludedBoxes: [],
  offset: 0,
  limit: 100,
} satisfies Omit<SearchQuery, "examples">;
const nearerThan8 = { ...nearest100, maxDistance: 7, limit: 200 };

interface Subject {
  readonly of: string;
  readonly count: number;
  readonly folder: string;
  readonly codesFile: string;
  readonly scatter: Scatter;
  readonly report: Report;
}

bench("signatures", async (report) => {
  const wanted = Number(process.env.CLIO_BENCH_SIGNATURES ?? 10_000_000);
  const count = Math.ceil(wanted / batchRecords) * batchRecords;
  const root = await temporaryFolder();
  try {
    for (const scatter of ["clustered", "uniform"] as const) {
      const folder = path.join(root, scatter);
      await measure({
        of: `${count / 1e6}M ${scatter}`,
        count,
        folder,
        codesFile: `${folder}.codes`,
        scatter,
        report,
      });
      await rm(folder, { recursive: true });
      await rm(`${folder}.codes`);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

async function measure(subject: Subject): Promise<void> {
  const { folder, of, count, report } = subject;
  const brute = new BruteForce(count);
  const queries = await build(subject, brute);
  const look = measureLook(subject, brute, queries);
  const faiss = await faissMedian(subject, queries);

  const before = process.memoryUsage().rss;
  const pool = new SearchPool();
  const began = performance.now();
  const index = (await SignatureIndex.open(folder, pool, ({ reason }) => {
    throw new Error(reason);
  }))!;
  const opened = performance.now() - began;
  report({ name: `opening, ${of}`, value: opened, unit: "ms" });

  const times = await ask(index, queries, nearest100);
  for (const query of queries.slice(0, 10)) {
    const { hits } = await search(index, query, nearest100);
    const found = hits.map(({ distance }) => distance).join();
    if (found !== brute.distances(query, 100).join())
      throw new Error("the engine misses what the look at everything finds");
  }
  const named = {
    name: `100 nearest, warm, p50, ${of}`,
    value: percentile(times, 0.5),
    unit: "ms",
  };
  report({ ...named, peer: "look at everything", peerValue: look });
  if (faiss !== undefined)
    report({ ...named, peer: "FAISS IndexBinaryFlat", peerValue: faiss });
  report({
    name: `100 nearest, warm, p95, ${of}`,
    value: percentile(times, 0.95),
    unit: "ms",
  });
  const near = await ask(index, queries, nearerThan8);
  report({
    name: `nearer than 8, warm, p50, ${of}`,
    value: percentile(near, 0.5),
    unit: "ms",
  });
  report({
    name: `memory of the engine, ${of}`,
    value: (process.memoryUsage().rss - before) / 2 ** 20,
    unit: "MiB",
    target: "< 200",
  });
  await measureRecall(subject, index, brute, queries);
  await measureCold(subject, index, queries);
  await index.retire();
  await pool.close();
}

/** Builds the index, and gives queries: signatures of it. */
async function build(
  { folder, codesFile, scatter, count, of, report }: Subject,
  brute: BruteForce,
): Promise<bigint[]> {
  const writer = await IndexWriter.open(folder, plan);
  await writeFile(codesFile, "");
  const queries: bigint[] = [];
  let spent = 0;
  const perBatch = Math.ceil((queryCount * batchRecords) / count);
  for (let first = 0; first < count; first += batchRecords) {
    const records = scatteredRecords(batchRecords, scatter, first + 1, first);
    for (let i = 0; i < perBatch; i++) queries.push(records.signatures[i]);
    brute.add(records.signatures);
    await appendFile(codesFile, new Uint8Array(records.signatures.buffer));
    const began = performance.now();
    await writer.add(records, String(first));
    spent += performance.now() - began;
  }
  const began = performance.now();
  await writer.publish();
  spent += performance.now() - began;
  report({
    name: `writing the index, one thread, ${of}`,
    value: count / (spent / 1000),
    unit: "signatures/s",
  });
  report({
    name: `size of the index, ${of}`,
    value: segmentBytes(count) / count,
    unit: "bytes/signature",
  });
  return everyNth(queries, queryCount);
}

/** The look at everything: its median, in milliseconds. */
function measureLook(
  { count, of, report }: Subject,
  brute: BruteForce,
  queries: readonly bigint[],
): number {
  const reads: number[] = [];
  const looks: number[] = [];
  for (const query of queries.slice(0, 10)) {
    reads.push(milliseconds(() => brute.readAll()));
    looks.push(milliseconds(() => brute.countWithin(query, 3)));
  }
  const read = percentile(reads, 0.5);
  const look = percentile(looks, 0.5);
  report({
    name: `reading the memory, one thread, ${of}`,
    value: (8 * count) / read / 1e6,
    unit: "GB/s",
  });
  report({
    name: `look at everything, one thread, ${of}`,
    value: (8 * count) / look / 1e6,
    unit: "GB/s",
    target: `>= ${((0.8 * 8 * count) / read / 1e6).toFixed(2)}`,
  });
  return look;
}

/** The median of FAISS, in milliseconds; undefined where it is not installed (Debian: python3-faiss). */
async function faissMedian(
  { codesFile }: Subject,
  queries: readonly bigint[],
): Promise<number | undefined> {
  const queriesFile = `${codesFile}.queries`;
  const bytes = new Uint8Array(BigUint64Array.from(queries).buffer);
  await writeFile(queriesFile, bytes);
  const script = path.resolve("proxy/signatures/bench/faiss_flat.py");
  try {
    const { stdout } = await execute(debianPython, [
      script,
      codesFile,
      queriesFile,
      "100",
    ]);
    return percentile(JSON.parse(stdout) as number[], 0.5);
  } catch (error) {
    console.error("  FAISS was not measured:", (error as Error).message);
    return undefined;
  } finally {
    await rm(queriesFile);
  }
}

async function measureRecall(
  { of, report }: Subject,
  index: SignatureIndex,
  brute: BruteForce,
  queries: readonly bigint[],
): Promise<void> {
  const scheme = new OriginalScheme(0);
  let there = 0;
  let found = 0;
  let met = 0;
  for (const query of queries) {
    const { hits } = await search(index, query, {
      ...nearerThan8,
      limit: 1_000_000,
    });
    there += brute.countWithin(query, 7);
    found += hits.length;
    met += hits.filter(({ signature }) =>
      scheme.meets(query, signature),
    ).length;
  }
  report({
    name: `recall of nearer than 8, ${of}`,
    value: found / there,
    unit: "part",
    target: ">= 1",
    peer: "the original's scheme",
    peerValue: met / there,
  });
}

async function measureCold(
  { folder, of, report }: Subject,
  index: SignatureIndex,
  queries: readonly bigint[],
): Promise<void> {
  const times: number[] = [];
  for (const query of queries.slice(0, coldCount)) {
    for (const name of await readdir(segmentsFolder(folder))) {
      // Asks the system to forget its copy of the file's pages.
      const file = path.join(segmentsFolder(folder), name);
      await execute("dd", [`if=${file}`, "iflag=nocache", "count=0"]);
    }
    times.push((await search(index, query, nearerThan8)).took);
  }
  report({
    name: `nearer than 8, cold, p95, ${of}`,
    value: percentile(times, 0.95),
    unit: "ms",
    target: "< 300",
  });
}

async function ask(
  index: SignatureIndex,
  queries: readonly bigint[],
  options: Omit<SearchQuery, "examples">,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      const { took } = await search(index, query, options);
      if (round > 0) times.push(took);
    }
  }
  return times;
}

function search(
  index: SignatureIndex,
  signature: bigint,
  options: Omit<SearchQuery, "examples">,
) {
  const query = { ...options, examples: [{ signature }] };
  return index.search(query, { user: "bench" });
}

function milliseconds(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function everyNth<T>(values: readonly T[], count: number): T[] {
  const step = values.length / count;
  return Array.from({ length: count }, (_, i) => values[Math.floor(i * step)]);
}
