// Has upstream's panels take the focus where the mouse is moved into them, and not where they come to lie under one that rests: see
// resting_pointer.ts.
"use strict";

const path = require("node:path");
const { editUpstream } = require("./edit_upstream.cjs");

const ours = JSON.stringify(path.join(__dirname, "resting_pointer.ts"));

/**
 * @param {string} source the text of upstream's `util/automatic_focus.js`
 * @returns {string} the same module with our meaning of a mouse that enters
 * @throws {Error} where the text to be replaced is not there exactly once
 */
function replaceEntering(source) {
  const edited = editUpstream(
    "util/automatic_focus.js",
    source,
    "it takes the focus",
    [
      {
        from: '    this.registerEventListener(element, "mouseenter", () => {\n',
        to: "    onMouseMovedInto(this, element, () => {\n",
      },
    ],
  );
  return `import { onMouseMovedInto } from ${ours};\n${edited}`;
}

module.exports = function restingPointerLoader(source) {
  return replaceEntering(source);
};
module.exports.replaceEntering = replaceEntering;
