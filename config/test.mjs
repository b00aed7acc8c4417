// @ts-check
// `npm test`: proves the project on a fresh checkout. See --help below.
import { parseArgs } from "node:util";
import { runCommand } from "./commands/command.mjs";
import { Problem, seconds } from "./commands/progress.mjs";
import { isGreen, lastLine } from "./commands/results.mjs";
import { testSettings } from "./commands/settings.mjs";
import {
  checks,
  failed,
  fixtures,
  node,
  production,
  runStage,
  stories,
  unit,
} from "./commands/stages.mjs";
import { checkNode, ensureDependencies, root } from "./setup.mjs";

/** @typedef {import("./commands/results.mjs").StageOutcome} StageOutcome */

/**
 * Lists of stages that are run one after the other; those in one entry side by side, each of which keeps about one core busy. The
 * stories have both cores to themselves.
 */
const plan = [
  [
    [...checks, node],
    [production, unit, fixtures],
  ],
  [[stories]],
];

const stages = plan.flat(2);

const help = `npm test [-- options]

Installs what is missing (packages, and on Debian a Chromium and a Python with numpy and zarr), runs every stage, names the ten specs of each that took longest, and
ends with the line
\`N passed, N failed\` or \`N passed, N failed, N skipped\`. The exit code is 0 only where nothing failed.

Stages
${stages.map(({ name, about }) => `  ${name.padEnd(9)}${about}`).join("\n")}

Options
  --only stage,…   run these stages alone
  --grep pattern   run the specs alone whose full name matches this regular expression
  --help           print this text

Variables
  CLIO_SEED        the seed of an earlier run, to repeat its order and its random cases
  CLIO_NIGHTLY=1   run every loop at its full count, and the stories of local work a second time with the server gone
  CLIO_SHARED      the folder of real volumes and fixtures (../shared); specs that need it are skipped where it is missing
  CLIO_BIGQUERY_PROJECT  a project of Google Cloud in whose BigQuery the specs of that engine run, in datasets of their own which are
                   removed in the end; it costs some cents, and wants credentials (GOOGLE_APPLICATION_CREDENTIALS).
                   Without it they run on DuckDB, on this machine
  CHROME_BIN       the Chromium or Chrome to test with

Examples
  npm test -- --only node
  npm test -- --only unit,stories --grep "places a point"
`;

async function main() {
  checkNode();
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      grep: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const only = chosenStages(values.only);
  const wanted = (/** @type {{name: string}} */ { name }) =>
    only.includes(name);
  process.chdir(root);

  const { seed, nightly } = testSettings();
  console.log(`Seed ${seed} (CLIO_SEED=${seed} repeats this run)`);
  const context = {
    env: { CLIO_SEED: String(seed), CLIO_GREP: values.grep ?? "" },
    filtered: values.grep !== undefined,
    nightly,
  };

  try {
    await ensureDependencies();
  } catch (error) {
    console.log(error instanceof Problem ? error.text : error);
    return report([{ ...failed("install", "npm ci failed"), ms: 0 }]);
  }
  /** @type {StageOutcome[]} */
  const outcomes = [];
  for (const sideBySide of plan) {
    const done = await Promise.all(
      sideBySide.map((list) => inTurn(list.filter(wanted), context)),
    );
    outcomes.push(...done.flat());
  }
  return report(outcomes);
}

/**
 * @param {string | undefined} only
 * @returns {string[]}
 */
function chosenStages(only) {
  const known = stages.map(({ name }) => name);
  if (only === undefined) return known;
  const chosen = only.split(",");
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown === undefined) return chosen;
  throw new Problem(
    `--only names ${JSON.stringify(unknown)}: expected some of ${known.join(", ")}.`,
  );
}

/**
 * @param {readonly import("./commands/stages.mjs").Stage[]} list
 * @param {import("./commands/stages.mjs").StageContext} context
 */
async function inTurn(list, context) {
  /** @type {StageOutcome[]} */
  const outcomes = [];
  for (const stage of list) {
    const outcome = await runStage(stage, context);
    outcomes.push(outcome);
    console.log([summary(outcome), ...slowest(outcome)].join("\n"));
  }
  return outcomes;
}

/** @param {StageOutcome} outcome */
function summary(outcome) {
  const mark = outcome.failed.length === 0 ? "✓" : "✗";
  return `${mark} ${outcome.stage.padEnd(8)} ${lastLine([outcome])} ${seconds(outcome.ms)}`;
}

/**
 * Where the time of a stage went.
 * @param {StageOutcome} outcome
 */
function slowest({ slowest }) {
  return slowest.map(({ name, ms }) => `    ${seconds(ms)} ${name}`);
}

/**
 * @param {readonly StageOutcome[]} outcomes
 * @returns {number} the exit code
 */
function report(outcomes) {
  console.log(`\n${outcomes.map(summary).join("\n")}`);
  console.log(`  in all   ${seconds(performance.now())}`);
  for (const { stage, skipped } of outcomes)
    for (const { name, reason } of skipped)
      console.log(`skipped: ${stage}: ${name}: ${reason}`);
  for (const { stage, failed } of outcomes)
    for (const { name, message } of failed)
      console.log(`failed: ${stage}: ${name}: ${message.split("\n")[0]}`);
  console.log(lastLine(outcomes));
  return isGreen(outcomes) ? 0 : 1;
}

await runCommand(main);
