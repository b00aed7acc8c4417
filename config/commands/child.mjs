// @ts-check
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Problem } from "./progress.mjs";

/**
 * @typedef {object} ChildOptions
 * @property {Record<string, string>} [env] added to this process's own
 * @property {"print" | "keep"} [output] print as it comes, or keep and return
 * @property {number} [timeoutMs] after which the child and all its own children are ended
 */

/**
 * @typedef {object} ChildEnd
 * @property {number} code 0 where all went well; a child ended by a signal has 128 and more, as in a shell
 * @property {string} output what was kept, both streams in the order they came
 * @property {boolean} timedOut
 */

/** @type {Set<number>} the process groups that are running */
const groups = new Set();
let interrupted = false;

// The server lets requests under way finish for five seconds.
const graceMs = 8_000;

/**
 * Runs a program to its end. It leads a process group of its own, and nothing of that group outlives it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<ChildEnd>}
 */
export function run(program, args, options = {}) {
  if (interrupted) return Promise.reject(new Problem("Interrupted."));
  const print = options.output === "print";
  const child = spawn(program, args, {
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", print ? "inherit" : "pipe", print ? "inherit" : "pipe"],
  });
  let output = "";
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const group = child.pid;
  if (group !== undefined) groups.add(group);
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          if (group !== undefined) end(group);
        }, options.timeoutMs);
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      if (group === undefined) return;
      groups.delete(group);
      signalGroup(group, "SIGKILL");
    };
    child.once("error", (error) => {
      leave();
      reject(new Error(`${program} could not be run: ${error.message}`));
    });
    // A grandchild that holds the pipes open would keep "close" from coming: the group is swept on "exit" already.
    child.once("exit", leave);
    child.once("close", (code, signal) => {
      resolve({ code: code ?? 128 + signalNumber(signal), output, timedOut });
    });
  });
}

/**
 * Ends a process group: asks first, and makes sure after a grace.
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function end(group, signal = "SIGTERM") {
  signalGroup(group, signal);
  setTimeout(() => signalGroup(group, "SIGKILL"), graceMs).unref();
}

/**
 * Passes an interruption on to all children: each ends as it sees fit, but does end, and no other is started.
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether there were any
 */
export function interruptChildren(signal) {
  interrupted = true;
  for (const group of groups) end(group, signal);
  return groups.size > 0;
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // Nobody left in it; macOS answers EPERM while the last one is not collected yet.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

/** @param {NodeJS.Signals | null} signal */
export function signalNumber(signal) {
  return signal === null ? 0 : constants.signals[signal];
}
