// @ts-check

/**
 * Says that a long step began, and how it ended: on standard error, as standard output belongs to what a command was asked for.
 * @template T
 * @param {string} title such as "Installing packages"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = performance.now();
  console.error(`  … ${title}`);
  try {
    const result = await work();
    console.error(`  ✓ ${title} ${seconds(performance.now() - began)}`);
    return result;
  } catch (error) {
    console.error(`  ✗ ${title} ${seconds(performance.now() - began)}`);
    throw error;
  }
}

/**
 * @param {number} ms
 * @returns {string} such as "(12.3 s)"
 */
export function seconds(ms) {
  return `(${(ms / 1000).toFixed(1)} s)`;
}

/** What a person can put right: commands print it without a stack. */
export class Problem extends Error {
  /**
   * @param {string} message what happened, on its first line, and what to do
   * @param {string} output of the program that failed, where one did: printed before the message
   */
  constructor(message, output = "") {
    super(message);
    this.name = "Problem";
    this.output = output.trimEnd();
  }

  /** All that there is to read. */
  get text() {
    return this.output === ""
      ? this.message
      : `${this.output}\n${this.message}`;
  }
}
