// @ts-check
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromiumFlags, ensureChromium } from "../browser.mjs";
import { ensureBuild, inRoot } from "../setup.mjs";
import { run } from "./child.mjs";
import { Problem } from "./progress.mjs";
import { readOutcome } from "./results.mjs";

/**
 * @typedef {import("./results.mjs").StageOutcome} StageOutcome
 * @typedef {Omit<StageOutcome, "ms">} Outcome
 */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} about
 * @property {(context: StageContext) => Promise<Outcome>} run
 */

/**
 * @typedef {object} StageContext
 * @property {Record<string, string>} env of the processes that run specs
 * @property {boolean} filtered whether only some specs were asked for
 * @property {boolean} nightly
 */

const minute = 60_000;

/**
 * The stages that check the text of the project, and build it: one result each.
 * @type {Stage[]}
 */
export const checks = [
  {
    name: "lint",
    about: "eslint, with the import rule of the design",
    run: () =>
      check("lint", "eslint/bin/eslint.js", [
        "--config",
        "config/eslint.config.mjs",
        "--max-warnings",
        "0",
        ".",
      ]),
  },
  {
    name: "format",
    about: "prettier",
    run: () =>
      check("format", "prettier/bin/prettier.cjs", [
        "--check",
        "--log-level",
        "warn",
        ".",
      ]),
  },
  {
    name: "types",
    about: "tsc, strict",
    run: () => check("types", "typescript/bin/tsc", ["--noEmit"]),
  },
];

/** @type {Stage} */
export const production = {
  name: "build",
  about: "the page and the server as `npm start` builds them, with their size",
  async run() {
    const printed = await ensureBuild(["viewer", "server"], "production");
    if (printed.trim() !== "") console.log(printed.trimEnd());
    return passed("build");
  },
};

/** @type {Stage} */
export const unit = {
  name: "unit",
  about: "*.spec.ts of src and neuroglancer, in Chromium by karma",
  async run(context) {
    const chromium = await ensureChromium();
    // Some specs deliver marks to it.
    await ensureBuild(["server"], "production");
    await ensureBuild(["unit"], "development");
    return runSpecs("unit", context, {
      program: "node_modules/karma/bin/karma",
      args: () => ["start", "config/karma.conf.cjs", "--single-run"],
      env: { CHROME_BIN: chromium },
      specTimeoutMs: 40_000,
    });
  },
};

/** @type {Stage} */
export const node = {
  name: "node",
  about: "*.spec.ts of proxy, testdata and config, in Node by jasmine",
  async run(context) {
    // Some specs run the server's commands as processes of their own.
    await ensureBuild(["server"], "production");
    await ensureBuild(["node-specs"], "development");
    return runSpecs("node", context, {
      program: "config/jasmine/run.mjs",
      args: (results) => [
        results,
        "dist/test/node-specs/specs.js",
        ...commandSpecs(),
      ],
      specTimeoutMs: 40_000,
    });
  },
};

/** @type {Stage} */
export const stories = {
  name: "stories",
  about: "*.e2e.ts, in Chromium against the real server",
  async run(context) {
    const chromium = await ensureChromium();
    // The plain viewer too: what links become is compared with what they become there.
    await ensureBuild(["viewer", "plain", "server"], "production");
    await ensureBuild(["stories", "store-page"], "development");
    return runSpecs("stories", context, {
      program: "config/jasmine/run.mjs",
      args: (results) => [results, "dist/test/stories/stories.js"],
      env: {
        CHROME_BIN: chromium,
        CLIO_CHROMIUM_FLAGS: chromiumFlags.join(" "),
      },
      specTimeoutMs: context.nightly ? 120 * minute : 2 * minute,
    });
  },
};

/** The specs of the commands themselves, which need no bundle. */
function commandSpecs() {
  return readdirSync(inRoot("config"), { recursive: true })
    .map((file) => path.join("config", file.toString()))
    .filter((file) => file.endsWith(".spec.mjs"))
    .sort();
}

/**
 * A program of node_modules that finds nothing wrong when it ends with 0.
 * @param {string} stage
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<Outcome>}
 */
async function check(stage, program, args) {
  const { code, output } = await run(process.execPath, [
    inRoot("node_modules", program),
    ...args,
  ]);
  if (code === 0) return passed(stage);
  console.log(output.trimEnd());
  return failed(stage, `found what to put right (code ${code})`);
}

/**
 * @param {string} stage
 * @param {StageContext} context
 * @param {{program: string, args: (results: string) => string[], env?: Record<string, string>, specTimeoutMs: number}} how
 * @returns {Promise<Outcome>}
 */
async function runSpecs(stage, context, how) {
  const folder = mkdtempSync(path.join(tmpdir(), `clio-${stage}-`));
  try {
    const results = path.join(folder, "results.jsonl");
    const end = await run(
      process.execPath,
      ["--enable-source-maps", inRoot(how.program), ...how.args(results)],
      {
        output: "print",
        env: {
          ...context.env,
          ...how.env,
          CLIO_RESULTS: results,
          CLIO_SPEC_TIMEOUT_MS: String(how.specTimeoutMs),
        },
        timeoutMs: context.nightly ? 12 * 60 * minute : 24 * minute,
      },
    );
    return readOutcome(stage, results, end, context.filtered);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a stage to an outcome whatever happens in it.
 * @param {Stage} stage
 * @param {StageContext} context
 * @returns {Promise<StageOutcome>}
 */
export async function runStage(stage, context) {
  const began = performance.now();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await stage.run(context);
  } catch (error) {
    console.log(error instanceof Problem ? error.text : error);
    outcome = failed(
      stage.name,
      error instanceof Error ? error.message : String(error),
    );
  }
  return { ...outcome, ms: performance.now() - began };
}

/**
 * @param {string} stage
 * @returns {Outcome}
 */
function passed(stage) {
  return { stage, passed: 1, failed: [], skipped: [] };
}

/**
 * @param {string} stage
 * @param {string} message
 * @returns {Outcome}
 */
export function failed(stage, message) {
  return {
    stage,
    passed: 0,
    failed: [{ name: stage, message }],
    skipped: [],
  };
}
