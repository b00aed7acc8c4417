import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SearchQuery } from "../../search/query.js";
import { masks } from "../testing/bigquery_target.js";
import { rewritten } from "../testing/duckdb_sql.js";
import { flips } from "./flips.js";
import { HammingTables } from "./hamming_tables.js";
import { LaneTables } from "./lane_tables.js";
import { placeStatement, searchStatement } from "./search_statement.js";
import { integers, tableName, type Statement } from "./statement.js";

/** What is sent to BigQuery, word by word. CLIO_UPDATE_SNAPSHOTS=1 writes it anew. */
const snapshot = path.resolve("proxy/signatures/bigquery/sql/snapshot.sql");

const home = { project: "my-lab", dataset: "signatures" };
const query: SearchQuery = {
  examples: [
    { signature: 0x0123_4567_89ab_cdefn },
    { signature: 2n ** 64n - 1n },
  ],
  excludedExamples: [7n],
  maxDistance: 7,
  minSeparation: 0,
  box: { min: [0, 0, 0], max: [4096, 4096, 512] },
  excludedBoxes: [{ min: [1, 2, 3], max: [10, 20, 30] }],
  offset: 0,
  limit: 100,
};
const rows = { offset: 0, limit: 100 };

function textOf(title: string, { sql, parameters }: Statement): string {
  const values = Object.entries(parameters).map(
    ([name, { type, value }]) => `-- @${name} ${type} ${value}`,
  );
  return [`-- ${title}`, ...values, `${sql};`, ""].join("\n");
}

function statements(): string {
  const one = { ...query, examples: query.examples.slice(0, 1) };
  const box = { min: [900, 900, 0], max: [1100, 1100, 60] } as const;
  const parts: string[] = [];
  for (const [name, layout] of [
    ["lanes", new LaneTables(home)],
    ["hamming", new HammingTables(home, masks)],
  ] as const) {
    for (const radius of [0, 1, undefined]) {
      const sought = radius === 1 ? query : one;
      const statement = searchStatement(layout, sought, radius, rows);
      parts.push(
        textOf(`${name}: a search with a radius of ${radius}`, statement),
      );
    }
    const place = placeStatement(layout, [1000, 1000, 30], [8, 8, 30], box);
    parts.push(textOf(`${name}: a place`, place));
  }
  for (const { table, sql } of new LaneTables(home).makeTables("records")) {
    parts.push(textOf(`making ${table}`, { sql, parameters: {} }));
  }
  return parts.join("\n");
}

describe("The SQL for BigQuery", () => {
  it("is what was looked at, word by word", async () => {
    const text = statements();
    if (process.env.CLIO_UPDATE_SNAPSHOTS === "1") {
      await writeFile(snapshot, text);
    }
    expect(text).toBe(await readFile(snapshot, "utf8"));
  });

  it("reads 68 buckets of the lanes for all that is nearer than 8, and wider by stages", () => {
    const layout = new LaneTables(home);
    const examples = { signatures: [99n], names: ["@example0"] };
    for (const [radius, buckets] of [
      [0, 4],
      [1, 68],
      [2, 548],
      [3, 2788],
    ]) {
      const keys = [
        ...layout.candidates(examples, radius).matchAll(/key IN \(([^)]+)\)/g),
      ].flatMap(([, list]) => list.split(", "));
      expect(keys).toHaveSize(buckets);
    }
  });

  it("reads the original's tables by partitions, at most 17 in each for all that is nearer than 8", () => {
    const layout = new HammingTables(home, masks);
    const examples = { signatures: [99n], names: ["@example0"] };
    const lists = [
      ...layout.candidates(examples, 1).matchAll(/part IN \(([^)]+)\)/g),
    ].map(([, list]) => list.split(", "));
    expect(lists).toHaveSize(4);
    for (const parts of lists) expect(parts.length).toBeLessThanOrEqual(17);
  });

  it("holds no value of a request but in parameters and in checked whole numbers", () => {
    const statement = searchStatement(new LaneTables(home), query, 1, rows);
    expect(statement.sql).not.toContain("-81985529216486896");
    expect(Object.keys(statement.parameters)).toEqual(
      jasmine.arrayContaining(["example0", "excluded0", "boxMinX"]),
    );
    for (const wrong of [NaN, 1.5, -1, 2 ** 60, Infinity]) {
      expect(() => integers([1, wrong])).toThrowError(RangeError);
    }
    for (const wrong of ["a`b", "a.b", "a b", ""]) {
      expect(() => tableName(home, wrong)).toThrowError(RangeError);
      expect(() => tableName({ ...home, dataset: wrong }, "a")).toThrowError(
        RangeError,
      );
    }
  });

  it("runs elsewhere with nothing changed but what is listed", () => {
    const { sql } = searchStatement(new LaneTables(home), query, 0, rows);
    expect(rewritten(sql)).not.toMatch(/[`@^]/);
  });

  it("chooses bits in every way", () => {
    expect(flips([1n, 2n, 4n], 2).sort()).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
    const bits = Array.from({ length: 16 }, (_, bit) => 1n << BigInt(bit));
    expect(new Set(flips(bits, 3)).size).toBe(697);
  });
});
