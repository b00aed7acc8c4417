// @ts-check
/* global jasmine */
import fc from "fast-check";
import Jasmine from "jasmine";
import { testSettings } from "../commands/settings.mjs";
import { ResultsReporter } from "./reporter.mjs";

/**
 * Makes what runs specs in Node: their order and their random cases are those of the run's seed.
 * @param {readonly string[]} specs files
 * @param {import("../commands/results.mjs").ResultsFile} results
 * @returns {Jasmine}
 */
export function makeRunner(specs, results) {
  const { seed, grep, timeoutMs } = testSettings();
  // The packages stay outside the bundles, so this is the fast-check of the specs too.
  fc.configureGlobal({ seed });
  const runner = new Jasmine({ projectBaseDir: process.cwd() });
  runner.exitOnCompletion = false;
  runner.randomizeTests(true);
  runner.seed(seed);
  for (const file of specs) runner.addSpecFile(file);
  runner.clearReporters();
  runner.addReporter(new ResultsReporter(results));
  jasmine.DEFAULT_TIMEOUT_INTERVAL = timeoutMs;
  const pattern = new RegExp(grep);
  runner.env.configure({
    specFilter: (/** @type {jasmine.Spec} */ spec) =>
      pattern.test(spec.getFullName()),
  });
  return runner;
}
