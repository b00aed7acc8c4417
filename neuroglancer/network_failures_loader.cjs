// Has upstream tell a server that is away from a file that is not there: see network_failures.ts. Each replacement names the exact
// lines of the pinned release: the build stops when upstream has changed there.
"use strict";

const path = require("node:path");
const { editUpstream } = require("./edit_upstream.cjs");

const ours = JSON.stringify(path.join(__dirname, "network_failures.ts"));

const IMPORTS = `import { mayBeMissing, waitForServer } from ${ours};\n`;

const EDITS = [
  {
    from: "  return e.status === 0 || e.status === 403 || e.status === 404;\n",
    to: "  return e.status === 0 ? mayBeMissing(e.url) : e.status === 403 || e.status === 404;\n",
  },
  {
    from: "  for (let requestAttempt = 0; ; ) {\n",
    to: "  for (let requestAttempt = 0, waits = 0; ; ) {\n",
  },
  {
    from: "      throw HttpError.fromRequestError(input, error);\n",
    to: `      if (await waitForServer(input, error, waits++, init?.signal)) continue;
      throw HttpError.fromRequestError(input, error);
`,
  },
];

/**
 * @param {string} source the text of upstream's `util/http_request.js`
 * @returns {string} the same module with our meaning of a request without an answer
 * @throws {Error} where the text to be replaced is not there exactly once
 */
function replaceFailures(source) {
  const edited = editUpstream(
    "util/http_request.js",
    source,
    "a request fails",
    EDITS,
  );
  return IMPORTS + edited;
}

module.exports = function networkFailuresLoader(source) {
  return replaceFailures(source);
};
module.exports.replaceFailures = replaceFailures;
