// @ts-check
// What every command needs before it can do its work: a Node that is new enough, the packages, and the bundles. Runs before
// anything is installed: only Node's own modules here, and nothing that an old Node cannot read.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./commands/child.mjs";
import { fingerprint } from "./commands/fingerprint.mjs";
import { withLock } from "./commands/lock.mjs";
import { Problem, step } from "./commands/progress.mjs";

/** The project's own folder. */
export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  "..",
);

/** @param {...string} parts */
export const inRoot = (...parts) => path.join(root, ...parts);

const oldestNode = [20, 9];

/**
 * @param {string} version such as "20.9.0"
 * @throws {Problem} where it is older than what the packages need
 */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (
    major > oldestNode[0] ||
    (major === oldestNode[0] && minor >= oldestNode[1])
  )
    return;
  throw new Problem(
    `Clio needs Node.js ${oldestNode.join(".")} or newer, and this is ${version} (${process.execPath}).\n` +
      "Install a current release from https://nodejs.org or with your version manager, and run the command again.",
  );
}

/**
 * Whether what npm installed is what the lock file asks for. npm records each install in a lock file of its own below
 * node_modules, as its last act, so an interrupted one has none.
 * @param {string} wanted content of package-lock.json
 * @param {string | undefined} installed content of node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) return false;
  const have = packagesOf(installed);
  return Object.entries(packagesOf(wanted)).every(([name, entry]) => {
    if (name === "") return true;
    // What belongs to other systems is left out by npm.
    if (have[name] === undefined) return entry.optional === true;
    return (
      have[name].version === entry.version &&
      have[name].integrity === entry.integrity
    );
  });
}

/**
 * @param {string} lockfile
 * @returns {Record<string, {version?: string, integrity?: string, optional?: boolean}>}
 */
function packagesOf(lockfile) {
  return JSON.parse(lockfile).packages ?? {};
}

/** Installs the packages where node_modules is missing or is not what package-lock.json asks for. */
export async function ensureDependencies() {
  if (installedAsWanted()) return;
  await withLock(
    inRoot(".cache/install.lock"),
    async () => {
      // Another command may have done it during the wait.
      if (installedAsWanted()) return;
      await step("Installing packages", install);
    },
    tellWait,
  );
}

function installedAsWanted() {
  const record = inRoot("node_modules/.package-lock.json");
  return isInstalled(
    readFileSync(inRoot("package-lock.json"), "utf8"),
    existsSync(record) ? readFileSync(record, "utf8") : undefined,
  );
}

async function install() {
  // The npm that runs this command, where one does: there may be several on the machine.
  const npm = process.env.npm_execpath;
  // The build needs the development packages, whatever NODE_ENV says.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const { code, output } = npm?.endsWith(".js")
    ? await run(process.execPath, [npm, ...args])
    : await run("npm", args);
  if (code === 0) return;
  throw new Problem(
    `The packages could not be installed (npm ci ended with code ${code}); its messages are above.\n` +
      "Check that the npm registry can be reached (npm ping) and run the command again.",
    output,
  );
}

const webpackConfig = "config/webpack.config.mjs";

/**
 * The bundles by their name in the webpack configuration.
 * @type {Record<string, {config: string, folder: string}>}
 */
const bundles = {
  viewer: { config: webpackConfig, folder: "dist/viewer" },
  plain: { config: webpackConfig, folder: "dist/plain" },
  server: { config: webpackConfig, folder: "dist/server" },
  "node-specs": { config: webpackConfig, folder: "dist/test/node-specs" },
  stories: { config: webpackConfig, folder: "dist/test/stories" },
  "store-page": { config: webpackConfig, folder: "dist/test/store-page" },
  "peers-page": { config: webpackConfig, folder: "dist/test/peers-page" },
  bench: { config: "config/bench/webpack.mjs", folder: "dist/test/bench" },
  unit: { config: "config/karma/webpack.mjs", folder: "dist/test/unit" },
};

const sources = [
  "src",
  "neuroglancer",
  "proxy",
  "testdata",
  "config",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const testSource = /\.(spec|e2e|bench)\.\w+$/;
const testBundles = new Set(["unit", "node-specs", "stories", "bench"]);

/**
 * Builds what has changed since it was last built in this mode, and nothing otherwise.
 * @param {readonly string[]} names keys of `bundles`, all of one configuration file
 * @param {"production" | "development"} mode
 * @returns {Promise<string>} what webpack printed, empty where there was nothing to do
 * @throws {Problem} with webpack's messages
 */
export async function ensureBuild(names, mode) {
  if (names.every((name) => isBuilt(name, mode))) return "";
  return withLock(
    inRoot(".cache/build.lock"),
    async () => {
      const stale = names.filter((name) => !isBuilt(name, mode));
      if (stale.length === 0) return "";
      return step(`Building ${stale.join(", ")}`, () => build(stale, mode));
    },
    tellWait,
  );
}

/**
 * @param {readonly string[]} names
 * @param {"production" | "development"} mode
 */
async function build(names, mode) {
  // The marks are taken before webpack reads anything: what is edited meanwhile counts as a change the next time.
  const marks = names.map((name) => markOf(name, mode));
  for (const name of names) rmSync(markFile(name), { force: true });
  const { code, output } = await run(process.execPath, [
    inRoot("node_modules/webpack-cli/bin/cli.js"),
    "--config",
    inRoot(bundles[names[0]].config),
    ...names.flatMap((name) => ["--config-name", name]),
    "--mode",
    mode,
  ]);
  if (code !== 0)
    throw new Problem(`Building ${names.join(", ")} failed.`, output);
  mkdirSync(path.dirname(markFile(names[0])), { recursive: true });
  names.forEach((name, i) => writeFileSync(markFile(name), marks[i]));
  return output;
}

/**
 * @param {string} name
 * @param {string} mode
 */
function isBuilt(name, mode) {
  return (
    existsSync(markFile(name)) &&
    existsSync(inRoot(bundles[name].folder)) &&
    readFileSync(markFile(name), "utf8") === markOf(name, mode)
  );
}

/** @param {string} name */
const markFile = (name) => inRoot("dist/.built", name);

/**
 * @param {string} name
 * @param {string} mode
 */
function markOf(name, mode) {
  const ofTests = testBundles.has(name);
  return `${mode} ${fingerprint(root, sources, (file) => ofTests || !testSource.test(file))}\n`;
}

/** @param {number} owner */
function tellWait(owner) {
  console.error(`  … Waiting for another command (process ${owner}) to finish`);
}
