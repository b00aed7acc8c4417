/** BigQuery's SQL for DuckDB, as far as Clio writes it. */
import {
  BIGINT,
  DOUBLE,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";

/** All in which the two differ where Clio's statements are concerned. Everything else runs as it was received. */
export const rewrites: readonly (readonly [
  what: string,
  from: RegExp,
  to: string,
])[] = [
  [
    "a table is quoted part by part, and there are no projects",
    /`[^`]+\.(\w+)\.(\w+)`/g,
    '"$1"."$2"',
  ],
  ["exclusive or is a function", /(\w+) \^ (@\w+)/g, "xor($1, $2)"],
  ["parameters begin with $", /@(\w+)/g, "$$$1"],
  [
    "tables have no partitions",
    /^(PARTITION BY RANGE_BUCKET\(.*\)|CLUSTER BY \w+|OPTIONS \(require_partition_filter = TRUE\))$/gm,
    "",
  ],
];

/** A statement for DuckDB. */
export function rewritten(sql: string): string {
  return rewrites.reduce((text, [, from, to]) => text.replace(from, to), sql);
}

/** A named parameter as BigQuery's interface has it. */
export interface WireParameter {
  readonly name: string;
  readonly parameterType: { readonly type: string };
  readonly parameterValue: { readonly value: string };
}

/** Values and types of parameters for DuckDB. */
export function bound(parameters: readonly WireParameter[]) {
  const values: Record<string, bigint | number | string> = {};
  const types: Record<string, DuckDBType> = {};
  for (const { name, parameterType, parameterValue } of parameters) {
    const { value } = parameterValue;
    switch (parameterType.type) {
      case "INT64":
        values[name] = BigInt(value);
        types[name] = BIGINT;
        break;
      case "FLOAT64":
        values[name] = Number(value);
        types[name] = DOUBLE;
        break;
      default:
        values[name] = value;
        types[name] = VARCHAR;
    }
  }
  return { values, types };
}

/** Tables that a statement reads, and the keys by which it does: all where it names none. */
interface TableUse {
  readonly dataset: string;
  readonly table: string;
  readonly column?: string;
  readonly keys?: readonly number[];
  readonly isFiltered: boolean;
}

const use =
  /FROM `[^`]+\.(\w+)\.(\w+)`(?:\s+WHERE (key|part) (?:IN \(([\d, ]+)\)|BETWEEN))?/g;

/** The tables that a statement reads. */
export function tablesOf(sql: string): TableUse[] {
  return [...sql.matchAll(use)].map(([, dataset, table, column, keys]) => ({
    dataset,
    table,
    isFiltered: column !== undefined,
    ...(keys !== undefined && { column, keys: keys.split(",").map(Number) }),
  }));
}

/** How many keys share a partition, by the column of the keys. */
const partitionWidth: Readonly<Record<string, number>> = { key: 32, part: 1 };

/** What a statement reads, in bytes: all of the partitions that it names, eight bytes a value. */
export async function bytesRead(
  connection: DuckDBConnection,
  sql: string,
): Promise<number> {
  let bytes = 0;
  for (const { dataset, table, column, keys } of tablesOf(sql)) {
    const width = column === undefined ? 1 : partitionWidth[column];
    const partitions = keys?.map((key) => Math.floor(key / width));
    const where =
      partitions === undefined
        ? ""
        : ` WHERE ${column} // ${width} IN (${[...new Set(partitions)].join(",")})`;
    const counted = await connection.runAndReadAll(
      `SELECT count(*) FROM "${dataset}"."${table}"${where}`,
    );
    const columns = await connection.runAndReadAll(
      `SELECT count(*) FROM information_schema.columns WHERE table_schema = '${dataset}' AND table_name = '${table}'`,
    );
    bytes +=
      8 * Number(counted.getRows()[0][0]) * Number(columns.getRows()[0][0]);
  }
  return bytes;
}
