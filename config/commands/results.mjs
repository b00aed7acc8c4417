// @ts-check
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/**
 * One line of a results file. `ms` is what the spec took, its own hooks included; a hook of a suite has none.
 * @typedef {{kind: "passed", name: string, ms: number}
 *   | {kind: "failed", name: string, message: string, ms?: number}
 *   | {kind: "skipped", name: string, reason: string}
 *   | {kind: "end"}} Result
 */

/**
 * What came of one stage of a test run.
 * @typedef {object} StageOutcome
 * @property {string} stage
 * @property {number} passed
 * @property {{name: string, message: string}[]} failed
 * @property {{name: string, reason: string}[]} skipped
 * @property {{name: string, ms: number}[]} slowest specs that took longest, the longest first
 * @property {number} ms
 */

/** Specs that a stage names as those that took longest. */
const slowestCount = 10;

/** Where a process of the tests writes each result as it comes. */
export class ResultsFile {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
  }

  /** @param {Result} result */
  add(result) {
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }
}

/**
 * The outcome of a stage that ran specs in a process of its own. A process that stopped before its last spec, or ran none, or
 * says that it failed without naming a spec, has failed: silence is no success.
 * @param {string} stage
 * @param {string} file the results file
 * @param {{code: number, timedOut: boolean}} end how the process ended
 * @param {boolean} filtered whether only some specs were asked for: none is then a possible answer
 * @returns {Omit<StageOutcome, "ms">}
 */
export function readOutcome(stage, file, end, filtered) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const results = lines.flatMap(parseLine);
  const failed = results.flatMap((result) =>
    result.kind === "failed" ? [result] : [],
  );
  const skipped = results.flatMap((result) =>
    result.kind === "skipped" ? [result] : [],
  );
  const passed = results.filter(({ kind }) => kind === "passed").length;
  const ran = passed + failed.length;
  /** @param {string} message */
  const fail = (message) =>
    failed.push({ kind: "failed", name: stage, message });

  if (end.timedOut)
    fail(`ended: it took longer than it may (${ran} specs ran)`);
  else if (!results.some(({ kind }) => kind === "end"))
    fail(`stopped before its last spec, with code ${end.code} (${ran} ran)`);
  else if (ran === 0 && !filtered) fail("no spec ran");
  else if (end.code !== 0 && failed.length === 0)
    fail(`ended with code ${end.code}, and no spec says why`);
  const timed = results.flatMap((result) =>
    "ms" in result && result.ms !== undefined
      ? [{ name: result.name, ms: result.ms }]
      : [],
  );
  return { stage, passed, failed, skipped, slowest: slowestOf(timed) };
}

/**
 * The outcome of a stage whose specs several processes have shared out among themselves.
 * @param {readonly Omit<StageOutcome, "ms">[]} outcomes one of each process
 * @returns {Omit<StageOutcome, "ms">}
 */
export function mergeOutcomes(outcomes) {
  return {
    stage: outcomes[0].stage,
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.flatMap(({ failed }) => failed),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
    slowest: slowestOf(outcomes.flatMap(({ slowest }) => slowest)),
  };
}

/**
 * @param {readonly {name: string, ms: number}[]} specs
 */
function slowestOf(specs) {
  return [...specs].sort((a, b) => b.ms - a.ms).slice(0, slowestCount);
}

/**
 * @param {string} line
 * @returns {Result[]} none for the torn last line of a process that was killed
 */
function parseLine(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/**
 * The line that a test run ends with.
 * @param {readonly Pick<StageOutcome, "passed" | "failed" | "skipped">[]} outcomes
 * @returns {string} `N passed, N failed` or `N passed, N failed, N skipped`
 */
export function lastLine(outcomes) {
  /** @param {(outcome: Pick<StageOutcome, "passed" | "failed" | "skipped">) => number} count */
  const sum = (count) => outcomes.reduce((total, o) => total + count(o), 0);
  const skipped = sum((outcome) => outcome.skipped.length);
  const line = `${sum((o) => o.passed)} passed, ${sum((o) => o.failed.length)} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/**
 * Whether a run proved anything: something passed, and nothing failed.
 * @param {readonly Pick<StageOutcome, "passed" | "failed">[]} outcomes
 */
export function isGreen(outcomes) {
  return (
    outcomes.every(({ failed }) => failed.length === 0) &&
    outcomes.some(({ passed }) => passed > 0)
  );
}
