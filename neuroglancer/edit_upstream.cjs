// What loaders do that put lines of ours in the place of upstream's.
"use strict";

/**
 * @typedef {object} Edit
 * @property {string | RegExp} from the exact text of the pinned release
 * @property {string} to
 */

/**
 * @param {string} name of an upstream module, relative to its lib folder
 * @param {string} source its text
 * @param {string} where what the lines do that are replaced, as the rest of "has changed where …"
 * @param {readonly Edit[]} edits
 * @returns {string} the text with each of them made
 * @throws {Error} where a text to be replaced is not there exactly once: upstream has changed
 */
exports.editUpstream = function editUpstream(name, source, where, edits) {
  return edits.reduce((text, { from, to }) => {
    if (text.split(from).length !== 2) {
      throw new Error(
        `neuroglancer's ${name} has changed where ${where}; expected exactly one match of: ${from}`,
      );
    }
    return text.replace(from, to);
  }, source);
};
