import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dataset, Table } from "@google-cloud/bigquery";
import type { IndexSegment, PublishedManifest } from "../index/manifest.js";
import { visibleRecords } from "../index/visible_records.js";
import type { Records } from "../record.js";
import type { OnRecords } from "../exchange/import_records.js";
import type { SearchCost } from "../search/search_engine.js";
import {
  integerOf,
  type BigQueryJobs,
  type JobPurpose,
} from "./bigquery_jobs.js";
import { LaneTables } from "./sql/lane_tables.js";
import { Parameters, type TableHome } from "./sql/statement.js";

/** The table through which records come, one partition a segment of the index. */
const staging = "records";
/** As many partitions as BigQuery makes in such a table without being asked for more. */
export const mostSegments = 4000;

/** Thrown where what has arrived in BigQuery is not what was sent. */
export class UploadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UploadError";
  }
}

/**
 * Makes the tables of our own layout of an index in BigQuery. Until all of them are there the dataset has none that is searched. Where
 * it was interrupted, the segments that have arrived are not sent again.
 * @param folder of the index
 * @param home where the tables go; made where it does not exist
 * @param onCost told what each job cost
 * @throws BigQueryError, UploadError
 */
export async function uploadIndex(
  folder: string,
  manifest: PublishedManifest,
  home: TableHome,
  jobs: BigQueryJobs,
  purpose: JobPurpose,
  onRecords: OnRecords,
  onCost: (cost: SearchCost) => void,
): Promise<void> {
  const { client } = jobs;
  const tables = new LaneTables(home);
  const run = (sql: string, parameters = new Parameters()) =>
    jobs.run({ sql, parameters: parameters.values }, purpose, onCost);
  const dataset = client.dataset(home.dataset, { projectId: home.project });
  const [exists] = await jobs.guarded(dataset.exists(), purpose);
  if (!exists) {
    const { project: projectId } = home;
    const options = { projectId };
    await jobs.guarded(client.createDataset(home.dataset, options), purpose);
  }
  // From here to the end there is no index: a search must never see the tables of two.
  await run(
    `CREATE OR REPLACE TABLE ${tables.table("info")} (version INT64, id STRING, records INT64, description STRING)`,
  );
  const table = await stagingTable(dataset, manifest, jobs, purpose);
  const counted = async () => {
    const rows = await run(
      `SELECT segment, COUNT(*) AS records FROM ${tables.table(staging)} GROUP BY segment`,
    );
    return new Map(
      rows.map(({ segment, records }) => [
        Number(integerOf(segment)),
        Number(integerOf(records)),
      ]),
    );
  };
  const arrived = await counted();
  const total = manifest.segments.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  let sent = 0;
  for (const [number, segment] of manifest.segments.entries()) {
    const { count, hidden } = segment;
    if (hidden.length === 0 && arrived.get(number) === count) {
      sent += count;
    } else {
      const tell = (rows: number) => onRecords(done + rows, total);
      const loading = loadSegment(dataset, folder, number, segment, tell);
      sent += await jobs.guarded(loading, purpose);
    }
    done += count;
    onRecords(done, total);
  }
  const there = [...(await counted()).values()];
  const sum = there.reduce((all, count) => all + count, 0);
  if (sum !== sent) {
    throw new UploadError(
      `${sum} records have arrived in BigQuery, and ${sent} were sent; remove the table ${staging} there and upload again`,
    );
  }
  for (const { sql } of tables.makeTables(staging)) await run(sql);
  await publish(manifest, sent, tables, run);
  await jobs.guarded(table.delete(), purpose);
}

/** The table through which records come: what an upload of the same index has left, or a new one. */
async function stagingTable(
  dataset: Dataset,
  { id }: PublishedManifest,
  jobs: BigQueryJobs,
  purpose: JobPurpose,
): Promise<Table> {
  const table = dataset.table(staging);
  // A label takes 63 characters of it.
  const index = id.slice(0, 63);
  const [exists] = await jobs.guarded(table.exists(), purpose);
  if (exists) {
    const [metadata] = (await jobs.guarded(table.getMetadata(), purpose)) as [
      { labels?: { index?: string } },
      ...unknown[],
    ];
    if (metadata.labels?.index === index) return table;
    await jobs.guarded(table.delete(), purpose);
  }
  const fields = ["segment", "signature", "x", "y", "z"].map((name) => ({
    name,
    type: "INT64",
  }));
  await jobs.guarded(
    dataset.createTable(staging, {
      schema: { fields },
      rangePartitioning: {
        field: "segment",
        range: { start: "0", end: String(mostSegments), interval: "1" },
      },
      labels: { index },
    }),
    purpose,
  );
  return table;
}

/** Puts a segment into its partition, in the place of what an interrupted upload may have left there. */
async function loadSegment(
  dataset: Dataset,
  folder: string,
  number: number,
  segment: IndexSegment,
  tell: (rows: number) => void,
): Promise<number> {
  let sent = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const { records, next } of visibleRecords(folder, segment)) {
      sent += records.signatures.length;
      yield csvOf(number, records);
      tell(next);
    }
  }
  const table = dataset.table(`${staging}$${number}`);
  await pipeline(
    Readable.from(lines()),
    table.createWriteStream({
      sourceFormat: "CSV",
      writeDisposition: "WRITE_TRUNCATE",
      jobPrefix: "clio_",
    }),
  );
  return sent;
}

function csvOf(segment: number, { positions, signatures }: Records): string {
  const signed = new BigInt64Array(signatures.buffer);
  const lines: string[] = [];
  for (let row = 0; row < signed.length; row++) {
    const [x, y, z] = positions.subarray(3 * row, 3 * row + 3);
    lines.push(`${segment},${signed[row]},${x},${y},${z}\n`);
  }
  return lines.join("");
}

/** Says in the table `info` what the tables hold: from then on they are searched. */
async function publish(
  { id, encoder, voxelSize, stride }: PublishedManifest,
  records: number,
  tables: LaneTables,
  run: (sql: string, parameters: Parameters) => Promise<unknown>,
): Promise<void> {
  const parameters = new Parameters();
  const version = parameters.integer("version", versionOf(id));
  const count = parameters.integer("records", records);
  const description = JSON.stringify({ encoder, voxelSize, stride });
  await run(
    `INSERT INTO ${tables.table("info")} (version, id, records, description)
VALUES (${version}, ${parameters.text("id", id)}, ${count}, ${parameters.text("description", description)})`,
    parameters,
  );
}

/** A number of 60 bits for the id of an index, which is a checksum. */
function versionOf(id: string): bigint {
  return BigInt(`0x${id.slice(0, 15)}`);
}
