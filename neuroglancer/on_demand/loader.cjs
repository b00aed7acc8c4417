// Puts in the place of one of upstream's modules the one of the same name in this folder, which loads it when it is first used.
"use strict";

const path = require("node:path");

/** @returns {string} a module with the exports of this folder's */
module.exports = function onDemandLoader() {
  const name = path.basename(this.resourcePath, ".js");
  const ours = path.join(__dirname, `${name}.ts`);
  return `export * from ${JSON.stringify(ours)};\n`;
};
