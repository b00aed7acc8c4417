// @ts-check
// Runs the suites of a file beside other processes that run those of the same file:
// `node config/jasmine/lane.mjs <results file> <folder of claims> <file of specs>`. Each takes the next suite that nobody has
// taken yet, so that all of them are at work until the end.
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { ResultsFile } from "../commands/results.mjs";
import { makeRunner } from "./runner.mjs";

const [file, claims, ...specs] = process.argv.slice(2);
const results = new ResultsFile(file);
const runner = makeRunner(specs, results);
const { env } = runner;
// What stands around all suites, such as the start of the server, would be forgotten after the first of them. Suites and specs
// look at this when they are made.
env.configure({ autoCleanClosures: false });
await runner.loadSpecs();

let isGreen = true;
for (const suite of shuffled(env.topSuite().children)) {
  if (!claim(suite.id)) continue;
  const { overallStatus } = await env.execute([suite.id]);
  isGreen &&= overallStatus === "passed";
}
results.add({ kind: "end" });
process.exit(isGreen ? 0 : 1);

/**
 * The same order in each process, as each has the same seed.
 * @template T
 * @param {readonly T[]} list
 * @returns {readonly T[]}
 */
function shuffled(list) {
  const whole = { minLength: list.length, maxLength: list.length };
  const [order] = fc.sample(fc.shuffledSubarray([...list], whole), 1);
  return order;
}

/** @param {string} id of a suite: the same in each process, as each has loaded the same file */
function claim(id) {
  try {
    closeSync(openSync(path.join(claims, id), "wx"));
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST")
      return false;
    throw error;
  }
}
