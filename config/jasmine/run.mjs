// @ts-check
// Runs specs in Node: `node config/jasmine/run.mjs <results file> <file of specs…>`. What it found goes into the results file a
// line at a time, so that a run which crashes still tells how far it came.
/* global jasmine */
import fc from "fast-check";
import Jasmine from "jasmine";
import { ResultsFile } from "../commands/results.mjs";
import { testSettings } from "../commands/settings.mjs";
import { ResultsReporter } from "./reporter.mjs";

const [results, ...specs] = process.argv.slice(2);
const { seed, grep, timeoutMs } = testSettings();

// The packages stay outside the bundles, so this is the fast-check of the specs too.
fc.configureGlobal({ seed });

const runner = new Jasmine({ projectBaseDir: process.cwd() });
runner.exitOnCompletion = false;
runner.randomizeTests(true);
runner.seed(seed);
for (const file of specs) runner.addSpecFile(file);
runner.clearReporters();
runner.addReporter(new ResultsReporter(new ResultsFile(results)));
jasmine.DEFAULT_TIMEOUT_INTERVAL = timeoutMs;
const { overallStatus } = await runner.execute(
  undefined,
  grep === "" ? undefined : grep,
);
// What a spec left open (a socket, a timer) must not keep the run from ending.
process.exit(overallStatus === "passed" ? 0 : 1);
