import type { Config } from "../../config.js";
import type { BigQuerySettings, TableSettings } from "../bigquery/settings.js";
import { CommandError } from "./command.js";

/**
 * What the configuration says of a dataset's tables in BigQuery.
 * @throws CommandError where it says nothing
 */
export function bigQueryTables(
  { signatures: { bigquery } }: Config,
  dataset: string,
): { settings: BigQuerySettings; tables: TableSettings } {
  const tables = bigquery?.datasets[dataset];
  if (bigquery !== undefined && tables !== undefined) {
    return { settings: bigquery, tables };
  }
  throw new CommandError(
    `${dataset}: the configuration (CLIO_CONFIG) has no signatures.bigquery.datasets.${dataset}, which says where its tables are`,
  );
}

export function dollarsText(dollars: number): string {
  return `$ ${dollars.toFixed(dollars < 1 ? 5 : 2)}`;
}

export function gibibytesText(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  return `${gibibytes.toFixed(gibibytes < 1 ? 4 : 1)} GiB`;
}
