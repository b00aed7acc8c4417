import { access, constants, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { recordOf } from "../src/clio/model/record_of.js";
import { describeIssues } from "../src/clio/model/schema_issues.js";
import { bodiesSchema } from "./bodies/bodies_config.js";
import { bucketSchema } from "./buckets/bucket_config.js";
import { closedObject, isClosedAddress, wholeNumber } from "./config_parts.js";
import { resolvePaths } from "./config_paths.js";
import {
  JsonFileError,
  readJsonFile,
  systemErrorText,
} from "./files/json_file.js";
import { labelsSchema } from "./labels/labels_config.js";
import { logLevels } from "./log/log.js";
import { neuprintSchema } from "./neuprint/neuprint_config.js";
import { volumeName } from "./volumes/path.js";
import { isLoopbackName } from "./security/hosts.js";
import { BigQuerySchema } from "./signatures/bigquery/settings.js";

const port = "a port, a whole number from 1 to 65535";
const origin =
  "an exact origin such as https://viewer.example.org, without a path";
const folder = "the path of a folder";
const wholeCount = "a whole number above 0";
const count = v.pipe(
  v.number(wholeCount),
  v.safeInteger(wholeCount),
  v.minValue(1, wholeCount),
);

function isOrigin(text: string, protocols: readonly string[]): boolean {
  return (
    URL.canParse(text) &&
    new URL(text).origin === text &&
    protocols.includes(new URL(text).protocol)
  );
}

const email = "an e-mail address in lower case";

/** Who people are is known from an OpenID Connect issuer, such as Google or a Keycloak. */
const oidcSchema = closedObject({
  kind: v.literal("oidc", "oidc"),
  issuer: v.pipe(
    v.string("the issuer's address"),
    v.check(
      isClosedAddress,
      "an https address such as https://accounts.google.com (http on loopback alone)",
    ),
  ),
  clientId: v.pipe(
    v.string("the id that the issuer knows this server by"),
    v.nonEmpty("the id that the issuer knows this server by"),
  ),
  /** Holds the secret that goes with it, where the issuer gave one: not in the configuration, which is shown around. */
  clientSecretFile: v.optional(v.string("the path of a file")),
  /** Who administers the server, whatever the storage says: somebody has to be the first. */
  admins: v.optional(
    v.array(
      v.pipe(
        v.string(email),
        v.check(
          (text) => /^\S+@\S+$/.test(text) && !/\p{Lu}/u.test(text),
          email,
        ),
      ),
      "a list of e-mail addresses",
    ),
    [],
  ),
});

const localSchema = closedObject({ kind: v.literal("local", "local") });

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
  /** How the server knows who people are. */
  identity: v.optional(
    v.variant("kind", [localSchema, oidcSchema], "local or oidc"),
    { kind: "local" },
  ),
  /** Whether browsers deliver what people mark, for their other machines and their group; else it stays in the browser. */
  sync: v.optional(v.boolean("true or false"), true),
  /** How much is taken from one person, or from one address where nobody is signed in. Of no meaning for `local`. */
  limits: v.optional(
    closedObject({
      requestsPerMinute: v.optional(count, 3000),
      /** Tokens that are not good. */
      failuresPerMinute: v.optional(count, 30),
    }),
    {},
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
      /** Where the signatures of some datasets lie in BigQuery. */
      bigquery: v.optional(BigQuerySchema),
    }),
    {},
  ),
  /** Volumes that lie in buckets, by name: read with the server's own credentials, by whoever may read the dataset of that name. */
  buckets: v.optional(
    v.pipe(
      recordOf(bucketSchema),
      v.check(
        (buckets) =>
          Object.keys(buckets).every((name) => volumeName.test(name)),
        "names of volumes: small letters, digits, _ and -",
      ),
    ),
    {},
  ),
  cutouts: v.optional(
    closedObject({
      /** How large a cut-out of one layer may be, in MiB. */
      megabytes: v.optional(wholeNumber(1, 1024 * 1024), 4096),
    }),
    {},
  ),
  /** The neuPrint servers that know the connections of datasets, by dataset. */
  neuprint: v.optional(recordOf(neuprintSchema), {}),
  /** The servers that keep what is known of the bodies of datasets, by dataset; all others' this server keeps itself. */
  bodies: v.optional(recordOf(bodiesSchema), {}),
  labels: v.optional(labelsSchema, {}),
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

