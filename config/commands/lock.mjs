// @ts-check
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 100;
const patienceMs = 1_000;
// Replacing a dead owner's file takes microseconds; a guard older than this was left by a process that died in between.
const guardMs = 10_000;

/**
 * Runs `work` while no other process of this machine runs under the same lock file, and waits for its turn.
 * A lock whose owner is dead is taken over.
 * @template T
 * @param {string} file the lock: holds the process id of its owner
 * @param {() => Promise<T>} work
 * @param {(owner: number) => void} onWait called once when the wait exceeds a second
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const began = Date.now();
  let told = false;
  while (!tryToAcquire(file)) {
    if (!told && Date.now() - began > patienceMs) {
      told = true;
      onWait(ownerOf(file) ?? 0);
    }
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function tryToAcquire(file) {
  const owner = ownerOf(file);
  if (owner === undefined) return create(file);
  if (isAlive(owner)) return false;
  // Of several processes that see the dead owner only the holder of the guard may remove its file: without it the second
  // one would remove the first one's fresh lock.
  const guard = `${file}.takeover`;
  if (!create(guard)) {
    dropOld(guard);
    return false;
  }
  try {
    if (ownerOf(file) === owner) rmSync(file, { force: true });
    return create(file);
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Makes the file appear together with its content, or not at all: nobody reads a lock without an owner.
 * @param {string} file
 * @returns {boolean} false where it was there already
 */
function create(file) {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, `${process.pid}\n`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST")
      return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param {string} guard */
function dropOld(guard) {
  try {
    if (Date.now() - statSync(guard).mtimeMs < guardMs) return;
    const aside = `${guard}.${process.pid}`;
    renameSync(guard, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT")
      throw error;
  }
}

/**
 * @param {string} file
 * @returns {number | undefined} undefined where there is no lock
 */
function ownerOf(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  // What is not a process id was not written by us.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, and another user's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
