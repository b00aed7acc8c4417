import path from "node:path";
import type { Config } from "../../config.js";
import { datasetIdPattern } from "../../../src/clio/model/dataset.js";
import { readManifest, type PublishedManifest } from "../index/manifest.js";
import type { Triple } from "../record.js";

/** Thrown where a command cannot do what it was asked. The message names the option, its value and what was expected. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CommandError";
  }
}

/** The options of a command, as they were written. */
export type Options = Readonly<Partial<Record<string, string | boolean>>>;

/** What a command is about. */
export interface Target {
  /** The id of the dataset. */
  readonly dataset: string;
  /** The folder of its index. */
  readonly folder: string;
  readonly config: Config;
}

/** Something that can be done with an index. */
export interface Command {
  /** What stands behind its name: `<dataset> --to FOLDER`. */
  readonly usage: string;
  /** What it does, and its options, in lines for `--help`. */
  readonly about: string;
  /** Options with a value. */
  readonly options: readonly string[];
  /** Options without one. */
  readonly switches?: readonly string[];
  /**
   * Does it.
   * @returns whether all is well
   * @throws CommandError
   */
  run(target: Target, options: Options): Promise<boolean>;
}

/** Where the index of a dataset lies. */
export function targetOf(config: Config, dataset: string): Target {
  return {
    dataset,
    folder: path.join(config.data, "signatures", dataset),
    config,
  };
}

/** The path that a person typed: npm runs commands in the project's folder, and says where the person is. */
export function typedPath(text: string): string {
  return path.resolve(process.env.INIT_CWD ?? "", text);
}

/** @throws CommandError where it is not what a dataset may be called */
export function datasetOf(text: string | undefined): string {
  if (text !== undefined && datasetIdPattern.test(text)) return text;
  throw new CommandError(
    `${text ?? "no dataset"}: expected the id of a dataset, as in the list of datasets`,
  );
}

/** @throws CommandError where the dataset has no index */
export async function publishedIndex(
  folder: string,
): Promise<PublishedManifest> {
  const manifest = await readManifest(folder);
  if (manifest !== undefined) return manifest;
  throw new CommandError(
    `${path.basename(folder)}: there is no index in ${folder}; build or import one first`,
  );
}

/** @throws CommandError where the option is missing */
export function needed(options: Options, name: string): string {
  const value = options[name];
  if (typeof value === "string" && value !== "") return value;
  throw new CommandError(`--${name}: missing; --help tells more`);
}

/** Three numbers above 0. */
export function tripleOf(name: string, text: string): Triple {
  const values = text.split(",").map((part) => Number(part.trim() || NaN));
  if (values.length === 3 && values.every((n) => Number.isFinite(n) && n > 0)) {
    return [values[0], values[1], values[2]];
  }
  throw new CommandError(
    `--${name} ${text}: expected three numbers above 0, as X,Y,Z`,
  );
}

/** A whole number from `least` to `most`. */
export function wholeOf(
  name: string,
  text: string,
  least: number,
  most: number,
): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CommandError(
    `--${name} ${text}: expected a whole number from ${least} to ${most}`,
  );
}
