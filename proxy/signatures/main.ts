// The command `npm run signatures`: what can be done with the index of a dataset. See --help.
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../config.js";
import { CatalogueError } from "../datasets/catalogue.js";
import { BigQueryError } from "./bigquery/bigquery_error.js";
import { UploadError } from "./bigquery/upload_index.js";
import { BuildPlanError } from "./build/build_index.js";
import { VolumeError } from "./build/volume/volume_error.js";
import { buildCommand } from "./command/build.js";
import {
  CommandError,
  datasetOf,
  targetOf,
  type Command,
} from "./command/command.js";
import { costCommand } from "./command/cost.js";
import { exportCommand } from "./command/export.js";
import { importCommand } from "./command/import.js";
import { infoCommand } from "./command/info.js";
import { mergeCommand } from "./command/merge.js";
import { uploadCommand } from "./command/upload.js";
import { verifyCommand } from "./command/verify.js";
import { EncoderError } from "./encoder/learned_encoder.js";
import { IndexBusyError } from "./index/folder_lock.js";
import { IndexPlanError, IndexWriteError } from "./index/index_writer.js";
import { CorruptIndexError } from "./index/sealed_file.js";

const commands: Readonly<Partial<Record<string, Command>>> = {
  build: buildCommand,
  info: infoCommand,
  verify: verifyCommand,
  import: importCommand,
  export: exportCommand,
  merge: mergeCommand,
  upload: uploadCommand,
  cost: costCommand,
};

function help(): string {
  const parts = Object.values(commands).map(
    (command) => `npm run signatures -- ${command?.usage}\n${command?.about}\n`,
  );
  return `${parts.join("\n")}\nIndexes lie in the server's data folder (CLIO_DATA, or "data" of the configuration that CLIO_CONFIG names, or data), in
signatures/<dataset>/.`;
}

async function main(args: readonly string[]): Promise<boolean> {
  const [name, ...rest] = args;
  if (name === "--help") {
    console.log(help());
    return true;
  }
  const command = commands[name ?? ""];
  if (command === undefined) {
    throw new CommandError(
      `${name ?? "no command"}: expected one of ${Object.keys(commands).join(", ")}; --help tells more`,
    );
  }
  const { values, positionals } = parse(command, rest);
  const [dataset, ...others] = positionals;
  if (others.length > 0) {
    throw new CommandError(`${others.join(" ")}: expected one dataset alone`);
  }
  const id = datasetOf(dataset);
  const config = await readConfig(process.env, process.cwd());
  return command.run(targetOf(config, id), values);
}

function parse({ options, switches = [] }: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries([
        ...options.map((name) => [name, { type: "string" as const }]),
        ...switches.map((name) => [name, { type: "boolean" as const }]),
      ]) as Record<string, { type: "string" | "boolean" }>,
    });
  } catch (error) {
    // Its messages name the option.
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${why}; --help lists the options`);
  }
}

/** Whether an error is about what was asked, and its message for the person who asked. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof CommandError ||
    error instanceof IndexPlanError ||
    error instanceof IndexWriteError ||
    error instanceof IndexBusyError ||
    error instanceof CorruptIndexError ||
    error instanceof ConfigError ||
    error instanceof CatalogueError ||
    error instanceof BuildPlanError ||
    error instanceof VolumeError ||
    error instanceof EncoderError ||
    error instanceof BigQueryError ||
    error instanceof UploadError ||
    // Of the file system; its messages name the file.
    (error instanceof Error && "syscall" in error)
  );
}

try {
  const isWell = await main(process.argv.slice(2));
  if (!isWell) process.exitCode = 1;
} catch (error) {
  console.error(isExpected(error) ? error.message : error);
  process.exitCode = 1;
}
