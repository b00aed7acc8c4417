// @ts-check
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromiumFlags, ensureChromium } from "../browser.mjs";
import { ensurePython } from "../python.mjs";
import { ensureBuild, inRoot } from "../setup.mjs";
import { run } from "./child.mjs";
import { Problem } from "./progress.mjs";
import { mergeOutcomes, readOutcome } from "./results.mjs";

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

/** Bytes: many times what the specs have there at a time. */
const roomInMemory = 4 * 2 ** 30;

/** Each has a browser and a server of its own; one alone waits too often to keep two cores busy. */
const storyLanes = 2;

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
      args: () => [
        "node_modules/karma/bin/karma",
        "start",
        "config/karma.conf.cjs",
        "--single-run",
      ],
      scratch: memoryFolder(),
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
    await ensurePython();
    // Some specs run the server's commands as processes of their own.
    await ensureBuild(["server"], "production");
    await ensureBuild(["node-specs"], "development");
    return runSpecs("node", context, {
      args: (results) => [
        "config/jasmine/run.mjs",
        results,
        "dist/test/node-specs/specs.js",
        ...commandSpecs(),
      ],
      scratch: memoryFolder(),
      specTimeoutMs: 40_000,
    });
  },
};

/**
 * Made while a core is free, and not when the stories wait for it.
 * @type {Stage}
 */
export const fixtures = {
  name: "fixtures",
  about: "what the stories run on: their bundles, volumes and indexes",
  async run() {
    await ensureFixtures();
    return passed("fixtures");
  },
};

/** @type {Stage} */
export const stories = {
  name: "stories",
  about: "*.e2e.ts, in Chromium against the real server, two at a time",
  async run(context) {
    const chromium = await ensureChromium();
    await ensurePython();
    await ensureFixtures();
    return runSpecs("stories", context, {
      lanes: storyLanes,
      args: (results, claims) => [
        "config/jasmine/lane.mjs",
        results,
        claims,
        "dist/test/stories/stories.js",
      ],
      env: {
        CHROME_BIN: chromium,
        CLIO_CHROMIUM_FLAGS: chromiumFlags.join(" "),
      },
      // Three times what the longest takes, which a busy machine may need.
      specTimeoutMs: context.nightly ? 120 * minute : 4 * minute,
    });
  },
};

/**
 * Where specs write that make thousands of small databases: in memory, where the system has a folder there with room enough, because
 * each write would otherwise wait for the disk. What a process has written there outlives its kill as it does on the disk.
 * @returns {string | undefined}
 */
function memoryFolder() {
  const folder = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= roomInMemory ? folder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes what the stories run on, unless it is there. What they read is made before the first of them, because two lanes would
 * otherwise make it at the same time.
 * @throws {Problem} with what was printed
 */
async function ensureFixtures() {
  // The plain viewer too: what links become is compared with what they become there.
  await ensureBuild(["viewer", "plain", "server"], "production");
  await ensureBuild(["stories", "store-page"], "development");
  const { code, output } = await run(process.execPath, [
    "--enable-source-maps",
    inRoot("dist/test/stories/data.js"),
  ]);
  if (code !== 0)
    throw new Problem("The data of the stories could not be made.", output);
}

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
 * @typedef {object} HowToRun
 * @property {(results: string, claims: string) => string[]} args of Node: the program and its own, given the process's results file
 *   and a folder that all processes of the stage share
 * @property {number} [lanes] processes side by side, which share the specs out among themselves; one where it is not said
 * @property {string} [scratch] where the specs' temporary files are, until the stage ends; the system's folder where it is not said
 * @property {Record<string, string>} [env]
 * @property {number} specTimeoutMs
 */

/**
 * @param {string} stage
 * @param {StageContext} context
 * @param {HowToRun} how
 * @returns {Promise<Outcome>}
 */
async function runSpecs(stage, context, { args, lanes = 1, ...how }) {
  const folder = mkdtempSync(
    path.join(how.scratch ?? tmpdir(), `clio-${stage}-`),
  );
  /** @param {number} lane */
  async function runLane(lane) {
    const results = path.join(folder, `results-${lane}.jsonl`);
    const end = await run(
      process.execPath,
      ["--enable-source-maps", ...args(results, claims)],
      {
        output: "print",
        env: {
          ...context.env,
          ...how.env,
          ...(how.scratch === undefined ? {} : { TMPDIR: folder }),
          CLIO_RESULTS: results,
          CLIO_SPEC_TIMEOUT_MS: String(how.specTimeoutMs),
        },
        // Half as long again as the stories have taken on a slow machine: it ends what hangs, and not what is slow.
        timeoutMs: context.nightly ? 12 * 60 * minute : 50 * minute,
      },
    );
    return readOutcome(stage, results, end, context.filtered);
  }
  const claims = path.join(folder, "claims");
  try {
    mkdirSync(claims);
    return mergeOutcomes(
      await Promise.all(Array.from({ length: lanes }, (_, i) => runLane(i))),
    );
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
  return { stage, passed: 1, failed: [], skipped: [], slowest: [] };
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
    slowest: [],
  };
}
