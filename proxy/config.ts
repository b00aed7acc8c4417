import { access, constants, mkdir } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { describeIssues } from "../src/clio/model/schema_issues.js";
import {
  JsonFileError,
  readJsonFile,
  systemErrorText,
} from "./files/json_file.js";
import { logLevels } from "./log/log.js";
import { isLoopbackName } from "./security/hosts.js";

const port = "a port, a whole number from 1 to 65535";
const origin =
  "an exact origin such as https://viewer.example.org, without a path";
const folder = "the path of a folder";

function isOrigin(text: string, protocols: readonly string[]): boolean {
  return (
    URL.canParse(text) &&
    new URL(text).origin === text &&
    protocols.includes(new URL(text).protocol)
  );
}

/** An object that holds no other keys than those given, so that a misspelt one is found. */
function closedObject<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(
    entries,
    `an object with no other keys than ${Object.keys(entries).join(", ")}`,
  );
}

function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(least, expected),
    v.maxValue(most, expected),
  );
}

const ConfigSchema = closedObject({
  /** The address to listen on. */
  host: v.optional(
    v.pipe(v.string("an address"), v.nonEmpty("an address")),
    "127.0.0.1",
  ),
  port: v.optional(
    v.pipe(
      v.number(port),
      v.integer(port),
      v.minValue(1, port),
      v.maxValue(65535, port),
    ),
    8080,
  ),
  /** Where the server keeps what it keeps; made where it does not exist. */
  data: v.optional(v.pipe(v.string(folder), v.nonEmpty(folder)), "data"),
  /** The dataset catalogue. */
  datasets: v.optional(v.string("the path of a file"), "config/datasets.json"),
  /** The built viewer. */
  viewer: v.optional(v.string(folder), "dist/viewer"),
  /** The origin that people open where a TLS proxy stands in front. */
  publicOrigin: v.optional(
    v.pipe(
      v.string("an https origin"),
      v.check(
        (text) => isOrigin(text, ["https:"]),
        "an https origin such as https://clio.example.org, without a path",
      ),
    ),
  ),
  cors: v.optional(
    closedObject({
      /** Whose pages may read the volumes. */
      origins: v.optional(
        v.array(
          v.pipe(
            v.string(origin),
            v.check((text) => isOrigin(text, ["http:", "https:"]), origin),
          ),
          "a list of origins",
        ),
        [],
      ),
    }),
    {},
  ),
  signatures: v.optional(
    closedObject({
      /** How many threads search; one a core where not given. */
      threads: v.optional(wholeNumber(1, 256)),
      /** What the open indexes may take together, in MiB; the system's cache of their files is not counted. */
      memory: v.optional(wholeNumber(1, 1024 * 1024), 512),
      /** How long a search may take, in seconds. */
      seconds: v.optional(wholeNumber(1, 3600), 30),
      /** How many searches a user may have under way. */
      searchesPerUser: v.optional(wholeNumber(1, 10_000), 64),
    }),
    {},
  ),
  log: v.optional(
    closedObject({
      level: v.optional(
        v.picklist(logLevels, `one of ${logLevels.join(", ")}`),
        "info",
      ),
    }),
    {},
  ),
});

/** The configuration: all paths absolute, all folders there. */
export type Config = v.InferOutput<typeof ConfigSchema>;

/** Thrown where the configuration is wrong; each of `problems` is one line: key, value, what was expected. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}

/** The variables that stand above the file, and the key that each sets. */
const variables = { PORT: "port", HOST: "host", CLIO_DATA: "data" } as const;

/** Where the volumes lie. */
export function volumesFolder(config: Config): string {
  return path.join(config.data, "volumes");
}

async function readFileLayer(
  file: string | undefined,
): Promise<Record<string, unknown>> {
  if (file === undefined) return {};
  let json: unknown;
  try {
    json = await readJsonFile(file);
  } catch (error) {
    if (!(error instanceof JsonFileError)) throw error;
    throw new ConfigError([`CLIO_CONFIG: ${error.message}`]);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new ConfigError([`CLIO_CONFIG: ${file}: expected a JSON object`]);
  }
  return { ...json };
}

