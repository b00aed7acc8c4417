// Prints what fails in karma's run, and writes every result into the results file of the stage (CLIO_RESULTS).
const { appendFileSync } = require("node:fs");

const file = process.env.CLIO_RESULTS ?? "/dev/null";

/** @param {import("../commands/results.mjs").Result} result */
function add(result) {
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/**
 * @param {string} name
 * @param {string} message
 * @param {number} [ms]
 */
function fail(name, message, ms) {
  console.log(`\n✗ ${name}\n${message.replace(/^/gm, "    ")}`);
  add({ kind: "failed", name, message, ms });
}

/** The spec that began last: the one to look at where Chromium stops answering. */
let running = "no spec yet";

/** @type {Map<string, string>} why a spec is pending, by its full name */
const reasons = new Map();

/**
 * A plain object, because karma finds the handlers by enumerating them.
 * @param {(error: string) => string} formatError karma's own: resolves source maps
 */
function resultsReporter(formatError) {
  return {
    // Karma adds its adapters to every reporter; this one prints for itself.
    adapters: [],

    onBrowserInfo(_browser, info) {
      if (typeof info.clioStarted === "string") running = info.clioStarted;
      if (typeof info.clioPending === "string")
        reasons.set(info.clioPending, String(info.reason ?? ""));
      if (typeof info.clioFocused === "string")
        fail("the whole run", info.clioFocused);
    },

    onSpecComplete(_browser, spec) {
      const { fullName: name, time: ms } = spec;
      if (spec.disabled) return;
      if (spec.pending) {
        const reason = reasons.get(name) || "no reason given";
        add({ kind: "skipped", name, reason });
      } else if (spec.success) add({ kind: "passed", name, ms });
      else fail(name, spec.log.map((text) => formatError(text)).join("\n"), ms);
    },

    onBrowserLog(_browser, text, type) {
      if (type === "error" || type === "warn")
        console.log(`  ${type}: ${text}`);
    },

    onBrowserError(_browser, error) {
      fail(`outside of any spec, during: ${running}`, formatError(error));
    },

    onRunComplete(_browsers, { disconnected, error }) {
      // After an error outside of any spec karma leaves the other specs out: that is no end of the run.
      if (!disconnected && !error) add({ kind: "end" });
    },
  };
}
resultsReporter.$inject = ["formatError"];

module.exports = resultsReporter;
