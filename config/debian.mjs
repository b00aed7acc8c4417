// @ts-check
// Installing what the tests need with Debian's own package manager, where this user may.
import { accessSync, constants, readFileSync } from "node:fs";
import { run } from "./commands/child.mjs";
import { Problem } from "./commands/progress.mjs";

/** @param {string} file */
export function canRun(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} apt as `aptCommand` gives it
 * @param {readonly string[]} packages
 * @param {string} otherwise what a person reads where that fails
 * @throws {Problem} with the package manager's messages
 */
export async function aptInstall(apt, packages, otherwise) {
  for (const args of [
    ["update"],
    ["install", "--yes", "--no-install-recommends", ...packages],
  ]) {
    const [program, ...rest] = [...apt, ...args];
    const { code, output } = await run(program, rest, {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
    if (code !== 0)
      throw new Problem(
        `${program} ${rest.join(" ")} ended with code ${code}. ${otherwise}`,
        output,
      );
  }
}

/** @returns {Promise<readonly string[] | undefined>} undefined where this is no Debian, or this user may not install */
export async function aptCommand() {
  const apt = "/usr/bin/apt-get";
  if (!canRun(apt) || !isDebian(readRelease())) return undefined;
  if (process.getuid?.() === 0) return [apt];
  if (!canRun("/usr/bin/sudo")) return undefined;
  const { code } = await run("/usr/bin/sudo", ["--non-interactive", "true"]);
  return code === 0
    ? [
        "/usr/bin/sudo",
        "--non-interactive",
        "--preserve-env=DEBIAN_FRONTEND",
        apt,
      ]
    : undefined;
}

function readRelease() {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

/**
 * Debian itself only: Ubuntu's package of Chromium installs a snap, which cannot run where snapd does not.
 * @param {string} release content of /etc/os-release
 */
export function isDebian(release) {
  return /^ID="?debian"?$/m.test(release);
}
