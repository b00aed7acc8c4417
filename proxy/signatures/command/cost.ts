import { makeLog } from "../../log/log.js";
import { BigQueryEngine } from "../bigquery/bigquery_engine.js";
import { BigQueryJobs } from "../bigquery/bigquery_jobs.js";
import { openTables } from "../bigquery/opened_tables.js";
import { CommandError, type Command, type Options } from "./command.js";
import { bigQueryTables, dollarsText, gibibytesText } from "./tables.js";

function signatureOf({ signature = "0" }: Options): bigint {
  const text = String(signature);
  const value = /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value >= -(2n ** 63n) && value < 2n ** 64n) {
    return BigInt.asUintN(64, value);
  }
  throw new CommandError(
    `--signature ${text}: expected 64 bits as a decimal number, signed or not`,
  );
}

/** `cost`: what a search in BigQuery would cost. */
export const costCommand: Command = {
  usage: "cost <dataset> [--signature=N]",
  about: `Asks BigQuery what a search in the dataset's tables would cost, without running it. A search looks near first, and farther
only where it has not found enough: each line is what it would cost to find all up to that distance.

  --signature=N           what to look for (0)`,
  options: ["signature"],
  async run({ dataset, config }, options) {
    const signature = signatureOf(options);
    const { settings, tables } = bigQueryTables(config, dataset);
    const jobs = new BigQueryJobs(settings, makeLog(config.log.level));
    const purpose = { work: "info", dataset } as const;
    const opened = await openTables(settings, tables, jobs, purpose);
    if (opened === undefined) {
      throw new CommandError(
        `${dataset}: nothing was uploaded into ${tables.dataset} yet`,
      );
    }
    const engine = new BigQueryEngine(dataset, opened, jobs);
    const estimates = await engine.estimate({
      examples: [{ signature }],
      excludedExamples: [],
      maxDistance: 64,
      minSeparation: 0,
      excludedBoxes: [],
      offset: 0,
      limit: 100,
    });
    console.log(`${engine.count} signatures`);
    for (const { maxDistance, cost } of estimates) {
      console.log(
        `up to ${maxDistance} bits: at most ${gibibytesText(cost.bytesBilled)}, ${dollarsText(cost.dollars)}`,
      );
    }
    return true;
  },
};
