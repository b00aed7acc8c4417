import { createHash } from "node:crypto";
import * as v from "valibot";
import { importedEncoder } from "../exchange/imported_encoder.js";
import { DescriptionSchema, type IndexDescription } from "../index/manifest.js";
import {
  integerOf,
  textOf,
  type BigQueryJobs,
  type JobPurpose,
} from "./bigquery_jobs.js";
import type {
  BigQuerySettings,
  HammingSettings,
  TableSettings,
} from "./settings.js";
import { HammingTables } from "./sql/hamming_tables.js";
import { LaneTables } from "./sql/lane_tables.js";
import type { TableHome } from "./sql/statement.js";
import type { TableLayout } from "./sql/table_layout.js";

/** What the tables of a dataset hold. */
export interface OpenedTables {
  readonly layout: TableLayout;
  /** Another where the tables hold another index. */
  readonly id: string;
  /** What the layout's version table says, where it has one. */
  readonly version?: bigint;
  readonly count: number;
  readonly description: IndexDescription;
}

/** Where the tables of a dataset lie. */
export function homeOf(
  { projectId }: BigQuerySettings,
  { project, dataset }: TableSettings,
): TableHome {
  return { project: project ?? projectId, dataset };
}

/**
 * Asks what the tables of a dataset hold.
 * @returns undefined where nothing has been loaded into them, or is being loaded now
 * @throws BigQueryError
 */
export function openTables(
  settings: BigQuerySettings,
  tables: TableSettings,
  jobs: BigQueryJobs,
  purpose: JobPurpose,
): Promise<OpenedTables | undefined> {
  const home = homeOf(settings, tables);
  return tables.layout === "lanes"
    ? openLanes(new LaneTables(home), jobs, purpose)
    : openHamming(home, tables, jobs, purpose);
}

async function openLanes(
  layout: LaneTables,
  jobs: BigQueryJobs,
  purpose: JobPurpose,
): Promise<OpenedTables | undefined> {
  const sql = `SELECT version, id, records, description FROM ${layout.versionTable}`;
  const [row] = await jobs.run({ sql, parameters: {} }, purpose);
  if (row === undefined) return undefined;
  return {
    layout,
    id: textOf(row.id),
    version: integerOf(row.version),
    count: Number(integerOf(row.records)),
    description: v.parse(
      DescriptionSchema,
      JSON.parse(textOf(row.description)),
    ),
  };
}

async function openHamming(
  home: TableHome,
  { masks, encoder, voxelSize, stride }: HammingSettings,
  jobs: BigQueryJobs,
  purpose: JobPurpose,
): Promise<OpenedTables> {
  const { client } = jobs;
  const table = client
    .dataset(home.dataset, { projectId: home.project })
    .table("hamming0");
  const [metadata] = (await jobs.guarded(table.getMetadata(), purpose)) as [
    { numRows?: string; lastModifiedTime?: string },
    ...unknown[],
  ];
  const { numRows, lastModifiedTime } = metadata;
  const state = [home.project, home.dataset, numRows, lastModifiedTime];
  return {
    layout: new HammingTables(home, masks),
    id: createHash("sha256").update(state.join(" ")).digest("hex"),
    count: Number(numRows),
    description: {
      encoder: importedEncoder(encoder, stride),
      voxelSize,
      stride,
    },
  };
}
