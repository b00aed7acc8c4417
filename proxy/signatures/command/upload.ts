import { makeLog } from "../../log/log.js";
import { BigQueryJobs } from "../bigquery/bigquery_jobs.js";
import { homeOf } from "../bigquery/opened_tables.js";
import { mostSegments, uploadIndex } from "../bigquery/upload_index.js";
import { CommandError, publishedIndex, type Command } from "./command.js";
import { withProgress } from "./record_progress.js";
import { bigQueryTables, dollarsText, gibibytesText } from "./tables.js";

/** Bytes of a record as text, about, as it is sent. */
const sentBytes = 45;
/** Bytes of a record that each of the five tables is made from, and that each has. */
const readBytes = 32;
const keptBytes = 40;
const tablesMade = 5;

/** `upload`: an index into tables of BigQuery. */
export const uploadCommand: Command = {
  usage: "upload <dataset> [--dry-run]",
  about: `Makes tables of the dataset's index in BigQuery, where signatures.bigquery.datasets of the configuration says. While it is
under way a search there says that there is no index; to replace one that must go on answering, upload into another dataset of BigQuery,
and change the configuration then. Interrupted, the same command sends what has not arrived.

  --dry-run               say what would be sent, kept and paid for, and do nothing`,
  options: [],
  switches: ["dry-run"],
  async run({ dataset, folder, config }, options) {
    const { settings, tables } = bigQueryTables(config, dataset);
    if (tables.layout !== "lanes") {
      throw new CommandError(
        `${dataset}: signatures.bigquery.datasets.${dataset}.layout is ${tables.layout}; Clio makes tables of the layout lanes alone`,
      );
    }
    const manifest = await publishedIndex(folder);
    if (manifest.segments.length > mostSegments) {
      throw new CommandError(
        `${dataset}: ${manifest.segments.length} segments, expected at most ${mostSegments}; merge them first`,
      );
    }
    const jobs = new BigQueryJobs(settings, makeLog("warn"));
    const records = manifest.segments.reduce(
      (sum, { count }) => sum + count,
      0,
    );
    if (options["dry-run"]) {
      const read = tablesMade * readBytes * records;
      const { dollars } = jobs.priced(read, read);
      console.log(
        `${records} signatures: about ${gibibytesText(sentBytes * records)} would be sent, ${gibibytesText(read)} read once in BigQuery for ${dollarsText(dollars)}, and ${gibibytesText(tablesMade * keptBytes * records)} kept there`,
      );
      return true;
    }
    let paid = 0;
    await withProgress("Uploading", (tell) =>
      uploadIndex(
        folder,
        manifest,
        homeOf(settings, tables),
        jobs,
        { work: "upload", dataset },
        tell,
        ({ dollars }) => (paid += dollars),
      ),
    );
    console.log(`${records} signatures uploaded for ${dollarsText(paid)}`);
    return true;
  },
};
