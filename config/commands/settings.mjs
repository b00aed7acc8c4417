// @ts-check

/**
 * What a test run was asked for. The commands put it into the environment, so that every process of the run reads the same.
 * @typedef {object} TestSettings
 * @property {number} seed of jasmine's order and of fast-check
 * @property {string} grep regular expression over the full names of specs; empty: all of them
 * @property {boolean} nightly loops run at their full counts
 * @property {number} timeoutMs of one spec
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {TestSettings}
 */
export function testSettings(env = process.env) {
  const seed = Number(env.CLIO_SEED || Math.floor(Math.random() * 100_000));
  if (!Number.isInteger(seed))
    throw new TypeError(
      `CLIO_SEED is ${JSON.stringify(env.CLIO_SEED)}: expected a whole number.`,
    );
  return {
    seed,
    grep: env.CLIO_GREP ?? "",
    nightly: env.CLIO_NIGHTLY === "1",
    timeoutMs: Number(env.CLIO_SPEC_TIMEOUT_MS ?? 10_000),
  };
}
