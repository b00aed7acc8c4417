// What the engine is measured beside, each asked for the 100 nearest of the same queries.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import {
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBConnection,
  UBIGINT,
} from "@duckdb/node-api";
import { Index, MetricKind, ScalarKind } from "usearch";
import { hammingDistances } from "../encoder/testing/retrieval.js";

const execute = promisify(execFile);

/** The Python for which Debian ships python3-faiss, whichever other comes first on the path. */
const debianPython = "/usr/bin/python3";
const duckdbRows = 2048;
const bits = 64;

/** Signatures in a file of 8 bytes each, and what to look for among them. */
export interface Subject {
  readonly codesFile: string;
  readonly count: number;
  readonly queries: readonly bigint[];
  /** How many of the nearest are wanted. */
  readonly k: number;
}

/**
 * FAISS's flat index, as Debian has it.
 * @returns the milliseconds of each query; undefined where it is not installed, which is said
 */
export async function faissFlat({
  codesFile,
  queries,
  k,
}: Subject): Promise<number[] | undefined> {
  const missing =
    "  FAISS IS MISSING, and so is every figure beside it: apt-get install python3-faiss (Debian)";
  if (!existsSync(debianPython)) {
    console.error(missing);
    return undefined;
  }
  const queriesFile = `${codesFile}.queries`;
  const bytes = new Uint8Array(BigUint64Array.from(queries).buffer);
  await writeFile(queriesFile, bytes);
  const script = path.resolve("proxy/signatures/bench/faiss_flat.py");
  try {
    const args = [script, codesFile, queriesFile, String(k)];
    const { stdout } = await execute(debianPython, args);
    return JSON.parse(stdout) as number[];
  } catch (error) {
    if (!(error as Error).message.includes("No module named")) throw error;
    console.error(missing);
    return undefined;
  } finally {
    await rm(queriesFile);
  }
}

/** DuckDB's scan of a table of its own, with a thread a core: the milliseconds of each query. */
export async function duckdbScan(subject: Subject): Promise<number[]> {
  const file = `${subject.codesFile}.duckdb`;
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    await fill(connection, subject);
    const times: number[] = [];
    for (const query of subject.queries) {
      const began = performance.now();
      await connection.runAndReadAll(
        `SELECT bit_count(xor(code, ${query}::UBIGINT)) AS distance FROM codes ORDER BY distance LIMIT ${subject.k}`,
      );
      times.push(performance.now() - began);
    }
    return times;
  } finally {
    connection.closeSync();
    instance.closeSync();
    for (const name of [file, `${file}.wal`]) await rm(name, { force: true });
  }
}

async function fill(
  connection: DuckDBConnection,
  { codesFile, count }: Subject,
): Promise<void> {
  await connection.run("CREATE TABLE codes (code UBIGINT)");
  const appender = await connection.createAppender("codes");
  const handle = await open(codesFile);
  const piece = new BigUint64Array(duckdbRows);
  try {
    for (let done = 0; done < count; done += duckdbRows) {
      const rows = Math.min(duckdbRows, count - done);
      await handle.read(piece, 0, 8 * rows, 8 * done);
      const chunk = DuckDBDataChunk.create([UBIGINT], rows);
      chunk.setColumnValues(0, [...piece.subarray(0, rows)]);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  } finally {
    await handle.close();
  }
}

/** How USearch, whose index is not exact, did. */
export interface ApproximateOutcome {
  /** How many of the first signatures were put into it. */
  readonly count: number;
  /** Of putting them in, with one thread. */
  readonly perSecond: number;
  /** Of each query, in milliseconds. */
  readonly times: readonly number[];
  /** The share of the 100 nearest distances that it finds. */
  readonly recall: number;
}

/** USearch's graph of bits, of the first signatures: it takes in a few thousand a second. */
export async function usearchGraph(
  { codesFile, queries, k }: Subject,
  count: number,
): Promise<ApproximateOutcome> {
  const codes = new BigUint64Array(count);
  const handle = await open(codesFile);
  await handle.read(codes, 0, codes.byteLength, 0);
  await handle.close();
  const index = new Index({
    dimensions: bits,
    metric: MetricKind.Hamming,
    quantization: ScalarKind.B1,
    connectivity: 0,
    expansion_add: 0,
    expansion_search: 0,
    multi: false,
  });
  const began = performance.now();
  codes.forEach((code, i) => {
    index.add(BigInt(i), signedBits(code), 1);
  });
  const perSecond = count / ((performance.now() - began) / 1000);
  const times: number[] = [];
  let found = 0;
  for (const query of queries) {
    const asked = signedBits(query);
    const before = performance.now();
    const { distances } = index.search(asked, k, 1);
    times.push(performance.now() - before);
    const farthest = kthDistance(codes, query, k);
    found += distances.filter((distance) => distance <= farthest).length;
  }
  const recall = found / (k * queries.length);
  return { count, perSecond, times, recall };
}

/** What USearch takes the bits from: the signs of numbers. */
function signedBits(code: bigint): Float32Array {
  return Float32Array.from({ length: bits }, (_, bit) =>
    (code >> BigInt(bit)) & 1n ? 1 : -1,
  );
}

function kthDistance(
  codes: BigUint64Array<ArrayBuffer>,
  query: bigint,
  k: number,
): number {
  return hammingDistances(codes, query).sort()[k - 1];
}
