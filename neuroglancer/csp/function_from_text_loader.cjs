// Replaces upstream's functions made from text (`new Function`) by calls of ours, because our content security policy runs no
// text. Each replacement names the exact lines of the pinned release: the build stops when upstream has changed there.
"use strict";

const path = require("node:path");
const { editUpstream } = require("../edit_upstream.cjs");

const codec = JSON.stringify(path.join(__dirname, "property_codec.ts"));
const encoding = JSON.stringify(path.join(__dirname, "write_encoded.ts"));

const propertyFunction = (name, code) =>
  `    this.${name} = new Function(
      "dv",
      "offset",
      "annotationIndex",
      "annotationCount",
      "isLittleEndian",
      "properties",
      ${code}
    );
`;

const REPLACEMENTS = {
  "annotation/index.js": {
    imports: `import { makePropertyReader, makePropertyWriter } from ${codec};\n`,
    edits: [
      {
        from: propertyFunction("serialize", "serializeCode"),
        to: "    this.serialize = makePropertyWriter(propertySpecs, offsets, propertyGroupBytes);\n",
      },
      {
        from: propertyFunction("deserialize", "deserializeCode"),
        to: "    this.deserialize = makePropertyReader(propertySpecs, offsets, propertyGroupBytes);\n",
      },
    ],
  },
  "sliceview/compressed_segmentation/encode_common.js": {
    imports: `import { writeEncodedRepresentation } from ${encoding};\n`,
    edits: [
      {
        from: /^const writeEncodedRepresentation = new Function\(\n(?: {2}.*\n)+\);\n/m,
        to: "",
      },
    ],
  },
};

/**
 * @param {string} name of an upstream module, relative to its lib folder
 * @param {string} source its text
 * @returns {string} the same module without functions made from text
 * @throws {Error} where the text to be replaced is not there exactly once
 */
function replaceFunctionsFromText(name, source) {
  const replacement = REPLACEMENTS[name];
  if (replacement === undefined) {
    throw new Error(`no replacement is known for neuroglancer's ${name}`);
  }
  const result = editUpstream(
    name,
    source,
    "it makes a function from text",
    replacement.edits,
  );
  if (/\bnew Function\b/.test(result)) {
    throw new Error(
      `neuroglancer's ${name} makes another function from text; see neuroglancer/README.md`,
    );
  }
  return replacement.imports + result;
}

module.exports = function functionFromTextLoader(source) {
  const name = this.resourcePath
    .split(`${path.sep}lib${path.sep}`)
    .at(-1)
    .split(path.sep)
    .join("/");
  return replaceFunctionsFromText(name, source);
};
module.exports.replaceFunctionsFromText = replaceFunctionsFromText;
