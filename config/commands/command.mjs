// @ts-check
import { interruptChildren, signalNumber } from "./child.mjs";
import { Problem } from "./progress.mjs";

/**
 * Runs a command to its exit code. A Problem is printed as it reads, anything else with its stack; no child outlives the command,
 * however it ends.
 * @param {() => Promise<number>} command
 */
export async function runCommand(command) {
  const interruption = forwardSignals();
  try {
    process.exitCode = await command();
  } catch (error) {
    // What fails after an interruption fails because of it.
    if (interruption.signal !== null) {
      console.error("\nInterrupted.");
      process.exitCode = 128 + signalNumber(interruption.signal);
      return;
    }
    console.error(error instanceof Problem ? `\n${error.text}` : error);
    process.exitCode = 1;
    interruptChildren("SIGTERM");
  }
}

/**
 * A terminal and npm both deliver the same interruption, so a second one is no request to hurry.
 * @returns {{signal: NodeJS.Signals | null}} the one that came, once it did
 */
function forwardSignals() {
  /** @type {{signal: NodeJS.Signals | null}} */
  const interruption = { signal: null };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      if (interruption.signal !== null) return;
      interruption.signal = signal;
      if (!interruptChildren(signal)) process.exit(128 + signalNumber(signal));
    });
  }
  return interruption;
}
