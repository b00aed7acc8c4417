// @ts-check
// `npm start`: from a fresh checkout to a running Clio. See --help below.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { run } from "./commands/child.mjs";
import { runCommand } from "./commands/command.mjs";
import { Problem, step } from "./commands/progress.mjs";
import {
  checkNode,
  ensureBuild,
  ensureDependencies,
  inRoot,
  root,
} from "./setup.mjs";

const help = `npm start [-- options]

Installs what is missing, makes the demo volume, builds, starts the server and prints the link to open.

Options
  --dev     build for development, and build the page again whenever its source changes
  --help    print this text

Variables
  PORT         8080
  HOST         127.0.0.1
  CLIO_DATA    where the server keeps its data (data)
  CLIO_CONFIG  the configuration file
`;

async function main() {
  checkNode();
  const { values } = parseArgs({
    options: { dev: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  // Paths in the variables are the caller's: they are resolved before the folder changes.
  for (const variable of ["CLIO_DATA", "CLIO_CONFIG"]) {
    const value = process.env[variable];
    if (value) process.env[variable] = path.resolve(value);
  }
  process.chdir(root);

  await ensureDependencies();
  const mode = values.dev ? "development" : "production";
  // The server's bundle takes seconds, and the demo volume needs it: the volume is then made while the page is built.
  await ensureBuild(["server"], mode);
  await Promise.all([
    ensureDemo(),
    values.dev ? undefined : ensureBuild(["viewer"], mode),
  ]);
  const watching = values.dev ? watchViewer() : undefined;
  const server = run(
    process.execPath,
    ["--enable-source-maps", "dist/server/server.js"],
    { output: "print" },
  );
  const { code } = await (watching === undefined
    ? server
    : Promise.race([server, watching]));
  return code;
}

/**
 * Where the server will keep its data. What is wrong with the configuration is the server's to say: here it counts as unset.
 * @returns {string}
 */
function dataFolder() {
  if (process.env.CLIO_DATA) return process.env.CLIO_DATA;
  const file = process.env.CLIO_CONFIG;
  if (!file) return inRoot("data");
  try {
    const { data } = JSON.parse(readFileSync(file, "utf8"));
    return typeof data === "string"
      ? path.resolve(path.dirname(file), data)
      : inRoot("data");
  } catch {
    return inRoot("data");
  }
}

async function ensureDemo() {
  const demo = path.join(dataFolder(), "volumes/demo");
  // The description is written last: a volume without one was not finished.
  if (existsSync(path.join(demo, "dataset.json"))) return;
  await step("Making the demo volume", async () => {
    const { code } = await run(
      process.execPath,
      ["--enable-source-maps", "dist/server/dataset.js", "demo", "--out", demo],
      { output: "print" },
    );
    if (code !== 0)
      throw new Problem(
        `The demo volume could not be made in ${demo} (code ${code}); the messages are above.`,
      );
  });
}

function watchViewer() {
  return run(
    process.execPath,
    [
      inRoot("node_modules/webpack-cli/bin/cli.js"),
      "--config",
      "config/webpack.config.mjs",
      "--config-name",
      "viewer",
      "--mode",
      "development",
      "--watch",
    ],
    { output: "print" },
  );
}

await runCommand(main);