/** How to meet the issuer. */
export interface OidcConfig {
  kind: "oidc";
  issuer: string;
  clientId: string;
  clientSecret?: string;
  admins: readonly string[];
}
export type IdentityConfig = { kind: "local" } | OidcConfig;

type Written = v.InferOutput<typeof ConfigSchema>;

/** The configuration: all paths absolute, all folders there, all secrets read. */
export type Config = Omit<Written, "identity"> & { identity: IdentityConfig };

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
export function volumesFolder({ data }: Pick<Config, "data">): string {
  return path.join(data, "volumes");
}

/** The file that holds what the server keeps of people and of their records. */
export function databaseFile({ data }: Pick<Config, "data">): string {
  return path.join(data, "clio.db");
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

function hostProblems({ host, identity, publicOrigin }: Written): string[] {
  if (host === "127.0.0.1") return [];
  // The proxy may then be on another machine; who may do what no longer depends on where a request comes from.
  if (identity.kind === "oidc" && publicOrigin !== undefined) return [];
  if (host === "::1" || isLoopbackName(host)) {
    return [
      `host: ${JSON.stringify(host)}, expected 127.0.0.1: the browser keeps annotations by origin, and http://127.0.0.1 is Clio's`,
    ];
  }
  return [
    `host: ${JSON.stringify(host)}, expected 127.0.0.1: without a configured identity Clio serves this machine's user alone. ` +
      "To reach it from another machine, tunnel (ssh -L 8080:127.0.0.1:8080 …), or configure an identity, and a publicOrigin at which a TLS proxy stands in front",
  ];
}

function originProblems({ identity, publicOrigin }: Written): string[] {
  if (publicOrigin === undefined || identity.kind === "oidc") return [];
  return [
    `publicOrigin: ${JSON.stringify(publicOrigin)}, expected none: without a configured identity whoever reaches that origin would administer the server. Configure identity, or tunnel (ssh -L 8080:127.0.0.1:8080 …)`,
  ];
}

/** The identity with its secret in it. */
async function readIdentity({ identity }: Written): Promise<IdentityConfig> {
  if (identity.kind === "local") return identity;
  const { clientSecretFile, ...rest } = identity;
  if (clientSecretFile === undefined) return rest;
  const key = `identity.clientSecretFile: ${JSON.stringify(clientSecretFile)}`;
  let secret: string;
  try {
    secret = (await readFile(clientSecretFile, "utf8")).trim();
  } catch (error) {
    throw new ConfigError([
      `${key}, expected a file that can be read: ${systemErrorText(error)}`,
    ]);
  }
  if (secret === "") {
    throw new ConfigError([`${key}, expected a secret, but the file is empty`]);
  }
  return { ...rest, clientSecret: secret };
}

async function dataProblems(config: Written): Promise<string[]> {
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

async function keyFileProblems({
  signatures: { bigquery },
}: Written): Promise<string[]> {
  if (bigquery?.keyFile === undefined) return [];
  try {
    await access(bigquery.keyFile, constants.R_OK);
    return [];
  } catch (error) {
    return [
      `signatures.bigquery.keyFile: ${JSON.stringify(bigquery.keyFile)}, expected a file that can be read: ${systemErrorText(error)}`,
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
  const config = resolvePaths(result.output, cwd) as Written;
  if (config.host === "localhost") config.host = "127.0.0.1";
  const problems = [
    ...hostProblems(config),
    ...originProblems(config),
    ...(await dataProblems(config)),
    ...(await viewerProblems(layers.viewer)),
    ...(await keyFileProblems(config)),
  ];
  if (problems.length > 0) throw new ConfigError(nameSources(problems, env));
  return { ...config, identity: await readIdentity(config) };
}
