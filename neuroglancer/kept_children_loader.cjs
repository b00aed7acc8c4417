// Has upstream take children out before it puts others in: see kept_children.ts.
"use strict";

const path = require("node:path");
const { editUpstream } = require("./edit_upstream.cjs");

const ours = JSON.stringify(path.join(__dirname, "kept_children.ts"));

/**
 * @param {string} source the text of upstream's `util/dom.js`
 * @returns {string} the same module, whose elements lose what they shall not have first
 * @throws {Error} where the text to be replaced is not there exactly once
 */
function replaceUpdating(source) {
  const edited = editUpstream(
    "util/dom.js",
    source,
    "it updates the children of an element",
    [
      {
        from: "export function updateChildren(element, children) {\n",
        to: "export function updateChildren(element, wanted) {\n  const children = takeOutOthers(element, wanted);\n",
      },
    ],
  );
  return `import { takeOutOthers } from ${ours};\n${edited}`;
}

module.exports = function keptChildrenLoader(source) {
  return replaceUpdating(source);
};
module.exports.replaceUpdating = replaceUpdating;
