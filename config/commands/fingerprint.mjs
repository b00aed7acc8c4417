// @ts-check
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * One hash over the names and the contents of files and of all files below folders. Contents rather than times, so that
 * changing branches back and forth, or touching a file, does not count as a change. What is missing counts as empty.
 * @param {string} root what the names are relative to
 * @param {readonly string[]} parts files and folders
 * @param {(name: string) => boolean} counts which files below a folder are part of it
 * @returns {string} hexadecimal
 */
export function fingerprint(root, parts, counts = () => true) {
  const hash = createHash("sha256");
  for (const name of parts.flatMap((part) => filesIn(root, part)).sort()) {
    if (!counts(name)) continue;
    const content = readFileSync(path.join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {string} part
 * @returns {string[]}
 */
function filesIn(root, part) {
  const place = path.join(root, part);
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [part];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.path, entry.name)));
}