/** Resolves the paths of one layer against the folder in which whoever wrote them was. */
function resolvePaths(
  layer: Record<string, unknown>,
  base: string,
): Record<string, unknown> {
  const resolved = { ...layer };
  for (const key of ["data", "datasets", "viewer"]) {
    const value = resolved[key];
    if (typeof value === "string" && value !== "") {
      resolved[key] = path.resolve(base, value);
    }
  }
  return resolved;
}

function readVariables(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const layer: Record<string, unknown> = {};
  for (const [variable, key] of Object.entries(variables)) {
    const value = env[variable];
    // An empty variable is one that somebody wanted unset.
    if (value === undefined || value === "") continue;
    layer[key] = key === "port" && /^\d+$/.test(value) ? Number(value) : value;
  }
  return layer;
}

function hostProblems({ host }: Config): string[] {
  if (host === "127.0.0.1") return [];
  if (host === "::1" || isLoopbackName(host)) {
    return [
      `host: ${JSON.stringify(host)}, expected 127.0.0.1: the browser keeps annotations by origin, and http://127.0.0.1 is Clio's`,
    ];
  }
  return [
    `host: ${JSON.stringify(host)}, expected 127.0.0.1: without a configured identity Clio serves this machine's user alone. ` +
      "To reach it from another machine, tunnel (ssh -L 8080:127.0.0.1:8080 …), or put a TLS proxy that signs people in on this machine and name its origin in publicOrigin",
  ];
}

async function dataProblems(config: Config): Promise<string[]> {
  const volumes = volumesFolder(config);
  try {
    await mkdir(volumes, { recursive: true });
    await access(volumes, constants.W_OK);
    return [];
  } catch (error) {
    return [
      `data: ${JSON.stringify(config.data)}, expected a folder that can be written: ${systemErrorText(error)}`,
    ];
  }
}

async function viewerProblems(folder: unknown): Promise<string[]> {
  // Not chosen by anybody: it is where the build will put it, perhaps only after the server has started.
  if (typeof folder !== "string") return [];
  try {
    await access(path.join(folder, "index.html"), constants.R_OK);
    return [];
  } catch {
    return [
      `viewer: ${JSON.stringify(folder)}, expected the folder of a built viewer, but it holds no index.html`,
    ];
  }
}

/** Says beside each problem where the wrong value comes from. */
function nameSources(
  problems: readonly string[],
  env: NodeJS.ProcessEnv,
): string[] {
  return problems.map((problem) => {
    const key = /^\w+/.exec(problem)?.[0];
    const set = Object.entries(variables).find(
      ([variable, each]) => each === key && env[variable],
    );
    const source = set?.[0] ?? env.CLIO_CONFIG;
    return source === undefined ? problem : `${problem} (from ${source})`;
  });
}

/**
 * Reads the configuration: the file that `CLIO_CONFIG` names, and above it `PORT`, `HOST` and `CLIO_DATA`. Paths in the
 * file are relative to the file, all others to `cwd`. Makes the data folder where there is none.
 * @throws ConfigError naming every key that is wrong
 */
export async function readConfig(
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Config> {
  const file = env.CLIO_CONFIG ? path.resolve(cwd, env.CLIO_CONFIG) : undefined;
  const written = resolvePaths(
    await readFileLayer(file),
    path.dirname(file ?? cwd),
  );
  const layers = { ...written, ...resolvePaths(readVariables(env), cwd) };
  const result = v.safeParse(ConfigSchema, layers);
  if (!result.success) {
    throw new ConfigError(nameSources(describeIssues(result.issues), env));
  }
  const config = resolvePaths(result.output, cwd) as Config;
  if (config.host === "localhost") config.host = "127.0.0.1";
  const problems = [
    ...hostProblems(config),
    ...(await dataProblems(config)),
    ...(await viewerProblems(layers.viewer)),
  ];
  if (problems.length > 0) throw new ConfigError(nameSources(problems, env));
  return config;
}
