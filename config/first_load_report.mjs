// @ts-check
// Prints what a production build makes a person load, and fails the build of Clio past its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Gzipped bytes that Clio may add to the first load of the plain viewer. */
export const FIRST_LOAD_BUDGET_BYTES = 60_000;

/** The parts of a page that are needed before its first pixel; upstream gives its workers their names. */
const FIRST_LOADED = ["main", "neuroglancer_chunk_worker"];

/** By how much the plain viewer's first load may differ from its recorded constant: a compiler's version is worth some bytes. */
const RECORD_TOLERANCE = 0.005;

const release = JSON.parse(
  readFileSync(
    new URL("../neuroglancer/release.json", import.meta.url),
    "utf8",
  ),
);

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * Gzipped sizes of the scripts and styles of a build, told apart by when they load.
 * @param {import("webpack").Compilation} compilation before its assets are written; webpack then lets go of their contents
 * @returns {{first: number, lazy: {name: string, bytes: number}[]}} `first`: the page's entry with its styles, and the chunk worker;
 *   `lazy`: each other file, largest first
 */
export function gzippedSizes(compilation) {
  const first = new Set(
    FIRST_LOADED.flatMap((name) => {
      const group = compilation.namedChunkGroups.get(name);
      if (group === undefined) throw new Error(`no part is called ${name}`);
      return group.getFiles();
    }),
  );
  let firstBytes = 0;
  const lazy = [];
  for (const { name, source } of compilation.getAssets()) {
    if (!/\.(js|css)$/.test(name)) continue;
    const bytes = gzipSync(source.buffer(), { level: 9 }).length;
    if (first.has(name)) firstBytes += bytes;
    else lazy.push({ name, bytes });
  }
  lazy.sort((a, b) => b.bytes - a.bytes);
  return { first: firstBytes, lazy };
}

/**
 * A webpack plugin that looks at the sizes of a build.
 * @param {(sizes: ReturnType<typeof gzippedSizes>) => string | undefined} judge prints them, and returns what is wrong with them
 */
function sizePlugin(judge) {
  return {
    /** @param {import("webpack").Compiler} compiler */
    apply(compiler) {
      compiler.hooks.emit.tap("FirstLoadReport", (compilation) => {
        if (compilation.errors.length > 0) return;
        const mistake = judge(gzippedSizes(compilation));
        if (mistake !== undefined) {
          compilation.errors.push(new compiler.webpack.WebpackError(mistake));
        }
      });
    },
  };
}

/** For the page of Clio: what it adds to the plain viewer's first load, against its budget, and each part that loads on demand. */
export function clioFirstLoad() {
  return sizePlugin(({ first, lazy }) => {
    const added = first - release.firstLoadGzipBytes;
    console.log(
      `First load, gzipped: ${kilobytes(first)}, of which Clio adds ${kilobytes(added)} to the plain viewer's ` +
        `${kilobytes(release.firstLoadGzipBytes)} (budget ${kilobytes(FIRST_LOAD_BUDGET_BYTES)}).`,
    );
    for (const { name, bytes } of lazy) {
      console.log(`  on demand: ${kilobytes(bytes).padStart(9)}  ${name}`);
    }
    return added > FIRST_LOAD_BUDGET_BYTES
      ? `Clio adds ${added} bytes to the first load; its budget is ${FIRST_LOAD_BUDGET_BYTES}. Load a part when it is first opened.`
      : undefined;
  });
}

/** For the plain viewer: that its first load is still the constant that was recorded for the release. */
export function plainFirstLoad() {
  return sizePlugin(({ first }) => {
    console.log(`First load of the plain viewer, gzipped: ${first} bytes.`);
    const recorded = release.firstLoadGzipBytes;
    return Math.abs(first - recorded) > recorded * RECORD_TOLERANCE
      ? `The plain viewer's first load is ${first} bytes; neuroglancer/release.json has firstLoadGzipBytes ${recorded}.`
      : undefined;
  });
}
