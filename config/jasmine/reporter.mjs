// @ts-check

/**
 * Prints failures alone, where they happen, and writes every result into a results file.
 * @implements {jasmine.CustomReporter}
 */
export class ResultsReporter {
  /** @param {import("../commands/results.mjs").ResultsFile} results */
  constructor(results) {
    this.results = results;
  }

  /** @param {jasmine.SpecResult} spec */
  specDone(spec) {
    const name = spec.fullName;
    const ms = spec.duration ?? 0;
    switch (spec.status) {
      case "passed":
        return this.results.add({ kind: "passed", name, ms });
      case "failed":
        return this.fail(name, spec.failedExpectations, spec.debugLogs, ms);
      case "pending":
        return this.results.add({
          kind: "skipped",
          name,
          reason: spec.pendingReason || "no reason given",
        });
    }
  }

  /**
   * A suite fails by its own hooks: beforeAll and afterAll.
   * @param {jasmine.SuiteResult} suite
   */
  suiteDone(suite) {
    if (suite.failedExpectations.length > 0)
      this.fail(suite.fullName, suite.failedExpectations);
  }

  /** @param {jasmine.JasmineDoneInfo} run */
  jasmineDone(run) {
    // What happened outside of any spec: a file that cannot be loaded, a rejection that nobody handled.
    if (run.failedExpectations.length > 0)
      this.fail("outside of any spec", run.failedExpectations);
    else if (run.overallStatus === "incomplete" && !noSpecs(run))
      this.fail("the whole run", [{ message: String(run.incompleteReason) }]);
  }

  /**
   * @param {string} name
   * @param {readonly {message: string, stack?: string}[]} failures
   * @param {readonly jasmine.DebugLogEntry[] | null} [logs]
   * @param {number} [ms]
   */
  fail(name, failures, logs, ms) {
    const message = failures
      .map(({ message, stack }) => `${message}\n${stack ?? ""}`.trim())
      .concat((logs ?? []).map((log) => `log: ${log.message}`))
      .join("\n\n");
    console.log(`\n✗ ${name}\n${message.replace(/^/gm, "    ")}`);
    this.results.add({ kind: "failed", name, message, ms });
  }
}

/**
 * No specs is for the reader of the results to judge: it knows whether a filter was given.
 * @param {jasmine.JasmineDoneInfo} run
 */
function noSpecs(run) {
  return /no specs/i.test(run.incompleteReason ?? "");
}
