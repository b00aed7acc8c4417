// The engine on one machine: how fast it finds the 100 nearest and all nearer than 8, warm and cold, how that grows with the number of
// signatures, what it takes, and that it misses nothing, beside FAISS's flat index, DuckDB's scan, USearch's graph, the original's scheme, and
// the plain look at everything at the speed of the memory.
//
// --sizes 1M,10M,100M,250M is how many signatures there are, at most 500M (1M,10M). While it runs, each takes 144 bytes of the temporary
// folder (TMPDIR), of the largest size alone, and 8 of memory. Before cold searches the system is asked to forget its copy of the index.
import { execFile } from "node:child_process";
import { readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { bench, type Report } from "../../../config/bench/bench.js";
import { sizesWanted } from "../../../config/bench/sizes.js";
import { sharedPath } from "../../../config/stories/volumes.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { segmentsFolder } from "../index/manifest.js";
import type { SearchQuery } from "../search/query.js";
import { SearchPool } from "../search/search_pool.js";
import { SignatureIndex } from "../search/signature_index.js";
import { segmentBytes } from "../segment/layout.js";
import { scatteredSignatures } from "../testing/scattered.js";
import { EmLike } from "./em_like.js";
import { countText, extrapolated, plotGrowth, type Growth } from "./growth.js";
import { LookAtAll } from "./look_at_all.js";
import { reportMaking } from "./making.js";
import { OriginalScheme } from "./original_scheme.js";
import { duckdbScan, faissFlat, usearchGraph } from "./peers.js";
import { residentBytes } from "./resident.js";
import { type Signatures, writeIndex, writeSignatures } from "./written.js";

const execute = promisify(execFile);

const usualSizes = [1_000_000, 10_000_000] as const;
const mostSignatures = 500_000_000;
/** Of the index and what it is joined of, of the signatures alone, and of DuckDB's table of them while that is there. */
const diskBytes = 144;
const queryCount = 40;
const coldCount = 20;
/** Peers that look at everything are asked less often. */
const peerQueries = 10;
/** Each query is asked so often; the first time fills the caches and does not count. */
const rounds = 4;
/** USearch takes in a few thousand signatures a second, and DuckDB's table is a second copy of all. */
const usearchMost = 50_000;
const duckdbMost = 100_000_000;
/** What the issue of the engine asks of a size holds from here on: beside a smaller one a scan has an easy life. */
const large = 100_000_000;
const billion = 1_000_000_000;

const nearest100 = {
  excludedExamples: [],
  maxDistance: 64,
  minSeparation: 0,
  excludedBoxes: [],
  offset: 0,
  limit: 100,
} satisfies Omit<SearchQuery, "examples">;
const nearerThan8 = { ...nearest100, maxDistance: 7, limit: 200 };

/** Where signatures come from. */
interface Kind {
  readonly name: string;
  readonly signatures: Signatures;
  /** How many times faster than FAISS, and how fast at a billion, in milliseconds. */
  readonly beatsFaiss: number;
  readonly atBillion: number;
}

interface Subject {
  readonly of: string;
  readonly kind: Kind;
  readonly count: number;
  readonly folder: string;
  readonly codesFile: string;
  readonly report: Report;
}

bench("signatures", async (report) => {
  const sizes = [...(sizesWanted() ?? usualSizes)].sort((a, b) => a - b);
  await checkSizes(sizes);
  reportMaking(report);
  const root = await temporaryFolder();
  const lines: Growth[] = [];
  try {
    for (const kind of kinds()) {
      const points = { nearest: [], near: [], cold: [] } as Record<
        keyof Times,
        [number, number][]
      >;
      for (const count of sizes) {
        const folder = path.join(root, "index");
        const codesFile = path.join(root, "codes");
        const of = `${countText(count)} ${kind.name}`;
        const subject = { of, kind, count, folder, codesFile, report };
        const times = await measure(subject);
        points.nearest.push([count, times.nearest]);
        points.near.push([count, times.near]);
        points.cold.push([count, times.cold]);
        await rm(folder, { recursive: true });
        await rm(codesFile);
      }
      lines.push(
        { name: `100 nearest, p50, ${kind.name}`, points: points.nearest },
        { name: `nearer than 8, p50, ${kind.name}`, points: points.near },
        { name: `nearer than 8, cold p95, ${kind.name}`, points: points.cold },
      );
      if (sizes.length > 1)
        report({
          name: `100 nearest, warm, p50, extrapolated from ${countText(sizes[sizes.length - 1])} to 1G ${kind.name}`,
          value: extrapolated(lines[lines.length - 3], billion),
          unit: "ms",
          target: `< ${kind.atBillion}`,
        });
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  if (sizes.length > 1)
    console.error(
      `  the growth as a picture: ${plotGrowth(lines, "dist/bench")}`,
    );
});

/** @throws Error where a size is too large for the measurement, or for the disk */
async function checkSizes(sizes: readonly number[]): Promise<void> {
  const most = Math.max(...sizes);
  if (most > mostSignatures)
    throw new Error(
      `--sizes: ${countText(most)}, expected at most ${countText(mostSignatures)}`,
    );
  const { bavail, bsize } = await statfs(tmpdir());
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  if (bavail * bsize < most * diskBytes)
    throw new Error(
      `${countText(most)} signatures take ${gigabytes(most * diskBytes)} GB of ${tmpdir()}, which has ${gigabytes(bavail * bsize)}: name another folder by TMPDIR, or smaller --sizes`,
    );
}

function kinds(): Kind[] {
  const shared = sharedPath("data/sstem-vnc");
  if (shared === undefined)
    console.error(
      "  CLIO_SHARED names no folder with data/sstem-vnc: made clusters stand for real signatures",
    );
  const real = shared === undefined ? undefined : EmLike.of(shared);
  const goals = { beatsFaiss: 200, atBillion: 2 };
  return [
    real
      ? {
          name: "EM-like",
          signatures: (count, seed) => real.signatures(count, seed),
          ...goals,
        }
      : { name: "clustered", signatures: scattered("clustered"), ...goals },
    {
      name: "uniform",
      signatures: scattered("uniform"),
      beatsFaiss: 60,
      atBillion: 25,
    },
  ];
}

const scattered =
  (scatter: "clustered" | "uniform") => (count: number, seed: number) =>
    scatteredSignatures(count, scatter, seed);

/** In milliseconds: medians of the 100 nearest and of all nearer than 8, and the 95th percentile of the latter, cold. */
interface Times {
  readonly nearest: number;
  readonly near: number;
  readonly cold: number;
}

async function measure(subject: Subject): Promise<Times> {
  const { of, kind, count, folder, codesFile, report } = subject;
  const queries = await build(subject);
  const look = await LookAtAll.open(codesFile, count);
  const lookTime = await measureLook(subject, look, queries);
  const truth = await Promise.all(
    queries
      .slice(0, peerQueries)
      .map((query) => look.distances(query, nearest100.limit)),
  );
  let within = 0;
  for (const query of queries) within += await look.countWithin(query, 7);
  await look.close();

  const asked = { codesFile, count, queries, k: nearest100.limit };
  const few = { ...asked, queries: queries.slice(0, peerQueries) };
  const faiss = await faissFlat(few);
  const duckdb = count <= duckdbMost ? await duckdbScan(few) : undefined;
  const graph = await usearchGraph(asked, Math.min(count, usearchMost));

  const before = residentBytes();
  const pool = new SearchPool();
  const began = performance.now();
  const index = (await SignatureIndex.open(folder, pool, ({ reason }) => {
    throw new Error(reason);
  }))!;
  const value = performance.now() - began;
  report({ name: `opening the index, ${of}`, value, unit: "ms" });

  const times = await ask(index, queries, nearest100);
  for (const [i, expected] of truth.entries()) {
    const { hits } = await search(index, queries[i], nearest100);
    if (hits.map(({ distance }) => distance).join() !== expected.join())
      throw new Error("the engine misses what the look at everything finds");
  }
  const nearest = percentile(times, 0.5);
  const named = {
    name: `100 nearest, warm, p50, ${of}`,
    value: nearest,
    unit: "ms",
  };
  const lookName = `look at everything, ${look.width} threads`;
  report({ ...named, peer: lookName, peerValue: lookTime });
  if (duckdb) {
    const peerValue = percentile(duckdb, 0.5);
    report({ ...named, peer: "DuckDB's scan", peerValue });
  }
  report({
    ...named,
    peer: `USearch's graph of ${countText(graph.count)}, which finds ${(100 * graph.recall).toFixed(1)} %`,
    peerValue: percentile(graph.times, 0.5),
  });
  if (faiss) {
    const peerValue = percentile(faiss, 0.5);
    report({ ...named, peer: "FAISS IndexBinaryFlat", peerValue });
    report({
      name: `100 nearest, how many times FAISS takes, ${of}`,
      value: peerValue / nearest,
      unit: "×",
      ...(count >= large && { target: `>= ${kind.beatsFaiss}` }),
    });
  }
  report({
    name: `100 nearest, warm, p95, ${of}`,
    value: percentile(times, 0.95),
    unit: "ms",
  });
  const near = percentile(await ask(index, queries, nearerThan8), 0.5);
  report({ name: `nearer than 8, warm, p50, ${of}`, value: near, unit: "ms" });
  await measureRecall(subject, index, queries, within);
  const cold = await measureCold(subject, index, queries);
  report({
    name: `memory that the engine adds to the process, ${of}`,
    value: (residentBytes() - before) / 2 ** 20,
    unit: "MiB",
    target: "< 200",
  });
  await index.retire();
  await pool.close();
  return { nearest, near, cold };
}

/** Makes the signatures and writes the index, and gives queries: signatures of it. */
async function build({
  folder,
  codesFile,
  kind,
  count,
  of,
  report,
}: Subject): Promise<bigint[]> {
  const queries = await writeSignatures(
    codesFile,
    count,
    kind.signatures,
    queryCount,
  );
  // The whole of it, with reading the signatures and what the writer does beside that: nothing else is done meanwhile.
  const time = await milliseconds(() => writeIndex(folder, codesFile, count));
  report({
    name: `writing the index, ${of}`,
    value: count / (time / 1000),
    unit: "signatures/s",
    target: `>= ${Math.ceil(billion / 300)}`,
  });
  report({
    name: `size of the index, ${of}`,
    value: segmentBytes(count) / count,
    unit: "bytes/signature",
  });
  return everyNth(queries, queryCount);
}

/** The look at everything: its median, in milliseconds. */
async function measureLook(
  { count, of, report }: Subject,
  look: LookAtAll,
  queries: readonly bigint[],
): Promise<number> {
  const reads: number[] = [];
  const looks: number[] = [];
  for (const query of queries.slice(0, peerQueries)) {
    reads.push(await milliseconds(() => look.readAll()));
    looks.push(await milliseconds(() => look.countWithin(query, 3)));
  }
  const rate = (time: number) => (8 * count) / time / 1e6;
  // The best of each: what else the machine does in between is no part of either.
  const read = rate(Math.min(...reads));
  const seen = rate(Math.min(...looks));
  const threads = `${look.width} threads, ${of}`;
  report({ name: `reading the memory, ${threads}`, value: read, unit: "GB/s" });
  report({
    name: `look at everything, ${threads}`,
    value: seen,
    unit: "GB/s",
    // What is smaller lies in the processor's caches: then this is no reading of the memory.
    ...(count >= large && { target: `>= ${(0.8 * read).toFixed(2)}` }),
    peer: "reading the memory",
    peerValue: read,
  });
  return percentile(looks, 0.5);
}

async function measureRecall(
  { of, report }: Subject,
  index: SignatureIndex,
  queries: readonly bigint[],
  within: number,
): Promise<void> {
  const scheme = new OriginalScheme(0);
  let found = 0;
  let met = 0;
  for (const query of queries) {
    const { hits } = await search(index, query, {
      ...nearerThan8,
      limit: 1_000_000,
    });
    found += hits.length;
    met += hits.filter(({ signature }) =>
      scheme.meets(query, signature),
    ).length;
  }
  report({
    name: `recall of nearer than 8, ${of}`,
    value: found / within,
    unit: "part",
    target: ">= 1",
    peer: "the original's scheme",
    peerValue: met / within,
  });
}

/** Searches of which no page is in memory: the 95th percentile, in milliseconds. */
async function measureCold(
  { folder, of, report }: Subject,
  index: SignatureIndex,
  queries: readonly bigint[],
): Promise<number> {
  const times: number[] = [];
  for (const query of queries.slice(0, coldCount)) {
    for (const name of await readdir(segmentsFolder(folder))) {
      // Asks the system to forget its copy of the file's pages.
      const file = path.join(segmentsFolder(folder), name);
      await execute("dd", [`if=${file}`, "iflag=nocache", "count=0"]);
    }
    times.push((await search(index, query, nearerThan8)).took);
  }
  const value = percentile(times, 0.95);
  const name = `nearer than 8, cold, p95, ${of}`;
  report({ name, value, unit: "ms", target: "< 300" });
  return value;
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

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
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
