/** The BigQuery that the specs search: one on this machine, or the project that CLIO_BIGQUERY_PROJECT names. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeLog } from "../../../log/log.js";
import type { PlainRecord } from "../../testing/records.js";
import { BigQueryJobs } from "../bigquery_jobs.js";
import type { BigQuerySettings } from "../settings.js";
import { partitionOf } from "../sql/hamming_tables.js";
import { LoopbackBigQuery } from "./loopback_bigquery.js";

/** Masks such as the original's loader makes: every fourth bit. */
export const masks = [0, 1, 2, 3].map(
  (first) => 0x1111_1111_1111_1111n << BigInt(first),
);

/** A BigQuery, and how to ask it. */
export interface BigQueryTarget {
  /** Where it is not a real project. */
  readonly loopback?: LoopbackBigQuery;
  readonly settings: BigQuerySettings;
  readonly jobs: BigQueryJobs;
  close(): Promise<void>;
}

/** Opens it. Each dataset of Clio has one of its own there, which is removed in the end. */
export async function openTarget(
  datasets: Readonly<Record<string, "lanes" | "hamming">>,
): Promise<BigQueryTarget> {
  const projectId = process.env.CLIO_BIGQUERY_PROJECT;
  const loopback =
    projectId === undefined ? await LoopbackBigQuery.open() : undefined;
  const run = randomBytes(6).toString("hex");
  const hamming = {
    layout: "hamming",
    masks,
    encoder: "test",
    voxelSize: [8, 8, 30],
    stride: [16, 16, 4],
  } as const;
  const settings: BigQuerySettings = {
    projectId: projectId ?? "test",
    location: "US",
    ...(loopback && { apiEndpoint: loopback.origin }),
    maximumBytesBilled: 2 ** 32,
    dollarsPerTebibyte: 6.25,
    datasets: Object.fromEntries(
      Object.entries(datasets).map(([id, layout]) => {
        const dataset = `clio_test_${run}_${id}`;
        return [
          id,
          layout === "lanes"
            ? { layout, dataset }
            : {
                ...hamming,
                dataset,
                masks: [...masks],
                voxelSize: [...hamming.voxelSize],
                stride: [...hamming.stride],
              },
        ];
      }),
    ),
  };
  const jobs = new BigQueryJobs(settings, makeLog("silent"), [10, 20]);
  return {
    ...(loopback && { loopback }),
    settings,
    jobs,
    close: async () => {
      if (loopback !== undefined) {
        await loopback.stop();
        return;
      }
      for (const { dataset } of Object.values(settings.datasets)) {
        await jobs.client.dataset(dataset).delete({ force: true });
      }
    },
  };
}

/** Makes the original's tables of records. */
export async function makeHammingTables(
  { jobs, settings }: BigQueryTarget,
  dataset: string,
  records: readonly PlainRecord[],
): Promise<void> {
  const home = settings.datasets[dataset].dataset;
  await jobs.client.createDataset(home);
  const fields = ["part", "signature", "x", "y", "z"].map((name) => ({
    name,
    type: "INTEGER",
  }));
  for (const [number, mask] of masks.entries()) {
    const name = `hamming${number}`;
    const [table] = await jobs.client.dataset(home).createTable(name, {
      schema: { fields },
      rangePartitioning: {
        field: "part",
        range: { start: "0", end: "4000", interval: "1" },
      },
      requirePartitionFilter: true,
    });
    const lines = records.map(({ place, signature }) => {
      const part = partitionOf(signature & mask);
      return `${part},${BigInt.asIntN(64, signature)},${place.join()}\n`;
    });
    await pipeline(
      Readable.from([lines.join("")]),
      table.createWriteStream({ sourceFormat: "CSV" }),
    );
  }
}
